"""El archivo de un respaldo: un tar con tres miembros, en este orden.

- ``manifiesto.json``: formato, motor, fecha, versión, migraciones y filas de cada tabla.
- ``datos.gz``: la base (una copia SQLite, o el SQL de mariadb-dump).
- ``sumas``: SHA-256 de los dos anteriores, como los escribe ``sha256sum``.

Se abre también a mano: ``tar xf archivo && sha256sum -c sumas && gunzip datos.gz``.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from inventario.mantenimiento.respaldo.errores import ArchivoMalo

FORMATO = "inventario.respaldo.1"
MIEMBROS = ("manifiesto.json", "datos.gz", "sumas")
TROZO = 1 << 20
MANIFIESTO_MAXIMO = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifiesto:
    """Lo que el archivo dice de sí.

    Args:
        motor: ``sqlite`` o ``mysql``.
        creado: ISO 8601, en UTC.
        migraciones: ``aplicacion.nombre`` de todas las aplicadas, en orden.
        filas: tabla → cuántas; contadas en la copia misma.
    """

    motor: str
    creado: str
    version: str
    migraciones: list[str]
    filas: dict[str, int]
    formato: str = FORMATO


def escribir(destino: Path, *, manifiesto: Manifiesto, datos: Path) -> None:
    """Arma ``destino`` entero antes de que exista con su nombre: un corte no deja un respaldo a medias."""
    texto = json.dumps(asdict(manifiesto), ensure_ascii=False, indent=1).encode()
    with datos.open("rb") as abierto:
        suma_datos = _suma(abierto)
    sumas = f"{hashlib.sha256(texto).hexdigest()}  {MIEMBROS[0]}\n{suma_datos}  {MIEMBROS[1]}\n".encode()
    parcial = destino.with_suffix(".parcial")
    with os.fdopen(os.open(parcial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as crudo:
        with tarfile.open(fileobj=crudo, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            _agregar(tar, MIEMBROS[0], texto)
            tar.add(datos, arcname=MIEMBROS[1], filter=_sin_dueno)
            _agregar(tar, MIEMBROS[2], sumas)
        crudo.flush()
        os.fsync(crudo.fileno())
    parcial.rename(destino)
    carpeta = os.open(destino.parent, os.O_RDONLY)
    try:
        os.fsync(carpeta)
    finally:
        os.close(carpeta)


def comprobar(origen: Path) -> Manifiesto:
    """Lee el archivo de punta a punta: que sea de los nuestros y que nada en él haya cambiado.

    Raises:
        ArchivoMalo: no lo es, o está roto.
    """
    try:
        with tarfile.open(origen, "r:") as tar:
            nombres = tuple(miembro.name for miembro in tar.getmembers())
            if nombres != MIEMBROS:
                raise ArchivoMalo(f"{origen.name} no es un respaldo de este sistema")
            if tar.getmember(MIEMBROS[0]).size > MANIFIESTO_MAXIMO:
                raise ArchivoMalo(f"{origen.name} no es un respaldo de este sistema")
            texto = _miembro(tar, MIEMBROS[0]).read()
            suma_datos = _suma(_miembro(tar, MIEMBROS[1]))
            sumas = _miembro(tar, MIEMBROS[2]).read(1000).decode("ascii", "replace")
    except FileNotFoundError:
        raise ArchivoMalo(f"No existe el archivo {origen}") from None
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ArchivoMalo(f"{origen.name} está roto o no es un respaldo de este sistema: {error}") from None
    esperadas = f"{hashlib.sha256(texto).hexdigest()}  {MIEMBROS[0]}\n{suma_datos}  {MIEMBROS[1]}\n"
    if sumas != esperadas:
        raise ArchivoMalo(f"{origen.name} está roto: sus sumas SHA-256 no calzan")
    return _leer_manifiesto(texto, origen)


def datos_de(origen: Path) -> "_Datos":
    """Los datos comprimidos de un archivo ya comprobado, para leerlos de corrido."""
    return _Datos(origen)


class _Datos:
    def __init__(self, origen: Path) -> None:
        self._tar = tarfile.open(origen, "r:")  # noqa: SIM115 - se cierra en __exit__

    def __enter__(self) -> IO[bytes]:
        return _miembro(self._tar, MIEMBROS[1])

    def __exit__(self, *_: object) -> None:
        self._tar.close()


def trozos(archivo: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """El contenido, de a un megabyte."""
    while trozo := archivo.read(TROZO):
        yield trozo


def _leer_manifiesto(texto: bytes, origen: Path) -> Manifiesto:
    try:
        valores = json.loads(texto)
        if valores["formato"] != FORMATO:
            raise ArchivoMalo(
                f"{origen.name} tiene el formato «{valores['formato']}», que esta versión no conoce"
            )
        return Manifiesto(**valores)
    except (ValueError, KeyError, TypeError):
        raise ArchivoMalo(f"{origen.name} no es un respaldo de este sistema") from None


def _miembro(tar: tarfile.TarFile, nombre: str) -> IO[bytes]:
    miembro = tar.extractfile(nombre)
    if miembro is None:
        raise ArchivoMalo(f"{nombre} no es un archivo")
    return miembro


def _agregar(tar: tarfile.TarFile, nombre: str, contenido: bytes) -> None:
    info = tarfile.TarInfo(nombre)
    info.size, info.mode = len(contenido), 0o600
    tar.addfile(info, io.BytesIO(contenido))


def _sin_dueno(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def _suma(archivo: IO[bytes]) -> str:
    resumen = hashlib.sha256()
    for trozo in trozos(archivo):
        resumen.update(trozo)
    return resumen.hexdigest()
