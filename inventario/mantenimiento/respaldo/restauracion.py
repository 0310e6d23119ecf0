"""Restaurar: sólo un archivo entero y nuestro, sólo en una base vacía, y probando que todo llegó."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from inventario.mantenimiento.invariantes import todo_lo_que_no_cuadra
from inventario.mantenimiento.respaldo import archivo
from inventario.mantenimiento.respaldo.errores import ArchivoMalo, ErrorDeRespaldo
from inventario.mantenimiento.respaldo.motores import motor_de

Decir = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restauracion:
    """Lo restaurado: filas en total, y lo que no cuadra (vacío si todo cuadra)."""

    manifiesto: archivo.Manifiesto
    filas: int
    problemas: list[str]


def restaurar(*, origen: Path, reemplazar: bool = False, decir: Decir = lambda _: None) -> Restauracion:
    """Llena la base con el respaldo y prueba filas, folios, kardex, pagos, resúmenes y cadena.

    Args:
        reemplazar: si la base no está vacía, la vacía antes; quien llama ya respaldó lo que había.
        decir: recibe una frase por cada paso.

    Raises:
        ArchivoMalo: el archivo está roto o es ajeno; la base no se tocó.
        ErrorDeRespaldo: es de otro motor, de una versión más nueva, o la base no está vacía; o la carga
            falló, y la base quedó vacía.
    """
    decir("Comprobando el archivo…")
    manifiesto = archivo.comprobar(origen)
    _exigir_que_sirva(manifiesto)
    motor = motor_de(connection.vendor)
    if connection.introspection.table_names():
        if not reemplazar:
            raise ErrorDeRespaldo(
                "La base no está vacía. Para poner el respaldo en lugar de lo que tiene: --reemplazar"
            )
        motor.vaciar()
    decir(f"Cargando {sum(manifiesto.filas.values()):,} filas…".replace(",", "."))
    try:
        with archivo.datos_de(origen) as comprimido, gzip.GzipFile(fileobj=comprimido) as datos:
            motor.poner(datos, settings.RESPALDOS_DIR if settings.RESPALDOS_DIR.is_dir() else origen.parent)
        faltas = _filas_distintas(manifiesto)
        if faltas:
            raise ArchivoMalo("No llegaron todas las filas: " + "; ".join(faltas))
    except BaseException as error:
        motor.vaciar()
        if isinstance(error, (zlib.error, gzip.BadGzipFile, EOFError)):
            raise ArchivoMalo(f"Los datos del archivo están rotos: {error}") from error
        raise
    decir("Poniendo al día las tablas…")
    call_command("migrate", verbosity=0, interactive=False)
    decir("Probando que todo cuadra…")
    return Restauracion(
        manifiesto=manifiesto,
        filas=sum(manifiesto.filas.values()),
        problemas=todo_lo_que_no_cuadra(),
    )


def contar_filas(tablas: list[str]) -> dict[str, int]:
    """Cuántas filas tiene hoy cada tabla."""
    with connection.cursor() as cursor:
        filas = {}
        for tabla in tablas:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(tabla)}")  # noqa: S608
            filas[tabla] = int(cursor.fetchone()[0])
        return filas


def _filas_distintas(manifiesto: archivo.Manifiesto) -> list[str]:
    existentes = set(connection.introspection.table_names())
    perdidas = sorted(set(manifiesto.filas) - existentes)
    if perdidas:
        return [f"falta la tabla {tabla}" for tabla in perdidas]
    hay = contar_filas(list(manifiesto.filas))
    return [
        f"{tabla}: {hay[tabla]} de {filas}"
        for tabla, filas in manifiesto.filas.items()
        if hay[tabla] != filas
    ]


def _exigir_que_sirva(manifiesto: archivo.Manifiesto) -> None:
    if manifiesto.motor != connection.vendor:
        nombres = {"sqlite": "la base embebida (SQLite)", "mysql": "MariaDB"}
        raise ErrorDeRespaldo(
            f"El respaldo es de {nombres.get(manifiesto.motor, manifiesto.motor)} y aquí se usa "
            f"{nombres[connection.vendor]}. Restáurelo en una igual, y después: manage.py trasladar"
        )
    conocidas = {f"{app}.{nombre}" for app, nombre in MigrationLoader(None).disk_migrations}
    if extranas := set(manifiesto.migraciones) - conocidas:
        raise ErrorDeRespaldo(
            f"El respaldo es de una versión más nueva ({manifiesto.version}): aquí no existe "
            f"{min(extranas)}. Actualice primero."
        )
