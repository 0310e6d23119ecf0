"""El vigía de las pruebas: lo que un caso de uso escribe en la tienda deja un Registro en su transacción.

Está puesto en todas las pruebas (``conftest.py``), venga la escritura de la API, del admin, de un socket,
de una tarea o de una orden. Mira las sentencias que llegan a la base, no lo que el código dice que hace.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection

from inventario.base.operacion import Operacion
from inventario.tests.foto import modelos
from registros.models import Registro

# Varias pueden ir juntas en una ida (``inventario.base.juntas``).
ESCRIBE = re.compile(
    r'(?:^|;\n)\s*(?P<hace>INSERT(?:\s+OR)?(?:\s+IGNORE)?\s+INTO|UPDATE|DELETE\s+FROM)\s+["`]?(?P<tabla>\w+)',
    re.I,
)
SECRETO = re.compile(r"eyJ[\w-]{10,}\.|(?:argon2|pbkdf2_sha256|md5)\$|Pan-con-palta-2026|Marraqueta-2026")

EFIMERO = "estado que se rehace solo, no un hecho de la tienda"
DERIVADO = "se calcula de lo que sí deja registro"
# Tabla → por qué escribirla no pide un registro.
SIN_REGISTRO = {
    "base_claveidempotencia": EFIMERO,
    "mantenimiento_latido": EFIMERO,
    "mantenimiento_tareapuesta": EFIMERO,
    "usuarios_presencia": EFIMERO,
    "usuarios_servidortiemporeal": EFIMERO,
    "usuarios_frenoingreso": "cuenta intentos; el bloqueo mismo sí deja registro",
    "ventas_conteoventas": DERIVADO,
    "ventas_resumenventas": DERIVADO,
    "ventas_resumenproducto": DERIVADO,
    "ventas_resumenmiscelaneo": DERIVADO,
    "ventas_resumenreciente": DERIVADO,
    "productos_gramanombre": DERIVADO,
    "productos_totalproductos": DERIVADO,
}
# Caso de uso → por qué puede no dejar registro.
SIN_REGISTRO_EL_CASO = {
    "usuarios.pareo.pedir_codigo": "un código que vence en minutos y no une a nadie; unirse sí deja registro",
    "usuarios.sesiones._rotar": "sigue la sesión cuyo ingreso ya dejó registro, cada diez minutos",
    "usuarios.notificaciones.marcar_leida": "la marca su dueño, y la fila guarda cuándo",
    "productos.servicios.conteos.leer_en_conteo": "la lectura es ella misma la constancia de quién y cuándo",
}
# Lo que Django escribe por su cuenta al ingresar, fuera de todo caso de uso: la hora y el hash al día.
DE_DJANGO = re.compile(r'UPDATE ["`]usuarios_usuario["`] SET ["`](?:last_login|password)["`] = ')

REGISTROS = Registro._meta.db_table


class Vigia:
    """Lo que se escribió sin registro (``faltas``), y dentro de qué."""

    def __init__(self) -> None:
        self.tablas = {m._meta.db_table for m in modelos()} - SIN_REGISTRO.keys()
        self.faltas: list[str] = []
        self._hilo = threading.local()

    @contextmanager
    def operacion(self, nombre: str) -> Iterator[None]:
        """Un caso de uso que termina bien; si falla, nada quedó escrito."""
        escritas: set[str] = set()
        self._hilo.dentro = True
        try:
            with connection.execute_wrapper(self._anotador(escritas)):
                yield
        finally:
            self._hilo.dentro = False
        if escritas & self.tablas and REGISTROS not in escritas and nombre not in SIN_REGISTRO_EL_CASO:
            self.faltas.append(f"{nombre} escribió {sorted(escritas & self.tablas)} sin dejar registro")

    @contextmanager
    def puerta(self, nombre: str) -> Iterator[None]:
        """Una petición: lo que escriba en la tienda, que sea dentro de un caso de uso."""
        sueltas: set[str] = set()

        def anotar(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not getattr(self._hilo, "dentro", False) and not DE_DJANGO.match(sql):
                sueltas.update(sentencia["tabla"] for sentencia in ESCRIBE.finditer(sql))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(anotar):
            yield
        if sueltas & self.tablas:
            self.faltas.append(f"{nombre} escribió {sorted(sueltas & self.tablas)} fuera de un caso de uso")

    def _anotador(self, escritas: set[str]) -> Any:
        def anotar(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            resultado = execute(sql, params, many, context)
            sentencias = list(ESCRIBE.finditer(sql))
            # De un INSERT con RETURNING, SQLite no dice cuántas filas hasta que se leen; y de las que van
            # juntas, el cursor sólo sabe de la primera.
            ninguna = len(sentencias) == 1 and context["cursor"].rowcount == 0
            for sentencia in sentencias:
                if ninguna and sentencia["hace"][0] not in "Ii":
                    continue
                escritas.add(sentencia["tabla"])
                if sentencia["tabla"] == REGISTROS and SECRETO.search(json.dumps(params, default=str)):
                    self.faltas.append(f"un registro lleva un secreto: {params}")
            return resultado

        return anotar


def vigilar(parche: pytest.MonkeyPatch) -> Vigia:
    """Pone un vigía en todo caso de uso y en toda petición, hasta que ``parche`` se deshaga."""
    vigia = Vigia()
    repetir, responder = Operacion._repetir, BaseHandler.get_response

    def repetir_vigilado(self: Any, *args: Any, **kwargs: Any) -> Any:
        nombre = f"{self.funcion.__module__}.{self.funcion.__qualname__}"
        if ".tests." in nombre:
            return repetir(self, *args, **kwargs)
        with vigia.operacion(nombre):
            return repetir(self, *args, **kwargs)

    def responder_vigilado(self: Any, request: Any) -> Any:
        with vigia.puerta(f"{request.method} {request.path}"):
            return responder(self, request)

    parche.setattr(Operacion, "_repetir", repetir_vigilado)
    parche.setattr(BaseHandler, "get_response", responder_vigilado)
    return vigia
