"""La bitácora no guarda RUT enteros."""

import logging

import pytest

from inventario.base.bitacora import FiltroRut


@pytest.mark.parametrize(
    ("mensaje", "escrito"),
    [
        ("Not Found: /users/217997607", "Not Found: /users/…7607"),
        ("entró 21.799.760-7 y salió 12345678-5", "entró …7607 y salió …6785"),
        ("venta 217997608 de 12345 pesos", "venta 217997608 de 12345 pesos"),
        ("código 2000000000015", "código 2000000000015"),
    ],
)
def test_tapa_los_rut_y_nada_mas(mensaje: str, escrito: str) -> None:
    linea = logging.LogRecord("x", logging.INFO, "x.py", 1, mensaje, (), None)
    assert FiltroRut().filter(linea)
    assert linea.getMessage() == escrito


def test_tapa_tambien_lo_que_va_en_los_argumentos() -> None:
    linea = logging.LogRecord("x", logging.INFO, "x.py", 1, "%s: %s", ("Forbidden", "/users/217997607"), None)
    FiltroRut().filter(linea)
    assert linea.getMessage() == "Forbidden: /users/…7607"
