"""Cada objeto de una persona, con el token de otra, en toda llamada que nombra un objeto (IDOR, API1).

Se recorren las direcciones del proyecto y el esquema: una llamada nueva que nombra un objeto en la ruta,
en la consulta o en el cuerpo falla hasta que aquí se diga de quién es.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta, Rol
from inventario.tests.foto import cambiados, foto
from inventario.tests.test_tabla_de_permisos import TABLA, _llamadas, _rellenar, _sin_nombres
from usuarios.ingreso import entrar
from usuarios.models import Usuario
from usuarios.servicios import registrar_usuario

# Parámetro de la ruta → lo que hay en ``mundo`` de Ana, de Carlos o de Clara.
OBJETOS = {
    "rut": ("rut_cliente", "rut_cajero", "rut_admin"),
    "codigo": ("codigo",),
    "precio_id": ("id_precio",),
    "id_conteo": ("id_conteo",),
    "id_venta": ("id_venta", "id_ajena"),
    "id_devolucion": ("id_nota",),
    "id_compra": ("id_compra",),
    "id_orden": ("id_orden",),
    "id_proveedor": ("id_proveedor",),
    "id_notificacion": ("id_notificacion",),
    "id_caja": ("id_caja_libre",),
    "id_fichaje": ("id_fichaje",),
    "id_turno": ("id_turno", "id_turno_ajeno", "id_turno_cerrado"),
    "id_autorizacion": ("id_autorizacion",),
    "id_dispositivo": ("id_dispositivo",),
    "id_pendiente": ("id_pendiente",),
}
INEXISTENTE = {"rut": "76192083-9", "codigo": "NO-ESTA"}

CATALOGO = "el catálogo es de toda la tienda"
ATIENDE = "la cajera atiende a cualquier cliente"
CUENTAN = "un inventario físico lo cuentan entre varios"
ESPERAN = "qué códigos esperan ficha lo ve todo el personal, para no enviarlos dos veces"
# (rol, llamada, objeto) que sí se comparten, y por qué. Todo lo demás se niega.
COMPARTIDOS = {
    ("cliente", "GET /product/barcode/<codigo>", "codigo"): CATALOGO,
    ("cajero", "GET /product/barcode/<codigo>", "codigo"): CATALOGO,
    ("cajero", "GET /product/barcode/<codigo>/lotes", "codigo"): CATALOGO,
    ("cajero", "GET /users/<rut>", "rut_cliente"): ATIENDE,
    ("cajero", "GET /conteos/<id_conteo>", "id_conteo"): CUENTAN,
    ("cajero", "POST /conteos/<id_conteo>/lecturas", "id_conteo"): CUENTAN,
    ("cajero", "GET /productos-pendientes/<id_pendiente>", "id_pendiente"): ESPERAN,
    ("cajero", "GET /productos-pendientes/<id_pendiente>/foto", "id_pendiente"): ESPERAN,
}

# Lo que no es de nadie en particular: nombrarlo no abre nada de una persona.
SIN_DUENO = {
    "id_producto", "codigo_barras", "codigos_barras", "id_proveedor", "id_lote", "id_caja", "id_forma_pago",
    "id_tipodocumento",
}
# (llamada, campo de la consulta o del cuerpo) → el objeto de otro, y qué responde a cada cual.
# ``200`` en una lista: responde, sin nada ajeno.
NOMBRADOS: dict[tuple[str, str], tuple[str, dict[str, int]]] = {
    ("GET /ventas", "id_cajero"): ("pk_cajero", {"cliente": 200, "cajero": 200}),
    ("GET /ventas", "id_cliente"): ("pk_cliente", {"cliente": 200, "cajero": 200}),
    ("GET /registros", "usuario"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("GET /registros", "objeto"): ("objeto", {"cliente": 403, "cajero": 403}),
    ("GET /registros.csv", "usuario"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("GET /registros.csv", "objeto"): ("objeto", {"cliente": 403, "cajero": 403}),
    ("GET /registros.ndjson", "usuario"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("GET /registros.ndjson", "objeto"): ("objeto", {"cliente": 403, "cajero": 403}),
    ("POST /ventas-detalle", "id_cajero"): ("pk_cajero", {"cliente": 403, "cajero": 403}),
    # Vender a un cliente cualquiera es su trabajo; de la ficha del cliente no se responde nada.
    ("POST /ventas-detalle", "id_cliente"): ("pk_cliente", {"cliente": 403, "cajero": 201}),
    ("POST /ventas-detalle", "id_turno"): ("id_turno", {"cliente": 403, "cajero": 409}),
    ("GET /fichajes", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 200}),
    ("GET /fichajes/semana", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("GET /turnos", "id_cajero"): ("pk_cajero", {"cliente": 403, "cajero": 200}),
    # Sin el PIN de esa persona, nombrarla no aprueba nada.
    ("POST /autorizaciones", "rut_supervisor"): ("rut_admin", {"cliente": 403, "cajero": 400}),
    # Lo pedido queda pendiente: nombrar lo ajeno no lo abre ni lo cambia.
    ("POST /autorizaciones", "objeto"): ("de_otro", {"cliente": 403, "cajero": 201}),
    ("POST /registros", "usuario"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("POST /notificaciones", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("POST /proveedores", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("PUT /proveedores/<id_proveedor>", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("PATCH /proveedores/<id_proveedor>", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    # Tomar el RUT de otra persona: 403 donde la ficha tampoco es suya.
    ("PUT /users/<rut>", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("PATCH /users/<rut>", "rut"): ("rut_cajero", {"cliente": 403, "cajero": 403}),
    ("POST /register", "rut"): ("rut_cajero", {"cliente": 409, "cajero": 409}),
    ("POST /logout", "refresh_token"): ("refresco", {"cliente": 401, "cajero": 401}),
    # En estas dos lo nombrado es la credencial misma: quien la tiene es su dueño.
    ("POST /login", "rut"): ("rut_cliente", {"cliente": 401, "cajero": 401}),
    ("POST /token/refresh", "refresh_token"): ("refresco_falso", {"cliente": 401, "cajero": 401}),
}


@pytest.fixture
def otros(ana: Usuario, actor: Callable[[Usuario], Actor]) -> dict[str, APIClient]:
    """Otra clienta y otro cajero, cada uno con su propio token, y alguien sin ninguno."""
    clientes = {"desconocido": APIClient()}
    for rut, rol in (("98765433", Rol.CLIENTE), ("157768921", Rol.CAJERO)):
        registrar_usuario(
            actor=actor(ana), rut=rut, nombre="Otra", apellido="Persona", contrasena=CONTRASENA, rol=rol,
            ahora=timezone.now(),
        )
        ingreso = entrar(
            rut=rut, contrasena=CONTRASENA, actor=Actor(puerta=Puerta.API), ahora=timezone.now()
        )
        clientes[rol.label.lower()] = otro = APIClient()
        otro.credentials(HTTP_AUTHORIZATION=f"Bearer {ingreso.tokens.acceso}")
    return clientes


def _nombrada(llamada: str) -> str:
    """``GET users/<str:rut>`` → ``GET /users/<rut>``."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", llamada)


