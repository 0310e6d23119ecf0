"""Direcciones.

``path:codigo``: un código interno puede llevar barras. Lo que cuelga de un producto va antes que él.
"""

from django.urls import path

from productos.views import (
    AjusteVista,
    CategoriasVista,
    KardexVista,
    LotesVista,
    PreciosVista,
    ProductoPorCodigoVista,
    ProductosVista,
    VencimientosVista,
)

urlpatterns = [
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
    path(
        "product/barcode/<path:codigo>",
        ProductoPorCodigoVista.as_view(
            {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}
        ),
        name="product-barcode",
    ),
    path(
        "categories",
        CategoriasVista.as_view({"get": "list", "post": "create"}),
        name="categories",
    ),
    path("vencimientos", VencimientosVista.as_view({"get": "list"}), name="vencimientos"),
]
