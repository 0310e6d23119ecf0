"""``docs/sockets.md`` nombra todo lo que se dice por un socket."""

import re
from pathlib import Path

from django.conf import settings

from productos.escaneo import EVENTOS
from usuarios.notificaciones import EVENTO

RAIZ = Path(settings.BASE_DIR)
DOCUMENTO = (RAIZ / "docs/sockets.md").read_text()
HABLAN = [RAIZ / "productos/escaneo.py", *(RAIZ / "usuarios/conexiones").glob("*.py")]
ENVIO = re.compile(
    r'(?:\.enviar\(|\.difundir\(\s*[\w.]+,|_a_los_otros\(\s*conexion,)\s*f?"(\w+)', re.MULTILINE
)


def test_cada_evento_que_se_atiende_esta_en_el_documento() -> None:
    de_cliente = DOCUMENTO.split("## Lo que manda el servidor")[0]
    assert [evento for evento in EVENTOS if f"| `{evento}` |" not in de_cliente] == []


def test_cada_evento_que_se_emite_esta_en_el_documento() -> None:
    emitidos = {evento.rstrip("_") for archivo in HABLAN for evento in ENVIO.findall(archivo.read_text())}
    assert {"barcode_update", "barcode_result", "paired", "canal", "error"} <= emitidos
    del_servidor = DOCUMENTO.split("## Lo que manda el servidor")[1]
    for evento in {*emitidos, EVENTO, "venta_en_curso"}:
        assert re.search(rf"^\| `{evento}(_<rut>)?` \|", del_servidor, re.MULTILINE), evento