CON_OBJETO = [llamada for llamada in map(_nombrada, _llamadas()) if "<" in llamada]


def _cuerpo(llamada: str, mundo: dict[str, Any]) -> Any:
    """El cuerpo con que la tabla prueba esta llamada: lo que se niega es el objeto, no la forma."""
    filas = [f for f in TABLA if _sin_nombres(f.llamada) == _sin_nombres(llamada)]
    assert filas, f"{llamada} no está en la tabla de permisos"
    return _rellenar(filas[0].cuerpo, mundo)


def _pedir(cliente: APIClient, llamada: str, objetos: dict[str, Any], cuerpo: Any) -> Any:
    metodo, ruta = llamada.split(" ")
    url = re.sub(r"<(\w+)>", lambda m: str(objetos[m[1]]), ruta)
    return getattr(cliente, metodo.lower())(url, cuerpo)


def _combinaciones(llamada: str) -> Iterator[dict[str, str]]:
    """Cada objeto de cada parámetro de la ruta."""
    parametros = re.findall(r"<(\w+)>", llamada)
    sin_dueno = [p for p in parametros if p not in OBJETOS]
    assert not sin_dueno, f"diga en OBJETOS de quién es {sin_dueno} ({llamada})"
    fijos = {p: OBJETOS[p][0] for p in parametros}
    for parametro in parametros:
        for objeto in OBJETOS[parametro]:
            yield fijos | {parametro: objeto}


@pytest.mark.parametrize("llamada", CON_OBJETO)
def test_nadie_alcanza_un_objeto_ajeno(
    llamada: str, mundo: dict[str, Any], otros: dict[str, APIClient]
) -> None:
    cuerpo = _cuerpo(llamada, mundo)
    for objetos in _combinaciones(llamada):
        for rol, cliente in otros.items():
            comparte = any((rol, llamada, objeto) in COMPARTIDOS for objeto in objetos.values())
            antes = foto()
            respuesta = _pedir(cliente, llamada, {p: mundo[o] for p, o in objetos.items()}, cuerpo)
            caso = (rol, llamada, objetos, respuesta.content[:300])
            if comparte:
                assert respuesta.status_code in (200, 201), caso
                continue
            assert respuesta.status_code in ((401,) if rol == "desconocido" else (403, 404)), caso
            assert respuesta.json().keys() == {"msg", "codigo", "errores"}, caso
            assert foto() == antes, f"se le negó, y algo cambió: {caso}"


