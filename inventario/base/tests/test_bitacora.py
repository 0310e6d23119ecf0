"""La bitácora: un suceso, una línea JSON, con su petición y su autor, y sin datos personales."""

import json
import logging
import sys
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from inventario.base.middleware import FiltroPeticion
from inventario.base.secretos import BitacoraJSON
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db


class Oyente(logging.Handler):
    """Guarda cada línea ya escrita, como la consola."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(FiltroPeticion())
        self.setFormatter(BitacoraJSON())
        self.lineas: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        texto = self.format(record)
        assert "\n" not in texto
        self.lineas.append(json.loads(texto))


@pytest.fixture
def bitacora() -> Oyente:
    oyente = Oyente()
    raiz = logging.getLogger()
    raiz.addHandler(oyente)
    yield oyente
    raiz.removeHandler(oyente)


def _accesos(bitacora: Oyente) -> list[dict[str, object]]:
    return [linea for linea in bitacora.lineas if linea["origen"] == "inventario.accesos"]


def test_cada_peticion_deja_una_linea_con_su_id_y_su_autor(
    bitacora: Oyente, api: Callable[..., APIClient], clara: Usuario, ana: Usuario
) -> None:
    api(ana).get(f"/users/{clara.rut}", headers={"X-Request-ID": "abc-1"})
    (linea,) = _accesos(bitacora)
    assert (linea["metodo"], linea["estado"], linea["peticion"]) == ("GET", 200, "abc-1")
    assert linea["ms"] > 0
    assert linea["usuario"] != ""
    escrito = json.dumps(linea, ensure_ascii=False)
    for rut in (clara.rut, ana.rut):
        assert rut not in escrito
    assert clara.nombre not in escrito


def test_un_desconocido_no_tiene_autor_y_escribirlo_no_consulta_la_base(
    bitacora: Oyente, api: Callable[..., APIClient], django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        api().get("/no-existe")
    (linea,) = _accesos(bitacora)
    assert (linea["estado"], linea["usuario"]) == (404, "")


def test_una_traza_cabe_en_una_linea_y_tapa_lo_que_trae(bitacora: Oyente) -> None:
    try:
        raise ValueError('choca {"password": "abc\\"123"} y 21.799.760-7')
    except ValueError:
        logging.getLogger("x").error("falló %s", "217997607", exc_info=sys.exc_info())
    (linea,) = bitacora.lineas
    assert "ValueError" in linea["traza"]
    assert "abc" not in linea["traza"]
    assert "217997607" not in json.dumps(linea)
    assert "21.799.760-7" not in json.dumps(linea)
