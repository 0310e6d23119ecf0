"""Puertas de las cajas: sus turnos, movimientos y Z, y lo que la página de la caja pregunta al abrir."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api import idempotencia
from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA, error
from inventario.base.api.filtros import leer
from inventario.base.api.negociacion import SinNegociar
from inventario.base.api.permisos import SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from inventario.base.errores import Conflicto
from inventario.base.fechas import dia_de
from inventario.base.models import Tienda
from ventas.consultas import condiciones_de_venta
from ventas.consultas.caja import cajas, turno_abierto_de, turnos_visibles
from ventas.models import MovimientoCaja, TurnoCaja
from ventas.recibo import z_a_escpos, z_a_pdf
from ventas.reglas.caja import DENOMINACIONES
from ventas.reglas.tipos import FormaPago
from ventas.serializers.caja import (
    ACTIVA,
    AjustesDeCajaSalida,
    CajaEdicion,
    CajaEntrada,
    CajaHechaSalida,
    CajaSalida,
    CierreDeTurnoEntrada,
    FiltroTurnos,
    MovimientoCajaEntrada,
    MovimientoCajaHechoSalida,
    TurnoConMensajeSalida,
    TurnoEntrada,
    TurnoSalida,
    ZSalida,
    un_movimiento,
    un_turno,
    un_z,
    una_caja,
)
from ventas.servicios import (
    TurnoNoExiste,
    abrir_turno,
    cerrar_turno,
    crear_caja,
    editar_caja,
    mover_efectivo,
)
from ventas.views import ejemplos_caja as ejemplos

TAG = ["caja"]


def _ejemplo(nombre: str, valor: dict[str, Any], estado: str = "200") -> OpenApiExample:
    return OpenApiExample(nombre, value=valor, response_only=True, status_codes=[estado])


class CajasVista(viewsets.ViewSet):
    def get_permissions(self) -> list[BasePermission]:
        return [SoloPersonal()] if self.action == "list" else [SoloAdministrador()]

    @extend_schema(
        summary="Las cajas, y quién tiene abierta cada una",
        responses={200: CajaSalida(many=True)},
        examples=[OpenApiExample("Una caja", value=[ejemplos.CAJA], response_only=True)],
        tags=TAG,
    )
    def list(self, request: Request) -> Response:
        return Response(CajaSalida(cajas(), many=True).data)

    @extend_schema(
        summary="Crear una caja",
        request=CajaEntrada,
        responses={201: CajaHechaSalida, 409: error("caja_repetida", "Ya hay una caja con ese nombre")},
        examples=[_ejemplo("Creada", ejemplos.CAJA_GUARDADA, "201")],
        tags=TAG,
    )
    def create(self, request: Request) -> Response:
        entrada = CajaEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        caja = crear_caja(actor=actor_de(request), ahora=timezone.now(), **entrada.validated_data)
        return Response(una_caja(caja), status=201)

    @extend_schema(
        summary="Cambiar el nombre o el estado de una caja",
        request=CajaEdicion,
        responses={200: CajaHechaSalida, 409: error("caja_en_uso", "La caja tiene un turno abierto")},
        examples=[_ejemplo("Cambiada", ejemplos.CAJA_GUARDADA)],
        tags=TAG,
    )
    def update(self, request: Request, id_caja: int) -> Response:
        entrada = CajaEdicion(data=request.data)
        entrada.is_valid(raise_exception=True)
        estado = entrada.validated_data.get("estado")
        caja = editar_caja(
            actor=actor_de(request), id_caja=id_caja, nombre=entrada.validated_data.get("nombre"),
            activa=None if estado is None else estado == ACTIVA, ahora=timezone.now(),
        )
        return Response(una_caja(caja))


class TurnosVista(viewsets.GenericViewSet[Any]):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Turnos de caja, del más nuevo al más viejo",
        description="Un Cajero ve los suyos. Ninguno dice cuánto efectivo debe haber.",
        parameters=[FiltroTurnos],
        responses={200: TurnoSalida(many=True)},
        examples=[OpenApiExample("Un turno", value=[ejemplos.TURNO], response_only=True)],
        tags=TAG,
    )
    def list(self, request: Request) -> Response:
        turnos = turnos_visibles(actor=actor_de(request), **leer(FiltroTurnos, request))
        return self.get_paginated_response(TurnoSalida(self.paginate_queryset(turnos), many=True).data)

    @extend_schema(
        summary="Abrir un turno",
        parameters=[CLAVE_IDEMPOTENCIA],
        request=TurnoEntrada,
        responses={
            201: TurnoConMensajeSalida,
            404: error("caja_no_existe", "La caja no existe"),
            409: error("caja_ocupada", "La caja ya tiene un turno abierto"),
        },
        examples=[
            OpenApiExample("Con fondo", value={"id_caja": 1, "fondo_inicial": 50_000}, request_only=True),
            _ejemplo("Abierto", ejemplos.TURNO_ABIERTO, "201"),
        ],
        tags=TAG,
    )
    def create(self, request: Request) -> Response:
        entrada = TurnoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request, abrir_turno, salida=un_turno, actor=actor_de(request), ahora=timezone.now(),
            **entrada.validated_data,
        )

    @extend_schema(
        summary="El turno que tengo abierto",
        responses={200: TurnoConMensajeSalida, 404: error("sin_turno", "No tiene un turno abierto")},
        examples=[_ejemplo("Abierto", ejemplos.TURNO_ABIERTO)],
        tags=TAG,
    )
    def actual(self, request: Request) -> Response:
        turno = turno_abierto_de(actor_de(request).usuario_id)
        if turno is None:
            raise TurnoNoExiste("No tiene un turno abierto", codigo="sin_turno")
        return Response(un_turno(turno))

    @extend_schema(
        summary="Un turno",
        responses={200: TurnoConMensajeSalida},
        examples=[_ejemplo("Abierto", ejemplos.TURNO_ABIERTO)],
        tags=TAG,
        description="Cuánto efectivo debe haber sólo lo dice su Z, cuando ya se contó.",
    )
    def retrieve(self, request: Request, id_turno: int) -> Response:
        return Response(un_turno(_turno(request, id_turno)))

    @extend_schema(
        summary="Anotar un ingreso o retiro de efectivo",
        parameters=[CLAVE_IDEMPOTENCIA],
        request=MovimientoCajaEntrada,
        responses={
            201: MovimientoCajaHechoSalida,
            409: error("turno_cerrado", "Ese turno de caja ya no está abierto"),
        },
        examples=[
            OpenApiExample(
                "Retiro", value={"tipo": "retiro", "monto": 100_000, "motivo": "A la caja fuerte"},
                request_only=True,
            ),
            _ejemplo("Anotado", ejemplos.MOVIMIENTO_ANOTADO, "201"),
        ],
        tags=TAG,
    )
    def mover(self, request: Request, id_turno: int) -> Response:
        entrada = MovimientoCajaEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        datos = entrada.validated_data
        return idempotencia.responder(
            request, mover_efectivo, salida=un_movimiento, actor=actor_de(request), id_turno=id_turno,
            tipo=MovimientoCaja.Tipo(datos["tipo"]), monto=datos["monto"], motivo=datos["motivo"],
            ahora=timezone.now(),
        )

    @extend_schema(
        summary="Contar y cerrar el turno",
        description=(
            "A ciegas: lo que debía haber y la diferencia aparecen por primera vez en esta respuesta, cuando "
            "el conteo ya quedó guardado. Lo cierra su cajero o un Administrador."
        ),
        parameters=[CLAVE_IDEMPOTENCIA],
        request=CierreDeTurnoEntrada,
        responses={200: ZSalida, 409: error("turno_cerrado", "Ese turno de caja ya no está abierto")},
        examples=[
            OpenApiExample(
                "Conteo", value={"conteo": {"20000": 3, "1000": 12, "100": 4}}, request_only=True
            ),
            OpenApiExample("Z", value=ejemplos.Z, response_only=True, status_codes=["200"]),
        ],
        tags=TAG,
    )
    def cerrar(self, request: Request, id_turno: int) -> Response:
        entrada = CierreDeTurnoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        return idempotencia.responder(
            request, cerrar_turno, salida=un_z, estado=200, actor=actor_de(request), id_turno=id_turno,
            ahora=timezone.now(), **entrada.validated_data,
        )


class InformesZVista(viewsets.ViewSet):
    """El Z de un turno ya cerrado; mientras está abierto no hay qué mostrar."""

    permission_classes = [SoloPersonal]
    content_negotiation_class = SinNegociar

    @extend_schema(
        summary="El informe Z de un turno",
        responses={200: ZSalida, 409: error("turno_abierto", "El turno aún no se cierra")},
        examples=[OpenApiExample("Z", value=ejemplos.Z, response_only=True, status_codes=["200"])],
        tags=TAG,
    )
    def retrieve(self, request: Request, id_turno: int) -> Response:
        return Response(un_z(_cerrado(request, id_turno)))

    @extend_schema(
        summary="El informe Z en PDF, para un rollo de 80 mm",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        tags=TAG,
    )
    def pdf(self, request: Request, id_turno: int) -> HttpResponse:
        return _archivo(_cerrado(request, id_turno), z_a_pdf, "application/pdf", "pdf")

    @extend_schema(
        summary="El informe Z en ESC/POS, para mandar tal cual a la impresora térmica",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        tags=TAG,
    )
    def escpos(self, request: Request, id_turno: int) -> HttpResponse:
        return _archivo(_cerrado(request, id_turno), z_a_escpos, "application/octet-stream", "escpos")


class AjustesDeCajaVista(viewsets.ViewSet):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Lo que la caja necesita saber de la tienda",
        responses={200: AjustesDeCajaSalida},
        examples=[OpenApiExample("Ajustes", value=ejemplos.AJUSTES, response_only=True)],
        tags=TAG,
    )
    def retrieve(self, request: Request) -> Response:
        tienda = Tienda.objects.get(pk=1)
        condiciones = condiciones_de_venta(dia_de(timezone.now()))
        return Response(AjustesDeCajaSalida({
            "msg": "Ajustes de la caja",
            "tienda": tienda,
            "exige_turno": tienda.exige_turno,
            "limite_descuento_cajero": tienda.limite_descuento_cajero,
            "permite_miscelaneo": tienda.permite_miscelaneo,
            "bloqueo_minutos": tienda.bloqueo_minutos,
            "pesos_por_punto": tienda.pesos_por_punto,
            "valor_punto": tienda.valor_punto,
            "formas_pago": [{"id_forma_pago": f.value, "nombre": f.nombre} for f in FormaPago],
            "tasa_iva": condiciones.tasa_iva,
            "denominaciones": DENOMINACIONES,
        }).data)


def _turno(request: Request, id_turno: int) -> TurnoCaja:
    turno = turnos_visibles(actor=actor_de(request)).filter(pk=id_turno).first()
    if turno is None:
        raise TurnoNoExiste
    return turno


def _cerrado(request: Request, id_turno: int) -> TurnoCaja:
    turno = _turno(request, id_turno)
    if turno.abierto:
        raise Conflicto("El turno aún no se cierra", codigo="turno_abierto")
    return turno


def _archivo(
    turno: TurnoCaja, imprimir: Callable[[TurnoCaja, Tienda], bytes], tipo: str, extension: str
) -> HttpResponse:
    return HttpResponse(
        imprimir(turno, Tienda.objects.get(pk=1)),
        content_type=tipo,
        headers={
            "Content-Disposition": f'inline; filename="z-{turno.caja_id}-{turno.numero_z}.{extension}"',
            "Cache-Control": "private, no-store",
        },
    )
