"""Ejemplos que la documentación de la API muestra."""

from typing import Any

PROVEEDOR: dict[str, Any] = {
    "id_proveedor": 3,
    "rut": "761920839",
    "nombre": "Distribuidora Ñuble",
    "contacto": "Marta Soto",
    "correo": "ventas@nuble.example",
    "telefono": "+56 9 8765 4321",
    "direccion": "Arauco 120, Chillán",
    "plazo_pago": 30,
    "dias_entrega": 2,
    "dias_entre_pedidos": 7,
    "condiciones": "Despacho gratis sobre $ 50.000",
    "estado": "Activo",
}
PROVEEDOR_NUEVO = {
    k: v for k, v in PROVEEDOR.items() if k not in ("id_proveedor", "estado")
} | {"rut": "76.192.083-9"}
PRODUCTO_OFRECIDO = {
    "id_producto": 12,
    "nombre": "Azúcar granulada 1 kg",
    "codigo_proveedor": "AZ-1000",
    "multiplo": 10,
    "ultimo_costo": 790,
    "ultima_compra": "2026-11-24",
}
COMPRA_NUEVA = {
    "proveedor": "76.192.083-9",
    "numero_documento": "45120",
    "fecha_compra": "2026-11-24",
    "productos": [
        {"codigo_barras": "7801234567894", "cantidad": 20, "costo_unitario": 790},
        {
            "id_producto": 15,
            "cantidad": 12,
            "costo_total": 10_000,
            "lote": "L-2291",
            "fecha_vencimiento": "2027-08-31",
        },
    ],
}
COMPRA = {
    "id_compra": 81,
    "id_proveedor": 3,
    "proveedor": "Distribuidora Ñuble",
    "rut_proveedor": "761920839",
    "numero_documento": "45120",
    "fecha_compra": "2026-11-24",
    "fecha_registro": "2026-11-24T12:00:00-03:00",
    "id_orden": None,
    "neto": 25_800,
    "exento": 0,
    "iva": 4_902,
    "estado": "Vigente",
    "motivo_anulacion": "",
    "productos": [
        {
            "id_producto": 12,
            "producto_nombre": "Azúcar granulada 1 kg",
            "codigo_barras": "7801234567894",
            "cantidad": 20,
            "costo_unitario": 790,
            "costo_total": 15_800,
            "lote": "",
            "fecha_vencimiento": None,
        },
        {
            "id_producto": 15,
            "producto_nombre": "Mermelada de mora",
            "codigo_barras": "7800000000015",
            "cantidad": 12,
            "costo_unitario": 833,
            "costo_total": 10_000,
            "lote": "L-2291",
            "fecha_vencimiento": "2027-08-31",
        },
    ],
}
ORDEN_NUEVA = {
    "proveedor": "Distribuidora Ñuble",
    "nota": "Entregar por la mañana",
    "productos": [{"codigo_barras": "7801234567894", "cantidad": 20, "costo_unitario": 790}],
}
ORDEN = {
    "id_orden": 5,
    "id_proveedor": 3,
    "proveedor": "Distribuidora Ñuble",
    "estado": "borrador",
    "nota": "Entregar por la mañana",
    "creada": "2026-11-24T12:00:00-03:00",
    "enviada": None,
    "cerrada": None,
    "motivo_cierre": "",
    "productos": [
        {
            "id_producto": 12,
            "producto_nombre": "Azúcar granulada 1 kg",
            "codigo_barras": "7801234567894",
            "cantidad": 20,
            "recibida": 0,
            "costo_unitario": 790,
            "razon": "hay 4, mínimo 6, vende 2,1 al día",
        }
    ],
}
RECEPCION = {
    "numero_documento": "45133",
    "productos": [
        {"codigo_barras": "7801234567894", "cantidad": 12},
        {"codigo_barras": "7801234567894", "cantidad": 8, "costo_unitario": 800},
    ],
}
