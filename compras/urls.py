"""Direcciones."""

from django.urls import path

from compras.views import (
    ComprasVista,
    CompraVista,
    ProductosDeProveedorVista,
    ProveedoresVista,
    ProveedorVista,
)

urlpatterns = [
    path("compras-detalle", ComprasVista.as_view({"post": "create"}), name="compras-detalle"),
    path("compras", ComprasVista.as_view({"get": "list"}), name="compras"),
    path("compras/<int:id_compra>", CompraVista.as_view({"get": "retrieve"}), name="compra"),
    path(
        "compras/<int:id_compra>/anulacion",
        CompraVista.as_view({"post": "anular"}),
        name="compra-anulacion",
    ),
    path(
        "proveedores",
        ProveedoresVista.as_view({"get": "list", "post": "create"}),
        name="proveedores",
    ),
    path(
        "proveedores/<int:id_proveedor>",
        ProveedorVista.as_view(
            {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}
        ),
        name="proveedor",
    ),
    path(
        "proveedores/<int:id_proveedor>/productos",
        ProductosDeProveedorVista.as_view({"get": "list", "put": "update", "patch": "update"}),
        name="proveedor-productos",
    ),
]
