"""Nada que identifique a alguien o abra una puerta queda entero en la bitácora."""


import pytest

from inventario.base.secretos import enmascarar

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("texto", "esperado"),
    [
        ("Not Found: /users/217997607", "Not Found: /users/…7607"),
        ("/users/21.799.760-7/puntos", "/users/…7607/puntos"),
        ("entró 10000013-k.", "entró …013K."),
        ("Duplicate entry '217997607' for key 'rut'", "Duplicate entry '…7607' for key 'rut'"),
        (f"Authorization: Bearer {JWT}", "Authorization: Bearer ***"),
        (f'{{"refresh_token": "{JWT}"}}', '{"refresh_token": "***"}'),
        ("contrasena=Pan-con-palta&x=1", "contrasena=***&x=1"),
        ("{'password': 'secreta'}", "{'password': '***'}"),
        ("Bearer opaco.de-otro/tipo=", "Bearer ***"),
    ],
)
def test_se_tapa(texto, esperado):
    assert enmascarar(texto) == esperado


@pytest.mark.parametrize(
    "texto",
    ["código 7801234567893", "folio 12345678", "en 1732449600 s", "3f2a21799760-7b", "Venta 12 por $ 5.990"],
)
def test_lo_demas_queda_como_estaba(texto):
    assert enmascarar(texto) == texto
