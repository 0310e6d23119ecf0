"""El catálogo y su stock en la API."""

from productos.views.catalogo import CategoriasVista, ProductoPorCodigoVista, ProductosVista

__all__ = ["CategoriasVista", "ProductoPorCodigoVista", "ProductosVista"]
