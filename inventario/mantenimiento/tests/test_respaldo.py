"""Respaldos: el archivo se defiende solo, la rotación guarda lo que debe, y lo copiado vuelve entero."""

import gzip
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from inventario.base.actor import Actor
from inventario.mantenimiento import respaldo, tasks
from inventario.mantenimiento.respaldo import archivo, motores, rotacion, servicios
from inventario.mantenimiento.respaldo.errores import ArchivoMalo, ErrorDeRespaldo
from inventario.mantenimiento.tests.otra_base import otra_base
from productos.models import Producto
from usuarios.models import Notificacion, Usuario
from ventas.models import FormaPago, Venta
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import LineaPedida, PedidoDeVenta, vender

SANTIAGO = ZoneInfo("America/Santiago")


@pytest.fixture
def carpeta(tmp_path: Path, settings) -> Path:
    settings.RESPALDOS_DIR = tmp_path / "respaldos"
    return settings.RESPALDOS_DIR


@pytest.fixture
def hecho(tmp_path: Path) -> Path:
    """Un archivo bien armado, con datos que no son una base."""
    datos = tmp_path / "datos"
    datos.write_bytes(gzip.compress(b"INSERT" * 5000))
    destino = tmp_path / "x.respaldo"
    manifiesto = archivo.Manifiesto(motor="mysql", creado="", version="1", migraciones=[], filas={"t": 1})
    archivo.escribir(destino, manifiesto=manifiesto, datos=datos)
    return destino


# ── El archivo ───────────────────────────────────────────────────────────────────────────────────


def test_se_abre_y_se_comprueba_tambien_a_mano(hecho: Path, tmp_path: Path) -> None:
    assert archivo.comprobar(hecho).filas == {"t": 1}
    assert hecho.stat().st_mode & 0o777 == 0o600
    for orden in (["tar", "xf", str(hecho)], ["sha256sum", "-c", "sumas"]):
        subprocess.run(orden, cwd=tmp_path, check=True)


@pytest.mark.parametrize("donde", [20, 600, 1200, 1560, 2600])
def test_un_solo_bit_cambiado_se_nota(hecho: Path, donde: int) -> None:
    bytes_ = bytearray(hecho.read_bytes())
    bytes_[donde] ^= 1
    hecho.write_bytes(bytes_)
    with pytest.raises(ArchivoMalo):
        archivo.comprobar(hecho)


@pytest.mark.parametrize("quedan", [0, 100, 513, 1500, 2100])
def test_un_archivo_cortado_se_rechaza(hecho: Path, quedan: int) -> None:
    os.truncate(hecho, quedan)
    with pytest.raises(ArchivoMalo):
        archivo.comprobar(hecho)


def test_lo_ajeno_se_rechaza(tmp_path: Path) -> None:
    texto, otro_tar = tmp_path / "a.txt", tmp_path / "b.tar"
    texto.write_text("hola")
    with tarfile.open(otro_tar, "w") as tar:
        tar.add(texto, arcname="../../etc/passwd")
    for malo in (texto, otro_tar, tmp_path / "no-existe"):
        with pytest.raises(ArchivoMalo):
            archivo.comprobar(malo)


# ── La rotación ──────────────────────────────────────────────────────────────────────────────────


def test_un_ano_de_respaldos_diarios_deja_catorce_dias_ocho_semanas_y_doce_meses() -> None:
    hoy = datetime(2026, 11, 24, 3, tzinfo=SANTIAGO)
    todos = [hoy - timedelta(days=n) for n in range(400)]
    quedan = set(todos) - rotacion.sobrantes(todos)
    assert set(todos[:14]) <= quedan
    assert len({m.isocalendar()[:2] for m in quedan}) >= 8
    assert {(m.year, m.month) for m in quedan} >= {(2026, n) for n in range(1, 12)} | {(2025, 12)}
    assert 14 < len(quedan) <= 14 + 8 + 12


