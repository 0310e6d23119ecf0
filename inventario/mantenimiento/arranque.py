"""Lo que ``manage.py iniciar`` prepara antes de abrir: el puerto, la base y lo que se dice."""

import errno
import http.client
import os
import select
import socket
import sys
from collections.abc import Sequence

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

PENDIENTES_MAXIMAS = 1024


class NoSePuedeAbrir(Exception):
    """Algo del equipo o de los ajustes impide abrir; el texto dice cómo se arregla."""


def decir(frase: str) -> None:
    """Escribe una línea en la consola, sin esperar jamás a quien debiera leerla.

    ``make run`` puede correr con su salida en una tubería que nadie vacía: escribir ahí bloquearía
    al supervisor. Lo que no cabe se pierde; lo importante está además en la bitácora.
    """
    try:
        _, escribible, _ = select.select([], [sys.stdout], [], 0)
        if escribible:
            print(frase, flush=True)
    except (OSError, ValueError):
        # Quien leía se fue. La tienda sigue abierta.
        return


def tomar_puerto(puerto: int) -> socket.socket:
    """El puerto ya escuchando en todas las direcciones del equipo, para que el servidor lo herede.

    Así el puerto no se suelta mientras el servidor cae y vuelve: quien llega entretanto espera.

    Raises:
        NoSePuedeAbrir: está ocupado, no está permitido o no existe.
    """
    enchufe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    otro = f"Use otro:  PUERTO={puerto + 1 if 1024 < puerto < 65_535 else 5001} make run"
    try:
        enchufe.bind(("0.0.0.0", puerto))  # noqa: S104 - los teléfonos de la tienda entran por la red
        enchufe.listen(PENDIENTES_MAXIMAS)
    except OSError as error:
        enchufe.close()
        if error.errno == errno.EADDRINUSE:
            raise NoSePuedeAbrir(f"El puerto {puerto} ya está ocupado por otro programa.\n{otro}") from None
        if error.errno == errno.EACCES:
            raise NoSePuedeAbrir(f"El puerto {puerto} pide permisos de administrador.\n{otro}") from None
        raise NoSePuedeAbrir(f"No se pudo usar el puerto {puerto}: {error.strerror}.\n{otro}") from None
    except OverflowError:
        enchufe.close()
        raise NoSePuedeAbrir(f"El puerto {puerto} no existe: van de 1 a 65535.\n{otro}") from None
    enchufe.set_inheritable(True)
    return enchufe


def contesta(puerto: int) -> bool:
    """Si el servidor ya responde algo (lo que sea) en este equipo."""
    conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=2)
    try:
        conexion.request("GET", "/salud")
        conexion.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        conexion.close()
    return True


def direcciones(puerto: int) -> Sequence[str]:
    """Direcciones en que se llega a la tienda: este equipo y, si hay red, los demás."""
    locales = [f"http://localhost:{puerto}"]
    # Conectar un UDP no manda nada: sólo pregunta por qué interfaz se saldría.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sonda:
        try:
            sonda.connect(("192.0.2.1", 9))
            propia = sonda.getsockname()[0]
        except OSError:
            return locales
    return locales if propia.startswith("127.") else [*locales, f"http://{propia}:{puerto}"]


def base_es_nueva() -> bool:
    """Si todavía no tiene ninguna tabla.

    Raises:
        NoSePuedeAbrir: la base no contesta o no deja entrar.
    """
    try:
        return not MigrationRecorder(connection).has_table()
    except OperationalError as error:
        raise NoSePuedeAbrir(_mal_de_la_base(error)) from error


def poner_al_dia() -> None:
    """Crea o actualiza las tablas; si ya están al día, no hace nada.

    Raises:
        NoSePuedeAbrir: la base no deja.
    """
    try:
        ejecutor = MigrationExecutor(connection)
        if ejecutor.migration_plan(ejecutor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise NoSePuedeAbrir(_mal_de_la_base(error)) from error


def _mal_de_la_base(error: OperationalError) -> str:
    ajustes = connection.settings_dict
    if connection.vendor == "sqlite":
        return (
            f"No se pudo abrir la base embebida {ajustes['NAME']}: {error}\n"
            f"Revise el espacio en disco y los permisos de {os.path.dirname(str(ajustes['NAME']))}."
        )
    return (
        f"No se pudo usar la base {ajustes['NAME']} en {ajustes['HOST']}:{ajustes['PORT']} "
        f"con el usuario {ajustes['USER']}: {error.args[-1]}\n"
        "Revise que MariaDB esté andando y DB_HOST, DB_PORT, DB_USER, DB_PASSWORD y DB_NAME.\n"
        "Sin DB_HOST se usa la base embebida."
    )
