"""Los registros en un archivo: CSV para una planilla, NDJSON para un programa.

Exportar la auditoría es sacar datos personales de la tienda: queda registrado quién, cuánto y con qué
filtro, en la misma transacción que fija qué filas salen.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from inventario.base.actor import Actor
from inventario.base.errores import Invalido
from inventario.base.fechas import ZONA
from inventario.base.operacion import operacion
from inventario.base.texto import celda_segura
from registros.consultas import SISTEMA
from registros.models import Registro, TipoRegistro
from registros.servicios import registrar

MAXIMO = 50_000
"""Filas de un archivo. Más que eso se pide por partes, acotando las fechas."""

COLUMNAS = (
    "id_registro", "fecha_y_hora", "fecha_cliente", "tipo", "mensaje", "descripcion", "usuario", "rut",
    "escrito_por", "externo", "objeto", "cambios", "puerta", "ip", "dispositivo", "peticion_id",
    "secuencia", "hash",
)
MARCA_UTF8 = "\ufeff"


class DemasiadosRegistros(Invalido):
    codigo = "demasiados_registros"
    msg = f"Son más de {MAXIMO} registros; acote las fechas o el tipo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formato:
    extension: str
    tipo: str
    escribir: Callable[[Iterable[dict[str, Any]]], str]


@operacion
def exportar(
    *, actor: Actor, consulta: QuerySet[Registro], pedido: str, ahora: datetime
) -> Sequence[Registro]:
    """Las filas de ``consulta``, y el registro de que salieron.

    Args:
        pedido: con qué filtro se pidieron, en palabras, para ese registro.

    Raises:
        DemasiadosRegistros: pasan de ``MAXIMO``.
    """
    consulta = consulta.select_related("usuario", "escrito_por", "sello")
    filas = list(consulta[: MAXIMO + 1])
    if len(filas) > MAXIMO:
        raise DemasiadosRegistros
    registrar(
        actor=actor,
        tipo=TipoRegistro.DATOS_PERSONALES,
        mensaje=f"Exportó {len(filas)} registros",
        descripcion=pedido,
        ahora=ahora,
    )
    return filas


def fila(registro: Registro) -> dict[str, Any]:
    """Todo lo que la auditoría sabe de un hecho, con su lugar en la cadena."""
    sello = getattr(registro, "sello", None)
    return {
        "id_registro": registro.pk,
        "fecha_y_hora": _local(registro.fecha_y_hora),
        "fecha_cliente": _local(registro.fecha_cliente),
        "tipo": registro.tipo,
        "mensaje": registro.mensaje,
        "descripcion": registro.descripcion,
        "usuario": registro.usuario.nombre_completo if registro.usuario else SISTEMA,
        "rut": registro.usuario.rut if registro.usuario else "",
        "escrito_por": registro.escrito_por.nombre_completo if registro.escrito_por else "",
        "externo": registro.externo,
        "objeto": f"{registro.objeto_tipo}:{registro.objeto_id}" if registro.objeto_tipo else "",
        "cambios": registro.cambios,
        "puerta": registro.puerta,
        "ip": registro.ip or "",
        "dispositivo": registro.dispositivo,
        "peticion_id": registro.peticion_id,
        "secuencia": sello.secuencia if sello else None,
        "hash": sello.hash if sello else "",
    }


def _local(instante: datetime | None) -> str:
    return instante.astimezone(ZONA).isoformat(timespec="seconds") if instante else ""


def _csv(filas: Iterable[dict[str, Any]]) -> str:
    salida = io.StringIO()
    planilla = csv.writer(salida, delimiter=";", lineterminator="\r\n")
    salida.write(MARCA_UTF8)
    planilla.writerow(COLUMNAS)
    for valores in filas:
        planilla.writerow([_celda(valores[columna]) for columna in COLUMNAS])
    return salida.getvalue()


def _celda(valor: Any) -> str:
    if isinstance(valor, bool):
        return "sí" if valor else "no"
    if isinstance(valor, dict):
        return json.dumps(valor, ensure_ascii=False) if valor else ""
    return "" if valor is None else celda_segura(str(valor))


def _ndjson(filas: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(valores, ensure_ascii=False) + "\n" for valores in filas)


CSV = Formato(extension="csv", tipo="text/csv; charset=utf-8", escribir=_csv)
NDJSON = Formato(extension="ndjson", tipo="application/x-ndjson", escribir=_ndjson)


def archivo(registros: Sequence[Registro], formato: Formato) -> bytes:
    """El archivo entero, en UTF-8."""
    return formato.escribir(fila(registro) for registro in registros).encode()
