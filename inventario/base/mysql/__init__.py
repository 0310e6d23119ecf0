"""MariaDB como la de Django, sin preguntarle en cada petición si sigue ahí."""
