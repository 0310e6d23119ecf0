"""``manage.py importar_productos archivo [--simular]``: productos, precios y stock desde CSV o XLSX."""

from collections import deque
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from inventario.base.actor import Actor, Puerta
from inventario.base.errores import ErrorDeDominio
from inventario.base.fechas import dia_de
from productos.planilla.lectura import contar_filas, leer_planilla
from productos.servicios.importacion import FilaMala, Plan, Revision, importar_productos, revisar_planilla


class Command(BaseCommand):
    help = (
        "Crea y cambia productos según una planilla (CSV o XLSX), por su código de barras: toda o nada. "
        "Con --simular dice qué haría y no toca nada."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archivo", type=Path)
        parser.add_argument("--simular", action="store_true", help="Sólo mostrar qué cambiaría.")
        parser.add_argument(
            "--detalle", type=int, default=20, help="Cuántos cambios mostrar (0: ninguno; -1: todos)."
        )

    def handle(self, *args: Any, archivo: Path, simular: bool, detalle: int, **options: Any) -> None:
        try:
            filas = contar_filas(archivo)
            revision = self._revisar(archivo, filas, detalle)
            self.stdout.write(_resumen(revision))
            if revision.malas:
                raise CommandError(f"{revision.malas} filas con problemas; no se importó nada")
            if not simular:
                self._importar(archivo, filas)
        except ErrorDeDominio as error:
            detalles = [f"línea {n}: {m}" for n, ms in error.errores.items() for m in ms]
            raise CommandError("\n".join([error.msg, *detalles])) from error

    def _revisar(self, archivo: Path, filas: int, detalle: int) -> Revision:
        cambios: deque[Plan] = deque()

        def guardar(plan: Plan) -> None:
            if detalle < 0 or len(cambios) < detalle:
                cambios.append(plan)

        def fallar(mala: FilaMala) -> None:
            with tqdm.external_write_mode():
                self.stderr.write(str(mala))

        with self._barra(filas, "Revisando") as barra:
            revision = revisar_planilla(
                filas=leer_planilla(archivo),
                hoy=dia_de(timezone.now()),
                al_cambiar=guardar,
                al_fallar=fallar,
                avance=barra.update,
            )
        for plan in cambios:
            self.stdout.write(_frase(plan))
        if (resto := revision.nuevos + revision.cambiados - len(cambios)) > 0:
            self.stdout.write(f"… y {resto} más")
        return revision

    def _importar(self, archivo: Path, filas: int) -> None:
        with self._barra(filas, "Importando") as barra:
            importacion = importar_productos(
                filas=lambda: leer_planilla(archivo),
                archivo=archivo.name,
                actor=Actor.sistema(puerta=Puerta.COMANDO),
                ahora=timezone.now(),
                avance=barra.update,
            )
        self.stdout.write(
            f"Importación {importacion.pk}: {importacion.nuevos} nuevos y "
            f"{importacion.cambiados} cambiados"
        )

    def _barra(self, filas: int, que: str) -> "tqdm[Any]":
        return tqdm(total=filas, desc=que, unit=" filas", disable=None)


def _resumen(revision: Revision) -> str:
    return (
        f"{revision.filas} filas: {revision.nuevos} nuevos, {revision.cambiados} cambian, "
        f"{revision.iguales} iguales, {revision.malas} con problemas"
    )


def _frase(plan: Plan) -> str:
    if plan.producto is None:
        return f"Línea {plan.linea} ({plan.codigo}): nuevo, {plan.nombre}"
    cambios = "; ".join(f"{campo} {antes} → {despues}" for campo, (antes, despues) in plan.cambios.items())
    return f"Línea {plan.linea} ({plan.codigo}): {plan.nombre}: {cambios}"
