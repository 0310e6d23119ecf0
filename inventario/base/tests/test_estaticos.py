"""Los estáticos de producción: cada uno con su huella, y los módulos de la caja todos con la misma."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from inventario.base.estaticos import Estaticos

DE_LA_CAJA = Path(settings.BASE_DIR) / "ventas" / "static"
IMPORTA = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
CON_HUELLA = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def publicar(tmp_path: Path) -> Any:
    """Lo que hace ``collectstatic`` con los archivos de una carpeta."""

    def de(carpeta: Path) -> Estaticos:
        origen = FileSystemStorage(location=carpeta)
        destino = Estaticos(location=tmp_path / "publicado", base_url="/estaticos/")
        nombres = [ruta.relative_to(carpeta).as_posix() for ruta in carpeta.rglob("*.js")]
        for nombre in nombres:
            with origen.open(nombre) as archivo:
                destino._save(nombre, archivo)
        hechos = list(destino.post_process({nombre: (origen, nombre) for nombre in nombres}))
        assert not [error for *_, error in hechos if isinstance(error, Exception)]
        return destino

    return de


def test_los_modulos_de_la_caja_se_encuentran_unos_a_otros_por_su_nombre_con_huella(publicar: Any) -> None:
    publicado = Path(publicar(DE_LA_CAJA).location)
    modulos = [ruta for ruta in publicado.rglob("*.js") if CON_HUELLA.search(ruta.name)]
    importados = [(m, m.parent / otro) for m in modulos for otro in IMPORTA.findall(m.read_text())]
    assert len(importados) > 100
    perdidos = [(m.name, o.name) for m, o in importados if not (o.is_file() and CON_HUELLA.search(o.name))]
    assert not perdidos


def test_dos_modulos_que_se_importan_uno_al_otro_tambien_y_un_cambio_los_renombra(
    publicar: Any, tmp_path: Path
) -> None:
    caja = tmp_path / "origen" / "caja"
    caja.mkdir(parents=True)
    (caja / "a.js").write_text('import { b } from "./b.js";\nexport const a = 1;\n')
    (caja / "b.js").write_text('import { a } from "./a.js";\nexport const b = 2;\n')
    antes = publicar(caja.parent).url("caja/a.js")
    (caja / "b.js").write_text('import { a } from "./a.js";\nexport const b = 3;\n')
    assert CON_HUELLA.search(antes)
    assert publicar(caja.parent).url("caja/a.js") != antes


def test_sin_collectstatic_cada_uno_tiene_su_nombre(tmp_path: Path) -> None:
    assert Estaticos(location=tmp_path, base_url="/estaticos/").url("caja/a.js") == "/estaticos/caja/a.js"
