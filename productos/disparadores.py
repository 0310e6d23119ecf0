"""La base misma cuenta el catálogo (``TotalProductos``), entre un producto por donde entre.

Sólo al agregar y al borrar: de cambiar una fila no se entera, y así una venta, que cambia su stock, no paga
nada (en MariaDB un disparador de UPDATE le costaba 10 µs por producto).
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from inventario.base import disparadores

PRODUCTO = "productos_producto"
TOTAL = "productos_totalproductos"

_SI_YA_ESTA = {"sqlite": "ON CONFLICT (id) DO UPDATE SET", "mysql": "ON DUPLICATE KEY UPDATE"}


def _sentencias(vendor: str) -> dict[str, str]:
    # Sólo nombres de tablas de este módulo entran en el SQL: nada de afuera.
    sumar = f"INSERT INTO {TOTAL} (id, cuantos) VALUES (1, 1) {_SI_YA_ESTA[vendor]} cuantos = cuantos + 1"  # noqa: S608
    restar = f"UPDATE {TOTAL} SET cuantos = cuantos - 1 WHERE id = 1"  # noqa: S608
    forma = {
        "sqlite": "CREATE TRIGGER {nombre} AFTER {operacion} ON {tabla} FOR EACH ROW BEGIN {hacer}; END",
        "mysql": "CREATE TRIGGER {nombre} AFTER {operacion} ON {tabla} FOR EACH ROW {hacer}",
    }[vendor]
    return {
        nombre: forma.format(nombre=nombre, operacion=operacion, tabla=PRODUCTO, hacer=hacer)
        for nombre, operacion, hacer in (
            ("producto_se_cuenta", "INSERT", sumar), ("producto_se_descuenta", "DELETE", restar)
        )
    }


def faltantes(conexion: BaseDatabaseWrapper) -> set[str]:
    """Nombres de los que la base debería tener y no tiene."""
    return disparadores.faltantes(conexion, _sentencias(conexion.vendor))


def poner(conexion: BaseDatabaseWrapper) -> None:
    """Crea los que falten; si faltaba alguno, lo que entró sin él no se contó, y se cuenta todo otra vez."""
    if disparadores.crear(conexion, _sentencias(conexion.vendor)):
        recontar(conexion)


def quitar(conexion: BaseDatabaseWrapper) -> None:
    disparadores.quitar(conexion, _sentencias(conexion.vendor))


def recontar(conexion: BaseDatabaseWrapper) -> None:
    """Deja el total como es, aunque otros estén agregando: primero bloquea su fila y después cuenta.

    Quien agrega toma esa fila en la misma sentencia: o ya confirmó y se ve, o espera y suma después.
    """
    igual = f"{_SI_YA_ESTA[conexion.vendor]} cuantos = cuantos"
    with transaction.atomic(using=conexion.alias), conexion.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TOTAL} (id, cuantos) VALUES (1, 0) {igual}")  # noqa: S608
        cursor.execute(f"SELECT COUNT(*) FROM {PRODUCTO}")  # noqa: S608
        cursor.execute(f"UPDATE {TOTAL} SET cuantos = %s WHERE id = 1", cursor.fetchone())  # noqa: S608
