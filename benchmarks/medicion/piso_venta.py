"""El piso de una venta: las mismas filas en SQL a mano por mysqlclient, sin nada más que calcular.

    python benchmarks/medicion/piso_venta.py PUERTO BASE CAJERO PRODUCTO_MENOR

Lee órdenes de la entrada, ``SEGUNDOS LINEAS CALIENTES SEMILLA``, y contesta cuántas ventas hizo en ese rato.
"""

import json
import random
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

import MySQLdb

PRODUCTOS = 50_000
CALIENTES = 8

_VENTA = (
    "emisor_rut, tipo_dte, afecto, exento, neto, iva, total, fecha_venta, cajero_id, nombre_cajero,"
    " nombre_cliente, tipo_documento, numero_documento, porcentaje, subtotal, forma_pago, puntos_ganados,"
    " devuelto"
)
_DETALLE = (
    "venta_id, numero, producto_id, nombre, descripcion, fecha_vencimiento, codigo, unidad, cantidad,"
    " precio_lista, descuento, precio_unitario, subtotal, total, costo_unitario, exenta, tasa_iva,"
    " cantidad_devuelta"
)
_KARDEX = (
    "producto_id, tipo, cantidad, stock_resultante, costo_unitario, costo_promedio, valor,"
    " valor_resultante, documento_tipo, documento_id, usuario_id, motivo, fecha"
)
_REGISTRO = (
    "mensaje, descripcion, tipo, fecha_y_hora, usuario_id, externo, objeto_tipo, objeto_id, cambios, puerta,"
    " ip, dispositivo, peticion_id, busqueda, sal"
)
_SUMA = ", ".join(
    f"{c} = {c} + VALUES({c})" for c in ("milesimas", "vendido", "devuelto", "sin_iva", "costo")
)
_SUMA_DIA = ", ".join(
    f"{c} = {c} + VALUES({c})"
    for c in ("ventas", "lineas", "devoluciones", "vendido", "devuelto", "sin_iva", "costo")
)
_SUMA_HORA = ", ".join(
    f"{c} = {c} + VALUES({c})"
    for c in ("ventas", "devoluciones", "vendido", "devuelto", "sin_iva", "exento", "iva", "costo", "pagado")
)


def elegir(azar: random.Random, menor: int, lineas: int, *, calientes: bool) -> list[int]:
    """Los productos de una venta, distintos; si ``calientes``, de los mismos ocho para todos."""
    if calientes:
        return [menor + n for n in azar.sample(range(CALIENTES), lineas)]
    return [menor + n for n in azar.sample(range(PRODUCTOS), lineas)]


def insertar(cursor: Any, tabla: str, columnas: str, filas: list[tuple[Any, ...]], tras: str = "") -> None:
    una = f"({', '.join(['%s'] * len(filas[0]))})"
    cursor.execute(
        f"INSERT INTO {tabla} ({columnas}) VALUES {', '.join([una] * len(filas))}{tras}",
        [valor for fila in filas for valor in fila],
    )


