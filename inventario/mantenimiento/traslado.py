"""De la base embebida (SQLite) a MariaDB: la tienda entera, y la prueba de que nada difiere.

Se lee y escribe por lotes: la memoria no crece con la historia. Mientras dura, la base de origen queda
tomada para escribir: nadie vende en la vieja lo que no llegaría a la nueva.

La prueba no confía en la copia. De cada tabla se suman los resúmenes BLAKE2 de sus filas, ya como
valores (fechas, decimales, UUID) y no como cada base los escribe; lo sumado al leer el origen debe ser
lo que se suma volviendo a leer el destino entero. La suma no depende del orden, que las dos bases no
entienden igual.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from inventario.mantenimiento.respaldo.motores import MariaDB
from productos import disparadores as del_catalogo
from registros import disparadores as de_la_auditoria

LOTE = 5_000
MARCA = "traslado_en_curso"
"""Tabla que existe mientras dura: si quedó, el destino es un traslado cortado y se puede vaciar."""
_CON_DATOS = ("usuarios_usuario", "registros_registro", "productos_producto", "ventas_venta")
_MODULO = 1 << 128

Progreso = Callable[[int, int], None]
Convertir = Callable[[Any], Any]


class ErrorDeTraslado(Exception):
    """No se pudo; el texto es para mostrarse. Si el destino se había tocado, quedó vacío."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabla:
    """Una tabla y sus columnas, en el orden en que se leen y escriben en las dos bases."""

    nombre: str
    columnas: tuple[str, ...]
    convertir: tuple[Convertir | None, ...]

    def valores(self, fila: Sequence[Any]) -> tuple[Any, ...]:
        """La fila con sus valores en tipos de Python, los mismos venga de la base que venga."""
        return tuple(
            valor if funcion is None or valor is None else funcion(valor)
            for valor, funcion in zip(fila, self.convertir, strict=True)
        )


@dataclass(slots=True)
class Suma:
    """Cuántas filas y la suma de sus resúmenes."""

    filas: int = 0
    total: int = 0

    def agregar(self, valores: tuple[Any, ...]) -> None:
        resumen = blake2b(repr(valores).encode(errors="surrogatepass"), digest_size=16).digest()
        self.filas += 1
        self.total = (self.total + int.from_bytes(resumen)) % _MODULO


def trasladar(*, origen: Path, progreso: Progreso) -> dict[str, int]:
    """Copia ``origen`` (SQLite) a la base de los ajustes (MariaDB, vacía) y prueba que quedó igual.

    Args:
        progreso: recibe (hechas, total); cada fila cuenta al copiarla y al comprobarla.

    Returns:
        Tabla → filas.

    Raises:
        ErrorDeTraslado: algo no permite empezar, una fila no cabe en MariaDB, o una tabla difiere.
    """
    if connection.vendor != "mysql":
        raise ErrorDeTraslado(
            "El destino es la base de los ajustes, y ahora es la embebida: defina DB_HOST y los demás DB_*"
        )
    with _abrir(origen) as base:
        tablas = tablas_propias()
        _exigir_origen_al_dia(base, tablas)
        _exigir_destino_libre()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {MARCA} (id INT PRIMARY KEY)")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            filas = _copiar_todo(base, tablas, progreso)
        except DatabaseError as error:
            MariaDB().vaciar()
            raise ErrorDeTraslado(f"MariaDB no aceptó los datos: {error}") from error
        except BaseException:
            MariaDB().vaciar()
            raise
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {MARCA}")
    return filas


def tablas_propias() -> list[Tabla]:
    """Todas las tablas que los modelos describen."""
    modelos = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    return [_tabla_de(modelo) for modelo in modelos]


def _tabla_de(modelo: type[models.Model]) -> Tabla:
    # Una clave primaria compuesta es un campo sin columna propia; lo que la base calcula no se escribe.
    campos = {
        campo.column: campo for campo in modelo._meta.local_concrete_fields
        if campo.column and not campo.generated
    }
    return Tabla(
        nombre=modelo._meta.db_table,
        columnas=tuple(campos),
        convertir=tuple(_conversor(campo) for campo in campos.values()),
    )


def _conversor(campo: "models.Field[Any, Any]") -> Convertir | None:
    # Una llave foránea se guarda como aquello a lo que apunta.
    destino = campo.target_field if isinstance(campo, models.ForeignKey) else campo
    if isinstance(destino, models.DecimalField):
        # SQLite guarda un decimal como coma flotante: se redondea a los decimales que el campo tiene.
        exacto = Decimal(1).scaleb(-destino.decimal_places)
        return lambda valor: Decimal(str(valor)).quantize(exacto)
    for clase, funcion in _CONVERSORES:
        if isinstance(destino, clase):
            return funcion
    return None


def _instante(valor: Any) -> datetime:
    return valor if isinstance(valor, datetime) else datetime.fromisoformat(valor).replace(tzinfo=None)


def _dia(valor: Any) -> date:
    return valor if isinstance(valor, date) else date.fromisoformat(valor)


_CONVERSORES: tuple[tuple[type[Any], Convertir], ...] = (
    (models.DateTimeField, _instante),
    (models.DateField, _dia),
    (models.UUIDField, lambda valor: str(UUID(str(valor)))),
    (models.BooleanField, bool),
)


@contextmanager
def _abrir(origen: Path) -> Iterator[sqlite3.Connection]:
    if not origen.is_file():
        raise ErrorDeTraslado(f"No existe la base embebida {origen}")
    base = sqlite3.connect(origen, timeout=20, isolation_level=None)
    try:
        base.execute("BEGIN IMMEDIATE")
        yield base
    except sqlite3.OperationalError as error:
        raise ErrorDeTraslado(
            f"No se pudo tomar {origen}: {error}. Detenga la tienda antes de trasladar."
        ) from error
    except sqlite3.DatabaseError as error:
        raise ErrorDeTraslado(f"{origen} no es una base SQLite sana: {error}") from error
    finally:
        base.close()


