"""El README nombra cada ajuste que existe, y ninguno que no."""

import re
from pathlib import Path

from django.conf import settings

# Internos: los ponen las pruebas, los scripts o la entrada WSGI.
INTERNOS = {"INVENTARIO_SIN_ENV", "SERVIDOR_WSGI", "DB_PRUEBAS", "DB_ARCHIVO"}


def _leidos() -> set[str]:
    ajustes = (Path(settings.BASE_DIR) / "inventario" / "settings.py").read_text()
    return set(re.findall(r'(?:env(?:\.\w+)?|_entero)\(\s*(?:#.*\n\s*)?"([A-Z_]+)"', ajustes))


def _documentados() -> set[str]:
    readme = (Path(settings.BASE_DIR) / "README.md").read_text()
    tabla = readme.split("## Ajustes")[1].split("##")[0]
    filas = [fila.split("|")[1] for fila in tabla.splitlines() if fila.startswith("| `")]
    return set(re.findall(r"`([A-Z_]+)`", " ".join(filas)))


def test_el_readme_nombra_cada_ajuste() -> None:
    assert _documentados() == _leidos() - INTERNOS
