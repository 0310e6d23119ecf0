"""De SQLite a MariaDB: llega todo, se prueba de verdad, y lo que no puede llegar no deja nada a medias."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from inventario.mantenimiento.tests.otra_base import OtraBase, otra_base
from inventario.mantenimiento.traslado import ErrorDeTraslado, Suma, tablas_propias, trasladar
from productos.models import MovimientoStock, Producto
from usuarios.models import Sesion


def test_los_mismos_valores_suman_lo_mismo_escritos_por_cualquiera_de_las_dos_bases() -> None:
    tablas = {tabla.nombre: tabla for tabla in tablas_propias()}
    sesion = tablas[Sesion._meta.db_table]
    crudo_sqlite, crudo_mariadb = ["x"] * len(sesion.columnas), ["x"] * len(sesion.columnas)
    for columna, uno, otro in (
        ("id", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
        ("creada", "2026-11-24 15:00:00", datetime(2026, 11, 24, 15)),  # noqa: DTZ001 - así lo da la base
        ("refrescada", "2026-11-24 15:00:00.250000", datetime(2026, 11, 24, 15, 0, 0, 250_000)),  # noqa: DTZ001
        ("vence", "2026-11-24 15:00:00", datetime(2026, 11, 24, 15)),  # noqa: DTZ001
        ("cerrada", None, None),
    ):
        lugar = sesion.columnas.index(columna)
        crudo_sqlite[lugar], crudo_mariadb[lugar] = uno, otro
    assert sesion.valores(crudo_sqlite) == sesion.valores(crudo_mariadb)
    producto = tablas[Producto._meta.db_table]
    lugar = producto.columnas.index("stock")
    vencimiento = producto.columnas.index("fecha_vencimiento")
    fila: list[object] = [None] * len(producto.columnas)
    fila[lugar], fila[vencimiento] = 0.1 + 0.2, "2026-11-24"
    valores = producto.valores(fila)
    assert (valores[lugar], valores[vencimiento]) == (Decimal("0.300"), date(2026, 11, 24))
    assert str(valores[lugar]) == "0.300"


def test_una_suma_no_depende_del_orden_y_si_de_cada_valor() -> None:
    filas = [(1, "a", None), (2, "b", Decimal("1.00")), (3, "ñ", True)]
    sumas = [Suma() for _ in range(3)]
    for fila in filas:
        sumas[0].agregar(fila)
    for fila in reversed(filas):
        sumas[1].agregar(fila)
    for fila in [*filas[:2], (3, "n", True)]:
        sumas[2].agregar(fila)
    assert sumas[0] == sumas[1] != sumas[2]


@pytest.mark.skipif(connection.vendor == "mysql", reason="con la base embebida")
@pytest.mark.django_db
def test_sin_mariadb_en_los_ajustes_se_dice(tmp_path: Path) -> None:
    with pytest.raises(ErrorDeTraslado, match="defina DB_HOST"):
        trasladar(origen=tmp_path / "x", progreso=lambda *_: None)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """La tienda de muestra, de 90 días, en SQLite."""
    with otra_base(tmp_path_factory.mktemp("demo"), embebida=True) as base:
        base.manage("migrate", "-v0")
        base.manage("datos_demo")
        yield Path(base.entorno["DB_ARCHIVO"])


@pytest.mark.lento
@pytest.mark.skipif(not settings.DB_HOST, reason="el destino es una MariaDB")
@pytest.mark.django_db
class TestConMariaDB:
    def test_la_tienda_de_muestra_llega_entera_y_cuadra(self, demo: Path, tmp_path: Path) -> None:
        with otra_base(tmp_path / "destino") as destino:
            # Ya migrada, como quien la preparó siguiendo las instrucciones.
            destino.manage("migrate", "-v0")
            dicho = destino.manage("trasladar", str(demo))
            assert "iguales en las dos bases" in dicho
            assert "Folios, pagos, kardex, resúmenes y cadena cuadran" in dicho
            assert "ya tiene datos" in destino.manage("trasladar", str(demo), debe=1)
            assert self._contar(destino, MovimientoStock._meta.db_table) == self._en(demo).execute(
                f"SELECT COUNT(*) FROM {MovimientoStock._meta.db_table}"  # noqa: S608
            ).fetchone()[0]

    def test_cortado_a_la_mitad_se_empieza_de_nuevo(self, demo: Path, tmp_path: Path) -> None:
        with otra_base(tmp_path / "destino") as destino:
            proceso = subprocess.Popen(
                [sys.executable, "manage.py", "trasladar", str(demo)],
                cwd=settings.BASE_DIR, env=destino.entorno,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            try:
                while not self._tiene(destino, "productos_producto"):
                    assert proceso.poll() is None
                    time.sleep(0.05)
                time.sleep(1)
            finally:
                os.kill(proceso.pid, signal.SIGKILL)
                proceso.wait()
            assert "iguales en las dos bases" in destino.manage("trasladar", str(demo))

    def test_lo_que_no_cabe_se_nombra_y_el_destino_queda_vacio(self, demo: Path, tmp_path: Path) -> None:
        mala = tmp_path / "mala.sqlite3"
        self._en(demo).backup(copia := sqlite3.connect(mala))
        copia.execute("UPDATE productos_producto SET nombre = ? WHERE id = 1", ["x" * 5000])
        copia.commit()
        copia.close()
        with otra_base(tmp_path / "destino") as destino:
            dicho = destino.manage("trasladar", str(mala), debe=1)
            assert "productos_producto" in dicho
            assert "Traceback" not in dicho
            assert not self._tiene(destino, "productos_producto")
            assert "no es de este sistema" in destino.manage("trasladar", self._ajena(tmp_path), debe=1)

    @staticmethod
    def _en(base: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{base}?mode=ro", uri=True)

    @staticmethod
    def _ajena(carpeta: Path) -> str:
        ajena = carpeta / "ajena.sqlite3"
        with sqlite3.connect(ajena) as base:
            base.execute("CREATE TABLE t (a)")
        return str(ajena)

    @staticmethod
    def _contar(destino: OtraBase, tabla: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {destino.entorno['DB_NAME']}.{tabla}")  # noqa: S608
            return int(cursor.fetchone()[0])

    @staticmethod
    def _tiene(destino: OtraBase, tabla: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
                [destino.entorno["DB_NAME"], tabla],
            )
            return cursor.fetchone() is not None
