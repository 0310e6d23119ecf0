"""La lectura de un código de barras: la sesión de quien pide y el producto, en una sola ida a la base."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from rest_framework.request import Request

from inventario.base.fechas import dia_de
from inventario.base.preparada import con_otra
from productos.consultas import POR_CLAVE, Encontrado, producto_por_codigo, producto_por_etiqueta
from productos.models import Producto
from productos.reglas import clave_o_nada
from usuarios.autenticacion import SESION_BREVE, buscar_sesion
from usuarios.models import Sesion

LEE = ("GET", "HEAD")
_ATRIBUTO = "_lectura_de_codigo"


@dataclass(frozen=True, slots=True)
class _Lectura:
    hoy: date
    exacto: Producto | None


def sesion_y_producto(sesion_id: uuid.UUID, request: Request) -> Sesion | None:
    """La sesión, y de paso el producto de ``codigo``: la vista lo mira después, si dejan pasar."""
    clave = clave_o_nada(request.parser_context["kwargs"]["codigo"])
    if clave is None or request.method not in LEE:
        return buscar_sesion(sesion_id, request)
    hoy = dia_de(timezone.now())
    sesion, producto = con_otra(
        (SESION_BREVE, {"sesion": sesion_id}), (POR_CLAVE, {"clave": clave, "hoy": hoy})
    )
    setattr(request, _ATRIBUTO, _Lectura(hoy, producto))
    return sesion


def leido(request: Request, codigo: str) -> tuple[date, Encontrado | None]:
    """El día con que se leyó ``codigo`` y lo que nombra; si no vino con la sesión, se busca ahora."""
    lectura: _Lectura | None = getattr(request, _ATRIBUTO, None)
    if lectura is None:
        hoy = dia_de(timezone.now())
        return hoy, producto_por_codigo(codigo, hoy=hoy)
    if lectura.exacto is not None:
        return lectura.hoy, Encontrado(producto=lectura.exacto)
    return lectura.hoy, producto_por_etiqueta(codigo, hoy=lectura.hoy)
