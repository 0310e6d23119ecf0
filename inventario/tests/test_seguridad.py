"""Lo que intenta quien quiere entrar donde no le toca. Qué protege de qué: docs/seguridad.md."""

import base64
import hmac
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.conf import settings as ajustes
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from openpyxl import Workbook
from rest_framework.test import APIClient

from conftest import CONTRASENA
from productos.planilla import lectura
from productos.planilla.lectura import PlanillaIlegible, leer_planilla
from productos.tests.clientes_socket import abrir_sesion
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db
CLAVE = ajustes.SIMPLE_JWT["SIGNING_KEY"]


# --- tokens ----------------------------------------------------------------------------


def _firmar(dice: dict[str, Any], clave: str, **cabeza: Any) -> str:
    """HMAC-SHA256 a mano: la biblioteca se niega a hacer tokens tan malos."""
    partes = [{"typ": "JWT", "alg": "HS256", **cabeza}, dice]
    firmado = ".".join(_base64(json.dumps(parte).encode()) for parte in partes)
    return f"{firmado}.{_base64(hmac.digest(clave.encode(), firmado.encode(), 'sha256'))}"


def _base64(crudo: bytes) -> str:
    return base64.urlsafe_b64encode(crudo).rstrip(b"=").decode()


def _con(token: str) -> int:
    return APIClient(headers={"Authorization": f"Bearer {token}"}).get("/profile").status_code


@pytest.fixture
def token(carlos: Usuario) -> str:
    return abrir_sesion(carlos)[1]


@pytest.fixture
def dice(token: str) -> dict[str, Any]:
    """Lo que dice un token que sí abre."""
    assert _con(token) == 200
    return dict(jwt.decode(token, CLAVE, algorithms=["HS256"]))


def test_un_token_sin_firma_no_abre(dice: dict[str, Any], token: str) -> None:
    cabeza, carga, _ = token.split(".")
    sin_firma = jwt.encode(dice, None, algorithm="none")
    for falso in (sin_firma, f"{sin_firma.rsplit('.', 1)[0]}.", f"{cabeza}.{carga}.", f"{cabeza}.{carga}"):
        assert _con(falso) == 401


@pytest.mark.parametrize("algoritmo", ["HS384", "HS512"])
def test_ni_con_la_clave_buena_se_acepta_otro_algoritmo(dice: dict[str, Any], algoritmo: str) -> None:
    assert _con(jwt.encode(dice, CLAVE, algorithm=algoritmo)) == 401


def test_una_firma_de_clave_publica_no_se_toma_por_una_de_clave_compartida(dice: dict[str, Any]) -> None:
    """Que la cabecera diga RS256 no cambia cómo se verifica, ni con la firma que sería buena en HS256."""
    assert _con(_firmar(dice, CLAVE)) == 200
    for algoritmo in ("RS256", "ES256", "PS256", "EdDSA", "none", "hs256"):
        assert _con(_firmar(dice, CLAVE, alg=algoritmo)) == 401


@pytest.mark.parametrize("clave", ["", "secret", ajustes.SECRET_KEY, CLAVE + "x", CLAVE[:-1]])
def test_otra_clave_no_firma(dice: dict[str, Any], clave: str) -> None:
    assert _con(_firmar(dice, clave)) == 401


def test_la_cabecera_no_elige_la_clave(dice: dict[str, Any]) -> None:
    """``kid``, ``jku`` y ``jwk`` dejan que el token diga con qué se verifica: aquí no los lee nadie."""
    for cabecera in (
        {"kid": "/dev/null"}, {"kid": "' UNION SELECT ''--"}, {"jku": "https://mala.cl/claves"},
        {"jwk": {"kty": "oct", "k": ""}},
    ):
        assert _con(_firmar(dice, "", **cabecera)) == 401


