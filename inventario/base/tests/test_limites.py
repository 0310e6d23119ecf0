"""Los diques: cuánto pide una dirección, un desconocido y un usuario."""

import pytest
from rest_framework.test import APIClient

from inventario.base import limites
from inventario.base.limites import Ventana, VentanaCompartida
from productos.tests.procesos import corriendo, puerto_libre, redis


class Reloj:
    def __init__(self) -> None:
        self.ahora = 1000.0

    def __call__(self) -> float:
        return self.ahora


@pytest.fixture
def reloj() -> Reloj:
    return Reloj()


@pytest.fixture(autouse=True)
def _sin_memoria(monkeypatch: pytest.MonkeyPatch) -> None:
    for nombre in ("por_direccion", "por_desconocido"):
        monkeypatch.setattr(limites, nombre, Ventana())
    monkeypatch.setattr("inventario.base.api.limites.por_usuario", Ventana())


def test_deja_pasar_hasta_el_limite_y_despues_dice_cuanto_esperar(reloj):
    ventana = Ventana(reloj)
    assert [ventana.sumar("a", 3) for _ in range(4)] == [0, 0, 0, 60]
    assert ventana.sumar("b", 3) == 0


def test_lo_del_minuto_anterior_pesa_cada_vez_menos(reloj):
    ventana = Ventana(reloj)
    for _ in range(10):
        assert ventana.sumar("a", 10) == 0
    reloj.ahora += 60
    assert ventana.sumar("a", 10) > 0
    reloj.ahora += 30
    assert [ventana.sumar("a", 10) == 0 for _ in range(6)] == [True] * 5 + [False]
    reloj.ahora += 600
    assert [ventana.sumar("a", 10) for _ in range(10)] == [0] * 10


def test_insistir_no_alarga_la_espera(reloj):
    ventana = Ventana(reloj)
    for _ in range(1000):
        ventana.sumar("a", 10)
    reloj.ahora += 120
    assert ventana.sumar("a", 10) == 0


def test_la_memoria_no_crece_con_las_direcciones(monkeypatch, reloj):
    monkeypatch.setattr(limites, "CLAVES_MAXIMAS", 5)
    ventana = Ventana(reloj)
    for n in range(50):
        ventana.sumar(f"10.0.0.{n}", 3)
    assert len(ventana._actual) <= 6


@pytest.mark.lento
def test_con_redis_dos_procesos_llevan_una_sola_cuenta_y_sin_el_cada_uno_la_suya(monkeypatch):
    puerto = puerto_libre()
    monkeypatch.setattr(VentanaCompartida, "DESCANSO_S", 0.0)
    servidor = redis(puerto)
    with corriendo(servidor):
        # Cada ventana tiene su propio cliente, como en dos procesos. El minuto está detenido.
        uno, dos = (
            VentanaCompartida("x", f"redis://127.0.0.1:{puerto}/0", lambda: 6_000_000.0) for _ in range(2)
        )
        cabidas = [ventana.sumar("a", 6) == 0 for _ in range(5) for ventana in (uno, dos)]
        assert cabidas == [True] * 6 + [False] * 4
        assert uno.sumar("a", 6) == 60
        assert uno.sumar("b", 6) == 0

        servidor.terminar()
        assert [uno.sumar("a", 6) == 0 for _ in range(8)] == [True] * 6 + [False] * 2
        assert dos.sumar("a", 6) == 0

        servidor.partir()
        cabidas = [ventana.sumar("a", 3) == 0 for _ in range(2) for ventana in (uno, dos)]
        assert cabidas == [True] * 3 + [False]


@pytest.mark.lento
def test_de_a_tandas_dos_procesos_nunca_pasan_del_limite_y_van_poco_a_redis(monkeypatch):
    servidor = redis(puerto_libre())
    with corriendo(servidor):
        uno, dos = (
            VentanaCompartida("x", f"redis://127.0.0.1:{servidor.puerto}/0", lambda: 6_000_000.0)
            for _ in range(2)
        )
        idas = []
        guion = uno._guion
        monkeypatch.setattr(uno, "_guion", lambda **que: (idas.append(1), guion(**que))[1])
        cabidas = [ventana.sumar("a", 1000) == 0 for _ in range(1000) for ventana in (uno, dos)]
        assert sum(cabidas) == 1000
        assert len(idas) < 1000
        assert sum(uno.sumar("b", 1000) == 0 for _ in range(100)) == 100
        assert sum(dos.sumar("b", 1000) == 0 for _ in range(1000)) == 900


def test_un_redis_muerto_no_se_espera_en_cada_peticion():
    ventana = VentanaCompartida("x", "redis://127.0.0.1:1/0")
    consultas = []
    guion = ventana._guion

    def contar(**que):
        consultas.append(que)
        return guion(**que)

    ventana._guion = contar
    assert [ventana.sumar("a", 3) for _ in range(4)][:3] == [0, 0, 0]
    assert len(consultas) == 1


def test_una_direccion_sin_credencial_se_frena_y_un_cajero_en_la_misma_no(settings, carlos):
    settings.LIMITE_DESCONOCIDO_MINUTO = 3
    desconocido, cajero = APIClient(), APIClient(headers={"Authorization": "Bearer x"})
    estados = [desconocido.get("/products").status_code for _ in range(5)]
    assert estados == [401, 401, 401, 429, 429]
    respuesta = desconocido.get("/products")
    assert respuesta.json()["codigo"] == "demasiados_intentos"
    assert 1 <= int(respuesta["Retry-After"]) <= 60
    assert cajero.get("/products").status_code == 401
    assert APIClient(REMOTE_ADDR="10.0.0.7").get("/products").status_code == 401
    assert desconocido.get("/salud").status_code != 429


@pytest.mark.django_db
def test_una_credencial_inventada_no_da_mas_intentos_de_ingreso(settings):
    settings.LIMITE_DESCONOCIDO_MINUTO = 2
    cliente = APIClient(headers={"Authorization": "Bearer inventado"})
    estados = [cliente.post("/login", {}).status_code for _ in range(3)]
    assert estados == [400, 400, 429]


def test_una_direccion_tiene_su_tope_con_o_sin_credencial(settings):
    settings.LIMITE_DIRECCION_MINUTO = 2
    cliente = APIClient(headers={"Authorization": "Bearer x"})
    assert [cliente.get("/products").status_code for _ in range(3)] == [401, 401, 429]


def test_un_usuario_tiene_su_tope_y_no_estorba_a_otro(settings, api, ana, carlos):
    settings.LIMITE_USUARIO_MINUTO = 3
    assert [api(carlos).get("/products").status_code for _ in range(4)] == [200, 200, 200, 429]
    respuesta = api(carlos).get("/products")
    assert respuesta.json()["codigo"] == "demasiados_intentos"
    assert int(respuesta["Retry-After"]) >= 1
    assert api(ana).get("/products").status_code == 200


def test_una_caja_que_escanea_sin_parar_no_ve_los_limites_de_fabrica():
    """Ocho cajas, cinco escaneos por segundo cada una, tras una sola dirección."""
    from inventario import settings as de_fabrica

    por_caja = 5 * 60
    assert por_caja * 10 < de_fabrica.LIMITE_USUARIO_MINUTO
    assert por_caja * 8 * 10 < de_fabrica.LIMITE_DIRECCION_MINUTO
