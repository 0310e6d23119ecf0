"""Archivar: sacar de la base el principio de la cadena a un archivo firmado, sin cortarla.

Un archivo lleva un tramo entero de eslabones (registro y sello), comprimido, y a su lado ``.firma``: el
HMAC-SHA-256 con ``REGISTROS_CLAVE``. En la base queda un ``ArchivoRegistros`` con el primer y último
eslabón y el hash en que termina, y la cadena viva sigue desde ahí. ``verificar_registros --archivos``
comprueba las dos mitades y que calzan.

**El orden es lo que protege**: el archivo se escribe, se baja al disco y se vuelve a leer entero; después
se anota en la base; sólo entonces se borra, por lotes. Los disparadores dejan borrar lo que un
``ArchivoRegistros`` cubre y nada más (``registros.disparadores``). Un corte en cualquier punto no pierde
nada: sin anotar, el archivo se hace otra vez; anotado, la vuelta siguiente termina de borrar.

**Los datos personales** también se borran de los archivos: ``depurar`` vacía en ellos lo borrable de
quien se anonimizó después y los firma otra vez. La cadena sigue cerrando, porque los hashes no cambian.
"""

import gzip
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido
from inventario.base.fechas import dia_de, inicio_del_dia
from inventario.base.operacion import operacion
from registros.cadena import (
    Ancla,
    CadenaRota,
    Eslabon,
    Fila,
    Progreso,
    Recorrido,
    eslabones,
    fin_de_los_archivos,
)
from registros.disparadores import REGISTRO, SELLO
from registros.models import ArchivoRegistros, CabezaCadena, Registro, SelloRegistro, TipoRegistro
from registros.reglas import BORRABLE, BORRADO, canonico
from registros.servicios import registrar

CAMBIO_ANONIMIZADO = "anonimizado"
"""El campo que lleva en sus cambios el registro de una anonimización."""

FORMATO = "inventario.archivo-de-registros.1"
SUFIJO_FIRMA = ".firma"
LOTE_BORRADO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tramo:
    """Un trozo de la cadena: ``inicio`` es el eslabón anterior al primero; ``fin``, el último."""

    inicio: Ancla
    fin: Ancla


class ArchivoAlterado(Conflicto):
    """Un archivo no es el que se firmó, o no calza con la cadena."""

    codigo = "archivo_alterado"


class FechaFutura(Invalido):
    codigo = "fecha_futura"
    msg = "Sólo se archiva lo anterior a hoy"


def archivar(
    *,
    antes: date,
    carpeta: Path,
    actor: Actor,
    ahora: datetime,
    progreso: Progreso | None = None,
) -> ArchivoRegistros | None:
    """Archiva los eslabones anteriores a ``antes`` (día de la tienda) y los quita de la base.

    Lo que se saca es siempre el principio de la cadena: termina donde aparece el primer registro de
    ``antes`` en adelante. ``None`` si no hay nada que sacar.

    Raises:
        FechaFutura: ``antes`` es posterior a hoy.
        CadenaRota: el tramo no está íntegro; no se archiva ni se borra nada.
    """
    if antes > dia_de(ahora):
        raise FechaFutura
    borrar_lo_archivado()
    inicio, hasta = fin_de_los_archivos(), _ultimo_anterior_a(inicio_del_dia(antes))
    if hasta <= inicio.secuencia:
        return None
    carpeta.mkdir(parents=True, exist_ok=True, mode=0o700)
    ruta = carpeta / f"registros-{inicio.secuencia + 1:012d}-{hasta:012d}.ndjson.gz"
    recorrido = Recorrido(cabeza=inicio)
    _escribir(ruta, inicio, _revisados(recorrido, inicio.secuencia, hasta, progreso))
    tramo = leer(ruta)
    if tramo != Tramo(inicio=inicio, fin=recorrido.cabeza):
        raise ArchivoAlterado(f"{ruta.name} no quedó como se escribió")
    archivo = _anotar(nombre=ruta.name, tramo=tramo, actor=actor, ahora=ahora)
    borrar_lo_archivado()
    return archivo


def borrar_lo_archivado() -> None:
    """Quita de la base lo que ya está en archivos. Cortado a la mitad, se sigue la próxima vez."""
    while _borrar_lote():
        pass


def leer(ruta: Path) -> Tramo:
    """Comprueba la firma y la cadena de un archivo; devuelve el tramo que contiene.

    Raises:
        ArchivoAlterado: falta, no es el firmado, o su cadena no calza.
    """
    try:
        with ruta.open("rb") as archivo:
            if _firmar(archivo) not in _firmas(ruta):
                raise ArchivoAlterado(f"{ruta.name} no es el archivo que se firmó")
        inicio = _cabecera(ruta)
        recorrido = Recorrido(cabeza=inicio)
        for sello, fila in _contenido(ruta):
            recorrido.revisar_uno(sello, fila)
    except CadenaRota as error:
        raise ArchivoAlterado(f"{ruta.name}: {error}") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise ArchivoAlterado(f"{ruta.name} no se puede leer: {type(error).__name__}") from error
    return Tramo(inicio=inicio, fin=recorrido.cabeza)


