"""Direcciones. ``path:codigo``: un código interno puede llevar barras."""

from django.urls import path

from productos.views import CategoriasVista, ProductoPorCodigoVista, ProductosVista

urlpatterns = [
    path("product", ProductosVista.as_view({"post": "create"}), name="product"),
    path("products", ProductosVista.as_view({"get": "list"}), name="products"),
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
]
