"""El menú del admin, ordenado por el trabajo de cada día y no por aplicación."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

STOCK = "Productos y stock"
# (grupo, [(modelo, nombre en el menú, ícono)]). Un modelo sin admin, o que quien mira no puede ver, no sale.
GRUPOS: list[tuple[str, list[tuple[str, str, str]]]] = [
    ("Vender", [
        ("ventas.Venta", "Ventas", "receipt_long"),
        ("ventas.Devolucion", "Devoluciones", "assignment_return"),
        ("ventas.TurnoCaja", "Turnos de caja", "point_of_sale"),
        ("ventas.Caja", "Cajas", "countertops"),
        ("ventas.Autorizacion", "Autorizaciones", "verified_user"),
    ]),
    (STOCK, [
        ("productos.Producto", "Productos", "inventory_2"),
        ("productos.ProductoPendiente", "Por aprobar", "add_a_photo"),
        ("productos.Categoria", "Categorías", "category"),
        ("productos.Lote", "Lotes", "event_busy"),
        ("productos.MovimientoStock", "Kardex", "swap_vert"),
        ("productos.ConteoInventario", "Inventario físico", "fact_check"),
        ("productos.Importacion", "Planillas importadas", "upload_file"),
        ("productos.PatronBalanza", "Códigos de balanza", "scale"),
    ]),
    ("Comprar", [
        ("compras.OrdenCompra", "Órdenes de compra", "assignment"),
        ("compras.Compra", "Compras", "local_shipping"),
        ("compras.Proveedor", "Proveedores", "factory"),
        ("compras.ProveedorProducto", "Qué vende cada proveedor", "inventory"),
    ]),
    ("Personas", [
        ("usuarios.Usuario", "Usuarios y clientes", "group"),
        ("usuarios.MovimientoPuntos", "Puntos", "loyalty"),
        ("usuarios.Fichaje", "Entradas y salidas", "schedule"),
        ("usuarios.Sesion", "Sesiones abiertas", "devices"),
        ("usuarios.Presencia", "Conectados ahora", "sensors"),
        ("usuarios.DispositivoCaja", "Cajas con PIN", "pin"),
    ]),
    ("Control", [
        ("registros.Registro", "Registros", "history"),
        ("registros.ArchivoRegistros", "Registros archivados", "inventory"),
        ("usuarios.Notificacion", "Notificaciones", "notifications"),
        ("ventas.CorrelativoFolio", "Folios", "tag"),
    ]),
    ("Ajustes", [
        ("base.Tienda", "La tienda", "storefront"),
        ("base.TasaIVA", "Tasas de IVA", "percent"),
        ("django_q.Schedule", "Tareas programadas", "schedule"),
    ]),
]


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Los grupos con lo que quien mira puede abrir; lo registrado que nadie ordenó va en «Otros»."""
    visibles = _modelos_visibles(request)
    primeros = [{"title": "Inicio", "icon": "home", "link": reverse("admin:index")}]
    if request.user.has_perm("panel.ver_informes"):
        primeros.append({"title": "Informes", "icon": "bar_chart", "link": reverse("panel:informes")})
    grupos: list[dict[str, Any]] = [{"items": primeros}]
    for titulo, entradas in GRUPOS:
        items = [
            {"title": nombre, "icon": icono, "link": visibles.pop(modelo)["admin_url"]}
            for modelo, nombre, icono in entradas
            if modelo in visibles
        ]
        if titulo == STOCK and request.user.has_perm("productos.view_producto"):
            items.append({"title": "Etiquetas", "icon": "sell", "link": reverse("panel:etiquetas")})
        if items:
            grupos.append({"title": titulo, "separator": True, "items": items})
    if visibles:
        grupos.append({"title": "Otros", "separator": True, "collapsible": True, "items": [
            {"title": m["name"], "icon": "tune", "link": m["admin_url"]} for m in visibles.values()
        ]})
    return grupos


def _modelos_visibles(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return {
        modelo["model"]._meta.label: modelo
        for app in admin.site.get_app_list(request)
        for modelo in app["models"]
        if modelo["admin_url"]
    }