def vender(conexion: Any, cajero: int, ids: list[int]) -> None:
    """Una venta de una unidad de cada producto, pagada con débito."""
    cursor = conexion.cursor()
    ids = sorted(ids)
    ahora = datetime.now(UTC).replace(tzinfo=None)
    marcas = ", ".join(["%s"] * len(ids))
    cursor.execute("START TRANSACTION")
    cursor.execute(
        "SELECT id, nombre, unidad, precio_venta, costo_promedio, stock, valor_stock"
        f" FROM productos_producto WHERE id IN ({marcas}) ORDER BY id FOR UPDATE",
        ids,
    )
    productos = cursor.fetchall()
    total = sum(p[3] for p in productos)
    neto = (200 * total + 119) // 238
    insertar(cursor, "ventas_venta", _VENTA, [(
        "761920839", 39, total, 0, neto, total - neto, total, ahora, cajero, "Medición", "", 1, "", 0,
        total, 3, 0, 0,
    )])
    venta = cursor.lastrowid
    insertar(cursor, "ventas_detalleventa", _DETALLE, [
        (venta, n, p[0], p[1], "", None, f"P{p[0]:08}", p[2], 1, p[3], 0, p[3], p[3], p[3], p[4], 0, 19, 0)
        for n, p in enumerate(productos, start=1)
    ])
    cursor.execute(
        "INSERT INTO ventas_pago (venta_id, forma_pago, monto, redondeo, vuelto, puntos)"
        " VALUES (%s, 3, %s, 0, 0, 0)",
        [venta, total],
    )
    quedan = [(p[0], p[5] - 1, p[4], p[6] - p[4]) for p in productos]
    casos = " ".join(["WHEN %s THEN %s"] * len(ids))
    cursor.execute(
        f"UPDATE productos_producto SET stock = CASE id {casos} END, valor_stock = CASE id {casos} END"
        f" WHERE id IN ({marcas})",
        [*(v for q in quedan for v in (q[0], q[1])), *(v for q in quedan for v in (q[0], q[3])), *ids],
    )
    insertar(cursor, "productos_movimientostock", _KARDEX, [
        (q[0], "venta", -1, q[1], q[2], q[2], -q[2], q[3], "venta", venta, cajero, "", ahora) for q in quedan
    ])
    dia, hora, costo = ahora.date(), ahora.hour, int(sum(p[4] for p in productos))
    insertar(
        cursor, "ventas_resumenproducto", "dia, producto_id, milesimas, vendido, devuelto, sin_iva, costo",
        [(dia, p[0], 1000, p[3], 0, p[3] * 100 // 119, int(p[4])) for p in productos],
        f" ON DUPLICATE KEY UPDATE {_SUMA}",
    )
    insertar(
        cursor, "ventas_conteoventas",
        "dia, cajero_id, ventas, lineas, devoluciones, vendido, devuelto, sin_iva, costo",
        [(dia, cajero, 1, len(ids), 0, total, 0, neto, costo)],
        f" ON DUPLICATE KEY UPDATE {_SUMA_DIA}",
    )
    insertar(
        cursor, "ventas_resumenventas",
        "dia, hora, cajero_id, forma_pago, ventas, devoluciones, vendido, devuelto, sin_iva, exento, iva,"
        " costo, pagado",
        [(dia, hora, cajero, 3, 1, 0, total, 0, neto, 0, total - neto, costo, total)],
        f" ON DUPLICATE KEY UPDATE {_SUMA_HORA}",
    )
    mensaje = f"Venta {venta} por $ {total}"
    insertar(cursor, "registros_registro", _REGISTRO, [(
        mensaje, "", "venta", ahora, cajero, 0, "venta", venta,
        json.dumps({"total": [None, total], "lineas": [None, len(ids)]}), "api", "127.0.0.1", "medicion",
        secrets.token_hex(16), mensaje.lower(), secrets.token_hex(16),
    )])
    cursor.execute(
        "UPDATE ventas_correlativofolio SET ultimo = LAST_INSERT_ID(ultimo + 1)"
        " WHERE emisor_rut = '761920839' AND tipo_dte = 39"
    )
    folio = cursor.lastrowid
    cursor.execute(
        "UPDATE ventas_venta SET folio = %s, numero_documento = %s WHERE id = %s", [folio, str(folio), venta]
    )
    conexion.commit()


def main() -> None:
    puerto, base, cajero, menor = (int(a) if a.isdigit() else a for a in sys.argv[1:5])
    conexion = MySQLdb.connect(
        host="127.0.0.1", port=puerto, user="root", passwd="", db=base, charset="utf8mb4", autocommit=True,
        init_command="SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
    )
    conexion.cursor().execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    print("listo", flush=True)
    for linea in sys.stdin:
        segundos, lineas, calientes, semilla = linea.split()
        azar = random.Random(f"{semilla}-{cajero}")
        hechas, desde = 0, time.monotonic() + 0.3
        fin = desde + float(segundos)
        while time.monotonic() < fin:
            vender(conexion, int(cajero), elegir(azar, int(menor), int(lineas), calientes=calientes == "1"))
            hechas += time.monotonic() >= desde
        print(hechas, flush=True)


if __name__ == "__main__":
    main()
