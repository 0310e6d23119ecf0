"""Entrada ASGI: websockets en producción, y todo en el modo embebido."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

from django.core.asgi import get_asgi_application

aplicacion_http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

application = ProtocolTypeRouter({"http": aplicacion_http})