def _exigir_origen_al_dia(base: sqlite3.Connection, tablas: list[Tabla]) -> None:
    existentes = {n for (n,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "django_migrations" not in existentes:
        raise ErrorDeTraslado("La base de origen no es de este sistema")
    aplicadas = set(base.execute("SELECT app, name FROM django_migrations"))
    if aplicadas != set(MigrationLoader(None).disk_migrations):
        raise ErrorDeTraslado(
            "La base de origen es de otra versión: póngala al día antes, con la embebida (sin DB_HOST): "
            "manage.py migrate"
        )
    conocidas = {tabla.nombre for tabla in tablas} | {"django_migrations"}
    if ajenas := {n for n in existentes - conocidas if not n.startswith("sqlite_")}:
        raise ErrorDeTraslado(f"La base de origen tiene tablas que esta versión no conoce: {sorted(ajenas)}")
    if colgadas := base.execute("PRAGMA foreign_key_check").fetchone():
        raise ErrorDeTraslado(f"La base de origen tiene filas que apuntan a nada, en {colgadas[0]}")


def _exigir_destino_libre() -> None:
    existentes = connection.introspection.table_names()
    with connection.cursor() as cursor:
        if MARCA not in existentes:
            for tabla in set(_CON_DATOS) & set(existentes):
                cursor.execute(f"SELECT 1 FROM {tabla} LIMIT 1")  # noqa: S608 - de la lista de arriba
                if cursor.fetchone():
                    raise ErrorDeTraslado("La base de destino ya tiene datos: use una recién creada")
    MariaDB().vaciar()


def _copiar_todo(base: sqlite3.Connection, tablas: list[Tabla], progreso: Progreso) -> dict[str, int]:
    cuantas = {t.nombre: base.execute(f'SELECT COUNT(*) FROM "{t.nombre}"').fetchone()[0] for t in tablas}  # noqa: S608
    avance = _Avance(progreso, 2 * sum(cuantas.values()))
    for disparadores in (de_la_auditoria, del_catalogo):
        disparadores.quitar(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 0, unique_checks = 0")
            for tabla in tablas:
                # Lo que migrate sembró: llega con sus ids del origen.
                cursor.execute(f"DELETE FROM {_citar(tabla.nombre)}")  # noqa: S608
        sumas = {tabla.nombre: _copiar(base, tabla, avance) for tabla in tablas}
        _continuar_ids(base)
        for tabla in tablas:
            _comprobar(tabla, sumas[tabla.nombre], avance)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 1, unique_checks = 1")
    for disparadores in (de_la_auditoria, del_catalogo):
        disparadores.poner(connection)
    return cuantas


def _copiar(base: sqlite3.Connection, tabla: Tabla, avance: "_Avance") -> Suma:
    suma = Suma()
    columnas = ", ".join(map(_citar, tabla.columnas))
    marcas = ", ".join(["%s"] * len(tabla.columnas))
    insertar = f"INSERT INTO {_citar(tabla.nombre)} ({columnas}) VALUES ({marcas})"  # noqa: S608
    leer = base.execute(f"SELECT {columnas} FROM {_citar(tabla.nombre)} ORDER BY rowid")  # noqa: S608
    with connection.cursor() as cursor:
        while lote := leer.fetchmany(LOTE):
            filas = [tabla.valores(fila) for fila in lote]
            for fila in filas:
                suma.agregar(fila)
            try:
                cursor.executemany(insertar, filas)
            except DatabaseError as error:
                raise ErrorDeTraslado(f"MariaDB no aceptó una fila de {tabla.nombre}: {error}") from error
            avance.sumar(len(filas))
    return suma


def _comprobar(tabla: Tabla, esperada: Suma, avance: "_Avance") -> None:
    suma = Suma()
    columnas = ", ".join(map(_citar, tabla.columnas))
    connection.ensure_connection()
    # SSCursor: el cursor común trae a memoria el resultado entero.
    with connection.connection.cursor(import_string("MySQLdb.cursors.SSCursor")) as cursor:
        cursor.execute(f"SELECT {columnas} FROM {_citar(tabla.nombre)}")  # noqa: S608
        while lote := cursor.fetchmany(LOTE):
            for fila in lote:
                suma.agregar(tabla.valores(fila))
            avance.sumar(len(lote))
    if suma != esperada:
        raise ErrorDeTraslado(
            f"La tabla {tabla.nombre} no quedó igual: {esperada.filas} filas en el origen y "
            f"{suma.filas} en el destino"
            + (", con algún valor distinto" if suma.filas == esperada.filas else "")
        )


def _continuar_ids(base: sqlite3.Connection) -> None:
    """Un id que en el origen ya se usó y se borró tampoco se repite en el destino."""
    with connection.cursor() as cursor:
        for tabla, ultimo in base.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            if tabla != "django_migrations":
                cursor.execute(f"ALTER TABLE {_citar(tabla)} AUTO_INCREMENT = {int(ultimo) + 1}")


@dataclass(slots=True)
class _Avance:
    progreso: Progreso
    total: int
    hechas: int = 0

    def sumar(self, cuantas: int) -> None:
        self.hechas += cuantas
        self.progreso(self.hechas, self.total)


def _citar(nombre: str) -> str:
    # Las dos bases entienden el acento grave; los nombres salen de los modelos.
    return f"`{nombre}`"
