"""El recolector de Python en un proceso que atiende: que no se cruce con una venta ni con un escaneo."""

import gc


def asentar() -> None:
    """Lo cargado hasta aquí no se va nunca: no se recorre más.

    Tampoco pasa cada 700 objetos, que son menos que los de una petición. Un décimo más de lecturas y de
    ventas; la memoria queda igual de plana.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
