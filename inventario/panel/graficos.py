"""Barras en SVG, calculadas aquí y pintadas por una plantilla: sin JavaScript y legibles en un teléfono.

El ancho va en porcentajes y el alto en píxeles: el dibujo se estira con la página y las letras no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

ALTO = 168
PIE = 20
"""Píxeles bajo el eje, para los rótulos."""
MAXIMO_DE_ROTULOS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Serie:
    """Valores de una serie, uno por rótulo; ``clase`` es su color en ``panel.css``."""

    nombre: str
    clase: str
    valores: Sequence[int]
    textos: Sequence[str]
    """Lo que se lee al pasar sobre cada barra."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barra:
    """Un rectángulo: ``x`` y ``ancho`` en %, ``y`` y ``alto`` en px."""

    x: str
    ancho: str
    y: int
    alto: int
    clase: str
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotulo:
    x: str
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guia:
    """Línea horizontal en ``y`` px, con el valor que marca."""

    y: int
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grafico:
    titulo: str
    series: Sequence[Serie]
    barras: Sequence[Barra]
    rotulos: Sequence[Rotulo]
    guias: Sequence[Guia]
    alto: int = ALTO
    base: int = ALTO - PIE

    @property
    def vacio(self) -> bool:
        return not any(any(serie.valores) for serie in self.series)


def barras(
    titulo: str, rotulos: Sequence[str], series: Sequence[Serie], *, superpuestas: bool = False
) -> Grafico:
    """Un grupo de barras por rótulo: lado a lado, o una sobre otra si ``superpuestas``."""
    tope = techo(max((max(serie.valores, default=0) for serie in series), default=0))
    base = ALTO - PIE
    paso = 100 / max(len(rotulos), 1)
    por_grupo = 1 if superpuestas else len(series)
    ancho = paso * 0.76 / por_grupo
    salida = []
    for numero, serie in enumerate(series):
        corrido = 0 if superpuestas else numero
        for i, (valor, texto) in enumerate(zip(serie.valores, serie.textos, strict=True)):
            alto = round(max(valor, 0) * (base - 8) / tope)
            salida.append(Barra(
                x=_porcentaje(paso * (i + 0.12) + ancho * corrido), ancho=_porcentaje(ancho),
                y=base - alto, alto=alto, clase=serie.clase, texto=texto,
            ))
    cada = -(-len(rotulos) // MAXIMO_DE_ROTULOS)
    return Grafico(
        titulo=titulo,
        series=series,
        barras=salida,
        rotulos=[
            Rotulo(x=_porcentaje(paso * (i + 0.5)), texto=rotulo)
            for i, rotulo in enumerate(rotulos) if i % cada == 0
        ],
        guias=[
            Guia(y=round(base - (base - 8) * parte), texto=corto(round(tope * parte)))
            for parte in (0.5, 1)
        ],
    )


def techo(valor: int) -> int:
    """El primer número redondo (1, 2, 2,5 o 5 por una potencia de diez) desde ``valor``; nunca cero."""
    if valor <= 0:
        return 1
    potencia = 10 ** floor(log10(valor))
    return int(next(m * potencia for m in (1, 2, 2.5, 5, 10) if m * potencia >= valor))


def corto(monto: int) -> str:
    """CLP para un eje: ``950``, ``12 mil``, ``1,5 M``."""
    if monto >= 1_000_000:
        return f"{monto / 1_000_000:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " M"
    if monto >= 1_000:
        return f"{monto / 1_000:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " mil"
    return str(monto)


def _porcentaje(valor: float) -> str:
    return f"{valor:.2f}%"
