"""Archivar: lo que sale de la base sigue probado, y la cadena sigue donde quedó."""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from inventario.base.actor import Actor, Puerta
from registros import archivo, disparadores
from registros.archivo import (
    ArchivoAlterado,
    FechaFutura,
    archivar,
    borrar_lo_archivado,
    depurar,
    leer,
    verificar_archivos,
)
from registros.cadena import CadenaRota, sellar_pendientes, verificar
from registros.models import ArchivoRegistros, Registro, SelloRegistro, TipoRegistro
from registros.servicios import registrar

SISTEMA = Actor.sistema(puerta=Puerta.COMANDO)
CORTE = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anotar(ahora: datetime) -> Callable[..., Registro]:
    def anotar(mensaje: str, *, hace_dias: int = 0, **resto: object) -> Registro:
        resto.setdefault("tipo", TipoRegistro.VENTA)
        with transaction.atomic():
            registro = registrar(
                actor=SISTEMA, mensaje=mensaje, ahora=ahora - timedelta(days=hace_dias), **resto
            )
        sellar_pendientes(reloj=lambda: ahora)
        return registro

    return anotar


@pytest.fixture
def sacar(ahora: datetime, tmp_path: Path) -> Callable[..., ArchivoRegistros | None]:
    return lambda antes=CORTE: archivar(antes=antes, carpeta=tmp_path, actor=SISTEMA, ahora=ahora)


def mensajes() -> list[str]:
    return list(Registro.objects.order_by("id").values_list("mensaje", flat=True))


def test_lo_viejo_sale_a_un_archivo_y_la_cadena_sigue(anotar, sacar, tmp_path, ahora):
    anotar("Vieja 1", hace_dias=3)
    anotar("Vieja 2", hace_dias=2)
    anotar("De hoy")
    hecho = sacar()
    assert (hecho.desde, hecho.hasta) == (1, 2)
    assert mensajes() == ["De hoy", "Archivó 2 registros"]
    assert SelloRegistro.objects.count() == 1
    sellar_pendientes(reloj=lambda: ahora)
    resultado = verificar()
    assert resultado.integra
    assert (resultado.archivados, resultado.revisados) == (2, 2)
    assert verificar_archivos(tmp_path) == 1
    with gzip.open(tmp_path / hecho.nombre, "rt") as lineas:
        filas = [json.loads(linea) for linea in lineas][1:]
    assert [f["registro"]["mensaje"] for f in filas] == ["Vieja 1", "Vieja 2"]
    assert (tmp_path / hecho.nombre).stat().st_mode & 0o077 == 0


def test_un_segundo_archivo_continua_al_primero_y_se_puede_sacar_todo(anotar, sacar, tmp_path, ahora):
    anotar("Uno", hace_dias=3)
    anotar("Dos", hace_dias=1)
    sacar(CORTE - timedelta(days=2))
    sellar_pendientes(reloj=lambda: ahora)
    segundo = sacar()
    assert (segundo.desde, segundo.hasta) == (2, 2)
    assert verificar_archivos(tmp_path) == 2
    assert verificar().integra
    sellar_pendientes(reloj=lambda: ahora)
    assert verificar().integra


def test_lo_que_confirmo_tarde_y_es_de_hoy_detiene_el_corte(anotar, sacar):
    anotar("Vieja", hace_dias=2)
    anotar("De hoy")
    anotar("Vieja, sellada después", hace_dias=2)
    sacar()
    assert mensajes()[:2] == ["De hoy", "Vieja, sellada después"]


def test_sin_nada_viejo_no_hace_nada_y_no_se_archiva_el_futuro(anotar, sacar, tmp_path):
    anotar("De hoy")
    assert sacar() is None
    assert not list(tmp_path.iterdir())
    with pytest.raises(FechaFutura):
        sacar(CORTE + timedelta(days=1))


def test_sin_archivo_anotado_la_base_no_deja_borrar(anotar, ahora):
    anotar("Vieja", hace_dias=2)
    borrar_lo_archivado()
    assert mensajes() == ["Vieja"]


def test_un_corte_antes_de_borrar_se_termina_en_la_vuelta_siguiente(anotar, sacar, monkeypatch):
    anotar("Vieja", hace_dias=2)
    anotar("De hoy")
    veces = []

    def cortar() -> None:
        veces.append(1)
        if len(veces) == 2:  # la primera es antes de anotar
            raise KeyboardInterrupt

    with monkeypatch.context() as parche:
        parche.setattr(archivo, "borrar_lo_archivado", cortar)
        with pytest.raises(KeyboardInterrupt):
            sacar()
    assert "Vieja" in mensajes()
    assert verificar().integra
    assert sacar() is None
    assert "Vieja" not in mensajes()


