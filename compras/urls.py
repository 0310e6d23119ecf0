"""Direcciones."""

from django.urls import path

from compras.views import (
    ComprasVista,
    CompraVista,
    OrdenesVista,
    OrdenImpresaVista,
    OrdenVista,
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
        "ordenes-compra",
        OrdenesVista.as_view({"get": "list", "post": "create"}),
        name="ordenes-compra",
    ),
    path(
        "ordenes-compra/sugerida",
        OrdenesVista.as_view({"post": "sugerir"}),
        name="orden-compra-sugerida",
    ),
    path(
        "ordenes-compra/<int:id_orden>",
        OrdenVista.as_view({"get": "retrieve", "put": "update", "patch": "update"}),
        name="orden-compra",
    ),
    *(
        path(
            f"ordenes-compra/<int:id_orden>/{hecho}",
            OrdenVista.as_view({"post": accion}),
            name=f"orden-compra-{hecho}",
        )
        for hecho, accion in (("envio", "enviar"), ("recepcion", "recibir"), ("cierre", "cerrar"))
    ),
    path(
        "ordenes-compra/<int:id_orden>/pdf",
        OrdenImpresaVista.as_view({"get": "pdf"}),
        name="orden-compra-pdf",
    ),
    path(
        "ordenes-compra/<int:id_orden>/csv",
        OrdenImpresaVista.as_view({"get": "csv"}),
        name="orden-compra-csv",
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
