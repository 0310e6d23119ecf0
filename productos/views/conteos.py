"""El inventario físico en la API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api import idempotencia
from inventario.base.api.campos import a_numero
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, MensajeSalida, error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from productos import ejemplos
from productos.consultas.conteos import Contado, conteos_visibles, diferencias_de
from productos.models import ConteoInventario, LecturaConteo
from productos.serializers.conteos import (
    CierreConteoEntrada,
    CierreConteoSalida,
    ConteoConMensaje,
    ConteoEntrada,
    ConteoSalida,
    DiferenciaSalida,
    FiltroDiferencias,
    LecturaEntrada,
    LecturaSalida,
    TerminoConteoEntrada,
)
from productos.servicios import abrir_conteo, anular_conteo, cerrar_conteo, leer_en_conteo
from productos.servicios.conteos import ConteoNoExiste

NO_EXISTE = error("conteo_no_existe", "Ese conteo no existe")
TERMINADO = error("conteo_terminado", "Ese conteo ya terminó")


def _ejemplo(nombre: str, valor: Any, estado: str = "200") -> OpenApiExample:
    return OpenApiExample(nombre, value=valor, response_only=True, status_codes=[estado])


def _conteo(conteo_id: int) -> ConteoInventario:
    conteo = conteos_visibles().filter(pk=conteo_id).first()
    if conteo is None:
        raise ConteoNoExiste
    return conteo


class ConteosVista(viewsets.GenericViewSet[ConteoInventario]):
    """Conteos de inventario."""

    def get_permissions(self) -> list[BasePermission]:
        return [SoloAdministrador()] if self.action == "create" else [SoloPersonal()]

    @extend_schema(
        summary="Conteos, del más nuevo al más viejo",
        responses={200: ConteoSalida(many=True)},
        examples=[_ejemplo("Uno", [ejemplos.CONTEO])],
        tags=["inventario físico"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(conteos_visibles())
        return self.get_paginated_response(ConteoSalida(pagina, many=True).data)

    @extend_schema(
        summary="Un conteo",
        responses={200: ConteoConMensaje, 404: NO_EXISTE},
        examples=[_ejemplo("Uno", {"msg": "Conteo encontrado", **ejemplos.CONTEO})],
        tags=["inventario físico"],
    )
    def retrieve(self, request: Request, id_conteo: int) -> Response:
        return Response({"msg": "Conteo encontrado", **ConteoSalida(_conteo(id_conteo)).data})

    @extend_schema(
        summary="Abrir un conteo, de una categoría o de todo",
        request=ConteoEntrada,
        responses={
            201: ConteoConMensaje,
            409: error("conteo_sobrepuesto", "Hay otro conteo abierto que incluye esos productos"),
        },
        examples=[
            OpenApiExample(
                "Lácteos",
                value={"nombre": "Lácteos de noviembre", "categoria": "Lácteos"},
                request_only=True,
            ),
            _ejemplo("Abierto", {"msg": "Conteo abierto", **ejemplos.CONTEO}, "201"),
        ],
        tags=["inventario físico"],
    )
    def create(self, request: Request) -> Response:
        entrada = ConteoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        conteo = abrir_conteo(
            actor=actor_de(request), ahora=timezone.now(), **entrada.validated_data
        )
        cuerpo = {"msg": "Conteo abierto", **ConteoSalida(_conteo(conteo.pk)).data}
        return Response(cuerpo, status=status.HTTP_201_CREATED)


class LecturasVista(viewsets.ViewSet):
    """Lo que los teléfonos leen de los estantes."""

    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Anotar lo contado de un producto",
        description="Se agrega: varios teléfonos leen a la vez y nada se pisa.",
        parameters=[CLAVE_IDEMPOTENCIA],
        request=LecturaEntrada,
        responses={201: LecturaSalida, 404: NO_EXISTE, 409: TERMINADO},
        examples=[
            OpenApiExample(
                "Seis", value={"codigo_barras": "7801234567894", "cantidad": 6}, request_only=True
            ),
            OpenApiExample(
                "Contar de nuevo",
                value={"codigo_barras": "7801234567894", "cantidad": 18, "desde_cero": True},
                request_only=True,
            ),
            _ejemplo("Anotado", {"msg": "Yogur natural: van 18", **ejemplos.LECTURA}, "201"),
        ],
        tags=["inventario físico"],
    )
    def create(self, request: Request, id_conteo: int) -> Response:
        entrada = LecturaEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        return idempotencia.responder(
            request,
            leer_en_conteo,
            salida=_lectura,
            conteo_id=id_conteo,
            codigo=datos["codigo_barras"],
            cantidad=datos["cantidad"],
            desde_cero=datos["desde_cero"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )


class DiferenciasVista(viewsets.GenericViewSet[ConteoInventario]):
    """Lo contado contra el sistema."""

    permission_classes = [SoloAdministrador]
    pagination_class = None

    @extend_schema(
        summary="Las diferencias de un conteo, de la que más pierde a la que más gana",
        parameters=[FiltroDiferencias],
        responses={200: DiferenciaSalida(many=True), 404: NO_EXISTE},
        examples=[_ejemplo("Faltan dos", [ejemplos.DIFERENCIA])],
        tags=["inventario físico"],
    )
    def list(self, request: Request, id_conteo: int) -> Response:
        filas = diferencias_de(_conteo(id_conteo), **leer(FiltroDiferencias, request))
        salida = DiferenciaSalida(filas, many=True).data
        return Response(salida, headers={"X-Total-Count": str(len(filas))})


class CierreVista(viewsets.ViewSet):
    """El fin de un conteo."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Cerrar un conteo: sus diferencias van al kardex",
        request=CierreConteoEntrada,
        responses={
            200: CierreConteoSalida,
            404: NO_EXISTE,
            409: error(
                "cuenta_imposible",
                "Vuelva a contar estos productos",
                {"12": ["Yogur natural: desde que se contó salió más de lo que había"]},
            ),
        },
        examples=[
            OpenApiExample("Mensual", value={"motivo": "Conteo mensual"}, request_only=True),
            _ejemplo(
                "Cerrado", {"msg": "Conteo cerrado", "ajustados": 3, "diferencia_clp": -4210}
            ),
        ],
        tags=["inventario físico"],
    )
    def cerrar(self, request: Request, id_conteo: int) -> Response:
        entrada = CierreConteoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        cierre = cerrar_conteo(
            conteo_id=id_conteo,
            actor=actor_de(request),
            ahora=timezone.now(),
            **entrada.validated_data,
        )
        return Response(
            {"msg": "Conteo cerrado", "ajustados": cierre.ajustados, "diferencia_clp": cierre.clp}
        )

    @extend_schema(
        summary="Anular un conteo: el stock queda como está",
        request=TerminoConteoEntrada,
        responses={200: MensajeSalida, 404: NO_EXISTE, 409: TERMINADO},
        examples=[
            OpenApiExample("Por error", value={"motivo": "Se abrió por error"}, request_only=True),
            _ejemplo("Anulado", {"msg": "Conteo anulado"}),
        ],
        tags=["inventario físico"],
    )
    def anular(self, request: Request, id_conteo: int) -> Response:
        entrada = TerminoConteoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        anular_conteo(
            conteo_id=id_conteo,
            motivo=entrada.validated_data["motivo"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return Response({"msg": "Conteo anulado"})


def _lectura(leido: tuple[LecturaConteo, Contado]) -> dict[str, Any]:
    lectura, contado = leido
    van = a_numero(contado.cantidad)
    return {
        "msg": f"{lectura.producto.nombre}: van {van}",
        "id_lectura": lectura.pk,
        "id_producto": lectura.producto_id,
        "nombre": lectura.producto.nombre,
        "cantidad": a_numero(lectura.cantidad),
        "contado": van,
    }