@pytest.mark.parametrize("llamada", CON_OBJETO)
def test_a_un_cliente_lo_ajeno_y_lo_que_no_existe_le_responden_igual(
    llamada: str, mundo: dict[str, Any], otros: dict[str, APIClient]
) -> None:
    if ("cliente", llamada, "codigo") in COMPARTIDOS:
        assert llamada.startswith("GET")
        return
    cuerpo = _cuerpo(llamada, mundo)
    for objetos in _combinaciones(llamada):
        ajeno = _pedir(otros["cliente"], llamada, {p: mundo[o] for p, o in objetos.items()}, cuerpo)
        nada = _pedir(otros["cliente"], llamada, {p: INEXISTENTE.get(p, 999_999) for p in objetos}, cuerpo)
        assert (ajeno.status_code, ajeno.json()) == (nada.status_code, nada.json()), objetos


def test_ninguna_lista_trae_lo_de_otra_persona(mundo: dict[str, Any], otros: dict[str, APIClient]) -> None:
    for llamada in ("/ventas", "/boletas", "/detalleventa", "/notificaciones"):
        for rol in ("cliente", "cajero"):
            respuesta = otros[rol].get(llamada)
            assert (respuesta.status_code, respuesta.json()) == (200, []), (rol, llamada)


def _nombrados_en_el_esquema() -> Iterator[tuple[str, str]]:
    """(llamada, campo) de lo que nombra a alguien o a algo en la consulta o en el cuerpo."""
    esquema = SchemaGenerator().get_schema(request=None, public=True)
    for ruta, metodos in esquema["paths"].items():
        for metodo, operacion in metodos.items():
            campos = {p["name"] for p in operacion.get("parameters", []) if p["in"] == "query"}
            for contenido in operacion.get("requestBody", {}).get("content", {}).values():
                campos |= set(_campos(contenido["schema"], esquema["components"]["schemas"]))
            llamada = f"{metodo.upper()} {ruta.replace('{', '<').replace('}', '>')}"
            for campo in sorted(campos - SIN_DUENO):
                if re.fullmatch(r"id_\w+|\w+_id|rut\w*|usuario|objeto|\w+_token", campo):
                    yield llamada, campo


def _campos(esquema: dict[str, Any], componentes: dict[str, Any]) -> Iterator[str]:
    if referencia := esquema.get("$ref"):
        esquema = componentes[referencia.rsplit("/", 1)[1]]
    for nombre, campo in esquema.get("properties", {}).items():
        yield nombre
        yield from _campos(campo, componentes)
    if "items" in esquema:
        yield from _campos(esquema["items"], componentes)
    for clave in ("allOf", "oneOf", "anyOf"):
        for parte in esquema.get(clave, []):
            yield from _campos(parte, componentes)


def test_todo_objeto_nombrado_fuera_de_la_ruta_esta_cubierto() -> None:
    assert set(_nombrados_en_el_esquema()) == set(NOMBRADOS)


@pytest.mark.parametrize(("llamada", "campo"), NOMBRADOS, ids=str)
def test_nombrar_a_otro_en_la_consulta_o_en_el_cuerpo_no_abre_nada(
    llamada: str, campo: str, mundo: dict[str, Any], otros: dict[str, APIClient],
    carlos: Usuario, clara: Usuario,
) -> None:
    objeto, esperados = NOMBRADOS[llamada, campo]
    mundo |= {
        "pk_cajero": carlos.pk, "pk_cliente": clara.pk, "refresco_falso": mundo["refresco"][:-2] + "xx",
        "objeto": f"usuario:{carlos.pk}", "rut": mundo["rut_admin"],
        "de_otro": {"id_venta": mundo["id_venta"]},
    }
    for rol, estado in esperados.items():
        antes = foto()
        if llamada.startswith("GET"):
            respuesta = _pedir(otros[rol], llamada, mundo, {campo: mundo[objeto]})
        else:
            cuerpo = {**(_cuerpo(llamada, mundo) or {}), campo: mundo[objeto]}
            if llamada == "POST /login":
                cuerpo["contrasena"] = "No-es-la-suya-2026"
            respuesta = _pedir(otros[rol], llamada, mundo, cuerpo)
        assert respuesta.status_code == estado, (rol, respuesta.content)
        if estado == 200:
            assert respuesta.json() == [], rol
        # Contar un intento de ingreso fallido es lo único que una negativa deja.
        if estado != 201:
            assert cambiados(antes, foto()) <= {"usuarios.FrenoIngreso"}, rol


def test_una_pagina_del_admin_no_abre_a_quien_no_administra(mundo: dict[str, Any], carlos: Usuario) -> None:
    """Con la sesión de otra puerta tampoco: cada página con un objeto lo manda a ingresar."""
    navegador = Client()
    navegador.force_login(carlos)
    for pagina in (
        f"/admin/ventas/venta/{mundo['id_ajena']}/change/",
        f"/admin/compras/compra/{mundo['id_compra']}/change/",
        f"/admin/personas/{carlos.pk}/datos/archivo/",
        f"/admin/usuarios/usuario/{carlos.pk}/change/",
    ):
        respuesta = navegador.get(pagina)
        assert respuesta.status_code in (302, 403), pagina
        assert CONTRASENA not in respuesta.content.decode()
