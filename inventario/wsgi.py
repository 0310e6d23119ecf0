"""Entrada HTTP de producción (WSGI): conexiones persistentes a la base."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
os.environ.setdefault("SERVIDOR_WSGI", "1")

from django.core.wsgi import get_wsgi_application

from inventario.base.recolector import congelar

application = get_wsgi_application()

congelar()
# Que tampoco pase cada 700 objetos, que son menos que los de una petición: un décimo más de lecturas y de
# ventas, y la memoria queda igual de plana. Los sockets no: entre tramas hostiles, la suya crecía.
gc.set_threshold(20_000, 20, 100)