def verificar_archivos(carpeta: Path) -> int:
    """Lee todos los archivos anotados en la base y comprueba que calzan. Devuelve cuántos son.

    Raises:
        ArchivoAlterado: el primero que falta o no calza.
    """
    cuantos = 0
    for archivo in ArchivoRegistros.objects.order_by("desde").iterator():
        if leer(carpeta / archivo.nombre) != _tramo_de(archivo):
            raise ArchivoAlterado(f"{archivo.nombre} no es el tramo que la base dice")
        cuantos += 1
    return cuantos


def depurar(carpeta: Path) -> int:
    """Borra de los archivos los datos personales de quien se anonimizó después, y los firma otra vez.

    Returns:
        Cuántos registros se vaciaron.

    Raises:
        ArchivoAlterado: alguno falta o no calza; no se toca ninguno.
    """
    verificar_archivos(carpeta)
    rutas = [carpeta / archivo.nombre for archivo in ArchivoRegistros.objects.order_by("desde")]
    anonimizados = _constancias_en_la_base()
    for ruta in rutas:
        anonimizados |= dict(_constancias(fila for _, fila in _contenido(ruta)))
    return sum(_depurar_uno(ruta, anonimizados) for ruta in rutas)


# ── Escribir ─────────────────────────────────────────────────────────────────────────────────────


def _ultimo_anterior_a(limite: datetime) -> int:
    primero_que_queda = (
        SelloRegistro.objects.filter(registro__fecha_y_hora__gte=limite).order_by("secuencia").first()
    )
    if primero_que_queda is not None:
        return int(primero_que_queda.secuencia) - 1
    cabeza = CabezaCadena.objects.filter(pk=1).first()
    return cabeza.secuencia if cabeza else 0


def _revisados(
    recorrido: Recorrido, desde: int, hasta: int, progreso: Progreso | None
) -> Iterator[Eslabon]:
    """Los eslabones del tramo, cada lote ya verificado: no se archiva una cadena rota."""
    for lote in eslabones(desde, hasta):
        recorrido.revisar(lote)
        yield from lote
        if progreso:
            progreso(recorrido.revisados, hasta - desde)
    if recorrido.cabeza.secuencia != hasta:
        raise CadenaRota(recorrido.cabeza.secuencia + 1, None, "falta el sello")


def _escribir(ruta: Path, inicio: Ancla, tramo: Iterable[Eslabon]) -> None:
    """El archivo y su firma, en el disco antes de volver; a medio hacer tienen otro nombre."""
    provisorio = ruta.with_name(ruta.name + ".parcial")
    with provisorio.open("wb") as crudo:
        os.fchmod(crudo.fileno(), 0o600)
        with gzip.GzipFile(filename="", fileobj=crudo, mode="wb", mtime=0) as salida:
            salida.write(_linea({"formato": FORMATO, "desde": inicio.secuencia + 1, "hash": inicio.hash}))
            for sello, fila in tramo:
                salida.write(_linea({"sello": _de_sello(sello), "registro": fila}))
        crudo.flush()
        os.fsync(crudo.fileno())
    with provisorio.open("rb") as archivo:
        firma = _firmar(archivo)
    # Si el archivo ya existía, hasta que lo reemplace valen las dos firmas: un corte no lo deja sin la suya.
    _guardar_firmas(ruta, [firma, *(_firmas(ruta) if ruta.exists() else ())])
    provisorio.replace(ruta)
    _bajar_al_disco(ruta.parent)
    _guardar_firmas(ruta, [firma])


def _guardar_firmas(ruta: Path, firmas: list[str]) -> None:
    destino = _ruta_firma(ruta)
    provisorio = destino.with_name(destino.name + ".parcial")
    provisorio.write_text(json.dumps({"archivo": ruta.name, "algoritmo": "HMAC-SHA-256", "firmas": firmas}))
    _bajar_al_disco(provisorio)
    provisorio.replace(destino)
    _bajar_al_disco(destino.parent)


def _firmas(ruta: Path) -> list[str]:
    return list(json.loads(_ruta_firma(ruta).read_text())["firmas"])


