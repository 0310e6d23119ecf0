"""Proveedores: RUT, nombre, contacto y plazos; se buscan sin tildes y nunca se borran."""

import pytest

from compras.models import Proveedor
from registros.models import Registro

NUEVO = {
    "nombre": "Viña  del Mar SpA", "rut": "60.803.000-k", "contacto": "Marta", "correo": "m@vina.cl",
    "telefono": "+56 9 1", "direccion": "Uno 2", "plazo_pago": 30, "dias_entrega": 3,
    "dias_entre_pedidos": 14, "condiciones": "Al alza",
}


def test_se_crea_con_su_rut_canonico(api, ana):
    respuesta = api(ana).post("/proveedores", NUEVO)
    assert respuesta.status_code == 201
    cuerpo = respuesta.json()
    assert cuerpo["msg"] == "Proveedor creado"
    assert cuerpo["rut"] == "60803000K"
    assert cuerpo["estado"] == "Activo"
    assert {k: cuerpo[k] for k in NUEVO if k != "rut"} == {k: v for k, v in NUEVO.items() if k != "rut"}
    assert Registro.objects.filter(objeto_tipo="proveedor", objeto_id=cuerpo["id_proveedor"]).exists()
    assert api(ana).get(f"/proveedores/{cuerpo['id_proveedor']}").json()["nombre"] == cuerpo["nombre"]


def test_el_rut_es_opcional_y_varios_pueden_no_tenerlo(api, ana):
    for n, rut in enumerate((None, "", ...)):
        datos = {"nombre": f"Feriante {n}"} | ({} if rut is ... else {"rut": rut})
        respuesta = api(ana).post("/proveedores", datos)
        assert (respuesta.status_code, respuesta.json()["rut"]) == (201, None)


@pytest.mark.parametrize("otro", [{"nombre": "VINA DEL MAR SPA"}, {"nombre": "Otro", "rut": "60803000-K"}])
def test_ni_el_nombre_ni_el_rut_se_repiten(api, ana, otro):
    api(ana).post("/proveedores", NUEVO)
    respuesta = api(ana).post("/proveedores", otro)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "proveedor_duplicado")
    assert Proveedor.objects.count() == 1


@pytest.mark.parametrize(
    ("campo", "malo"),
    [
        ("nombre", ""), ("nombre", "x" * 121), ("rut", "76192083-1"), ("correo", "no es"),
        ("plazo_pago", -1), ("dias_entre_pedidos", 0), ("dias_entrega", 366), ("estado", "Dormido"),
    ],
)
def test_un_dato_malo_es_400_con_su_campo(api, ana, campo, malo):
    respuesta = api(ana).post("/proveedores", NUEVO | {campo: malo})
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == [campo]


def test_se_edita_lo_que_viene_y_queda_escrito_lo_anterior(api, ana, proveedor):
    respuesta = api(ana).patch(f"/proveedores/{proveedor.pk}", {"plazo_pago": 45})
    assert respuesta.json()["plazo_pago"] == 45
    assert respuesta.json()["nombre"] == proveedor.nombre
    registro = Registro.objects.filter(objeto_tipo="proveedor").first()
    assert registro.cambios == {"plazo_pago": [0, 45]}


def test_borrarlo_lo_deja_inactivo(api, ana, proveedor):
    assert api(ana).delete(f"/proveedores/{proveedor.pk}").json() == {"msg": "Proveedor desactivado"}
    proveedor.refresh_from_db()
    assert proveedor.estado == "Inactivo"
    assert [p["nombre"] for p in api(ana).get("/proveedores?estado=activo").json()] == []
    assert api(ana).put(f"/proveedores/{proveedor.pk}", {"estado": "Activo"}).json()["estado"] == "Activo"


@pytest.mark.parametrize("buscar", ["nuble", "ÑUBLE", "76192083-9", "distri"])
def test_se_busca_sin_tildes_o_por_rut(api, ana, proveedor, buscar):
    api(ana).post("/proveedores", NUEVO)
    assert [p["id_proveedor"] for p in api(ana).get(f"/proveedores?buscar={buscar}").json()] == [
        proveedor.pk
    ]


@pytest.mark.parametrize("metodo", ["get", "put", "delete"])
def test_uno_que_no_existe_es_404(api, ana, metodo):
    respuesta = getattr(api(ana), metodo)("/proveedores/999")
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (404, "proveedor_no_encontrado")


def test_lo_que_vende_se_puede_anotar_antes_de_comprarle(api, ana, proveedor, leche):
    ruta = f"/proveedores/{proveedor.pk}/productos"
    vende = {"codigo_barras": "LECHE", "codigo_proveedor": "L-12", "multiplo": 12}
    assert api(ana).put(ruta, {"productos": [vende]}).status_code == 200
    assert api(ana).put(ruta, {"productos": [vende | {"multiplo": 6}]}).status_code == 200
    assert api(ana).get(ruta).json() == [
        {
            "id_producto": leche.pk, "nombre": "Leche", "codigo_proveedor": "L-12", "multiplo": 6,
            "ultimo_costo": None, "ultima_compra": None,
        }
    ]
    respuesta = api(ana).put(ruta, {"productos": [vende, {"codigo_barras": "NADA"}]})
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == ["2"]
