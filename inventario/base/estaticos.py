"""Los estáticos con su huella en el nombre: el navegador los guarda para siempre, y un cambio es otro nombre.

La huella la pone ``collectstatic``. Sin él (``make run``, las pruebas) los sirven las propias aplicaciones,
con su nombre de siempre.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULOS = ("caja/", ".js")
"""Los módulos de la caja: llevan todos la misma huella, la de su conjunto."""


class Estaticos(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    # Los módulos se importan unos a otros por su nombre: también ahí va la huella.
    support_js_module_import_aggregation = True
    # Un nombre que no esté es un error de esa página y se ve; no debe botar la tienda entera.
    manifest_strict = False
    _conjunto = ""

    def stored_name(self, name: str) -> str:
        """El nombre con huella, si ``collectstatic`` la puso."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Antes de nombrar ninguno, la huella del conjunto."""
        huella = hashlib.sha256()
        for nombre in sorted(filter(_es_modulo, paths)):
            almacen, ruta = paths[nombre]
            with almacen.open(ruta) as archivo:
                huella.update(archivo.read())
        self._conjunto = huella.hexdigest()[:12]
        yield from super().post_process(paths, *args, **kwargs)

    def file_hash(self, name: str | None, content: Any = None) -> str | None:
        """Dos módulos que se importan uno al otro no tienen huella propia: cada una dependería de la otra.

        Y así un navegador nunca mezcla los de dos versiones.
        """
        if self._conjunto and name and _es_modulo(name):
            return self._conjunto
        huella: str | None = super().file_hash(name, content)
        return huella


def _es_modulo(nombre: str) -> bool:
    inicio, fin = MODULOS
    return nombre.startswith(inicio) and nombre.endswith(fin)
