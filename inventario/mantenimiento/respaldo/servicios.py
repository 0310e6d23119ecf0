"""Respaldar: una copia de un instante, comprimida, con su manifiesto; y borrar las que sobran."""

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from inventario.base.fechas import ZONA
from inventario.mantenimiento.respaldo import archivo
from inventario.mantenimiento.respaldo.errores import ErrorDeRespaldo
from inventario.mantenimiento.respaldo.motores import motor_de
from inventario.mantenimiento.respaldo.rotacion import sobrantes
from registros.cadena import sellar_pendientes

_NOMBRE = re.compile(r"inventario-(\d{8}T\d{6}Z)\.respaldo")
_FECHA = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Respaldo:
    """Un respaldo guardado."""

    ruta: Path
    creado: datetime

    @property
    def tamano(self) -> int:
        """En bytes."""
        return self.ruta.stat().st_size


def guardados(carpeta: Path | None = None) -> list[Respaldo]:
    """Los respaldos de ``carpeta`` (por omisión la de los ajustes), del más nuevo al más viejo."""
    carpeta = carpeta or settings.RESPALDOS_DIR
    lista = [
        Respaldo(ruta=ruta, creado=datetime.strptime(calce[1], _FECHA).replace(tzinfo=UTC))
        for ruta in carpeta.glob("*.respaldo")
        if (calce := _NOMBRE.fullmatch(ruta.name))
    ]
    return sorted(lista, key=lambda respaldo: respaldo.creado, reverse=True)


def respaldar(*, ahora: datetime, carpeta: Path | None = None, rotando: bool = True) -> Respaldo:
    """Guarda un respaldo y, ``rotando``, borra los que sobran. La tienda puede seguir vendiendo.

    Raises:
        ErrorDeRespaldo: otro está en curso, no hay espacio, o la base no se dejó copiar.
    """
    carpeta = carpeta or settings.RESPALDOS_DIR
    with _turno(carpeta):
        _botar_restos(carpeta)
        # Lo sellado después de un respaldo no prueba nada de lo que éste guarda.
        sellar_pendientes(reloj=timezone.now)
        motor = motor_de(connection.vendor)
        _exigir_espacio(carpeta, motor.bytes_aproximados())
        destino = carpeta / f"inventario-{ahora.astimezone(UTC):{_FECHA}}.respaldo"
        datos = carpeta / ".datos.gz"
        try:
            filas = motor.sacar(datos)
            archivo.escribir(
                destino,
                manifiesto=archivo.Manifiesto(
                    motor=connection.vendor,
                    creado=ahora.astimezone(UTC).isoformat(),
                    version=settings.VERSION,
                    migraciones=_aplicadas(),
                    filas=filas,
                ),
                datos=datos,
            )
        finally:
            datos.unlink(missing_ok=True)
        archivo.comprobar(destino)
        if rotando:
            rotar(carpeta)
    return Respaldo(ruta=destino, creado=ahora)


def rotar(carpeta: Path) -> None:
    """Borra los respaldos que la rotación no guarda. Los de otro nombre no se tocan."""
    por_momento = {respaldo.creado.astimezone(ZONA): respaldo for respaldo in guardados(carpeta)}
    for momento in sobrantes(por_momento):
        por_momento[momento].ruta.unlink()


def _aplicadas() -> list[str]:
    return [f"{app}.{nombre}" for app, nombre in MigrationRecorder(connection).applied_migrations()]


@contextlib.contextmanager
def _turno(carpeta: Path) -> Iterator[None]:
    try:
        carpeta.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(carpeta / ".candado", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ErrorDeRespaldo(f"No se puede escribir en {carpeta}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ErrorDeRespaldo("Ya hay un respaldo en curso") from None
        yield
    finally:
        # El núcleo suelta el candado también si el proceso muere.
        os.close(descriptor)


def _botar_restos(carpeta: Path) -> None:
    for resto in (*carpeta.glob("*.parcial"), carpeta / ".datos.gz"):
        resto.unlink(missing_ok=True)
    for resto in carpeta.glob(".copia-*"):
        shutil.rmtree(resto, ignore_errors=True)


def _exigir_espacio(carpeta: Path, base: int) -> None:
    # En el peor momento están la copia, los datos comprimidos y el archivo, que los repite.
    hace_falta, hay = base * 2, shutil.disk_usage(carpeta).free
    if hay < hace_falta:
        raise ErrorDeRespaldo(
            f"No hay espacio en {carpeta}: quedan {hay // 2**20} MB y hacen falta unos "
            f"{hace_falta // 2**20}. Borre algo o use otro disco con RESPALDOS_DIR."
        )