def test_varios_del_mismo_dia_dejan_el_ultimo_y_nunca_se_borra_el_mas_nuevo() -> None:
    hoy = datetime(2026, 11, 24, 3, tzinfo=SANTIAGO)
    del_dia = [hoy + timedelta(hours=n) for n in range(5)]
    assert rotacion.sobrantes(del_dia) == set(del_dia[:-1])
    assert rotacion.sobrantes([]) == set()


# ── Respaldar ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_respaldar_deja_un_archivo_que_solo_lee_su_dueno_y_ningun_resto(carpeta: Path, ana: Usuario) -> None:
    carpeta.mkdir()
    (carpeta / "a-medias.parcial").write_text("un corte")
    hecho = respaldo.respaldar(ahora=timezone.now())
    manifiesto = archivo.comprobar(hecho.ruta)
    assert (manifiesto.motor, manifiesto.filas["usuarios_usuario"]) == (connection.vendor, 1)
    assert sorted(p.name for p in carpeta.iterdir()) == [".candado", hecho.ruta.name]
    assert carpeta.stat().st_mode & 0o777 in (0o700, 0o755)


@pytest.mark.django_db(transaction=True)
def test_un_segundo_respaldo_a_la_vez_no_empieza(carpeta: Path) -> None:
    with servicios._turno(carpeta), pytest.raises(ErrorDeRespaldo, match="en curso"):
        respaldo.respaldar(ahora=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_la_tarea_repetida_no_respalda_otra_vez_y_la_que_falla_avisa(
    carpeta: Path, ana: Usuario, monkeypatch: pytest.MonkeyPatch
) -> None:
    nombre = tasks.respaldar()
    assert tasks.respaldar() == f"ya estaba: {nombre}"
    (carpeta / nombre).unlink()
    monkeypatch.setattr(
        servicios.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0)
    )
    with pytest.raises(ErrorDeRespaldo, match="No hay espacio"):
        tasks.respaldar()
    assert "No hay espacio" in Notificacion.objects.get(titulo="No se pudo respaldar").mensaje


def test_la_contrasena_no_va_en_los_argumentos(monkeypatch: pytest.MonkeyPatch) -> None:
    vistos: list[list[str]] = []

    def espiar(orden: list[str], **_: object) -> None:
        vistos.append(orden)
        secreto = Path(orden[1].removeprefix("--defaults-extra-file="))
        assert 'password="cl\\"av\\\\e"' in secreto.read_text()
        assert secreto.stat().st_mode & 0o077 == 0
        raise FileNotFoundError

    ajustes = {"HOST": "h", "PORT": 3306, "USER": "u", "PASSWORD": 'cl"av\\e', "NAME": "n"}
    monkeypatch.setattr(motores, "connection", type("C", (), {"settings_dict": ajustes}))
    monkeypatch.setattr(motores.subprocess, "Popen", espiar)
    with (
        pytest.raises(ErrorDeRespaldo, match="apt install mariadb-client"),
        motores.MariaDB()._programa("mariadb-dump", entrada=None, salida=-1),
    ):
        pass
    assert not any("av" in palabra for palabra in vistos[0])


