"""``manage.py iniciar``: abre la tienda en un solo comando (lo que corre ``make run``)."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_q.tasks import async_task

from inventario.mantenimiento.arranque import (
    NoSePuedeAbrir,
    contesta,
    decir,
    direcciones,
    preparar_base,
    tomar_puerto,
)
from inventario.mantenimiento.supervisor import Programa, Supervisor


class Command(BaseCommand):
    help = "Prepara la base y levanta el servidor (HTTP y websockets) con las tareas de fondo."

    def handle(self, *args: Any, **opciones: Any) -> None:
        settings.DATOS_DIR.mkdir(parents=True, exist_ok=True)
        try:
            puerto = tomar_puerto(settings.PUERTO)
            preparar_base()
        except NoSePuedeAbrir as error:
            raise CommandError(str(error)) from error
        # El primer latido no espera al minuto de la agenda: /salud dice la verdad desde el principio.
        async_task("inventario.mantenimiento.tasks.latir", q_options={"save": False})
        bitacora = settings.DATOS_DIR / "bitacora.log"
        with puerto:
            supervisor = Supervisor(programas=_programas(puerto.fileno()), bitacora=bitacora, decir=decir)
            sys.exit(
                supervisor.correr(
                    listo=lambda: contesta(settings.PUERTO),
                    al_estar_listo=lambda: _presentar(str(bitacora)),
                )
            )


def _programas(puerto_fd: int) -> list[Programa]:
    return [
        Programa(
            nombre="el servidor",
            # -v 0: sin bitácora de accesos, que llevaría el RUT de /users/<rut>.
            orden=[
                sys.executable, "-m", "daphne", "-v", "0", "--fd", str(puerto_fd),
                "inventario.asgi:application",
            ],
            carpeta=settings.BASE_DIR,
            descriptores=[puerto_fd],
        ),
        Programa(
            nombre="las tareas de fondo",
            orden=[sys.executable, "manage.py", "qcluster"],
            carpeta=settings.BASE_DIR,
        ),
    ]


def _presentar(bitacora: str) -> None:
    base, *otras = direcciones(settings.PUERTO)
    decir(
        "\n".join(
            [
                "",
                "La tienda está abierta.",
                f"  Dirección:      {base}",
                *(f"  En la red:      {otra}" for otra in otras),
                f"  Documentación:  {base}/docs",
                f"  Administración: {base}/admin/",
                f"  Bitácora:       {bitacora}",
                "Ctrl-C la cierra.",
            ]
        )
    )
