#!/usr/bin/env python3
"""Recorta las letras del tema del admin a lo que se usa: 746 kB de letras eran cuatro quintos de su inicio.

    python3 -m venv /tmp/letras && /tmp/letras/bin/pip install fonttools brotli
    /tmp/letras/bin/python scripts/recortar_letras.py .venv/lib/python3.*/site-packages/unfold

Deja en ``inventario/panel/recortes/`` los mismos archivos, más chicos, que se sirven en vez de los del tema
(van primero, en ``STATICFILES_DIRS``). Hace falta de nuevo al subir de versión el tema o usar otro ícono.
"""

import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

RAIZ = Path(__file__).resolve().parent.parent
LETRAS = Path("static/unfold/fonts")
DESTINO = RAIZ / "inventario" / "panel" / "recortes" / "unfold" / "fonts"
# Latín con sus tildes y los signos que el admin escribe; lo demás lo pone la letra del sistema.
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
         0x2026, 0x20AC, *range(0x2190, 0x2194), 0x2212, 0x2713, 0x2717]
DONDE_SE_NOMBRAN = ("*.html", "*.py", "*.js", "*.css")


def _guardar(letra: TTFont, opciones: subset.Options, nombre: str) -> None:
    destino = DESTINO / nombre
    destino.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(letra, str(destino), opciones)
    print(f"{nombre}: {destino.stat().st_size // 1024} kB")


def recortar_textos(tema: Path) -> None:
    opciones = subset.Options()
    opciones.flavor = "woff2"
    opciones.layout_features = ["kern", "mark", "ccmp", "locl", "tnum", "calt"]
    for archivo in sorted((tema / LETRAS / "inter").glob("*.woff2")):
        letra = subset.load_font(str(archivo), opciones)
        recorte = subset.Subsetter(opciones)
        recorte.populate(unicodes=LATIN)
        recorte.subset(letra)
        _guardar(letra, opciones, f"inter/{archivo.name}")


def recortar_iconos(tema: Path) -> None:
    """Un ícono se escribe con su nombre, y la letra lo cambia por su dibujo: quedan los que se nombran."""
    opciones = subset.Options()
    opciones.flavor = "woff2"
    opciones.layout_features = ["liga", "rlig", "clig", "calt"]
    opciones.glyph_names = True
    [archivo] = (tema / LETRAS / "material-symbols").glob("*.woff2")
    letra = subset.load_font(str(archivo), opciones)
    palabras = _palabras(tema) | _palabras(RAIZ / "inventario") | _palabras(RAIZ / "templates")
    for aplicacion in ("ventas", "compras", "productos", "usuarios", "registros"):
        palabras |= _palabras(RAIZ / aplicacion)
    dibujos = palabras & set(letra.getGlyphOrder())
    recorte = subset.Subsetter(opciones)
    # Los signos sueltos con que se escriben los nombres, y los dibujos.
    recorte.populate(text="abcdefghijklmnopqrstuvwxyz0123456789_", glyphs=dibujos)
    # Sin esto, las letras solas traerían de vuelta todas las ligaduras.
    opciones.layout_closure = False
    recorte.subset(letra)
    print(f"{len(dibujos)} íconos")
    _guardar(letra, opciones, f"material-symbols/{archivo.name}")


def _palabras(carpeta: Path) -> set[str]:
    encontradas: set[str] = set()
    for patron in DONDE_SE_NOMBRAN:
        for archivo in carpeta.rglob(patron):
            if "tests" not in archivo.parts:
                encontradas |= set(re.findall(r"\b[a-z][a-z0-9_]+\b", archivo.read_text()))
    return encontradas


if __name__ == "__main__":
    recortar_textos(Path(sys.argv[1]))
    recortar_iconos(Path(sys.argv[1]))
