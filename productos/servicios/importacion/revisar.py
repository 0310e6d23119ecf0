"""Lo que una planilla cambiaría, sin tocar nada ni detener la tienda."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from productos.planilla.lectura import Fila
from productos.servicios.importacion.plan import FilaMala, Plan, Planeador, por_trozos

Avance = Callable[[int], object]


@dataclass(slots=True)
class Revision:
    """Las cuentas de una planilla revisada. ``ids`` son los productos que cambiarían."""

    filas: int = 0
    nuevos: int = 0
    cambiados: int = 0
    malas: int = 0
    ids: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def iguales(self) -> int:
        return self.filas - self.nuevos - self.cambiados - self.malas


def revisar_planilla(
    *,
    filas: Iterable[Fila],
    hoy: date,
    al_cambiar: Callable[[Plan], object] = lambda _: None,
    al_fallar: Callable[[FilaMala], object] = lambda _: None,
    avance: Avance = lambda _: None,
) -> Revision:
    """Recorre la planilla una vez, trozo a trozo, y cuenta qué pasaría.

    Args:
        al_cambiar: recibe cada plan que cambia algo.
        al_fallar: recibe cada fila mala.
        avance: recibe cuántas filas más van.

    Raises:
        PlanillaIlegible: el archivo no se puede leer.
    """
    planeador = Planeador(hoy=hoy)
    revision = Revision()
    for trozo in por_trozos(filas):
        for resultado in planeador.planear(trozo):
            _contar(revision, resultado)
            if isinstance(resultado, FilaMala):
                al_fallar(resultado)
            elif resultado.cambios:
                al_cambiar(resultado)
        avance(len(trozo))
    return revision


def _contar(revision: Revision, resultado: Plan | FilaMala) -> None:
    revision.filas += 1
    if isinstance(resultado, FilaMala):
        revision.malas += 1
    elif resultado.producto is None:
        revision.nuevos += 1
    elif resultado.cambios:
        revision.cambiados += 1
        revision.ids.append(resultado.producto.pk)
