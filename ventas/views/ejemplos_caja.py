"""Ejemplos de la documentación de la API de la caja: un mismo turno, de la apertura al Z."""

from typing import Any

CAJA: dict[str, Any] = {
    "id_caja": 1,
    "nombre": "Caja 1",
    "estado": "Activo",
    "turno": {"id_turno": 12, "cajero": "Carlos Cáceres", "desde": "2026-11-24T09:00:00-03:00"},
}
TURNO: dict[str, Any] = {
    "id_turno": 12,
    "id_caja": 1,
    "caja": "Caja 1",
    "id_cajero": 4,
    "cajero": "Carlos Cáceres",
    "desde": "2026-11-24T09:00:00-03:00",
    "cerrado": None,
    "fondo_inicial": 50_000,
    "numero_z": None,
    "movimientos": [
        {
            "id_movimiento": 3, "tipo": "retiro", "monto": 30_000, "motivo": "A la caja fuerte",
            "fecha": "2026-11-24T13:00:00-03:00",
        }
    ],
}
CAJA_GUARDADA: dict[str, Any] = {"msg": "Caja 1 guardada", **CAJA, "turno": None}
TURNO_ABIERTO: dict[str, Any] = {"msg": "Turno abierto en Caja 1", **TURNO}
MOVIMIENTO_ANOTADO: dict[str, Any] = {"msg": "Retiro anotado", **TURNO["movimientos"][0]}
Z: dict[str, Any] = {
    **TURNO,
    "msg": "Informe Z 8 de Caja 1",
    "cerrado": "2026-11-24T18:00:00-03:00",
    "numero_z": 8,
    "conteo": {"20000": 3, "1000": 12, "100": 4},
    "contado": 72_400,
    "esperado": 72_420,
    "diferencia": -20,
    "comentario": "",
    "ventas": 31,
    "vendido": 148_320,
    "devoluciones": 1,
    "devuelto": 1_190,
    "pagos": [{"id_forma_pago": 2, "monto": 53_610}, {"id_forma_pago": 3, "monto": 94_710}],
    "reembolsos": [{"id_forma_pago": 2, "monto": 1_190}],
    "folios": [{"documento": "Boleta electrónica", "desde": 951, "hasta": 981, "cuantos": 31}],
    "efectivo": {
        "fondo": 50_000, "ventas": 53_610, "reembolsos": 1_190, "ingresos": 0, "retiros": 30_000,
    },
    "cabeza_registros": {"secuencia": 20_481, "hash": "9f2c" * 16},
}
AJUSTES: dict[str, Any] = {
    "msg": "Ajustes de la caja",
    "tienda": {
        "nombre": "Mi tienda", "rut": "761920839", "giro": "Almacén", "direccion": "", "comuna": "",
        "certificada": False,
    },
    "exige_turno": True,
    "limite_descuento_cajero": 20,
    "permite_miscelaneo": False,
    "bloqueo_minutos": 5,
    "pesos_por_punto": 100,
    "valor_punto": 1,
    "formas_pago": [{"id_forma_pago": 2, "nombre": "Efectivo"}],
    "tasa_iva": 19.0,
    "denominaciones": [20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10],
}
