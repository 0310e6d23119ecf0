"""Las direcciones del producto y una vista de DRF que no hace nada: el piso del servidor."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventario import urls
from inventario.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Trivial(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def get(self, request: Request) -> Response:
        return Response({"msg": "hola"})


urlpatterns = [path("trivial", Trivial.as_view()), *urls.urlpatterns]
