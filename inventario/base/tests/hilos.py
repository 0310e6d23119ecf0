"""Muchos a la vez, en hilos con su propia conexión: lo comparten las pruebas de choques."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from inventario.base.errores import ErrorDeDominio

CONEXIONES = threading.Semaphore(60)
"""MariaDB admite 151 por omisión, y las comparten otras pruebas; los demás hilos esperan la suya."""


def a_la_vez(tareas: list[Callable[[], Any]]) -> list[Any]:
    """Corre cada tarea en su hilo, todas juntas. Un error de dominio cuenta por su código."""
    salida = threading.Barrier(len(tareas))
    resultados: list[Any] = [None] * len(tareas)

    def correr(i: int, tarea: Callable[[], Any]) -> None:
        salida.wait()
        with CONEXIONES:
            try:
                resultados[i] = tarea()
            except ErrorDeDominio as error:
                resultados[i] = error.codigo
            except Exception as error:
                resultados[i] = repr(error)
            finally:
                connection.close()

    hilos = [threading.Thread(target=correr, args=par) for par in enumerate(tareas)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    return resultados
