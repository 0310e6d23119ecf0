"""La venta que una caja tiene abierta: la ven los otros dispositivos de su usuario, y nadie la guarda.

De ella el proceso que atiende el socket recuerda sólo los precios que la caja muestra. En cada ronda, y
apenas se confirma un cambio de precio, los compara con los de la base y avisa por una notificación.
"""

import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.errores import Invalido
from inventario.base.fechas import dia_de
from inventario.base.formato import clp
from inventario.base.operacion import operacion
from productos.models import Producto
from registros.models import TipoRegistro
from registros.servicios import Entrada, registrar_varios
from usuarios.conexiones.base import en_base, leer_en_base
from usuarios.conexiones.central import VIGIAS, Central
from usuarios.conexiones.conexion import Conexion
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso, notificar

LINEAS_MAXIMO = 200
BYTES_MAXIMO = 32_768
"""Caben ``LINEAS_MAXIMO`` líneas con nombres largos."""

LARGO_NOMBRE = 120
ENTERO_MAXIMO = 2**53
"""Hasta aquí un número de JavaScript es exacto."""

ESTADOS = ("en_curso", "pagando", "pagada", "vacia")
CERRADA = frozenset({"pagada", "vacia"})
EN_EL_MENSAJE = 4
"""Cuántos productos nombra un aviso; los datos los traen todos."""


class VentaMuyGrande(Invalido):
    codigo = "venta_muy_grande"
    msg = f"La venta en curso no puede tener más de {LINEAS_MAXIMO} líneas"


class VentaInvalida(Invalido):
    codigo = "venta_invalida"
    msg = "La venta en curso está mal formada"


@dataclass(frozen=True, slots=True, kw_only=True)
class CambioDePrecio:
    """``antes`` (CLP) es lo que la caja muestra; ``ahora``, lo que una venta cobra."""

    producto_id: int
    nombre: str
    antes: int
    ahora: int


@dataclass(slots=True)
class _EnCaja:
    """Lo que una caja muestra (id de producto → CLP) y lo último que se le avisó."""

    precios: dict[int, int] = field(default_factory=dict)
    avisados: dict[int, int] = field(default_factory=dict)


_en_cajas: "weakref.WeakKeyDictionary[Conexion, _EnCaja]" = weakref.WeakKeyDictionary()


def leer_venta(datos: Mapping[str, Any]) -> dict[str, Any]:
    """La venta que publicó una caja, sólo con los campos del vocabulario.

    Raises:
        VentaMuyGrande: más de ``LINEAS_MAXIMO`` líneas.
        VentaInvalida: un campo falta o no es lo que debe; con el campo.
    """
    lineas = datos.get("lineas")
    if not isinstance(lineas, list):
        raise VentaInvalida(errores={"lineas": ["Debe ser una lista"]})
    if len(lineas) > LINEAS_MAXIMO:
        raise VentaMuyGrande
    if datos.get("estado") not in ESTADOS:
        raise VentaInvalida(errores={"estado": [f"Debe ser uno de: {', '.join(ESTADOS)}"]})
    venta = {
        "lineas": [_linea(linea) for linea in lineas],
        "total": _entero(datos, "total"),
        "estado": datos["estado"],
    }
    for campo in ("descuento", "pagado", "vuelto"):
        if datos.get(campo) is not None:
            venta[campo] = _entero(datos, campo)
    return venta


def anotar(conexion: Conexion, venta: Mapping[str, Any]) -> None:
    """Recuerda los precios que ``conexion`` muestra; una venta cerrada los olvida."""
    precios = {} if venta["estado"] in CERRADA else {
        linea["id_producto"]: linea["precio"]
        for linea in venta["lineas"]
        if linea["id_producto"] is not None and not linea.get("precio_manual")
    }
    if not precios:
        _en_cajas.pop(conexion, None)
        return
    en_caja = _en_cajas.setdefault(conexion, _EnCaja())
    en_caja.precios = precios
    en_caja.avisados = {
        pk: precio for pk, precio in en_caja.avisados.items() if pk in precios and precios[pk] != precio
    }


