"""Entrada HTTP de producción (WSGI): conexiones persistentes a la base."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
os.environ.setdefault("SERVIDOR_WSGI", "1")

from django.core.wsgi import get_wsgi_application

from inventario.base.recolector import asentar

application = get_wsgi_application()

asentar()
