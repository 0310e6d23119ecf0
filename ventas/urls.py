"""Direcciones de ventas y boletas."""

from django.urls import path

from ventas.views.autorizaciones import AutorizacionesVista
from ventas.views.boletas import BoletasVista
from ventas.views.caja import (
    AjustesDeCajaVista,
    CajasVista,
    InformesZVista,
    TurnosVista,
)
from ventas.views.miscelaneos import VendidoSinFichaVista
from ventas.views.paginas import GuionSinRedVista, PaginaVista
from ventas.views.privacidad import PrivacidadVista
from ventas.views.rankings import RankingsVista
from ventas.views.recibos import RecibosVista
from ventas.views.ventas import DetallesDeVentaVista, DetallesVista, VentasVista

DE_CADA_MOMENTO = [path("ventas-detalle", VentasVista.as_view({"post": "create"}), name="vender")]

urlpatterns = [
    path("caja", PaginaVista.as_view(plantilla="caja/caja.html"), name="pagina-caja"),
    path("caja/cliente", PaginaVista.as_view(plantilla="caja/cliente.html"), name="pagina-cliente"),
    path("caja/horas", PaginaVista.as_view(plantilla="caja/horas.html"), name="pagina-horas"),
    path("escaner", PaginaVista.as_view(plantilla="caja/escaner.html"), name="pagina-escaner"),
    path("caja/sw.js", GuionSinRedVista.as_view(), name="caja-sin-red"),
    path("ventas", VentasVista.as_view({"get": "list"}), name="ventas"),
    path(
        "ventas/<int:id_venta>/devolucion", VentasVista.as_view({"post": "devolver"}), name="devolver"
    ),
    path("detalleventa", DetallesVista.as_view({"get": "list"}), name="detalles"),
    path(
        "detalleventa/<int:id_venta>",
        DetallesDeVentaVista.as_view({"get": "list"}),
        name="detalles-de-venta",
    ),
    path("boletas", BoletasVista.as_view({"get": "list"}), name="boletas"),
    path("boleta/<int:id_venta>", BoletasVista.as_view({"get": "retrieve"}), name="boleta"),
    path(
        "boleta/<int:id_venta>.pdf", RecibosVista.as_view({"get": "boleta_pdf"}), name="boleta-pdf"
    ),
    path(
        "boleta/<int:id_venta>/renglones",
        RecibosVista.as_view({"get": "boleta_renglones"}),
        name="boleta-renglones",
    ),
    path(
        "boleta/<int:id_venta>.escpos",
        RecibosVista.as_view({"get": "boleta_escpos"}),
        name="boleta-escpos",
    ),
    path(
        "notacredito/<int:id_devolucion>.pdf",
        RecibosVista.as_view({"get": "nota_pdf"}),
        name="nota-pdf",
    ),
    path(
        "notacredito/<int:id_devolucion>/renglones",
        RecibosVista.as_view({"get": "nota_renglones"}),
        name="nota-renglones",
    ),
    path(
        "notacredito/<int:id_devolucion>.escpos",
        RecibosVista.as_view({"get": "nota_escpos"}),
        name="nota-escpos",
    ),
    path(
        "users/<rut>/datos-personales",
        PrivacidadVista.as_view({"get": "dar"}),
        name="datos-personales",
    ),
    path(
        "users/<rut>/anonimizacion",
        PrivacidadVista.as_view({"post": "olvidar"}),
        name="anonimizacion",
    ),
    path("best-sale-of-week", RankingsVista.as_view({"get": "semana"}), name="mejor-venta"),
    path("best-seller-of-month", RankingsVista.as_view({"get": "mes"}), name="mejor-vendedor"),
    path(
        "top-users-by-sales", RankingsVista.as_view({"get": "vendedores"}), name="mejores-vendedores"
    ),
    path(
        "autorizaciones",
        AutorizacionesVista.as_view({"get": "list", "post": "create"}),
        name="autorizaciones",
    ),
    path(
        "autorizaciones/<int:id_autorizacion>",
        AutorizacionesVista.as_view({"get": "retrieve"}),
        name="autorizacion",
    ),
    path(
        "autorizaciones/<int:id_autorizacion>/aprobar",
        AutorizacionesVista.as_view({"post": "aprobar"}),
        name="autorizacion-aprobar",
    ),
    path(
        "autorizaciones/<int:id_autorizacion>/rechazar",
        AutorizacionesVista.as_view({"post": "rechazar"}),
        name="autorizacion-rechazar",
    ),
    path(
        "productos-pendientes/<int:id_pendiente>/ventas",
        VendidoSinFichaVista.as_view({"get": "list"}),
        name="pendiente-ventas",
    ),
    path("cajas", CajasVista.as_view({"get": "list", "post": "create"}), name="cajas"),
    path("cajas/<int:id_caja>", CajasVista.as_view({"put": "update"}), name="una-caja"),
    path("caja/ajustes", AjustesDeCajaVista.as_view({"get": "retrieve"}), name="caja-ajustes"),
    path("turnos", TurnosVista.as_view({"get": "list", "post": "create"}), name="turnos"),
    path("turnos/actual", TurnosVista.as_view({"get": "actual"}), name="turno-actual"),
    path("turnos/<int:id_turno>", TurnosVista.as_view({"get": "retrieve"}), name="turno"),
    path(
        "turnos/<int:id_turno>/movimientos",
        TurnosVista.as_view({"post": "mover"}),
        name="turno-movimientos",
    ),
    path("turnos/<int:id_turno>/cierre", TurnosVista.as_view({"post": "cerrar"}), name="turno-cierre"),
    path("turnos/<int:id_turno>/z", InformesZVista.as_view({"get": "retrieve"}), name="turno-z"),
    path("turnos/<int:id_turno>/z/pdf", InformesZVista.as_view({"get": "pdf"}), name="turno-z-pdf"),
    path(
        "turnos/<int:id_turno>/z/escpos",
        InformesZVista.as_view({"get": "escpos"}),
        name="turno-z-escpos",
    ),
]
