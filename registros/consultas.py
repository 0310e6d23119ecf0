"""Lecturas de los registros: nunca escriben, y su número de consultas no depende de las filas."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from inventario.base.fechas import rango
from inventario.base.rut import canonico
from inventario.base.texto import normalizar
from registros.models import CabezaCadena, Registro, SelloRegistro

SISTEMA = "sistema"
"""Nombre con que sale lo que hizo el propio sistema."""


def registros_filtrados(filtro: Mapping[str, Any]) -> QuerySet[Registro]:
    """Registros, del más nuevo al más viejo, con su usuario cargado.

    Args:
        filtro: cualquiera de ``tipo``, ``usuario`` (RUT, parte del nombre o ``sistema``), ``desde``
            y ``hasta`` (días de la tienda, inclusive), ``buscar`` (palabras de mensaje o
            descripción, sin distinguir tildes), ``objeto`` (``(tipo, id)``).
    """
    consulta = Registro.objects.select_related("usuario").order_by("-id")
    if tipo := filtro.get("tipo"):
        consulta = consulta.filter(tipo=tipo)
    if usuario := filtro.get("usuario"):
        consulta = consulta.filter(_de_usuario(usuario))
    inicio, fin = rango(filtro.get("desde"), filtro.get("hasta"))
    if inicio:
        consulta = consulta.filter(fecha_y_hora__gte=inicio)
    if fin:
        consulta = consulta.filter(fecha_y_hora__lt=fin)
    for palabra in normalizar(filtro.get("buscar") or "").split():
        consulta = consulta.filter(busqueda__contains=palabra)
    if objeto := filtro.get("objeto"):
        tipo_de_objeto, id_de_objeto = objeto
        consulta = consulta.filter(objeto_tipo=tipo_de_objeto, objeto_id=id_de_objeto)
    return consulta


def total_de_registros() -> int:
    """Cuántos registros hay en la base, sin recorrerlos.

    Los sellados van seguidos, del primer eslabón que no se ha archivado a la cabeza de la cadena; después
    de ella sólo están los de los últimos minutos, y ésos se cuentan. Uno que confirmó tarde, detrás de la
    cabeza, entra a la cuenta cuando se sella.
    """
    primero = SelloRegistro.objects.order_by("secuencia").values("secuencia")[:1]
    cabeza = (
        CabezaCadena.objects.annotate(primero=Subquery(primero))
        .values_list("secuencia", "registro_mayor", "primero")
        .first()
    )
    if cabeza is None:
        return Registro.objects.count()
    secuencia, registro_mayor, desde = cabeza
    sellados = 0 if desde is None else secuencia - desde + 1
    return sellados + Registro.objects.filter(pk__gt=registro_mayor).count()


def _de_usuario(texto: str) -> Q:
    if normalizar(texto) == SISTEMA:
        return Q(usuario=None)
    try:
        return Q(usuario__rut=canonico(texto))
    except ValueError:
        return Q(usuario__nombre_normalizado__contains=normalizar(texto))
