"""Cuánto puede pedir una dirección o un usuario.

Son diques contra una inundación, no turnos: quedan muy por encima de una caja que escanea sin parar
(unas 5 peticiones por segundo), y ocho cajas tras una misma dirección tampoco los ven. Las
contraseñas tienen su propio freno, exacto y en la base (``usuarios.freno``).

Con Redis la cuenta es una para todos los procesos, y cada uno la toma de a tandas (``_Reservas``): ir a Redis
dos veces por petición era la mitad de lo que costaba leer un código. Sin Redis, o mientras no contesta, cada
proceso lleva la suya: con P procesos el límite efectivo es entonces a lo más P veces el escrito, y nadie
deja de vender porque Redis cayó.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from inventario.base.middleware import ip_de
from inventario.base.red import red_de

bitacora = logging.getLogger(__name__)

MINUTO_S = 60
CLAVES_MAXIMAS = 100_000
"""Direcciones distintas que se recuerdan por ventana; pasadas, las nuevas comparten una sola cuenta."""

_RESTO = "resto"
_SIN_SESION = frozenset({"/login", "/register", "/token/refresh", "/admin/login/"})


class Ventana:
    """Cuenta por clave en el último minuto, aproximada: lo de este minuto más la parte que toca del anterior.

    Cuesta lo mismo con una petición que con un millón, y su memoria está acotada.
    """

    def __init__(self, reloj: Callable[[], float] = time.monotonic) -> None:
        self._reloj = reloj
        self._candado = threading.Lock()
        self._inicio = reloj()
        self._actual: Counter[str] = Counter()
        self._previa: Counter[str] = Counter()

    def sumar(self, clave: str, limite: int) -> int:
        """Cuenta una petición. Devuelve 0 si cabe en ``limite`` por minuto, o los segundos que esperar."""
        with self._candado:
            transcurrido = self._girar()
            if clave not in self._actual and len(self._actual) >= CLAVES_MAXIMAS:
                clave = _RESTO
            pesan = self._actual[clave] + self._previa[clave] * (1 - transcurrido / MINUTO_S)
            if pesan >= limite:
                # Lo rechazado no se cuenta: quien insiste no alarga su propia espera.
                return max(1, int(MINUTO_S - transcurrido))
            self._actual[clave] += 1
            return 0

    def _girar(self) -> float:
        transcurrido = self._reloj() - self._inicio
        if transcurrido >= MINUTO_S:
            self._previa = self._actual if transcurrido < 2 * MINUTO_S else Counter()
            self._actual = Counter()
            self._inicio = self._reloj()
            return 0.0
        return transcurrido


class _Reservas:
    """Lo que este proceso ya descontó de la cuenta común y no ha gastado; se pierde al cambiar el minuto."""

    def __init__(self) -> None:
        self._candado = threading.Lock()
        self._minuto = 0
        self._quedan: Counter[str] = Counter()

    def gastar(self, clave: str, minuto: int) -> bool:
        """Gasta una, si queda."""
        with self._candado:
            self._girar(minuto)
            if self._quedan[clave] <= 0:
                # Mirar un Counter no lo agranda, y la que se agotó no se guarda.
                self._quedan.pop(clave, None)
                return False
            self._quedan[clave] -= 1
            return True

    def guardar(self, clave: str, minuto: int, cuantas: int) -> None:
        with self._candado:
            self._girar(minuto)
            if cuantas and len(self._quedan) < CLAVES_MAXIMAS:
                self._quedan[clave] += cuantas

    def _girar(self, minuto: int) -> None:
        if minuto != self._minuto:
            self._minuto, self._quedan = minuto, Counter()


class VentanaCompartida:
    """Una ``Ventana`` común a todos los procesos que ven el mismo Redis; sin él, la de este proceso.

    Cada proceso descuenta de a ``limite / TANDAS``. Entre todos nunca dejan pasar más del límite; pueden
    dejar pasar algo menos: lo que otro proceso reservó y no usó.

    Args:
        nombre: distingue una cuenta de otra.
        reloj: segundos desde 1970: los minutos deben ser los mismos en todos los procesos.
    """

    TANDAS = 200
    PLAZO_S = 0.25
    DESCANSO_S = 5.0
    """Tras una falla no se le pregunta en este rato: nadie espera a un Redis muerto en cada petición."""

    _SUMAR = """
        local actual = tonumber(redis.call('GET', KEYS[1]) or '0')
        local previa = tonumber(redis.call('GET', KEYS[2]) or '0')
        local caben = math.ceil(tonumber(ARGV[2]) - actual - previa * tonumber(ARGV[1]))
        local toma = math.min(caben, tonumber(ARGV[3]))
        if toma <= 0 then return 0 end
        redis.call('INCRBY', KEYS[1], toma)
        redis.call('EXPIRE', KEYS[1], 120)
        return toma
    """

    def __init__(self, nombre: str, url: str = "", reloj: Callable[[], float] = time.time) -> None:
        self.propia = Ventana()
        self._reservas = _Reservas()
        self._nombre = nombre
        self._reloj = reloj
        self._descansa_hasta = 0.0
        self._guion = None
        if url:
            cliente = redis.Redis.from_url(
                url, socket_timeout=self.PLAZO_S, socket_connect_timeout=self.PLAZO_S
            )
            self._guion = cliente.register_script(self._SUMAR)

    def sumar(self, clave: str, limite: int) -> int:
        """Como ``Ventana.sumar``."""
        if self._guion is not None and time.monotonic() >= self._descansa_hasta:
            ahora = self._reloj()
            minuto, transcurrido = int(ahora // MINUTO_S), ahora % MINUTO_S
            if self._reservas.gastar(clave, minuto):
                return 0
            llaves = [f"limite:{self._nombre}:{clave}:{minuto - n}" for n in (0, 1)]
            argumentos = [1 - transcurrido / MINUTO_S, limite, max(1, limite // self.TANDAS)]
            try:
                tomadas = int(self._guion(keys=llaves, args=argumentos))
            except redis.RedisError:
                self._descansa_hasta = time.monotonic() + self.DESCANSO_S
                bitacora.warning("Redis no contesta: cada proceso cuenta por su lado", exc_info=True)
            else:
                self._reservas.guardar(clave, minuto, tomadas - 1 if tomadas else 0)
                return 0 if tomadas else max(1, int(MINUTO_S - transcurrido))
        return self.propia.sumar(clave, limite)


por_direccion = VentanaCompartida("direccion", settings.REDIS_URL)
por_desconocido = VentanaCompartida("desconocido", settings.REDIS_URL)
por_usuario = VentanaCompartida("usuario", settings.REDIS_URL)


def demasiadas(espera: int) -> JsonResponse:
    respuesta = JsonResponse(
        {
            "msg": "Demasiadas peticiones; espere un momento",
            "codigo": "demasiados_intentos",
            "errores": {},
        },
        status=429,
    )
    respuesta["Retry-After"] = str(espera)
    return respuesta


class LimiteMiddleware:
    """429 a la dirección que pide de más; a quien viene sin credencial, mucho antes.

    La prueba de vida (``/salud``) no cuenta: quien vigila la tienda no la inunda.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        espera = 0 if request.path_info == "/salud" else self._espera(request)
        return demasiadas(espera) if espera else self.get_response(request)

    def _espera(self, request: HttpRequest) -> int:
        red = red_de(ip_de(request))
        espera = 0
        if settings.LIMITE_DIRECCION_MINUTO:
            espera = por_direccion.sumar(red, settings.LIMITE_DIRECCION_MINUTO)
        if not espera and settings.LIMITE_DESCONOCIDO_MINUTO and _es_de_un_desconocido(request):
            espera = por_desconocido.sumar(red, settings.LIMITE_DESCONOCIDO_MINUTO)
        return espera


def _es_de_un_desconocido(request: HttpRequest) -> bool:
    if request.path_info in _SIN_SESION:
        # Aquí la cabecera no se mira: traer una inventada no puede dar más intentos.
        return True
    return "HTTP_AUTHORIZATION" not in request.META and (
        settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