# ── De ida y vuelta ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.lento
@pytest.mark.django_db(transaction=True)
def test_un_respaldo_hecho_mientras_se_vende_se_restaura_entero_y_cuadra(
    carpeta: Path, tmp_path: Path, producto: Callable[..., Producto], carlos: Usuario,
    actor: Callable[[Usuario], Actor],
) -> None:
    """Cuatro cajas venden durante todo el respaldo; otra base lo recibe y prueba que todo cuadra."""
    ids = [producto(f"Producto {n}", stock=100_000).pk for n in range(20)]
    quien, basta, errores = actor(carlos), threading.Event(), []

    def caja(numero: int) -> None:
        try:
            vuelta = 0
            while not basta.is_set():
                vuelta += 1
                lineas = [
                    LineaPedida(id_producto=ids[(numero * 7 + vuelta + n) % 20], cantidad=Decimal(1 + n))
                    for n in range(3)
                ]
                pedido = PedidoDeVenta(lineas=lineas, pagos=[PagoPedido(forma=FormaPago.EFECTIVO)])
                vender(actor=quien, pedido=pedido, ahora=timezone.now())
        except Exception as error:
            errores.append(error)
        finally:
            connection.close()

    cajas = [threading.Thread(target=caja, args=(n,)) for n in range(4)]
    for hilo in cajas:
        hilo.start()
    try:
        while Venta.objects.count() < 40:
            basta.wait(0.05)
        antes = Venta.objects.count()
        hechos = [
            respaldo.respaldar(ahora=datetime(2026, 11, 24, hora, tzinfo=UTC), rotando=False)
            for hora in (1, 2)
        ]
        while Venta.objects.count() < antes + 5:
            basta.wait(0.05)
    finally:
        basta.set()
        for hilo in cajas:
            hilo.join()
    assert not errores
    filas = [archivo.comprobar(h.ruta).filas["ventas_venta"] for h in hechos]
    assert antes <= filas[0] <= filas[1] <= Venta.objects.count()
    with otra_base(tmp_path / "otra") as otra:
        dicho = otra.manage("restaurar", str(hechos[1].ruta))
        assert "folios, pagos, kardex, resúmenes y cadena cuadran" in dicho
        for comando in ("verificar_ventas", "verificar_inventario", "verificar_registros"):
            otra.manage(comando)
        assert "La base no está vacía" in otra.manage("restaurar", str(hechos[1].ruta), debe=1)
        dicho = otra.manage("restaurar", str(hechos[0].ruta), "--reemplazar")
        assert "Lo que había quedó en" in dicho
        assert f"{sum(archivo.comprobar(hechos[0].ruta).filas.values())} filas" in dicho


@pytest.mark.lento
@pytest.mark.django_db(transaction=True)
def test_lo_que_no_se_puede_restaurar_no_deja_nada_a_medias(
    carpeta: Path, tmp_path: Path, ana: Usuario
) -> None:
    bueno = respaldo.respaldar(ahora=timezone.now()).ruta
    manifiesto = archivo.comprobar(bueno)
    datos = tmp_path / "datos.gz"
    with archivo.datos_de(bueno) as abierto:
        datos.write_bytes(abierto.read())
    mediano = tmp_path / "mediano.gz"
    # Datos que sí calzan con sus sumas, pero cortados: como un respaldo hecho en un disco lleno.
    mediano.write_bytes(datos.read_bytes()[: datos.stat().st_size // 2])

    def con(nombre: str, contenido: Path = datos, **cambios: object) -> str:
        destino = tmp_path / f"{nombre}.respaldo"
        valores = {c: getattr(manifiesto, c) for c in manifiesto.__dataclass_fields__} | cambios
        archivo.escribir(destino, manifiesto=archivo.Manifiesto(**valores), datos=contenido)
        return str(destino)

    roto = tmp_path / "roto.respaldo"
    roto.write_bytes(bueno.read_bytes()[:9000])
    otro_motor = "mysql" if connection.vendor == "sqlite" else "sqlite"
    with otra_base(tmp_path / "otra") as otra:
        for malo, dice in (
            (str(roto), "roto"),
            (con("cortado", mediano), "rotos"),
            (con("futuro", migraciones=[*manifiesto.migraciones, "ventas.9999_manana"]), "más nueva"),
            (con("ajeno", motor=otro_motor), "trasladar"),
            (con("faltan", filas=manifiesto.filas | {"usuarios_usuario": 7}), "usuarios_usuario: 1 de 7"),
        ):
            assert dice in otra.manage("restaurar", malo, debe=1)
        assert "cuadran" in otra.manage("restaurar", str(bueno))

