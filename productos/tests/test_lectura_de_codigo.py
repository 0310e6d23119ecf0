"""Leer un código es una sola ida a la base, con la sesión de quien pide incluida: y nada se recuerda."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from conftest import CONTRASENA
from productos.models import Producto
from usuarios.models import Estado, Sesion, Usuario

Fabrica = Callable[..., Producto]
Entrar = Callable[[Usuario], APIClient]
RUTA = "/product/barcode/7801234567894"


@pytest.fixture
def entrar() -> Entrar:
    def de(usuario: Usuario) -> APIClient:
        token = APIClient().post("/login", {"rut": usuario.rut, "contrasena": CONTRASENA}).json()
        return APIClient(HTTP_AUTHORIZATION=f"Bearer {token['access_token']}")

    return de


@pytest.mark.django_db
def test_leer_un_codigo_es_una_consulta_y_dice_lo_mismo_que_siempre(
    entrar: Entrar, api: Callable[..., APIClient], carlos: Usuario, producto: Fabrica,
    django_assert_num_queries: type,
) -> None:
    producto(codigo="7801234567894", codigos_barras=["A-1", "A-2"], stock=7, precio=990)
    cliente = entrar(carlos)
    cliente.get(RUTA)
    with django_assert_num_queries(1):
        respuesta = cliente.get(RUTA)
    assert respuesta.status_code == 200
    # Por la otra vía: sin token de por medio, el producto se busca aparte.
    assert respuesta.json() == api(carlos).get(RUTA).json()
    assert sorted(respuesta.json()["codigos_barras"]) == ["A-1", "A-2"]
    with django_assert_num_queries(1):
        assert cliente.get("/product/barcode/no-existe").status_code == 404


@pytest.mark.django_db
def test_quien_queda_inactivo_o_sin_sesion_no_lee_ni_una_vez_mas(
    entrar: Entrar, carlos: Usuario, producto: Fabrica
) -> None:
    producto(codigo="7801234567894")
    inactivo, cerrado, vencido = entrar(carlos), entrar(carlos), entrar(carlos)
    assert [c.get(RUTA).status_code for c in (inactivo, cerrado, vencido)] == [200, 200, 200]
    ultimas = list(Sesion.objects.order_by("creada"))
    Sesion.objects.filter(pk=ultimas[1].pk).update(cerrada=timezone.now())
    Sesion.objects.filter(pk=ultimas[2].pk).update(vence=timezone.now())
    assert [c.get(RUTA).status_code for c in (inactivo, cerrado, vencido)] == [200, 401, 401]
    Usuario.objects.filter(pk=carlos.pk).update(estado=Estado.INACTIVO)
    respuesta = inactivo.get(RUTA)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (401, "sesion_cerrada")
    assert "nombre" not in respuesta.json()


@pytest.mark.django_db
def test_el_precio_y_el_stock_son_los_de_este_momento(
    entrar: Entrar, carlos: Usuario, producto: Fabrica
) -> None:
    uno = producto(codigo="7801234567894", stock=5)
    cliente = entrar(carlos)
    assert cliente.get(RUTA).json()["stock"] == 5
    Producto.objects.filter(pk=uno.pk).update(stock=3)
    assert cliente.get(RUTA).json()["stock"] == 3


@pytest.mark.django_db
def test_un_cliente_no_ve_lo_inactivo_y_el_personal_si(
    entrar: Entrar, clara: Usuario, carlos: Usuario, producto: Fabrica
) -> None:
    producto(codigo="7801234567894", estado="Inactivo")
    assert entrar(clara).get(RUTA).status_code == 404
    assert entrar(carlos).get(RUTA).status_code == 200


@pytest.mark.django_db
def test_un_token_vencido_no_sirve_aunque_su_firma_ya_se_haya_visto(
    entrar: Entrar, carlos: Usuario, producto: Fabrica, monkeypatch: pytest.MonkeyPatch
) -> None:
    producto(codigo="7801234567894")
    cliente = entrar(carlos)
    assert cliente.get(RUTA).status_code == 200
    ahora = timezone.now().timestamp()
    monkeypatch.setattr("usuarios.tokens.time.time", lambda: ahora + 3600)
    respuesta = cliente.get(RUTA)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (401, "token_invalido")
