"""Cuánto puede pedir una dirección o un usuario.

Son diques contra una inundación, no turnos: quedan muy por encima de una caja que escanea sin parar
(unas 5 peticiones por segundo), y ocho cajas tras una misma dirección tampoco los ven. Las
contraseñas tienen su propio freno, exacto y en la base (``usuarios.freno``).

La cuenta vive en la memoria de cada proceso: no cuesta una ida a Redis por petición, no falla si Redis
cae, y con P procesos el límite efectivo es a lo más P veces el escrito.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from inventario.base.middleware import ip_de
from inventario.base.red import red_de

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


por_direccion = Ventana()
por_desconocido = Ventana()
por_usuario = Ventana()


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
