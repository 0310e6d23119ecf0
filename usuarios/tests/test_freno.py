"""El freno: quien se equivoca espera un poco, quien ataca espera mucho, y nadie deja afuera a otro."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conftest import CONTRASENA
from inventario.base.actor import Actor, Puerta
from inventario.base.red import red_de
from registros.models import Registro, TipoRegistro
from usuarios.freno import CONFIANZA, OLVIDO, IngresoFrenado, olvidar_frenos
from usuarios.ingreso import CredencialesMalas, entrar
from usuarios.models import FrenoIngreso, Notificacion
from usuarios.reglas import CUENTA, CUENTA_DESDE_UNA_RED, RED

MALA = "otra-clave-cualquiera"
CASA, LEJOS = "10.0.0.5", "203.0.113.7"


def intentar(rut: str, cuando: datetime, *, clave: str = MALA, ip: str = LEJOS) -> object:
    """Lo que se le contesta a un intento: el ingreso, o la clase del error."""
    try:
        return entrar(
            rut=rut, contrasena=clave, actor=Actor(puerta=Puerta.API, ip=ip), ahora=cuando
        )
    except (CredencialesMalas, IngresoFrenado) as error:
        return type(error)


def fallar(rut: str, veces: int, cuando: datetime, *, ip: str = LEJOS) -> datetime:
    """Falla ``veces`` veces, esperando cada vez lo que le piden. Devuelve cuándo terminó."""
    for _ in range(veces):
        cuando = max([cuando, *FrenoIngreso.objects.exclude(frenado_hasta=None).values_list(
            "frenado_hasta", flat=True
        )])
        assert intentar(rut, cuando, ip=ip) is CredencialesMalas
    return cuando


def test_primero_demora_despues_bloquea_y_nunca_mas_de_cinco_minutos():
    esperas = [CUENTA_DESDE_UNA_RED.espera_s(n) for n in range(16)]
    assert esperas == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 60, 120, 240, 300, 300, 300]
    assert [CUENTA_DESDE_UNA_RED.bloquea(n) for n in (9, 10)] == [False, True]


def test_la_cuenta_desde_cualquier_parte_espera_un_minuto_como_mucho():
    assert max(CUENTA.espera_s(n) for n in range(2000)) == 60
    assert CUENTA.espera_s(19) == 0
    assert max(RED.espera_s(n) for n in range(2000)) == 300


@pytest.mark.parametrize(
    ("ip", "red"),
    [("10.0.0.5", "10.0.0.5"), ("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:1", "2001:db8::/64"),
     ("::ffff:10.0.0.5", "10.0.0.5"), ("", "desconocida"), ("cualquier cosa", "desconocida")],
)
def test_un_cliente_ipv6_es_su_red_de_64_bits(ip, red):
    assert red_de(ip) == red


def test_unos_pocos_errores_no_hacen_esperar(carlos, entrar):
    for _ in range(4):
        assert entrar(carlos, MALA).status_code == 401
    assert entrar(carlos).status_code == 200


def test_al_quinto_error_se_pide_esperar_aunque_la_clave_sea_buena(carlos, entrar):
    for _ in range(5):
        assert entrar(carlos, MALA).status_code == 401
    respuesta = entrar(carlos)
    assert respuesta.status_code == 429
    assert respuesta["Retry-After"] == "1"
    assert respuesta.json()["codigo"] == "ingreso_frenado"


def test_entrar_bien_borra_los_errores_propios(carlos, ahora):
    cuando = fallar(carlos.rut, 4, ahora, ip=CASA)
    intentar(carlos.rut, cuando, clave=CONTRASENA, ip=CASA)
    cuando = fallar(carlos.rut, 4, cuando, ip=CASA)
    assert intentar(carlos.rut, cuando, ip=CASA) is CredencialesMalas


def test_con_mas_errores_la_espera_crece_y_queda_un_registro_del_bloqueo(carlos, ahora):
    cuando = fallar(carlos.rut, 10, ahora)
    assert intentar(carlos.rut, cuando + timedelta(seconds=59)) is IngresoFrenado
    cuando = fallar(carlos.rut, 1, cuando)
    assert intentar(carlos.rut, cuando + timedelta(seconds=119)) is IngresoFrenado
    bloqueos = Registro.objects.filter(tipo=TipoRegistro.SEGURIDAD).order_by("id")
    assert [b.mensaje for b in bloqueos] == [
        "Ingreso bloqueado por 60 s tras muchos fallos", "Ingreso bloqueado por 120 s tras muchos fallos",
    ]
    assert carlos.rut not in "".join(b.mensaje + b.descripcion for b in bloqueos)


def test_los_intentos_frenados_no_alargan_la_espera_ni_llenan_los_registros(carlos, ahora):
    cuando = fallar(carlos.rut, 10, ahora)
    antes = Registro.objects.count()
    for segundo in range(50):
        assert intentar(carlos.rut, cuando + timedelta(seconds=segundo)) is IngresoFrenado
    assert Registro.objects.count() == antes
    assert intentar(carlos.rut, cuando + timedelta(seconds=60)) is CredencialesMalas


def test_sin_errores_por_una_hora_se_parte_de_cero(carlos, ahora):
    cuando = fallar(carlos.rut, 10, ahora) + OLVIDO + timedelta(seconds=1)
    fallar(carlos.rut, 4, cuando)
    assert intentar(carlos.rut, cuando, clave=CONTRASENA) not in (IngresoFrenado, CredencialesMalas)


def test_el_freno_de_carlos_no_frena_a_ana_en_la_misma_red(ana, carlos, ahora):
    cuando = fallar(carlos.rut, 12, ahora, ip=CASA)
    assert intentar(ana.rut, cuando, clave=CONTRASENA, ip=CASA) is not IngresoFrenado


def test_quien_ataca_desde_lejos_no_deja_afuera_a_quien_ya_entro_desde_su_caja(carlos, ahora):
    intentar(carlos.rut, ahora, clave=CONTRASENA, ip=CASA)
    cuando = ahora
    for n in range(40):
        cuando = fallar(carlos.rut, 1, cuando, ip=f"203.0.113.{n}")
    assert intentar(carlos.rut, cuando, clave=CONTRASENA, ip="198.51.100.1") is IngresoFrenado
    assert intentar(carlos.rut, cuando, clave=CONTRASENA, ip=CASA) is not IngresoFrenado


def test_una_cuenta_atacada_desde_muchas_partes_espera_un_minuto_como_mucho(carlos, ahora):
    cuando = ahora
    for n in range(60):
        cuando = fallar(carlos.rut, 1, cuando, ip=f"203.0.113.{n}")
    cuando += timedelta(seconds=60)
    assert intentar(carlos.rut, cuando, clave=CONTRASENA, ip="198.51.100.1") is not IngresoFrenado


def test_probar_muchos_rut_desde_una_red_la_frena_pero_no_a_quien_ya_entro_desde_ella(
    ana, carlos, ahora
):
    intentar(ana.rut, ahora, clave=CONTRASENA, ip=CASA)
    for n in range(35):
        fallar(f"no es un rut {n}", 1, ahora + timedelta(hours=n / 100), ip=CASA)
    cuando = ahora + timedelta(hours=0.35)
    assert intentar(carlos.rut, cuando, clave=CONTRASENA, ip=CASA) is IngresoFrenado
    assert intentar(ana.rut, cuando, clave=CONTRASENA, ip=CASA) is not IngresoFrenado


def test_una_cuenta_propia_no_sirve_para_limpiar_los_errores_de_la_red(clara, carlos, ahora):
    cuando = fallar("no es un rut", 30, ahora)
    intentar(clara.rut, cuando + timedelta(seconds=5), clave=CONTRASENA)
    assert FrenoIngreso.objects.get(rut="", red=LEJOS).fallos == 30


def test_la_limpieza_borra_lo_que_ya_no_frena_ni_da_credito(carlos, clara, ahora):
    fallar(clara.rut, 3, ahora)
    intentar(carlos.rut, ahora, clave=CONTRASENA, ip=CASA)
    assert olvidar_frenos(ahora=ahora + OLVIDO) == 0
    assert olvidar_frenos(ahora=ahora + OLVIDO + timedelta(seconds=1)) == 3
    assert olvidar_frenos(ahora=ahora + CONFIANZA) == 0
    assert olvidar_frenos(ahora=ahora + CONFIANZA + timedelta(seconds=1)) == 1


def test_ingresar_cuesta_lo_mismo_la_primera_vez_que_las_demas(
    carlos, ahora, django_assert_num_queries
):
    for _ in range(2):
        # Freno y usuario; transacción; freno y usuario bloqueados, freno, registro, sesión, último ingreso.
        with django_assert_num_queries(2 + 1 + 2 + 1 + 1 + 1 + 1 + 1):
            intentar(carlos.rut, ahora, clave=CONTRASENA, ip=CASA)


@pytest.mark.django_db(transaction=True)
def test_de_treinta_intentos_a_la_vez_se_contestan_cinco(carlos):
    cuando = timezone.now()

    def uno(n: int) -> object:
        try:
            return intentar(carlos.rut, cuando, clave=f"clave-{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as hilos:
        respuestas = list(hilos.map(uno, range(30)))
    assert respuestas.count(CredencialesMalas) == 5
    assert respuestas.count(IngresoFrenado) == 25
    assert set(FrenoIngreso.objects.values_list("fallos", flat=True)) == {5}


@pytest.mark.django_db(transaction=True)
def test_ocho_cajas_ingresan_a_la_vez_con_la_misma_cuenta(carlos):
    cuando = timezone.now()

    def una(n: int) -> object:
        try:
            return intentar(carlos.rut, cuando, clave=CONTRASENA, ip=CASA)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hilos:
        respuestas = list(hilos.map(una, range(8)))
    assert not {CredencialesMalas, IngresoFrenado} & set(respuestas)
    assert carlos.sesiones.count() == 8


def test_un_bloqueo_se_avisa_una_vez_a_quien_administra_y_al_dueno_de_la_cuenta(ana, carlos, ahora):
    fallar(carlos.rut, 14, ahora)
    avisos = Notificacion.objects.filter(tipo=Notificacion.Tipo.BLOQUEO)
    assert sorted(avisos.values_list("usuario", flat=True)) == [ana.pk, carlos.pk]
    assert carlos.rut not in avisos[0].titulo + avisos[0].mensaje
