"""Piezas de los sockets que se prueban solas: origen, saludo, límite de mensajes, cuenta de lo perdido."""

import asyncio

import pytest

from inventario.base.capa import CapaEnMemoria
from usuarios.conexiones.canal import Canal
from usuarios.conexiones.conexion import Balde
from usuarios.conexiones.saludo import origen_permitido, saludo_de_cabeceras, token_de_subprotocolos


@pytest.mark.parametrize(
    ("origen", "host", "pasa"),
    [
        (None, "tienda.cl", True),
        ("http://tienda.cl", "tienda.cl", True),
        ("https://tienda.cl", "tienda.cl", True),
        ("https://TIENDA.cl:443", "tienda.cl", True),
        ("http://192.168.1.5:5000", "192.168.1.5:5000", True),
        ("http://[::1]:5000", "[::1]:5000", True),
        ("https://web.cl", "otra.cl", True),
        ("http://web.cl", "otra.cl", False),
        ("https://mala.cl", "tienda.cl", False),
        ("https://tienda.cl.mala.cl", "tienda.cl", False),
        ("http://tienda.cl:8080", "tienda.cl", False),
        ("null", "tienda.cl", False),
        ("", "tienda.cl", False),
        ("file://", "", False),
        ("http://[", "tienda.cl", False),
    ],
)
def test_solo_abre_sockets_la_propia_casa_o_quien_este_en_cors(settings, origen, host, pasa) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://web.cl"]
    assert origen_permitido(origen, host) is pasa


def test_el_token_sale_de_la_cabecera_o_de_donde_venga_aparte() -> None:
    cabeceras = {"authorization": "Bearer abc", "host": "x", "user-agent": "Teléfono"}
    assert saludo_de_cabeceras(cabeceras, ip="1.2.3.4").token == "abc"
    assert saludo_de_cabeceras(cabeceras, ip="1.2.3.4", token="otro").token == "otro"
    assert saludo_de_cabeceras({"authorization": "Basic abc"}, ip="").token == ""
    assert saludo_de_cabeceras({}, ip="", declarado=["x"]).declarado == ""
    assert token_de_subprotocolos(["bearer", "abc"]) == "abc"
    assert token_de_subprotocolos(["otro", "abc"]) is None
    assert token_de_subprotocolos(["bearer"]) is None


def test_la_direccion_reenviada_solo_se_cree_a_un_proxy_de_confianza(settings) -> None:
    cabeceras = {"x-forwarded-for": "9.9.9.9"}
    assert saludo_de_cabeceras(cabeceras, ip="10.0.0.1").ip == "10.0.0.1"
    settings.PROXIES_DE_CONFIANZA = ["10.0.0.1"]
    assert saludo_de_cabeceras(cabeceras, ip="10.0.0.1").ip == "9.9.9.9"


def test_el_balde_deja_una_rafaga_y_despues_el_ritmo() -> None:
    balde = Balde(ritmo=2, rafaga=3)
    t = balde._ultimo
    assert [balde.tomar(t) for _ in range(4)] == [True, True, True, False]
    assert [balde.tomar(t + 1) for _ in range(3)] == [True, True, False]
    assert [balde.tomar(t + 100) for _ in range(4)] == [True, True, True, False]


async def test_lo_que_el_canal_pierde_se_cuenta_por_los_saltos() -> None:
    recibidos: list[object] = []

    async def recibir(mensaje: object) -> None:
        recibidos.append(mensaje)

    async def nada(_: bool) -> None: ...

    canal = Canal("yo", al_recibir=recibir, al_cambiar=nada)
    for origen, n in (("a", 7), ("a", 8), ("b", 1), ("a", 11), ("yo", 3), ("b", 2)):
        await canal._recibir({"type": "tanda", "origen": origen, "n": n, "mensajes": [{"de": origen}]})
    assert canal.perdidos == 2
    assert recibidos == [{"de": o} for o in ("a", "a", "b", "a", "b")]


async def test_el_canal_no_vuelve_mientras_otro_proceso_todavia_no_oye(monkeypatch) -> None:
    """Si no, lo publicado en ese rato se daría por entregado sin que nadie lo recibiera."""

    async def nada(_: object) -> None: ...

    reloj = 100.0
    monkeypatch.setattr("usuarios.conexiones.canal.time.monotonic", lambda: reloj)
    canal = Canal("yo", al_recibir=nada, al_cambiar=nada)

    async def late(origen: str, *, oye: bool) -> None:
        await canal._recibir({"type": "latido", "origen": origen, "n": 1, "oye": oye})

    await late("viejo", oye=True)
    reloj = 150.0
    await late("otro", oye=True)
    await canal._poner(False, ConnectionError())
    reloj = 151.0
    await late("otro", oye=False)
    assert not canal._todos_oyen()
    await late("otro", oye=True)
    assert canal._todos_oyen()

    await canal._poner(True)
    await canal._poner(False, ConnectionError())
    reloj = 152.0
    assert not canal._todos_oyen()
    # El otro murió en el corte: no se le espera para siempre.
    reloj = 160.0
    assert canal._todos_oyen()


async def test_un_canal_en_memoria_lleno_se_cuenta_y_no_se_calla(caplog) -> None:
    capa = CapaEnMemoria(capacity=2)
    await capa.group_add("g", "lento")
    for n in range(5):
        await capa.group_send("g", {"type": "x", "n": n})
    assert capa.perdidos == 3
    assert "canal lleno" in caplog.text
    assert [(await capa.receive("lento"))["n"] for _ in range(2)] == [0, 1]


async def test_la_capa_en_memoria_despierta_al_bucle_aunque_se_envie_desde_otro_hilo() -> None:
    capa = CapaEnMemoria()
    await capa.group_add("g", "canal")
    esperando = asyncio.create_task(capa.receive("canal"))
    await asyncio.sleep(0.01)
    await asyncio.to_thread(lambda: asyncio.run(capa.group_send("g", {"type": "x"})))
    assert await asyncio.wait_for(esperando, 2) == {"type": "x"}
