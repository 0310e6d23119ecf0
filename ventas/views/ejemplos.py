"""Ejemplos de la documentación de la API: una misma venta, vista desde cada llamada."""

from typing import Any

LINEA: dict[str, Any] = {
    "id_venta": 1204,
    "cantidad": 2,
    "producto_nombre": "Arroz grado 1, 1 kg",
    "precio_unitario": 1190,
    "subtotal": 2380,
}
VENTA: dict[str, Any] = {
    "id_venta": 1204,
    "id_cliente": 7,
    "id_cajero": 4,
    "total_sin_iva": 2000,
    "total_con_iva": 2380,
    "fecha_venta": "2026-11-24T12:00:00-03:00",
    "numero_documento": "981",
    "porcentaje": 0,
    "id_forma_pago": 2,
    "id_tipodocumento": 1,
    "folio": 981,
}
PEDIDO: dict[str, Any] = {
    "id_cliente": 7,
    "id_forma_pago": 2,
    "efectivo_recibido": 5000,
    "id_tipodocumento": 1,
    "total_esperado": 2380,
    "productos": [{"codigo_barras": "2000000000015", "cantidad": 2}],
}
PEDIDO_SIN_FICHA: dict[str, Any] = {
    "id_forma_pago": 2,
    "id_tipodocumento": 1,
    "productos": [
        {"codigo_barras": "2000000000015", "cantidad": 2},
        {
            "miscelaneo": True, "nombre": "Galletas de avena", "precio": 990, "cantidad": 1,
            "codigo_barras": "7809876543214",
        },
    ],
}
VENDIDO_SIN_FICHA: dict[str, Any] = {
    "id_venta": 981,
    "numero_linea": 2,
    "codigo_barras": "7809876543214",
    "producto_nombre": "Galletas de avena",
    "cantidad": 1,
    "precio_unitario": 990,
    "subtotal": 990,
    "folio": 981,
    "fecha_venta": "2026-11-24T12:00:00-03:00",
}
PEDIDO_MIXTO: dict[str, Any] = {
    "id_cliente": 7,
    "pagos": [
        {"id_forma_pago": 4, "monto": 380},
        {"id_forma_pago": 2, "monto": 2000, "recibido": 2000},
    ],
    "id_tipodocumento": 1,
    "productos": [{"id_producto": 31, "cantidad": 2}],
}
VENTA_HECHA: dict[str, Any] = {
    "msg": "Venta registrada: folio 981",
    **VENTA,
    "iva": 380,
    "exento": 0,
    "redondeo": 0,
    "a_pagar": 2380,
    "vuelto": 2620,
    "puntos_ganados": 23,
    "detalles": [
        {
            **LINEA,
            "numero_linea": 1,
            "id_producto": 31,
            "codigo_barras": "2000000000015",
            "unidad": "un",
            "descuento": 0,
            "total": 2380,
        }
    ],
    "pagos": [
        {
            "id_forma_pago": 2, "monto": 2380, "redondeo": 0,
            "recibido": 5000, "vuelto": 2620, "puntos": 0,
        }
    ],
}
DEVOLUCION: dict[str, Any] = {
    "motivo": "Venía vencido",
    "productos": [{"id_producto": 31, "cantidad": 1}],
}
DEVOLUCION_HECHA: dict[str, Any] = {
    "msg": "Devolución registrada: nota de crédito 12",
    "id_devolucion": 12,
    "id_venta": 1204,
    "folio": 12,
    "total_sin_iva": 1000,
    "iva": 190,
    "total_con_iva": 1190,
    "fecha": "2026-11-24T13:00:00-03:00",
    "motivo": "Venía vencido",
    "puntos_quitados": 11,
    "puntos_no_recuperados": 0,
    "detalles": [
        {
            "numero_linea": 1, "id_producto": 31, "producto_nombre": "Arroz grado 1, 1 kg",
            "cantidad": 1, "monto": 1190,
        }
    ],
    "reembolsos": [{"id_forma_pago": 2, "monto": 1190, "redondeo": 0, "puntos": 0}],
}
BOLETA: dict[str, Any] = {
    "venta": {
        "id_venta": 1204,
        "fecha_venta": "2026-11-24T12:00:00-03:00",
        "total_sin_iva": 2000,
        "iva": 380,
        "total_con_iva": 2380,
        "numero_documento": "981",
        "porcentaje": 0,
        "cliente": "Clara Núñez",
        "cajero": "Carlos Cáceres",
        "forma_pago": "efectivo",
        "tipo_documento": "boleta",
        "folio": 981,
        "a_pagar": 2380,
        "devuelto": 0,
    },
    "productos": [
        {
            "cantidad": 2,
            "nombre": "Arroz grado 1, 1 kg",
            "descripcion": "",
            "fecha_vencimiento": None,
            "precio_unitario": 1190,
            "subtotal": 2380,
        }
    ],
}
RENGLONES: dict[str, Any] = {
    "msg": "Boleta",
    "renglones": [
        {"clase": "centrado", "texto": "BOLETA N° 981", "estilo": "grande"},
        {"clase": "par", "rotulo": "TOTAL", "valor": "$2.380", "estilo": "grande"},
        {"clase": "raya"},
        {"clase": "barras", "texto": "BOLETA-1204", "anchos": [2, 1, 1, 2, 1, 4]},
    ],
}
