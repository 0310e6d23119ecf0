"""``manage.py iniciar``: abre la tienda en un solo comando (lo que corre ``make run``)."""

import io
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django_q.tasks import async_task

from inventario.base.actor import Actor, Puerta
from inventario.mantenimiento.arranque import (
    NoSePuedeAbrir,
    base_es_nueva,
    contesta,
    decir,
    direcciones,
    poner_al_dia,
    tomar_puerto,
)
from inventario.mantenimiento.cuentas import contrasena_nueva
from inventario.mantenimiento.demo.carga import HayVentasReales, cargar_demo
from inventario.mantenimiento.supervisor import Programa, Supervisor
from inventario.mantenimiento.tienda import poner_reglas_de_caja


class Command(BaseCommand):
    help = "Prepara la base y levanta el servidor (HTTP y websockets) con las tareas de fondo."

    def handle(self, *args: Any, **opciones: Any) -> None:
        settings.DATOS_DIR.mkdir(parents=True, exist_ok=True)
        try:
            puerto = tomar_puerto(settings.PUERTO)
            _preparar()
        except NoSePuedeAbrir as error:
            raise CommandError(str(error)) from error
        bitacora = settings.DATOS_DIR / "bitacora.log"
        with puerto:
            supervisor = Supervisor(programas=_programas(puerto.fileno()), bitacora=bitacora, decir=decir)
            codigo = supervisor.correr(
                listo=lambda: contesta(settings.PUERTO), al_estar_listo=lambda: _presentar(bitacora)
            )
        if codigo == 0:
            decir("La tienda está cerrada.")
        sys.exit(codigo)


def _preparar() -> None:
    """Tablas, primer Administrador y, en la base embebida recién nacida, los datos de muestra."""
    # El archivo recuerda que falta la muestra, si se interrumpe a medio cargar.
    por_cargar: Path = settings.DATOS_DIR / "muestra_pendiente"
    nueva = base_es_nueva()
    if settings.EMBEBIDO and nueva:
        por_cargar.touch()
        decir("Primera vez: preparando la base…")
    poner_al_dia()
    cuenta = io.StringIO()
    call_command("primer_administrador", stdout=cuenta)
    if cuenta.getvalue():
        decir(cuenta.getvalue().rstrip())
    if por_cargar.exists():
        try:
            cargar_demo(contrasena=contrasena_nueva(), ahora=timezone.now(), contar=decir)
        except HayVentasReales as error:
            decir(error.msg)
        por_cargar.unlink()
    if nueva:
        # Después de la muestra: sus noventa días de ventas son de antes de que hubiera turnos.
        poner_reglas_de_caja(actor=Actor.sistema(puerta=Puerta.COMANDO), ahora=timezone.now())
    # El primer latido no espera al minuto de la agenda: /salud dice la verdad desde el principio.
    async_task("inventario.mantenimiento.tasks.latir", q_options={"save": False})
    connection.close()


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


def _presentar(bitacora: Path) -> None:
    base, *otras = direcciones(settings.PUERTO)
    decir(
        "\n".join(
            [
                "",
                "La tienda está abierta.",
                f"  Dirección:      {base}",
                f"  Caja:           {base}/caja/   (y el teléfono que escanea para ella, {base}/escaner/)",
                *(f"  En la red:      {otra}" for otra in otras),
                f"  Documentación:  {base}/docs",
                f"  Administración: {base}/admin/",
                f"  Bitácora:       {bitacora}",
                "Se entra con el RUT y la contraseña; si se olvidó:  "
                ".venv/bin/python manage.py changepassword RUT",
                "Ctrl-C la cierra.",
            ]
        )
    )
