"""El catálogo que la caja guarda para vender sin red."""

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloPersonal
from productos.consultas.caja import catalogo_de_caja
from productos.serializers.caja import CatalogoDeCajaSalida, FiltroCatalogo

EJEMPLO = {
    "msg": "Catálogo de la caja",
    "marca": "1795532400-88120",
    "completo": False,
    "productos": [
        {
            "id_producto": 31, "codigos": ["2000000000015"], "nombre": "Arroz grado 1, 1 kg",
            "categoria": "Abarrotes", "precio_venta": 1_190, "precio_final": 1_190, "descuento": None,
            "stock": 20, "unidad": "un", "exento": False,
        }
    ],
    "retirados": [77],
}


# Con miles de productos, comprimido pesa la décima parte; no lleva secretos que medir por su largo.
@method_decorator(gzip_page, name="dispatch")
class CatalogoDeCajaVista(viewsets.ViewSet):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="El catálogo para vender sin red, entero o lo que cambió",
        description=(
            "Sin `desde`, todo lo que se vende, en una respuesta comprimida. Con la `marca` anterior, lo que "
            "cambió desde entonces; de un día para otro viene todo otra vez: los precios rigen por día."
        ),
        parameters=[FiltroCatalogo],
        responses={200: CatalogoDeCajaSalida},
        examples=[OpenApiExample("Lo que cambió", value=EJEMPLO, response_only=True)],
        tags=["caja"],
    )
    def retrieve(self, request: Request) -> Response:
        filtro = leer(FiltroCatalogo, request)
        catalogo = catalogo_de_caja(desde=filtro.get("desde", ""), ahora=timezone.now())
        return Response(CatalogoDeCajaSalida(catalogo).data)