async def revisar_precios(central: Central) -> None:
    """Avisa a los usuarios de este proceso qué precios cambiaron; a lo más una consulta."""
    abiertas = [(c, en_caja) for c in central.abiertas() if (en_caja := _en_cajas.get(c)) is not None]
    ids = {pk for _, en_caja in abiertas for pk in en_caja.precios}
    if not ids:
        return
    ahora = timezone.now()
    vigentes = await leer_en_base(precios_vigentes, ids, hoy=dia_de(ahora))
    por_usuario: dict[int, dict[int, CambioDePrecio]] = {}
    nuevos: list[tuple[_EnCaja, CambioDePrecio]] = []
    for conexion, en_caja in abiertas:
        for cambio in _cambios(en_caja, vigentes):
            por_usuario.setdefault(conexion.usuario_id, {})[cambio.producto_id] = cambio
            nuevos.append((en_caja, cambio))
    if not por_usuario:
        return
    cambios = {usuario_id: list(suyos.values()) for usuario_id, suyos in por_usuario.items()}
    await en_base(avisar_cambios, cambios=cambios, ahora=ahora)
    for en_caja, cambio in nuevos:
        en_caja.avisados[cambio.producto_id] = cambio.ahora
    for usuario_id in cambios:
        central.pedir("notificaciones", usuario_id)


VIGIAS["precios"] = revisar_precios


def precios_vigentes(ids: Collection[int], *, hoy: date) -> dict[int, tuple[str, int]]:
    """Id → nombre y lo que una venta cobra hoy (CLP), en una consulta."""
    productos = Producto.objects.filter(pk__in=ids).select_related("descuento").con_precio(hoy)
    return {producto.pk: (producto.nombre, producto.precio_final(hoy)) for producto in productos}


@operacion
def avisar_cambios(*, cambios: Mapping[int, Sequence[CambioDePrecio]], ahora: datetime) -> None:
    """Una notificación a cada usuario (id) con los precios que le cambiaron, y su registro."""
    entradas = []
    for usuario_id, suyos in sorted(cambios.items()):
        nombrados = "; ".join(
            f"{c.nombre}: de {clp(c.antes)} a {clp(c.ahora)}" for c in suyos[:EN_EL_MENSAJE]
        )
        otros = len(suyos) - EN_EL_MENSAJE
        aviso = Aviso(
            tipo=Notificacion.Tipo.PRECIO,
            titulo="Cambió un precio" if len(suyos) == 1 else f"Cambiaron {len(suyos)} precios",
            mensaje=nombrados + (f"; y {otros} más" if otros > 0 else ""),
            datos={
                "productos": [
                    {
                        "id_producto": c.producto_id, "nombre": c.nombre,
                        "precio_anterior": c.antes, "precio_final": c.ahora,
                    }
                    for c in suyos
                ]
            },
        )
        notificar(usuarios=[usuario_id], avisos=[aviso], ahora=ahora)
        entradas.append(
            Entrada(
                tipo=TipoRegistro.PRECIO,
                mensaje=f"Se avisó en la caja: {aviso.titulo.lower()}",
                objeto=("usuario", usuario_id),
                cambios={c.nombre: (c.antes, c.ahora) for c in suyos},
            )
        )
    registrar_varios(actor=Actor.sistema(puerta=Puerta.SOCKET), entradas=entradas, ahora=ahora)


def _cambios(en_caja: _EnCaja, vigentes: Mapping[int, tuple[str, int]]) -> list[CambioDePrecio]:
    return [
        CambioDePrecio(producto_id=pk, nombre=vigentes[pk][0], antes=precio, ahora=vigentes[pk][1])
        for pk, precio in en_caja.precios.items()
        if pk in vigentes and vigentes[pk][1] not in (precio, en_caja.avisados.get(pk))
    ]


def _linea(linea: Any) -> dict[str, Any]:
    if not isinstance(linea, Mapping):
        raise VentaInvalida(errores={"lineas": ["Cada línea debe ser un objeto"]})
    nombre, cantidad = linea.get("nombre"), linea.get("cantidad")
    if not isinstance(nombre, str):
        raise VentaInvalida(errores={"nombre": ["Falta el nombre del producto"]})
    if not isinstance(cantidad, int | float) or isinstance(cantidad, bool):
        raise VentaInvalida(errores={"cantidad": ["Debe ser un número"]})
    # También deja fuera NaN, que no es mayor que nada.
    if not 0 < cantidad <= ENTERO_MAXIMO:
        raise VentaInvalida(errores={"cantidad": ["Debe ser un número mayor que cero"]})
    limpia = {
        "id_producto": None if linea.get("id_producto") is None else _entero(linea, "id_producto"),
        "nombre": nombre[:LARGO_NOMBRE],
        "cantidad": cantidad,
        "precio": _entero(linea, "precio"),
        "subtotal": _entero(linea, "subtotal"),
    }
    if linea.get("precio_manual") is True:
        limpia["precio_manual"] = True
    return limpia


def _entero(datos: Mapping[str, Any], campo: str) -> int:
    valor = datos.get(campo)
    if not isinstance(valor, int) or isinstance(valor, bool) or not 0 <= valor <= ENTERO_MAXIMO:
        raise VentaInvalida(errores={campo: ["Debe ser un entero, cero o más"]})
    return valor
