"""Direcciones.

``path:codigo``: un código interno puede llevar barras. Lo que cuelga de un producto va antes que él.
"""

from django.urls import path

from productos.views import (
    AjusteVista,
    CatalogoDeCajaVista,
    CategoriasVista,
    CierreVista,
    ConteosVista,
    DiferenciasVista,
    KardexVista,
    LecturasVista,
    LotesVista,
    PendientesVista,
    PendienteVista,
    PreciosVista,
    ProductoPorCodigoVista,
    ProductosVista,
    ResolucionVista,
    VencimientosVista,
)

POR_CODIGO = ProductoPorCodigoVista.as_view(
    {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}
)

DE_CADA_MOMENTO = [path("product/barcode/<str:codigo>", POR_CODIGO, name="product-barcode")]
"""Un código sin barra no es ninguna de las otras (``inventario.urls``)."""

urlpatterns = [
    path("caja/catalogo", CatalogoDeCajaVista.as_view({"get": "retrieve"}), name="caja-catalogo"),
    path("product", ProductosVista.as_view({"post": "create"}), name="product"),
    path("products", ProductosVista.as_view({"get": "list"}), name="products"),
    path(
        "product/barcode/<path:codigo>/ajuste",
        AjusteVista.as_view({"post": "create"}),
        name="product-ajuste",
    ),
    path(
        "product/barcode/<path:codigo>/kardex",
        KardexVista.as_view({"get": "list"}),
        name="product-kardex",
    ),
    path(
        "product/barcode/<path:codigo>/lotes",
        LotesVista.as_view({"get": "list", "put": "update"}),
        name="product-lotes",
    ),
    path(
        "product/barcode/<path:codigo>/precios",
        PreciosVista.as_view({"get": "list", "post": "create"}),
        name="product-precios",
    ),
    path(
        "product/barcode/<path:codigo>/precios/<int:precio_id>",
        PreciosVista.as_view({"delete": "destroy"}),
        name="product-precio",
    ),
    path("product/barcode/<path:codigo>", POR_CODIGO, name="product-barcode"),
    path(
        "categories",
        CategoriasVista.as_view({"get": "list", "post": "create"}),
        name="categories",
    ),
    path("vencimientos", VencimientosVista.as_view({"get": "list"}), name="vencimientos"),
    path("conteos", ConteosVista.as_view({"get": "list", "post": "create"}), name="conteos"),
    path("conteos/<int:id_conteo>", ConteosVista.as_view({"get": "retrieve"}), name="conteo"),
    path(
        "conteos/<int:id_conteo>/lecturas",
        LecturasVista.as_view({"post": "create"}),
        name="conteo-lecturas",
    ),
    path(
        "conteos/<int:id_conteo>/diferencias",
        DiferenciasVista.as_view({"get": "list"}),
        name="conteo-diferencias",
    ),
    path(
        "conteos/<int:id_conteo>/cerrar",
        CierreVista.as_view({"post": "cerrar"}),
        name="conteo-cerrar",
    ),
    path(
        "conteos/<int:id_conteo>/anular",
        CierreVista.as_view({"post": "anular"}),
        name="conteo-anular",
    ),
    path(
        "productos-pendientes",
        PendientesVista.as_view({"get": "list", "post": "create"}),
        name="pendientes",
    ),
    path(
        "productos-pendientes/<int:id_pendiente>",
        PendienteVista.as_view({"get": "retrieve"}),
        name="pendiente",
    ),
    path(
        "productos-pendientes/<int:id_pendiente>/foto",
        PendienteVista.as_view({"get": "foto"}),
        name="pendiente-foto",
    ),
    path(
        "productos-pendientes/<int:id_pendiente>/aprobar",
        ResolucionVista.as_view({"post": "aprobar"}),
        name="pendiente-aprobar",
    ),
    path(
        "productos-pendientes/<int:id_pendiente>/rechazar",
        ResolucionVista.as_view({"post": "rechazar"}),
        name="pendiente-rechazar",
    ),
]
