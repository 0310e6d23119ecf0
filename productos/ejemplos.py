"""Ejemplos del catálogo para la documentación de la API."""

from typing import Any

PRODUCTO: dict[str, Any] = {
    "id_producto": 12,
    "nombre": "Azúcar granulada 1 kg",
    "descripcion": "",
    "fecha_registro": "2026-11-24T12:00:00-03:00",
    "fecha_vencimiento": "2027-11-24",
    "stock": 24,
    "stock_minimo": 6,
    "descuento": 10,
    "vencimiento_descuento": "2026-12-01",
    "codigo_barras": "7801234567894",
    "codigos_barras": ["AZ-1"],
    "precio_venta": 1290,
    "precio_final": 1161,
    "estado_producto": "Activo",
    "categoria": "Abarrotes",
    "unidad": "un",
    "clase_tributaria": "afecto",
    "por_lotes": False,
}
PEDIDO: dict[str, Any] = {
    "nombre": "Azúcar granulada 1 kg",
    "descripcion": "",
    "fecha_vencimiento": "2027-11-24",
    "stock": 24,
    "stock_minimo": 6,
    "descuento": 10,
    "vencimiento_descuento": "2026-12-01",
    "precio_venta": 1290,
    "costo": 780,
    "estado": "Activo",
    "categoria": "Abarrotes",
    "codigo_barras": "7801234567894",
    "codigos_barras": ["AZ-1"],
    "unidad": "un",
    "clase_tributaria": "afecto",
}
CATEGORIA: dict[str, Any] = {"id_categoria": 3, "nombre_categoria": "Lácteos"}
MOVIMIENTO: dict[str, Any] = {
    "id_movimiento": 981,
    "fecha": "2026-11-24T12:00:00-03:00",
    "tipo": "ajuste",
    "cantidad": -2,
    "stock_resultante": 22,
    "costo_unitario": 780,
    "costo_promedio": 780,
    "documento_tipo": "",
    "documento_id": None,
    "usuario": "Ana Araya",
    "motivo": "Merma: Se rompieron al reponer",
}
PRECIO: dict[str, Any] = {
    "id_precio": 57,
    "precio": 1390,
    "desde": "2027-09-15",
    "programado": True,
    "fecha": "2026-11-24T12:00:00-03:00",
    "usuario": "Ana Araya",
    "motivo": "Fiestas Patrias",
}
LOTE: dict[str, Any] = {
    "id_lote": 31,
    "codigo": "L-2207",
    "vencimiento": "2027-03-01",
    "stock": 12,
    "vencido": False,
}
POR_VENCER: dict[str, Any] = {
    "id_producto": 12,
    "nombre": "Yogur natural",
    "lote": "L-2207",
    "vencimiento": "2026-11-26",
    "stock": 12,
    "vencido": False,
}
CONTEO: dict[str, Any] = {
    "id_conteo": 4,
    "nombre": "Lácteos de noviembre",
    "categoria": "Lácteos",
    "estado": "abierto",
    "abierto_por": "Ana Araya",
    "abierto_en": "2026-11-24T12:00:00-03:00",
    "terminado_por": None,
    "terminado_en": None,
    "motivo": "",
    "lecturas": 38,
}
LECTURA: dict[str, Any] = {
    "id_lectura": 912,
    "id_producto": 12,
    "nombre": "Yogur natural",
    "cantidad": 6,
    "contado": 18,
}
DIFERENCIA: dict[str, Any] = {
    "id_producto": 12,
    "nombre": "Yogur natural",
    "codigo_barras": "7801234567894",
    "contado": 18,
    "stock_sistema": 20,
    "diferencia": -2,
    "diferencia_clp": -640,
    "movido": 0,
}
PENDIENTE: dict[str, Any] = {
    "id_pendiente": 8,
    "codigo_barras": "7809876543214",
    "nombre": "Galletas de avena 120 g",
    "precio_sugerido": 990,
    "foto": "/productos-pendientes/8/foto?v=8c1f0b52d9a4e377",
    "estado": "en_espera",
    "enviado_por": "Carlos Cortés",
    "enviado_en": "2026-11-24T12:00:00-03:00",
    "resuelto_por": None,
    "resuelto_en": None,
    "motivo": "",
    "id_producto": None,
}
