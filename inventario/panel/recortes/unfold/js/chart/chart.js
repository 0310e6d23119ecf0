// Los gráficos del panel son SVG y los dibuja el servidor: la biblioteca del tema, 200 kB, no se usa.
