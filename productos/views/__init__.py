"""El catálogo y su stock en la API."""

from productos.views.caja import CatalogoDeCajaVista
from productos.views.catalogo import CategoriasVista, ProductoPorCodigoVista, ProductosVista
from productos.views.conteos import (
    CierreVista,
    ConteosVista,
    DiferenciasVista,
    LecturasVista,
)
from productos.views.lotes import LotesVista, VencimientosVista
from productos.views.pendientes import PendientesVista, PendienteVista, ResolucionVista
from productos.views.precios import PreciosVista
from productos.views.stock import AjusteVista, KardexVista

__all__ = [
    "AjusteVista",
    "CatalogoDeCajaVista",
    "CategoriasVista",
    "CierreVista",
    "ConteosVista",
    "DiferenciasVista",
    "KardexVista",
    "LecturasVista",
    "LotesVista",
    "PendienteVista",
    "PendientesVista",
    "PreciosVista",
    "ProductoPorCodigoVista",
    "ProductosVista",
    "ResolucionVista",
    "VencimientosVista",
]
