"""Lecturas del catálogo: con lo relacionado cargado y un número constante de consultas; nunca escriben."""

from productos.consultas.catalogo import (
    buscar_productos,
    categoria_de_nombre,
    coincidencia,
    fichas,
    producto_cargado,
    productos_cargados,
    productos_listados,
    se_muestra,
    total_sin_contar,
    visibles,
)
from productos.consultas.codigos import (
    POR_CLAVE,
    Encontrado,
    Resuelto,
    producto_por_codigo,
    producto_por_etiqueta,
    resolver_codigos,
)
from productos.consultas.historia import kardex_de, precios_de
from productos.consultas.vencimientos import PorVencer, lotes_de, por_vencer

__all__ = [
    "POR_CLAVE",
    "Encontrado",
    "PorVencer",
    "Resuelto",
    "buscar_productos",
    "categoria_de_nombre",
    "coincidencia",
    "fichas",
    "kardex_de",
    "lotes_de",
    "por_vencer",
    "precios_de",
    "producto_cargado",
    "producto_por_codigo",
    "producto_por_etiqueta",
    "productos_cargados",
    "productos_listados",
    "resolver_codigos",
    "se_muestra",
    "total_sin_contar",
    "visibles",
]
