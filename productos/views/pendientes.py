"""Los códigos que nadie conocía: enviarlos, mirarlos y resolverlos."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.esquema import error
from inventario.base.api.filtros import leer
from inventario.base.api.lectura import LectorJSON
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from productos import ejemplos
from productos.consultas.pendientes import pendientes_visibles
from productos.models import FotoPendiente, ProductoPendiente
from productos.serializers.pendientes import (
    AprobacionEntrada,
    FiltroPendientes,
    PendienteConMensaje,
    PendienteEntrada,
    PendienteSalida,
    RechazoEntrada,
)
from productos.servicios import (
    PendienteNoExiste,
    aprobar_pendiente,
    enviar_pendiente,
    preparar_foto,
    rechazar_pendiente,
)

NO_EXISTE = error("pendiente_no_existe", "Ese producto pendiente no existe")
RESUELTO = error("pendiente_resuelto", "Ese producto ya está aprobado")
UN_DIA_S = 24 * 3600
ENVIO: dict[str, Any] = {
    campo: ejemplos.PENDIENTE[campo] for campo in ("codigo_barras", "nombre", "precio_sugerido")
}


def _ejemplo(nombre: str, msg: str, codigo: str = "200", **cambios: Any) -> OpenApiExample:
    valor = {"msg": msg, **ejemplos.PENDIENTE, **cambios}
    return OpenApiExample(nombre, value=valor, response_only=True, status_codes=[codigo])


APROBADO: dict[str, Any] = {
    "estado": "aprobado", "resuelto_por": "Ana Araya", "resuelto_en": "2026-11-24T12:30:00-03:00",
    "id_producto": 151,
}
RECHAZADO: dict[str, Any] = {
    "estado": "rechazado", "resuelto_por": "Ana Araya", "resuelto_en": "2026-11-24T12:30:00-03:00",
    "motivo": "No lo vendemos",
}


class PendientesVista(viewsets.GenericViewSet[ProductoPendiente]):
    """Productos pendientes de aprobación."""

    permission_classes = [SoloPersonal]
    parser_classes = [LectorJSON, MultiPartParser]

    @extend_schema(
        summary="Productos pendientes, del más nuevo al más viejo",
        parameters=[FiltroPendientes],
        responses={200: PendienteSalida(many=True)},
        examples=[OpenApiExample("Uno", value=[ejemplos.PENDIENTE], response_only=True)],
        tags=["productos pendientes"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(pendientes_visibles(**leer(FiltroPendientes, request)))
        return self.get_paginated_response(PendienteSalida(pagina, many=True).data)

    @extend_schema(
        summary="Enviar a aprobar un código que nadie conoce",
        description=(
            "Con su foto, en `multipart/form-data`. Enviar de nuevo un código que ya espera lo completa y "
            "responde 200: no se duplica, y se avisa a los Administradores sólo la primera vez."
        ),
        request={"multipart/form-data": PendienteEntrada, "application/json": PendienteEntrada},
        responses={
            201: PendienteConMensaje,
            200: PendienteConMensaje,
            409: error("codigo_conocido", "Ese código ya es de Azúcar granulada 1 kg", id_producto=12),
        },
        examples=[
            OpenApiExample("Sin foto", value=ENVIO, request_only=True),
            _ejemplo("Enviado", "Enviado: espera la aprobación de un Administrador", "201"),
            _ejemplo("Ya esperaba", "Ya esperaba aprobación: se completó"),
        ],
        tags=["productos pendientes"],
    )
    def create(self, request: Request) -> Response:
        entrada = PendienteEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        foto = datos.get("foto")
        envio = enviar_pendiente(
            codigo=datos["codigo_barras"],
            nombre=datos["nombre"],
            precio_sugerido=datos.get("precio_sugerido"),
            foto=preparar_foto(foto.read()) if foto else None,
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        if envio.nuevo:
            msg = "Enviado: espera la aprobación de un Administrador"
            return _responder(envio.pendiente.pk, msg, status.HTTP_201_CREATED)
        return _responder(envio.pendiente.pk, "Ya esperaba aprobación: se completó")


class PendienteVista(viewsets.ViewSet):
    """Uno de ellos."""

    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Un producto pendiente",
        responses={200: PendienteConMensaje, 404: NO_EXISTE},
        examples=[_ejemplo("Uno", "Producto pendiente")],
        tags=["productos pendientes"],
    )
    def retrieve(self, request: Request, id_pendiente: int) -> Response:
        return _responder(id_pendiente, "Producto pendiente")

    @extend_schema(
        summary="La foto de un producto pendiente",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY, 404: NO_EXISTE},
        tags=["productos pendientes"],
    )
    def foto(self, request: Request, id_pendiente: int) -> HttpResponse:
        foto = FotoPendiente.objects.filter(pk=id_pendiente).first()
        if foto is None:
            raise PendienteNoExiste("Ese producto pendiente no tiene foto")
        respuesta = HttpResponse(bytes(foto.jpeg), content_type="image/jpeg")
        respuesta["Cache-Control"] = f"private, max-age={UN_DIA_S}"
        return respuesta


class ResolucionVista(viewsets.ViewSet):
    """Lo que un Administrador decide."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Aprobar un producto pendiente: se crea con el código que se leyó",
        request=AprobacionEntrada,
        responses={
            200: PendienteConMensaje,
            404: NO_EXISTE,
            409: error("codigo_duplicado", "Ese código de barras ya es de otro producto"),
        },
        examples=[
            OpenApiExample(
                "Con su categoría y precio", request_only=True,
                value={"categoria": "Abarrotes", "precio_venta": 1090, "stock": 12},
            ),
            _ejemplo("Aprobado", "Aprobado: ya se vende por su código", **APROBADO),
        ],
        tags=["productos pendientes"],
    )
    def aprobar(self, request: Request, id_pendiente: int) -> Response:
        entrada = AprobacionEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        aprobar_pendiente(
            pendiente_id=id_pendiente,
            ficha=entrada.validated_data,
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _responder(id_pendiente, "Aprobado: ya se vende por su código")

    @extend_schema(
        summary="Rechazar un producto pendiente",
        request=RechazoEntrada,
        responses={200: PendienteConMensaje, 404: NO_EXISTE, 409: RESUELTO},
        examples=[
            OpenApiExample("No va", value={"motivo": "No lo vendemos"}, request_only=True),
            _ejemplo("Rechazado", "Rechazado", **RECHAZADO),
        ],
        tags=["productos pendientes"],
    )
    def rechazar(self, request: Request, id_pendiente: int) -> Response:
        entrada = RechazoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        rechazar_pendiente(
            pendiente_id=id_pendiente,
            motivo=entrada.validated_data["motivo"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _responder(id_pendiente, "Rechazado")


def _responder(id_pendiente: int, msg: str, estado: int = status.HTTP_200_OK) -> Response:
    pendiente = pendientes_visibles().filter(pk=id_pendiente).first()
    if pendiente is None:
        raise PendienteNoExiste
    return Response({"msg": msg, **PendienteSalida(pendiente).data}, status=estado)