def test_un_corte_antes_de_anotar_no_borra_nada_y_se_repite(anotar, sacar, monkeypatch, tmp_path):
    anotar("Vieja", hace_dias=2)

    def cortar(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as parche:
        parche.setattr(archivo, "_anotar", cortar)
        with pytest.raises(KeyboardInterrupt):
            sacar()
    assert mensajes() == ["Vieja"]
    assert sacar() is not None
    assert verificar_archivos(tmp_path) == 1


@pytest.mark.django_db(transaction=True)
def test_no_se_archiva_una_cadena_rota(anotar, sacar, tmp_path):
    anotar("Vieja", hace_dias=2)
    disparadores.quitar(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registros_registro SET mensaje = 'otra'")
    disparadores.poner(connection)
    with pytest.raises(CadenaRota, match="alterado"):
        sacar()
    assert not ArchivoRegistros.objects.exists()
    with pytest.raises(CommandError, match="No se archivó nada"):
        call_command("archivar_registros", "--antes", "2026-11-24", "--carpeta", str(tmp_path))


def test_un_archivo_tocado_perdido_o_firmado_con_otra_clave_se_nota(anotar, sacar, tmp_path, settings):
    anotar("Vieja", hace_dias=2)
    ruta = tmp_path / sacar().nombre
    original = ruta.read_bytes()
    ruta.write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
    with pytest.raises(ArchivoAlterado, match="no es el archivo que se firmó"):
        leer(ruta)
    ruta.write_bytes(original)
    settings.REGISTROS_CLAVE = "otra"
    with pytest.raises(ArchivoAlterado, match="no es el archivo que se firmó"):
        leer(ruta)
    ruta.unlink()
    with pytest.raises(ArchivoAlterado, match="no se puede leer"):
        verificar_archivos(tmp_path)


def test_aunque_firme_quien_tiene_la_clave_el_contenido_debe_cerrar(anotar, sacar, tmp_path):
    anotar("Vieja", hace_dias=2)
    ruta = tmp_path / sacar().nombre
    with gzip.open(ruta, "rt") as lineas:
        texto = lineas.read()
    with gzip.open(ruta, "wt") as salida:
        salida.write(texto.replace("Vieja", "Nueva"))
    with ruta.open("rb") as crudo:
        archivo._guardar_firmas(ruta, [archivo._firmar(crudo)])
    with pytest.raises(ArchivoAlterado, match="alterado"):
        leer(ruta)


def test_la_anonimizacion_llega_a_lo_archivado_y_la_cadena_cierra(anotar, sacar, tmp_path, ahora):
    anotar("Clara cambió su correo", hace_dias=3, tipo=TipoRegistro.USUARIO, objeto=("usuario", 7),
           cambios={"correo": ("a@b.cl", "c@d.cl")})
    anotar("Venta 2", hace_dias=2)
    ruta = tmp_path / sacar().nombre
    anotar("Anonimizó a un cliente", tipo=TipoRegistro.DATOS_PERSONALES, objeto=("usuario", 7),
           cambios={"anonimizado": (False, True)})
    assert depurar(tmp_path) == 1
    assert depurar(tmp_path) == 0
    with gzip.open(ruta, "rt") as lineas:
        texto = lineas.read()
    assert "a@b.cl" not in texto
    assert "Clara" not in texto
    assert "Venta 2" in texto
    assert verificar_archivos(tmp_path) == 1
    assert not list(tmp_path.glob("*.parcial"))


def test_los_comandos(anotar, tmp_path, ahora, monkeypatch):
    anotar("Vieja", hace_dias=3)
    salida = StringIO()
    monkeypatch.setattr("django.utils.timezone.now", lambda: ahora)
    call_command("archivar_registros", "--antes", "2026-11-23", "--carpeta", str(tmp_path), stdout=salida)
    assert "1 registros en" in salida.getvalue()
    call_command("archivar_registros", "--antes", "2026-11-23", "--carpeta", str(tmp_path), stdout=salida)
    assert "No hay registros" in salida.getvalue()
    call_command("verificar_registros", "--archivos", str(tmp_path), stdout=salida)
    assert "1 archivos íntegros" in salida.getvalue()
    call_command("depurar_archivos_de_registros", "--carpeta", str(tmp_path), stdout=salida)
    assert "0 registros vaciados" in salida.getvalue()
    next(tmp_path.glob("*.gz")).unlink()
    for comando in (("verificar_registros", "--archivos"), ("depurar_archivos_de_registros", "--carpeta")):
        with pytest.raises(CommandError, match="no se puede leer"):
            call_command(*comando, str(tmp_path))
    with pytest.raises(CommandError, match="AAAA-MM-DD"):
        call_command("archivar_registros", "--antes", "ayer")
