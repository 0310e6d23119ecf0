"""Ajustar texto a un ancho, medido como lo mida quien imprime (puntos o columnas)."""

from collections.abc import Callable

Medir = Callable[[str], float]
SUSPENSIVOS = "…"


def envolver(texto: str, ancho: float, medir: Medir, maximo: int | None = None) -> list[str]:
    """``texto`` en renglones que caben en ``ancho``; una palabra más larga que el renglón se parte.

    Con ``maximo``, lo que sobra se corta y el último renglón termina en «…». La sangría inicial
    se conserva.
    """
    sangria = texto[: len(texto) - len(texto.lstrip(" "))]
    renglones: list[str] = []
    actual = sangria
    for palabra in texto.split():
        candidato = f"{actual} {palabra}" if actual.strip() else actual + palabra
        if medir(candidato) <= ancho:
            actual = candidato
            continue
        if actual.strip():
            renglones.append(actual)
        *llenos, actual = _partir(sangria + palabra, ancho, medir)
        renglones.extend(llenos)
    renglones.append(actual)
    if maximo is not None and len(renglones) > maximo:
        return [*renglones[: maximo - 1], cortar(renglones[maximo - 1], ancho, medir)]
    return renglones


def _partir(palabra: str, ancho: float, medir: Medir) -> list[str]:
    trozos = [""]
    for letra in palabra:
        if trozos[-1] and medir(trozos[-1] + letra) > ancho:
            trozos.append("")
        trozos[-1] += letra
    return trozos


def cortar(texto: str, ancho: float, medir: Medir) -> str:
    """``texto`` terminado en «…», sin pasar de ``ancho``."""
    while texto and medir(texto + SUSPENSIVOS) > ancho:
        texto = texto[:-1]
    return texto.rstrip() + SUSPENSIVOS
