"""``UNFOLD``: colores, menú y nombre del admin. Sólo cadenas: lo leen los ajustes, antes que los modelos."""

from typing import Any


def ajustes() -> dict[str, Any]:
    aqui = "inventario.panel.tienda"
    return {
        "SITE_TITLE": f"{aqui}.nombre_de_la_tienda",
        "SITE_HEADER": f"{aqui}.nombre_de_la_tienda",
        "SITE_SUBHEADER": "Administración",
        "SITE_ICON": f"{aqui}.logo_de_la_tienda",
        "SITE_SYMBOL": "storefront",
        "SITE_FAVICONS": [{"rel": "icon", "href": f"{aqui}.favicon"}],
        "SITE_URL": "",
        "DASHBOARD_CALLBACK": "inventario.panel.inicio.contexto",
        "SHOW_HISTORY": True,
        "SHOW_VIEW_ON_SITE": False,
        "STYLES": [f"{aqui}.hoja_de_estilo"],
        "LOGIN": {"form": "usuarios.ingreso_admin.FormularioIngreso"},
        "BORDER_RADIUS": "8px",
        "COLORS": {
            "primary": {
                "50": "oklch(97.7% .018 170)",
                "100": "oklch(94.4% .042 170)",
                "200": "oklch(89.1% .075 170)",
                "300": "oklch(81.7% .105 170)",
                "400": "oklch(70.9% .118 171)",
                "500": "oklch(59.9% .108 172)",
                "600": "oklch(50.2% .092 173)",
                "700": "oklch(43.1% .078 174)",
                "800": "oklch(36.9% .064 175)",
                "900": "oklch(31.3% .052 176)",
                "950": "oklch(22.4% .038 177)",
            },
        },
        "SIDEBAR": {
            "show_search": False,
            "show_all_applications": False,
            "navigation": "inventario.panel.navegacion.menu",
        },
    }
