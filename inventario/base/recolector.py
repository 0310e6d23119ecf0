"""El recolector de Python en un proceso que atiende: que no se cruce con una venta ni con un escaneo."""

import gc


def congelar() -> None:
    """Lo cargado hasta aquí no se va nunca: que no se recorra más. Recorrerlo detenía al proceso 50 ms."""
    gc.collect()
    gc.freeze()
