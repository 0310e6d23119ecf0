"""Ver y cambiar fichas: cada uno hasta donde su rol llega."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from inventario.base.actor import Rol
from registros.models import Registro, TipoRegistro
from usuarios.models import Estado, MovimientoPuntos, Usuario
from usuarios.servicios import registrar_usuario


@pytest.fixture
def gente(ana, carlos, clara):
    return {"ana": ana, "carlos": carlos, "clara": clara, None: None}


@pytest.fixture
def registrado(actor, ana, ahora):
    """Registra a alguien por el caso de uso."""

    def registrado(rut, nombre="Pedro", apellido="Soto", **resto):
        return registrar_usuario(
            actor=actor(ana), rut=rut, nombre=nombre, apellido=apellido,
            contrasena="Marraqueta-2026", ahora=ahora, **resto,
        )

    return registrado


@pytest.mark.parametrize(
    ("quien", "de_quien", "estado"),
    [
        ("ana", "ana", 200), ("ana", "carlos", 200), ("ana", "clara", 200),
        ("carlos", "ana", 403), ("carlos", "carlos", 200), ("carlos", "clara", 200),
        ("clara", "ana", 403), ("clara", "carlos", 403), ("clara", "clara", 200),
        (None, "clara", 401),
    ],
)
def test_quien_ve_la_ficha_de_quien(api, gente, quien, de_quien, estado):
    respuesta = api(gente[quien]).get(f"/users/{gente[de_quien].rut}")
    assert respuesta.status_code == estado
    assert ("id_usuario" in respuesta.json()) == (estado == 200)


@pytest.mark.parametrize("rut", ["21.799.760-7", "21799760-7", "217997607", "021799760-7"])
def test_el_rut_de_la_direccion_se_escribe_como_sea(api, ana, clara, rut):
    assert api(ana).get(f"/users/{rut}").json()["rut"] == "217997607"


@pytest.mark.parametrize("rut", ["10000013-k", "10000013K", "10.000.013-k/"])
def test_tambien_con_k_y_con_barra_final(api, ana, registrado, rut):
    registrado("10000013K")
    assert api(ana).get(f"/users/{rut}").json()["rut"] == "10000013K"


@pytest.mark.parametrize("rut", ["76192083-9", "12345678-9", "carlos", "%00", "66666666-6"])
def test_quien_no_existe_es_404_para_el_personal_y_403_para_un_cliente(api, ana, carlos, clara, rut):
    for persona in (ana, carlos):
        respuesta = api(persona).get(f"/users/{rut}")
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (404, "usuario_no_existe")
    assert api(clara).get(f"/users/{rut}").status_code == 403


def test_cada_uno_ve_lo_suyo_en_la_lista(api, ana, carlos, clara):
    assert {u["rut"] for u in api(ana).get("/users").json()} == {ana.rut, carlos.rut, clara.rut}
    assert [u["rut"] for u in api(carlos).get("/users").json()] == [clara.rut]
    assert api(carlos).get("/users?tipo_usuario=Administrador").json() == []
    assert api(clara).get("/users").status_code == 403
    assert APIClient().get("/users").status_code == 401


@pytest.mark.parametrize(
    ("filtro", "ruts"),
    [
        ("tipo_usuario=cajero", ["123456785"]), ("tipo_usuario=ADMIN", ["111111111"]),
        ("estado=inactivo", ["217997607"]), ("estado=ACTIVO&tipo_usuario=Cliente", []),
        ("buscar=NUNEZ", ["217997607"]), ("buscar=núñ", ["217997607"]),
        ("buscar=cáceres carlos", ["123456785"]),
        ("buscar=21.799", ["217997607"]), ("buscar=12345678-5", ["123456785"]), ("buscar=nadie", []),
        ("buscar=%25", []), ("buscar=_", []), ("buscar=", ["111111111", "123456785", "217997607"]),
    ],
)
def test_la_lista_se_filtra(api, ana, carlos, clara, filtro, ruts):
    Usuario.objects.filter(pk=clara.pk).update(estado=Estado.INACTIVO)
    respuesta = api(ana).get(f"/users?{filtro}")
    assert [u["rut"] for u in respuesta.json()] == ruts
    assert respuesta["X-Total-Count"] == str(len(ruts))


@pytest.mark.parametrize("filtro", ["tipo_usuario=jefe", "estado=dormido"])
def test_un_filtro_que_no_existe_es_400(api, ana, filtro):
    assert api(ana).get(f"/users?{filtro}").status_code == 400


def test_la_lista_cuesta_lo_mismo_con_uno_que_con_cincuenta(
    api, ana, registrado, django_assert_num_queries
):
    with django_assert_num_queries(2):
        assert len(api(ana).get("/users").json()) == 1
    for n in range(50):
        Usuario.objects.create(rut=f"{n + 10}0", nombre="Una", apellido="Persona")
    with django_assert_num_queries(2):
        assert len(api(ana).get("/users").json()) == 51


@pytest.mark.parametrize("metodo", ["put", "patch"])
def test_cada_uno_cambia_lo_suyo(api, clara, metodo):
    respuesta = getattr(api(clara), metodo)(
        "/users/21.799.760-7", {"nombre": "Clarisa", "correo": "c@ejemplo.cl"}
    )
    assert respuesta.status_code == 200
    assert (respuesta.json()["nombre"], respuesta.json()["apellido"]) == ("Clarisa", "Núñez")
    clara.refresh_from_db()
    assert clara.nombre_normalizado == "clarisa nunez"
    assert clara.correo == "c@ejemplo.cl"


@pytest.mark.parametrize(
    ("quien", "de_quien", "estado"),
    [
        ("ana", "carlos", 200), ("ana", "clara", 200), ("carlos", "clara", 403), ("carlos", "ana", 403),
        ("clara", "carlos", 403), (None, "clara", 401),
    ],
)
def test_quien_cambia_la_ficha_de_quien(api, gente, quien, de_quien, estado):
    otro = gente[de_quien]
    assert api(gente[quien]).put(f"/users/{otro.rut}", {"nombre": "Otra"}).status_code == estado
    otro.refresh_from_db()
    assert (otro.nombre == "Otra") == (estado == 200)


@pytest.mark.parametrize(
    "cambio",
    [{"tipo_usuario": "Administrador"}, {"tipo_usuario": "admin"}, {"estado": "inactivo"},
     {"rut": "76192083-9"}, {"nombre": "Otra", "tipo_usuario": "cajero"}],
)
def test_nadie_cambia_su_propio_tipo_ni_estado_ni_rut(api, clara, cambio):
    antes = Usuario.objects.values().get()
    assert api(clara).put(f"/users/{clara.rut}", cambio).status_code == 403
    assert Usuario.objects.values().get() == antes


def test_devolver_la_ficha_tal_como_llego_no_cambia_nada(api, clara):
    ficha = api(clara).get("/profile").json()
    assert api(clara).put(f"/users/{clara.rut}", ficha).status_code == 200
    assert not Registro.objects.exists()


def test_lo_que_no_se_puede_cambiar_no_se_lee(api, clara, ana):
    for quien in (clara, ana):
        respuesta = api(quien).put(
            f"/users/{clara.rut}",
            {"puntos": 5000, "id": 1, "id_usuario": 1, "is_superuser": True, "rol": 1, "password": "x",
             "nombre_normalizado": "x", "telefono": "1"},
        )
        assert respuesta.status_code == 200
    clara.refresh_from_db()
    assert (clara.puntos, clara.is_superuser, clara.rol) == (0, False, Rol.CLIENTE)
    assert clara.nombre_normalizado == "clara nunez"


@pytest.mark.parametrize(
    "cambio", [{"nombre": ""}, {"correo": "x"}, {"contrasena": "corta"}, {"estado": "x"}, {"rut": "1"}]
)
def test_un_cambio_que_no_sirve_es_400_y_no_cambia_a_medias(api, ana, clara, cambio):
    respuesta = api(ana).put(f"/users/{clara.rut}", {"telefono": "999", **cambio})
    assert respuesta.status_code == 400
    clara.refresh_from_db()
    assert clara.telefono == ""


def test_el_rut_de_otro_es_409(api, ana, carlos, clara):
    respuesta = api(ana).put(f"/users/{clara.rut}", {"rut": carlos.rut, "nombre": "Otra"})
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "rut_duplicado")
    clara.refresh_from_db()
    assert clara.nombre == "Clara"


def test_un_cambio_deja_lo_de_antes_y_lo_de_despues_sin_secretos(api, ana, clara):
    api(ana).put(
        f"/users/{clara.rut}",
        {"telefono": "22", "tipo_usuario": "cajero", "contrasena": "Marraqueta-2026", "nombre": "Clara"},
    )
    registro = Registro.objects.get(tipo=TipoRegistro.USUARIO)
    assert (registro.usuario, registro.objeto_tipo, registro.objeto_id) == (ana, "usuario", clara.pk)
    assert registro.cambios == {"telefono": ["", "22"], "tipo_usuario": ["Cliente", "Cajero"]}
    assert registro.descripcion == "Cambió la contraseña"


def test_desactivar_deja_inactivo_y_repetirlo_no_hace_dano(api, ana, carlos):
    for _ in range(2):
        respuesta = api(ana).delete(f"/users/{carlos.rut}")
        assert (respuesta.status_code, respuesta.json()) == (200, {"msg": "Usuario desactivado"})
    assert Usuario.objects.get(pk=carlos.pk).estado == Estado.INACTIVO
    assert Registro.objects.get().mensaje == "Desactivó a Carlos Cáceres"


@pytest.mark.parametrize(("quien", "estado"), [("carlos", 403), ("clara", 403), (None, 401)])
def test_solo_un_administrador_desactiva(api, gente, quien, estado):
    assert api(gente[quien]).delete("/users/217997607").status_code == estado
    assert not Usuario.objects.filter(estado=Estado.INACTIVO).exists()


@pytest.mark.parametrize(
    ("metodo", "cuerpo"),
    [("delete", None), ("put", {"estado": "Inactivo"}), ("put", {"tipo_usuario": "Cajero"}),
     ("patch", {"tipo_usuario": "cliente", "nombre": "Otra"})],
)
def test_el_ultimo_administrador_activo_se_queda(api, ana, registrado, metodo, cuerpo):
    registrado("76192083-9".replace("-", ""), rol=Rol.ADMINISTRADOR, estado=Estado.INACTIVO)
    respuesta = getattr(api(ana), metodo)(f"/users/{ana.rut}", cuerpo)
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "ultimo_administrador")
    ana.refresh_from_db()
    assert (ana.rol, ana.estado, ana.nombre) == (Rol.ADMINISTRADOR, Estado.ACTIVO, "Ana")


def test_habiendo_otro_un_administrador_puede_dejar_de_serlo(api, ana, registrado):
    registrado("761920839", rol=Rol.ADMINISTRADOR)
    assert api(ana).put(f"/users/{ana.rut}", {"tipo_usuario": "cajero"}).status_code == 200
    ana.refresh_from_db()
    assert (ana.is_staff, ana.is_superuser) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_dos_administradores_no_se_desactivan_el_uno_al_otro_a_la_vez(api, ana, registrado):
    otra = registrado("761920839", rol=Rol.ADMINISTRADOR)

    def desactivar(quien, a_quien):
        try:
            return api(quien).delete(f"/users/{a_quien.rut}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hilos:
        estados = list(hilos.map(desactivar, (ana, otra), (otra, ana)))
    assert sorted(estados) == [200, 409]
    assert Usuario.objects.administradores().activos().count() == 1


@pytest.mark.django_db(transaction=True)
def test_el_mismo_rut_registrado_a_la_vez_se_registra_una_vez():
    cuerpo = {"rut": "7880442-4", "nombre": "Sofía", "apellido": "Muñoz", "contrasena": "Marraqueta-2026"}

    def registrar(_):
        try:
            return APIClient().post("/register", cuerpo).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hilos:
        assert sorted(hilos.map(registrar, range(4))) == [201, 409, 409, 409]


def test_ana_fija_los_puntos_de_clara_y_queda_el_ajuste(api, ana, clara):
    for puntos in (120, 120, 45):
        respuesta = api(ana).put(f"/users/{clara.rut}/puntos", {"puntos": puntos, "motivo": "Boleta vieja"})
        assert respuesta.status_code == 200
        assert respuesta.json()["puntos"] == puntos
    ajustes = MovimientoPuntos.objects.order_by("id").values_list("tipo", "cantidad", "saldo", "autor")
    assert list(ajustes) == [("ajuste", 120, 120, ana.pk), ("ajuste", -75, 45, ana.pk)]
    registros = Registro.objects.filter(tipo=TipoRegistro.PUNTOS).order_by("id")
    assert [r.cambios for r in registros] == [{"puntos": [0, 120]}, {"puntos": [120, 45]}]


@pytest.mark.parametrize("puntos", [-1, "x", None, 1.5, True, 2_000_000_001, [], {}])
def test_puntos_que_no_son_puntos_son_400(api, ana, clara, puntos):
    assert api(ana).put(f"/users/{clara.rut}/puntos", {"puntos": puntos}).status_code == 400


def test_solo_los_clientes_tienen_puntos_y_solo_ana_los_fija(api, ana, carlos, clara):
    respuesta = api(ana).put(f"/users/{carlos.rut}/puntos", {"puntos": 5})
    assert (respuesta.status_code, respuesta.json()["codigo"]) == (403, "solo_clientes")
    assert api(carlos).put(f"/users/{clara.rut}/puntos", {"puntos": 5}).status_code == 403
    assert api(clara).put(f"/users/{clara.rut}/puntos", {"puntos": 5}).status_code == 403
    assert api(ana).put("/users/76192083-9/puntos", {"puntos": 5}).status_code == 404
    assert not MovimientoPuntos.objects.exists()


def test_los_cinco_con_mas_puntos(api, carlos, clara, django_assert_num_queries):
    for n in range(6):
        Usuario.objects.create(
            rut=f"{n + 10}0", nombre="Cliente", apellido=str(n), puntos=n * 10,
            estado=Estado.INACTIVO if n == 5 else Estado.ACTIVO,
        )
    with django_assert_num_queries(1):
        respuesta = api(carlos).get("/top-users-by-points")
    assert respuesta.json() == [
        {"nombre_completo": f"Cliente {n}", "puntos": n * 10} for n in (4, 3, 2, 1)
    ] + [{"nombre_completo": "Clara Núñez", "puntos": 0}]
    assert api(clara).get("/top-users-by-points").status_code == 403


def test_los_tipos_de_usuario_son_los_de_siempre(api, clara):
    assert api(clara).get("/tiposusuario").json() == [
        {"id_tipo_usuario": 1, "tipo": "Administrador"},
        {"id_tipo_usuario": 2, "tipo": "Cajero"},
        {"id_tipo_usuario": 3, "tipo": "Cliente"},
    ]
    assert APIClient().get("/tiposusuario").status_code == 401
