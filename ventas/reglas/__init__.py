"""Reglas puras de la venta: precios, pagos y devoluciones. Sin ORM ni reloj."""
