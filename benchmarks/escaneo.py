"""Parejas de teléfono y caja sobre dos servidores y Redis: qué llega, a quién, y cuánto tarda.

    python benchmarks/escaneo.py [--parejas 500] [--segundos 60] [--json salida.json]

Cada teléfono lee un código por segundo; su caja está conectada al *otro* servidor. Antes, en la misma
corrida y con la misma carga, un consumidor que sólo devuelve lo que oye (``eco_asgi.py``) da el piso.
Después se matan (-9) Redis y uno de los servidores, y se cuenta lo que vieron los clientes: los del servidor
muerto vuelven por el otro, como los mandaría nginx.

La carga la hace este proceso, en los mismos procesadores que lo que mide: su gasto va aparte.

Usa una base de pruebas propia, que crea y borra, del motor que digan los ajustes (DB_HOST o SQLite), un
Redis propio y puertos libres de 127.0.0.1. Termina solo.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import statistics
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RAIZ = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RAIZ), str(RAIZ / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from medicion.servicios import cpu_s, memoria_mb  # noqa: E402
from stdnum.cl.rut import calc_check_digit  # noqa: E402
from websockets.asyncio.client import ClientConnection, connect  # noqa: E402
from websockets.exceptions import ConnectionClosed, WebSocketException  # noqa: E402
from websockets.typing import Subprotocol  # noqa: E402

from inventario.base.actor import Rol  # noqa: E402
from productos.models import Categoria, CodigoBarras, Producto  # noqa: E402
from productos.tests.procesos import Proceso, puerto_libre, redis, servidor  # noqa: E402
from usuarios.models import Notificacion, Sesion, Usuario  # noqa: E402
from usuarios.tokens import emitir  # noqa: E402

PRODUCTOS = 200
CALENTAMIENTO_S = 5.0
GRACIA_S = 5.0
EN_TANDAS = 50


@dataclass
class Pareja:
    """Un usuario con su teléfono y su caja, y lo que pasó entre ellos."""

    indice: int
    usuario_id: int
    rut: str
    token: str
    enviados: deque[tuple[str, float]] = field(default_factory=deque)
    mandados: int = 0
    llegados: int = 0
    desordenados: int = 0
    ajenos: int = 0
    eventos: Counter[str] = field(default_factory=Counter)
    primeros: dict[str, float] = field(default_factory=dict)
    momentos: dict[str, float] = field(default_factory=dict)
    notificaciones: set[int] = field(default_factory=set)
    acusados: set[str] = field(default_factory=set)
    oidos: set[str] = field(default_factory=set)
    avisado: bool = False


def crear_tienda(parejas: int) -> list[Pareja]:
    """Cajeros con su sesión abierta y productos con código; directo a la base, que es sólo de esto."""
    ahora = timezone.now()
    categoria = Categoria.objects.create(nombre="Abarrotes", nombre_normalizado="abarrotes")
    productos = Producto.objects.bulk_create(
        Producto(
            nombre=f"Producto {n}", nombre_normalizado=f"producto {n}", categoria=categoria,
            precio_venta=990 + n, stock=50,
        )
        for n in range(PRODUCTOS)
    )
    CodigoBarras.objects.bulk_create(
        CodigoBarras(producto=p, codigo=f"C{n}", clave=f"C{n}", principal=True)
        for n, p in enumerate(productos)
    )
    cuerpos = [str(10_000_000 + 7 * n) for n in range(parejas)]
    usuarios = Usuario.objects.bulk_create(
        Usuario(rut=c + calc_check_digit(c), nombre="Cajero", apellido=c, rol=Rol.CAJERO) for c in cuerpos
    )
    creadas = []
    for n, usuario in enumerate(usuarios):
        sesion = Sesion(usuario=usuario, creada=ahora, refrescada=ahora)
        tokens = emitir(sesion_id=sesion.pk, ahora=ahora)
        sesion.jti_refresco, sesion.vence = tokens.jti, ahora + timezone.timedelta(days=1)
        creadas.append((sesion, Pareja(n, usuario.pk, usuario.rut, tokens.acceso)))
    Sesion.objects.bulk_create(sesion for sesion, _ in creadas)
    return [pareja for _, pareja in creadas]


def pids(procesos: list[Proceso]) -> list[int]:
    return [proceso.hijo.pid for proceso in procesos if proceso.hijo is not None]


def gastado_s(procesos: list[Proceso]) -> float:
    """Segundos de procesador gastados por esos procesos hasta ahora."""
    return sum(map(cpu_s, pids(procesos)))


def memorias_mb(procesos: list[Proceso]) -> list[float]:
    """Memoria residente de cada uno, ahora."""
    return [round(memoria_mb(pid), 1) for pid in pids(procesos)]


def percentiles(muestras: list[float]) -> dict[str, float]:
    """En milisegundos."""
    if len(muestras) < 2:
        return {}
    cortes = statistics.quantiles(muestras, n=100, method="inclusive")
    return {
        "p50": round(cortes[49] * 1000, 1), "p95": round(cortes[94] * 1000, 1),
        "p99": round(cortes[98] * 1000, 1), "peor": round(max(muestras) * 1000, 1),
    }


async def en_tandas(corrutinas: list[Any]) -> list[Any]:
    """Conecta de a poco: un aluvión de saludos no es lo que se mide."""
    hechas: list[Any] = []
    for i in range(0, len(corrutinas), EN_TANDAS):
        hechas += await asyncio.gather(*corrutinas[i : i + EN_TANDAS])
    return hechas


# --- el eco ------------------------------------------------------------------------------


async def medir_eco(servidores: list[Proceso], clientes: int, segundos: float) -> dict[str, Any]:
    puertos = [s.puerto for s in servidores]
    muestras: list[float] = []
    perdidos = 0
    direcciones = [f"ws://127.0.0.1:{puertos[n % 2]}/" for n in range(clientes)]
    abiertos = await en_tandas([connect(d, ping_interval=None).__aenter__() for d in direcciones])
    partida = asyncio.get_running_loop().time() + 1
    fin = partida + CALENTAMIENTO_S + segundos

    async def uno(ws: ClientConnection, n: int) -> None:
        nonlocal perdidos
        reloj = asyncio.get_running_loop().time
        siguiente = partida + random.random()  # noqa: S311
        while siguiente < fin:
            await asyncio.sleep(max(0, siguiente - reloj()))
            antes = time.perf_counter()
            await ws.send(json.dumps({"evento": "barcode_scanned", "datos": {"barcode": f"C{n}"}}))
            try:
                async with asyncio.timeout(GRACIA_S):
                    await ws.recv()
            except TimeoutError:
                perdidos += 1
            if siguiente > partida + CALENTAMIENTO_S:
                muestras.append(time.perf_counter() - antes)
            siguiente += 1

    antes = gastado_s(servidores)
    await asyncio.gather(*(uno(ws, n) for n, ws in enumerate(abiertos)))
    gastado = gastado_s(servidores) - antes
    await asyncio.gather(*(ws.close() for ws in abiertos))
    return {
        "mensajes": len(muestras), "perdidos": perdidos,
        "cpu_ms_por_mensaje": round(1000 * gastado / (clientes * (CALENTAMIENTO_S + segundos)), 2),
        **percentiles(muestras),
    }


# --- el escaneo --------------------------------------------------------------------------


class Carga:
    """Las parejas conectadas. Con ``reconectan``, un socket cortado vuelve a intentar hasta el final."""

    def __init__(self, parejas: list[Pareja], puertos: list[int], *, reconectan: bool) -> None:
        self.parejas, self.puertos, self.reconectan = parejas, puertos, reconectan
        self.muestras: list[float] = []
        self.por_segundo: Counter[int] = Counter()
        self.telefonos: dict[int, ClientConnection | None] = {}
        self.escuchas: list[asyncio.Task[None]] = []
        self.terminando = False
        self.desde_medir = 0.0
        self.reconexiones: list[float] = []

    async def abrir(self) -> None:
        await en_tandas([self._dispositivo(p, es_caja=c) for p in self.parejas for c in (True, False)])

    async def _conectar(self, pareja: Pareja, es_caja: bool, intento: int = 0) -> ClientConnection:
        puerto = self.puertos[(pareja.indice + es_caja + intento) % 2]
        return await connect(
            f"ws://127.0.0.1:{puerto}/ws/escaneo/",
            subprotocols=[Subprotocol("bearer"), Subprotocol(pareja.token)],
            ping_interval=None, open_timeout=60,
        )

    async def _dispositivo(self, pareja: Pareja, *, es_caja: bool) -> None:
        ws = await self._conectar(pareja, es_caja)
        if not es_caja:
            self.telefonos[pareja.indice] = ws
        self.escuchas.append(asyncio.create_task(self._vivir(ws, pareja, es_caja)))

    async def _vivir(self, ws: ClientConnection, pareja: Pareja, es_caja: bool) -> None:
        while True:
            with contextlib.suppress(ConnectionClosed):
                await self._escuchar(ws, pareja, es_caja)
            if self.terminando or not self.reconectan:
                return
            if not es_caja:
                self.telefonos[pareja.indice] = None
            caida = time.perf_counter()
            for intento in itertools.count(1):
                if self.terminando:
                    return
                await asyncio.sleep(random.uniform(0.2, 1))  # noqa: S311
                # El servidor que muere corta por donde vaya: a medio saludo, o sin contestar.
                with contextlib.suppress(OSError, EOFError, TimeoutError, WebSocketException):
                    ws = await self._conectar(pareja, es_caja, intento)
                    break
            self.reconexiones.append(time.perf_counter() - caida)
            if not es_caja:
                self.telefonos[pareja.indice] = ws

    async def _escuchar(self, ws: ClientConnection, pareja: Pareja, es_caja: bool) -> None:
        async for texto in ws:
            trama = json.loads(texto)
            evento, datos = trama["evento"], trama["datos"]
            if evento.startswith("barcode_update_"):
                self._llego(pareja, evento, datos, es_caja)
            elif evento == "notificacion":
                pareja.notificaciones.add(datos["id"])
                pareja.momentos["notificacion"] = time.perf_counter()
            elif evento == "barcode_result":
                # Acusada: se contestó sin decir que quizá no llegó a todos.
                if not pareja.avisado:
                    pareja.acusados.add(datos["barcode"])
                pareja.avisado = False
            else:
                clave = datos.get("codigo", evento) if evento == "error" else evento
                pareja.eventos[clave] += 1
                pareja.momentos[clave] = time.perf_counter()
                pareja.primeros.setdefault(clave, pareja.momentos[clave])
                if clave == "canal_caido" and not es_caja:
                    pareja.avisado = True

    def _llego(self, pareja: Pareja, evento: str, datos: Any, es_caja: bool) -> None:
        ahora = time.perf_counter()
        if evento != f"barcode_update_{pareja.rut}" or not es_caja:
            pareja.ajenos += 1
            return
        pareja.oidos.add(datos["barcode"])
        # Lo que está antes en la fila y no llegó, se perdió; lo que no está, llegó repetido o tarde.
        for n, (codigo, enviado) in enumerate(pareja.enviados):
            if codigo == datos["barcode"]:
                for _ in range(n + 1):
                    pareja.enviados.popleft()
                pareja.llegados += 1
                if enviado >= self.desde_medir:
                    self.muestras.append(ahora - enviado)
                self.por_segundo[int(ahora)] += 1
                return
        pareja.desordenados += 1

    async def leer(self, pareja: Pareja, n: int) -> None:
        ws = self.telefonos.get(pareja.indice)
        if ws is None:
            pareja.eventos["sin_conexion"] += 1
            return
        codigo = f"C{(pareja.indice * 7 + n) % PRODUCTOS}"
        pareja.enviados.append((codigo, time.perf_counter()))
        pareja.mandados += 1
        try:
            await ws.send(
                json.dumps({"evento": "barcode_scanned", "datos": {"barcode": codigo, "rut": pareja.rut}})
            )
        except ConnectionClosed:
            pareja.eventos["cortado_al_enviar"] += 1

    async def cargar(self, segundos: float) -> None:
        reloj = asyncio.get_running_loop().time
        partida = reloj()

        async def telefono(pareja: Pareja) -> None:
            desfase = random.random()  # noqa: S311
            for n in range(int(segundos)):
                await asyncio.sleep(max(0, partida + desfase + n - reloj()))
                await self.leer(pareja, n)

        await asyncio.gather(*(telefono(p) for p in self.parejas))
        fin = reloj() + GRACIA_S
        while reloj() < fin and any(p.enviados for p in self.parejas):
            await asyncio.sleep(0.1)

    async def cerrar(self) -> None:
        self.terminando = True
        for escucha in self.escuchas:
            escucha.cancel()
        await asyncio.gather(*self.escuchas, return_exceptions=True)

    def cuentas(self) -> dict[str, int]:
        return {
            "mandados": sum(p.mandados for p in self.parejas),
            "llegados": sum(p.llegados for p in self.parejas),
            "a_otro_usuario": sum(p.ajenos for p in self.parejas),
            "desordenados_o_repetidos": sum(p.desordenados for p in self.parejas),
        }


async def medir_escaneo(
    parejas: list[Pareja], servidores: list[Proceso], segundos: float
) -> dict[str, Any]:
    carga = Carga(parejas, [s.puerto for s in servidores], reconectan=False)
    antes = time.perf_counter()
    await carga.abrir()
    conectar_s = time.perf_counter() - antes
    await asyncio.sleep(2)
    gastado, propio, memoria = gastado_s(servidores), time.process_time(), memorias_mb(servidores)
    carga.desde_medir = time.perf_counter() + CALENTAMIENTO_S
    await carga.cargar(CALENTAMIENTO_S + segundos)
    gastado, propio = gastado_s(servidores) - gastado, time.process_time() - propio
    memoria_final = memorias_mb(servidores)
    await carga.cerrar()
    cuentas = carga.cuentas()
    return {
        "dispositivos": 2 * len(parejas),
        "conectarlos_s": round(conectar_s, 1),
        **cuentas,
        "perdidos": cuentas["mandados"] - cuentas["llegados"],
        "avisos_de_canal_caido": sum(p.eventos["canal_caido"] for p in parejas),
        "cpu_ms_por_lectura": round(1000 * gastado / cuentas["mandados"], 2),
        "cpu_ms_del_generador_por_lectura": round(1000 * propio / cuentas["mandados"], 2),
        "memoria_mb_al_partir": memoria,
        "memoria_mb_al_terminar": memoria_final,
        **percentiles(carga.muestras),
    }


# --- lo que se cae -----------------------------------------------------------------------


async def medir_caidas(
    parejas: list[Pareja], canal: Proceso, servidores: list[Proceso]
) -> dict[str, Any]:
    """Segundo 5: muere Redis; 13: vuelve. 23: muere un servidor; 28: vuelve. Los clientes reconectan."""
    for pareja in parejas:
        pareja.enviados.clear()
        pareja.mandados = pareja.llegados = pareja.desordenados = pareja.ajenos = 0
        pareja.eventos.clear()
        pareja.primeros.clear()
        pareja.acusados.clear()
        pareja.oidos.clear()
    carga = Carga(parejas, [s.puerto for s in servidores], reconectan=True)
    await carga.abrir()
    await asyncio.sleep(2)
    trabajo = asyncio.create_task(carga.cargar(45))
    await asyncio.sleep(5)
    murio = time.perf_counter()
    await asyncio.to_thread(canal.terminar, 9)
    await asyncio.sleep(4)
    filas = await asyncio.to_thread(_notificar_a_todos, parejas)
    await asyncio.sleep(4)
    await asyncio.to_thread(canal.partir)
    volvio = time.perf_counter()
    await asyncio.sleep(10)
    # Lo que sigue en la fila va en camino; lo que otra lectura posterior adelantó, no llegó.
    perdidos_redis = sum(p.mandados - p.llegados - len(p.enviados) for p in parejas)
    de_redis = {
        "avisados_de_la_caida": sum(p.eventos["canal_caido"] > 0 for p in parejas),
        "del_corte_al_ultimo_avisado_s": round(
            max((p.primeros.get("canal_caido", murio) for p in parejas), default=murio) - murio, 1
        ),
        "avisados_de_la_vuelta": sum(p.eventos["canal"] > 0 for p in parejas),
        "de_la_vuelta_al_ultimo_avisado_s": _ultimo(parejas, "canal", volvio),
        "lecturas_sin_llegar": perdidos_redis,
        "de_ellas_contestadas_sin_error": sum(len(p.acusados - p.oidos) for p in parejas),
        "notificaciones_durante_el_corte": len(filas),
        "notificaciones_entregadas": sum(len(p.notificaciones & filas) for p in parejas),
        "desconexiones": len(carga.reconexiones),
    }
    corte = time.perf_counter()
    await asyncio.to_thread(servidores[1].terminar, 9)
    await asyncio.sleep(5)
    await asyncio.to_thread(servidores[1].partir)
    await trabajo
    de_servidor = {
        "sockets_cortados_y_vueltos": len(carga.reconexiones),
        "cortados_al_ultimo_vuelto_s": round(max(carga.reconexiones, default=0), 1),
        "lecturas_de_telefonos_sin_conexion": sum(p.eventos["sin_conexion"] for p in parejas),
        "lecturas_sin_llegar": sum(p.mandados - p.llegados for p in parejas) - perdidos_redis,
        "por_segundo_al_final": _mediana(carga.por_segundo, time.perf_counter() - 8),
        "duro_s": round(time.perf_counter() - corte, 1),
    }
    ajenos = sum(p.ajenos for p in parejas)
    await carga.cerrar()
    return {"redis": de_redis, "servidor": de_servidor, "a_otro_usuario": ajenos}


def _notificar_a_todos(parejas: list[Pareja]) -> set[int]:
    ahora = timezone.now()
    filas = Notificacion.objects.bulk_create(
        Notificacion(
            usuario_id=p.usuario_id, tipo="mensaje", titulo="durante el corte", mensaje="…",
            fecha_y_hora=ahora,
        )
        for p in parejas
    )
    connection.close()
    return {fila.pk for fila in filas}


def _ultimo(parejas: list[Pareja], evento: str, desde: float) -> float | None:
    momentos = [p.momentos[evento] - desde for p in parejas if p.momentos.get(evento, 0) > desde]
    return round(max(momentos), 1) if momentos else None


def _mediana(por_segundo: Counter[int], desde: float) -> float:
    cuentas = [cuantos for segundo, cuantos in por_segundo.items() if segundo >= desde]
    return statistics.median(cuentas) if cuentas else 0


# --- correr ------------------------------------------------------------------------------


def servidor_de_eco(puerto: int) -> Proceso:
    orden = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(puerto)]
    entorno = {"PYTHONPATH": str(RAIZ / "benchmarks"), "INVENTARIO_SIN_ENV": "1"}
    return Proceso([*orden, "eco_asgi:application"], puerto=puerto, entorno=entorno)


def correr(opciones: argparse.Namespace) -> dict[str, Any]:
    from productos.tests.procesos import corriendo

    parejas = crear_tienda(opciones.parejas)
    connection.close()
    ecos = [servidor_de_eco(puerto_libre()) for _ in range(2)]
    with corriendo(*ecos):
        print(f"eco: {opciones.parejas} clientes, un mensaje por segundo…", flush=True)
        eco = asyncio.run(medir_eco(ecos, opciones.parejas, opciones.segundos_eco))
    canal = redis(puerto_libre())
    url = f"redis://127.0.0.1:{canal.puerto}/0"
    servidores = [servidor(puerto_libre(), redis_url=url) for _ in range(2)]
    with corriendo(canal, *servidores):
        print(f"escaneo: {opciones.parejas} parejas durante {opciones.segundos} s…", flush=True)
        escaneo = asyncio.run(medir_escaneo(parejas, servidores, opciones.segundos))
        caidas = None
        if not opciones.sin_caidas:
            print("caídas: muere Redis, y después un servidor…", flush=True)
            elegidas = parejas[: opciones.parejas_caidas]
            caidas = asyncio.run(medir_caidas(elegidas, canal, servidores))
    return {"motor": connection.vendor, "eco": eco, "escaneo": escaneo, "caidas": caidas}


def mostrar(resultado: dict[str, Any]) -> None:
    print(f"\n{'':28}{'p50':>9}{'p95':>9}{'p99':>9}{'peor':>9}  ms")
    for nombre in ("eco", "escaneo"):
        fila = resultado[nombre]
        print(f"{nombre:28}" + "".join(f"{fila.get(p, 0):>9}" for p in ("p50", "p95", "p99", "peor")))
    veces = resultado["escaneo"].get("p99", 0) / (resultado["eco"].get("p99") or 1)
    print(f"\nel p99 del escaneo es {veces:.1f} veces el del eco")
    for titulo, datos in (("escaneo", resultado["escaneo"]), *(resultado["caidas"] or {}).items()):
        print(f"\n{titulo}")
        for clave, valor in datos.items() if isinstance(datos, dict) else [("", datos)]:
            print(f"  {clave.replace('_', ' '):40}{valor}")


def main() -> int:
    argumentos = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    argumentos.add_argument("--parejas", type=int, default=500)
    argumentos.add_argument("--segundos", type=int, default=60)
    argumentos.add_argument("--segundos-eco", type=int, default=20)
    argumentos.add_argument("--parejas-caidas", type=int, default=200)
    argumentos.add_argument("--sin-caidas", action="store_true")
    argumentos.add_argument("--json", type=Path)
    opciones = argumentos.parse_args()
    base = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        resultado = correr(opciones)
    finally:
        connection.creation.destroy_test_db(base, verbosity=0)
    mostrar(resultado)
    if opciones.json:
        opciones.json.write_text(json.dumps(resultado, indent=2, ensure_ascii=False) + "\n")
    escaneo = resultado["escaneo"]
    bien = not (escaneo["perdidos"] or escaneo["a_otro_usuario"] or escaneo["desordenados_o_repetidos"])
    print("\nNada perdido, nada a otro usuario." if bien else "\nHUBO PÉRDIDAS")
    return 0 if bien else 1


if __name__ == "__main__":
    sys.exit(main())