def test_cambiar_una_letra_lo_invalida(token: str) -> None:
    for lugar in (5, len(token) // 2, len(token) - 10):
        otra = "A" if token[lugar] != "A" else "B"
        assert _con(token[:lugar] + otra + token[lugar + 1 :]) == 401


@pytest.mark.parametrize("cambio", [
    {"exp": 1}, {"exp": None}, {"exp": "mañana"}, {"token_type": "refresh"}, {"token_type": None},
    {"jti": None}, {"sesion": "0" * 32}, {"sesion": None}, {"sesion": [1]},
])  # fmt: skip
def test_bien_firmado_pero_vencido_de_otra_clase_o_de_otra_sesion_no_abre(
    dice: dict[str, Any], cambio: dict[str, Any]
) -> None:
    """``sid`` o como se llame: el nombre de la sesión sale del propio token."""
    nombre = next(campo for campo in dice if campo not in ("exp", "iat", "jti", "token_type"))
    otro = {nombre if campo == "sesion" else campo: valor for campo, valor in cambio.items()}
    cuerpo = {campo: valor for campo, valor in {**dice, **otro}.items() if valor is not None}
    assert _con(jwt.encode(cuerpo, CLAVE, algorithm="HS256")) == 401


def test_la_clave_de_los_tokens_es_larga_y_no_es_la_de_las_cookies() -> None:
    assert len(CLAVE.encode()) >= 32
    assert ajustes.SECRET_KEY != CLAVE != ajustes.REGISTROS_CLAVE
    assert ajustes.SIMPLE_JWT["ALGORITHM"] == "HS256"
    assert timedelta(minutes=15) >= ajustes.SESION_ACCESO


def test_un_token_no_dice_nada_de_la_persona(dice: dict[str, Any], carlos: Usuario) -> None:
    escrito = str(dice)
    assert not any(str(dato) in escrito for dato in (carlos.rut, carlos.nombre, carlos.apellido))


# --- quién existe ----------------------------------------------------------------------


def test_registrarse_con_un_rut_ajeno_no_dice_de_quien_es(clara: Usuario) -> None:
    """Que un RUT ya está se dice (409, del contrato); nada más, y detrás está el límite por dirección."""
    respuesta = APIClient().post("/register", {
        "rut": clara.rut, "nombre": "Otra", "apellido": "Persona", "contrasena": "Marraqueta-2026",
    })  # fmt: skip
    assert respuesta.status_code == 409
    assert not any(dato in respuesta.content.decode() for dato in (clara.nombre, clara.apellido, clara.rut))


# --- asignación masiva -----------------------------------------------------------------

AJENOS = {
    "id": 1, "pk": 1, "id_usuario": 1, "is_superuser": True, "is_staff": True, "is_active": False, "rol": 1,
    "puntos": 9_999, "password": "x", "groups": [1], "user_permissions": [1], "fecha_creacion": "2000-01-01",
    "last_login": "2000-01-01", "anonimizado": "2000-01-01T00:00:00Z", "alcance": "dueno",
}  # fmt: skip


def test_un_cliente_no_se_da_puntos_ni_poder_con_campos_de_mas(clara: Usuario, api: Callable) -> None:
    antes = Usuario.objects.values().get(pk=clara.pk)
    assert api(clara).put(f"/users/{clara.rut}", {**AJENOS, "telefono": "22 555 1111"}).status_code == 200
    despues = Usuario.objects.values().get(pk=clara.pk)
    assert {c for c in antes if antes[c] != despues[c]} == {"telefono"}


def test_un_registro_nuevo_no_trae_puntos_ni_poder(db: None) -> None:
    respuesta = APIClient().post("/register", {
        **AJENOS, "rut": "7880442-4", "nombre": "Sofía", "apellido": "Muñoz", "contrasena": "Marraqueta-2026",
    })  # fmt: skip
    assert respuesta.status_code == 201
    nueva = Usuario.objects.get(rut="78804424")
    assert (nueva.rol, nueva.puntos, nueva.is_superuser, nueva.is_staff) == (3, 0, False, False)


# --- límites ---------------------------------------------------------------------------


def test_toda_lista_tiene_tope_y_no_se_pide_entera(ana: Usuario, api: Callable) -> None:
    esquema = SchemaGenerator().get_schema(request=None, public=True)
    listas = [
        ruta for ruta, metodos in esquema["paths"].items()
        if "{" not in ruta
        and any(p["name"] == "limit" for p in metodos.get("get", {}).get("parameters", []))
    ]  # fmt: skip
    assert len(listas) > 10
    for lista in listas:
        respuesta = api(ana).get(lista, {"limit": "1000000"})
        assert respuesta.status_code in (200, 400), lista
        assert api(ana).get(lista, {"limit": "-1"}).status_code == 400, lista


def test_una_venta_o_una_compra_con_lineas_sin_fin_es_400(ana: Usuario, api: Callable) -> None:
    lineas = [{"id_producto": n, "cantidad": 1, "costo_unitario": 1} for n in range(1, 5_000)]
    for llamada, cuerpo in (
        ("/ventas-detalle", {"id_forma_pago": 2, "id_tipodocumento": 1}),
        ("/compras-detalle", {"proveedor": "X", "numero_documento": "1"}),
    ):
        assert api(ana).post(llamada, {**cuerpo, "productos": lineas}).status_code == 400


def test_un_json_hondo_es_400(ana: Usuario, api: Callable) -> None:
    hondo = "[" * 100_000 + "]" * 100_000
    respuesta = api(ana).post("/ventas-detalle", hondo, content_type="application/json")
    assert respuesta.status_code == 400


# --- inyección -------------------------------------------------------------------------

VENENOS = ("' OR '1'='1", '"\\', "%_`1;DROP TABLE x--{{7*7}}", "\x00")
"""Cada comilla queda sin cerrar en alguno: es lo que hace notar que se pegó en una consulta."""


def test_lo_que_se_busca_nunca_es_codigo(ana: Usuario, producto: Callable, api: Callable) -> None:
    producto("Arroz")
    esquema = SchemaGenerator().get_schema(request=None, public=True)
    for ruta, metodos in esquema["paths"].items():
        for parametro in metodos.get("get", {}).get("parameters", []):
            if "{" in ruta or parametro["in"] != "query":
                continue
            for veneno in VENENOS:
                respuesta = api(ana).get(ruta, {parametro["name"]: veneno})
                assert respuesta.status_code in (200, 400, 404, 503), (ruta, parametro["name"], veneno)
    for veneno in ("%", "_____", "' OR '1'='1"):
        assert api(ana).get("/products", {"buscar": veneno}).json() == [], veneno


# --- archivos --------------------------------------------------------------------------


def test_una_bomba_en_un_xlsx_se_rechaza_sin_abrirla(tmp_path: Path, monkeypatch: Any) -> None:
    archivo = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(archivo, "w", zipfile.ZIP_DEFLATED) as libro:
        libro.writestr("xl/sharedStrings.xml", b"0" * (lectura.DESCOMPRIMIDO_MAXIMO + 1))
    assert archivo.stat().st_size < 1_000_000
    monkeypatch.setattr(lectura, "load_workbook", lambda *_, **__: pytest.fail("la abrió"))
    with pytest.raises(PlanillaIlegible, match="demasiado grande"):
        list(leer_planilla(archivo))


def test_una_formula_de_un_xlsx_no_se_calcula_ni_se_guarda(tmp_path: Path) -> None:
    libro = Workbook()
    libro.active.append(["codigo_barras", "nombre"])
    libro.active.append(["X-1", "=HYPERLINK(\"https://mala.cl\")"])
    libro.save(tmp_path / "p.xlsx")
    assert "HYPERLINK" not in str(list(leer_planilla(tmp_path / "p.xlsx")))


# --- páginas ---------------------------------------------------------------------------


def test_el_admin_exige_su_marca_contra_formularios_ajenos(ana: Usuario) -> None:
    navegador = Client(enforce_csrf_checks=True)
    navegador.force_login(ana)
    for pagina in (
        "/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/productos/categoria/add/",
        f"/admin/usuarios/usuario/{ana.pk}/change/", f"/admin/personas/{ana.pk}/olvidar/",
    ):
        assert navegador.post(pagina, {"nombre": "X"}).status_code == 403, pagina


def test_la_sesion_del_admin_no_abre_la_api(ana: Usuario) -> None:
    """La API sólo cree en el token: una página ajena no puede usar la cookie de quien la visita."""
    navegador = Client()
    navegador.force_login(ana)
    assert navegador.get("/profile").status_code == 401
    assert navegador.post("/categories", {"nombre_categoria": "X"}, "application/json").status_code == 401


def test_las_cookies_no_las_lee_un_guion_ni_las_manda_otro_sitio(ana: Usuario) -> None:
    navegador = Client()
    navegador.post("/admin/login/", {"username": ana.rut, "password": CONTRASENA})
    sesion = navegador.cookies["sessionid"]
    assert sesion["httponly"]
    assert sesion["samesite"] == "Lax"


def test_quien_entra_al_admin_estrena_sesion(ana: Usuario) -> None:
    navegador = Client()
    navegador.force_login(ana)
    antes = navegador.cookies["sessionid"].value
    navegador.logout()
    navegador.cookies["sessionid"] = antes
    navegador.post("/admin/login/", {"username": ana.rut, "password": CONTRASENA})
    assert navegador.cookies["sessionid"].value != antes


def test_ingresar_no_lleva_a_otro_sitio(ana: Usuario) -> None:
    destino = "https://mala.cl/"
    respuesta = Client().post(
        f"/admin/login/?next={destino}", {"username": ana.rut, "password": CONTRASENA, "next": destino}
    )
    assert respuesta.status_code == 302
    assert "mala.cl" not in respuesta["Location"]


# --- el documento ----------------------------------------------------------------------


def test_cada_prueba_que_nombra_el_documento_existe() -> None:
    raiz = Path(ajustes.BASE_DIR)
    documento = (raiz / "docs/seguridad.md").read_text()
    nombradas = set(re.findall(r"`(test_\w+)`", documento))
    escritas = {
        nombre
        for archivo in raiz.glob("*/**/test_*.py") if "node_modules" not in archivo.parts
        for nombre in re.findall(r"def (test_\w+)\(", archivo.read_text())
    }  # fmt: skip
    assert len(nombradas) > 40
    assert not nombradas - escritas
    assert all(f"API{numero}:2023" in documento for numero in range(1, 11))


def test_la_hora_de_un_token_es_la_del_servidor(carlos: Usuario) -> None:
    """Recién vencido ya no abre: no hay gracia."""
    _, token = abrir_sesion(carlos)
    dicho = jwt.decode(token, CLAVE, algorithms=["HS256"])
    dicho["exp"] = int(timezone.now().timestamp()) - 1
    assert _con(jwt.encode(dicho, CLAVE, algorithm="HS256")) == 401
