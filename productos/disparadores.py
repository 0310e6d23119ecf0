"""Lo que del catálogo lleva la base misma, entre por donde entre un producto o un código.

- El total (``TotalProductos``). Sólo al agregar y al borrar: de cambiar una fila no se entera, y así una
  venta, que cambia su stock, no paga nada (en MariaDB un disparador de UPDATE le costaba 10 µs por producto).
- Los códigos de cada producto, en su misma fila: buscarlos era más de un cuarto de lo que la base tardaba en
  leer un código.
- El último de sus precios, y desde cuándo, también ahí: buscarlo por producto era un vigésimo de lo que la
  base hacía en una venta.
"""

from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from inventario.base.disparadores import Disparadores

PRODUCTO = "productos_producto"
CODIGO = "productos_codigobarras"
PRECIO = "productos_precio"
TOTAL = "productos_totalproductos"

_SI_YA_ESTA = {"sqlite": "ON CONFLICT (id) DO UPDATE SET", "mysql": "ON DUPLICATE KEY UPDATE"}
_FORMA = {
    "sqlite": "CREATE TRIGGER {nombre} AFTER {operacion} ON {tabla} FOR EACH ROW BEGIN {hacer}; END",
    "mysql": "CREATE TRIGGER {nombre} AFTER {operacion} ON {tabla} FOR EACH ROW {hacer}",
}
# Sólo nombres de tablas de este módulo entran en el SQL: nada de afuera.
_SUYOS = f"FROM {CODIGO} c WHERE c.producto_id = {PRODUCTO}.id AND c.principal"
_COPIAR_CODIGOS = (
    f"UPDATE {PRODUCTO} SET codigo_principal = (SELECT c.codigo {_SUYOS} = 1),"  # noqa: S608
    f" otros_codigos = (SELECT GROUP_CONCAT(c.codigo) {_SUYOS} IS NULL)"
)
_EL_ULTIMO = f"FROM {PRECIO} p WHERE p.producto_id = {PRODUCTO}.id ORDER BY p.desde DESC, p.id DESC LIMIT 1"
_COPIAR_PRECIO = (
    f"UPDATE {PRODUCTO} SET ultimo_precio = (SELECT p.precio {_EL_ULTIMO}),"  # noqa: S608
    f" ultimo_precio_desde = (SELECT p.desde {_EL_ULTIMO})"
)


def _crear(vendor: str, tabla: str, pasos: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """De nombre → (operación, qué hace) a nombre → su ``CREATE TRIGGER``."""
    return {
        nombre: _FORMA[vendor].format(nombre=nombre, operacion=operacion, tabla=tabla, hacer=hacer)
        for nombre, (operacion, hacer) in pasos.items()
    }


def _contar(vendor: str) -> dict[str, str]:
    sumar = f"INSERT INTO {TOTAL} (id, cuantos) VALUES (1, 1) {_SI_YA_ESTA[vendor]} cuantos = cuantos + 1"  # noqa: S608
    restar = f"UPDATE {TOTAL} SET cuantos = cuantos - 1 WHERE id = 1"  # noqa: S608
    return _crear(vendor, PRODUCTO, {
        "producto_se_cuenta": ("INSERT", sumar), "producto_se_descuenta": ("DELETE", restar),
    })


def _copiar(que: str, tabla: str, copiar: str, vendor: str) -> dict[str, str]:
    return _crear(vendor, tabla, {
        f"{que}_se_copia": ("INSERT", f"{copiar} WHERE id = NEW.producto_id"),
        f"{que}_se_vuelve_a_copiar": ("UPDATE", f"{copiar} WHERE id IN (OLD.producto_id, NEW.producto_id)"),
        f"{que}_se_olvida": ("DELETE", f"{copiar} WHERE id = OLD.producto_id"),
    })


def recontar(conexion: BaseDatabaseWrapper) -> None:
    """Deja el total como es, aunque otros estén agregando: primero bloquea su fila y después cuenta.

    Quien agrega toma esa fila en la misma sentencia: o ya confirmó y se ve, o espera y suma después.
    """
    igual = f"{_SI_YA_ESTA[conexion.vendor]} cuantos = cuantos"
    with transaction.atomic(using=conexion.alias), conexion.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TOTAL} (id, cuantos) VALUES (1, 0) {igual}")  # noqa: S608
        cursor.execute(f"SELECT COUNT(*) FROM {PRODUCTO}")  # noqa: S608
        cursor.execute(f"UPDATE {TOTAL} SET cuantos = %s WHERE id = 1", cursor.fetchone())  # noqa: S608


def _copiar_todo(copiar: str, conexion: BaseDatabaseWrapper) -> None:
    with conexion.cursor() as cursor:
        cursor.execute(copiar)


EL_TOTAL = Disparadores(_contar, recontar)
LOS_CODIGOS = Disparadores(
    partial(_copiar, "codigo", CODIGO, _COPIAR_CODIGOS), partial(_copiar_todo, _COPIAR_CODIGOS)
)
EL_PRECIO = Disparadores(
    partial(_copiar, "precio", PRECIO, _COPIAR_PRECIO), partial(_copiar_todo, _COPIAR_PRECIO)
)
TODO = (EL_TOTAL, LOS_CODIGOS, EL_PRECIO)


def faltantes(conexion: BaseDatabaseWrapper) -> set[str]:
    """Nombres de los disparadores que la base debería tener y no tiene."""
    return set().union(*(unos.faltantes(conexion) for unos in TODO))


def poner(conexion: BaseDatabaseWrapper) -> None:
    """Crea los que falten, y rehace lo que sin ellos no se llevó."""
    for unos in TODO:
        unos.poner(conexion)


def rehacer(conexion: BaseDatabaseWrapper) -> None:
    """Deja como es todo lo que la base lleva del catálogo."""
    for unos in TODO:
        unos.rehacer(conexion)


def quitar(conexion: BaseDatabaseWrapper) -> None:
    for unos in TODO:
        unos.quitar(conexion)
