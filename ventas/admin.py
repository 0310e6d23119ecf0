"""Ventas, devoluciones y folios en el admin: se miran; se cobran y devuelven por sus casos de uso."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateTimeFilter

from inventario.base.admin_comun import AdminDeLectura
from ventas.models import (
    CorrelativoFolio,
    DetalleDevolucion,
    DetalleVenta,
    Devolucion,
    Pago,
    Reembolso,
    Venta,
)


class _Lectura(TabularInline):  # type: ignore[misc]
    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class DetalleVentaInline(_Lectura):
    model = DetalleVenta
    fields = (
        "numero", "nombre", "codigo", "cantidad", "unidad", "precio_lista", "descuento",
        "precio_unitario", "subtotal", "total", "tasa_iva", "cantidad_devuelta",
    )


class PagoInline(_Lectura):
    model = Pago
    fields = ("forma_pago", "monto", "redondeo", "recibido", "vuelto", "puntos")


class DevolucionInline(_Lectura):
    model = Devolucion
    fields = ("folio", "fecha", "motivo", "total", "puntos_quitados")
    show_change_link = True


class DetalleDevolucionInline(_Lectura):
    model = DetalleDevolucion
    fields = ("detalle", "cantidad", "monto")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("detalle")


class ReembolsoInline(_Lectura):
    model = Reembolso
    fields = ("forma_pago", "monto", "redondeo", "puntos")


@admin.register(Venta)
class VentaAdmin(AdminDeLectura):
    list_display = (
        "folio", "tipo_documento", "fecha_venta", "nombre_cajero", "nombre_cliente", "forma_pago",
        "total", "devuelto",
    )
    list_filter = (
        ("fecha_venta", RangeDateTimeFilter), "tipo_documento", "forma_pago",
    )
    search_fields = ("=folio", "=numero_documento", "nombre_cajero", "nombre_cliente")
    search_help_text = "Folio, número de documento, cajero o cliente"
    ordering = ("-id",)
    inlines = (DetalleVentaInline, PagoInline, DevolucionInline)


@admin.register(Devolucion)
class DevolucionAdmin(AdminDeLectura):
    list_display = ("folio", "venta", "fecha", "autor", "motivo", "total")
    list_filter = (("fecha", RangeDateTimeFilter),)
    list_select_related = ("venta", "autor")
    search_fields = ("=folio", "=venta__folio", "motivo")
    search_help_text = "Folio de la nota, folio de la venta o motivo"
    ordering = ("-id",)
    inlines = (DetalleDevolucionInline, ReembolsoInline)


@admin.register(CorrelativoFolio)
class CorrelativoFolioAdmin(AdminDeLectura):
    list_display = ("tipo_dte", "emisor_rut", "ultimo")