def _bajar_al_disco(*rutas: Path) -> None:
    for ruta in rutas:
        descriptor = os.open(ruta, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _ruta_firma(ruta: Path) -> Path:
    return ruta.with_name(ruta.name + SUFIJO_FIRMA)


def _firmar(archivo: Any) -> str:
    clave = hashlib.sha256(b"inventario.registros.archivo:" + settings.REGISTROS_CLAVE.encode()).digest()
    firma = hmac.new(clave, digestmod=hashlib.sha256)
    while trozo := archivo.read(1 << 20):
        firma.update(trozo)
    return firma.hexdigest()


def _linea(valores: dict[str, Any]) -> bytes:
    return canonico(valores) + b"\n"


def _de_sello(sello: SelloRegistro) -> dict[str, Any]:
    return {
        "secuencia": sello.secuencia,
        "registro_id": sello.registro_id,
        "huella": sello.huella,
        "hash_anterior": sello.hash_anterior,
        "hash": sello.hash,
        "fecha": sello.fecha,
    }


# ── Leer ─────────────────────────────────────────────────────────────────────────────────────────


def _cabecera(ruta: Path) -> Ancla:
    with gzip.open(ruta, "rt", encoding="utf-8") as lineas:
        cabecera = json.loads(lineas.readline() or "{}")
    if cabecera.get("formato") != FORMATO:
        raise ArchivoAlterado(f"{ruta.name} no es un archivo de registros")
    return Ancla(secuencia=cabecera["desde"] - 1, hash=cabecera["hash"])


def _contenido(ruta: Path) -> Iterator[tuple[SelloRegistro, Fila]]:
    with gzip.open(ruta, "rt", encoding="utf-8") as lineas:
        lineas.readline()
        for linea in lineas:
            eslabon = json.loads(linea)
            yield SelloRegistro(**eslabon["sello"]), eslabon["registro"]


def _tramo_de(archivo: ArchivoRegistros) -> Tramo:
    return Tramo(
        inicio=Ancla(secuencia=archivo.desde - 1, hash=archivo.hash_anterior),
        fin=Ancla(secuencia=archivo.hasta, hash=archivo.hash),
    )


# ── Borrar datos personales de los archivos ──────────────────────────────────────────────────────


def _depurar_uno(ruta: Path, anonimizados: Mapping[int, int]) -> int:
    vaciados = sum(_por_borrar(fila, anonimizados) is not None for _, fila in _contenido(ruta))
    if vaciados:
        _escribir(ruta, _cabecera(ruta), ((s, _vaciar(f, anonimizados)) for s, f in _contenido(ruta)))
        leer(ruta)
    return vaciados


def _por_borrar(fila: Fila, anonimizados: Mapping[int, int]) -> int | None:
    """La constancia que pide vaciar ``fila``; ``None`` si nadie lo pide o ya se hizo."""
    if fila["borrado_por"] is not None:
        return None
    de_quien_es = fila["objeto_id"] if fila["objeto_tipo"] == "usuario" else 0
    constancia = anonimizados.get(fila["usuario_id"]) or anonimizados.get(de_quien_es or 0)
    # Sólo lo anterior: la propia constancia, y lo que venga después, no es lo que se pidió borrar.
    return constancia if constancia and fila["id"] < constancia else None


def _vaciar(fila: Fila, anonimizados: Mapping[int, int]) -> Fila:
    constancia = _por_borrar(fila, anonimizados)
    if constancia is None:
        return fila
    return fila | {campo: BORRADO[campo] for campo in (*BORRABLE, "sal")} | {"borrado_por": constancia}


def _constancias_en_la_base() -> dict[int, int]:
    filas = Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES, objeto_tipo="usuario")
    campos = ("id", "tipo", "objeto_tipo", "objeto_id", "cambios")
    return dict(_constancias(filas.order_by("pk").values(*campos)))


def _constancias(filas: Iterable[Fila]) -> Iterator[tuple[int, int]]:
    """Usuario anonimizado → id del registro que lo dice."""
    for fila in filas:
        if (
            fila["tipo"] == TipoRegistro.DATOS_PERSONALES
            and fila["objeto_tipo"] == "usuario"
            and CAMBIO_ANONIMIZADO in fila["cambios"]
        ):
            yield fila["objeto_id"], fila["id"]


# ── La base ──────────────────────────────────────────────────────────────────────────────────────


@operacion
def _anotar(*, nombre: str, tramo: Tramo, actor: Actor, ahora: datetime) -> ArchivoRegistros:
    fin = tramo.fin
    registrar(
        actor=actor,
        tipo=TipoRegistro.TAREA,
        mensaje=f"Archivó {fin.secuencia - tramo.inicio.secuencia} registros",
        descripcion=f"{nombre}, hasta el eslabón {fin.secuencia}: {fin.hash}",
        ahora=ahora,
    )
    return ArchivoRegistros.objects.create(
        desde=tramo.inicio.secuencia + 1,
        hasta=fin.secuencia,
        hash_anterior=tramo.inicio.hash,
        hash=fin.hash,
        nombre=nombre,
        fecha=ahora,
    )


@operacion
def _borrar_lote() -> bool:
    hasta = fin_de_los_archivos().secuencia
    lote = list(
        SelloRegistro.objects.filter(secuencia__lte=hasta)
        .order_by("secuencia")
        .values_list("secuencia", "registro_id")[:LOTE_BORRADO]
    )
    if not lote:
        return False
    # El ORM de los registros no sabe borrar, y así debe ser. Primero el registro: su disparador
    # pregunta por el sello.
    marcas = ", ".join(["%s"] * len(lote))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {REGISTRO} WHERE id IN ({marcas})", [r for _, r in lote])  # noqa: S608
        cursor.execute(f"DELETE FROM {SELLO} WHERE secuencia IN ({marcas})", [s for s, _ in lote])  # noqa: S608
    return True
