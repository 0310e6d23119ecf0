"""Importar una planilla de productos: revisarla sin tocar nada, y aplicarla entera o nada."""

from productos.servicios.importacion.aplicar import PlanillaConErrores, importar_productos
from productos.servicios.importacion.plan import FilaMala, Plan
from productos.servicios.importacion.revisar import Revision, revisar_planilla

__all__ = [
    "FilaMala",
    "Plan",
    "PlanillaConErrores",
    "Revision",
    "importar_productos",
    "revisar_planilla",
]
