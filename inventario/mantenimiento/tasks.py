"""Tareas de fondo del mantenimiento. Cada una se puede repetir, o cortar a la mitad, sin daño."""

import logging
from datetime import timedelta

from django.utils import timezone

from inventario.base.fechas import dia_de
from inventario.mantenimiento import limpieza, respaldo
from inventario.mantenimiento.alarmas import alarmar
from inventario.mantenimiento.invariantes import CUENTAS, primeros, problemas_de_cadena
from inventario.mantenimiento.models import Latido
from registros.cadena import sellar_pendientes
from registros.models import CabezaCadena
from ventas.resumenes import reconstruir_dia

bitacora = logging.getLogger(__name__)

TRABAJADOR = "tareas"
RESPALDO_RECIENTE = timedelta(hours=1)
DIAS_POR_CERRAR = 7
"""Los que se repasan cada noche: cubren una semana con la tienda apagada."""


def latir() -> None:
    """Prueba de vida del trabajador de tareas; ``/salud`` mira cuándo fue la última."""
    Latido.objects.update_or_create(nombre=TRABAJADOR, defaults={"momento": timezone.now()})


def limpiar() -> str:
    """Borra lo que se guarda por un tiempo."""
    return ", ".join(f"{n} {que}" for que, n in limpieza.limpiar(ahora=timezone.now()).items())


def cerrar_dia() -> str:
    """Vuelve a sumar los resúmenes de los últimos días; si alguno no cuadraba, lo corrige y lo avisa."""
    ahora = timezone.now()
    hoy = dia_de(ahora)
    dias = [hoy - timedelta(days=n) for n in range(DIAS_POR_CERRAR, 0, -1)]
    corregidos = [f"{dia:%d-%m-%Y}" for dia in dias if reconstruir_dia(dia=dia)]
    alarmar(titulo="Se corrigió el resumen de ventas", problemas=corregidos, ahora=ahora)
    return f"{len(corregidos)} días corregidos hasta el {dias[-1]}"


def respaldar() -> str:
    """El respaldo de cada noche. Si hubo uno hace poco (otro trabajador, una repetición) no lo repite."""
    ahora = timezone.now()
    if (hechos := respaldo.guardados()) and ahora - hechos[0].creado < RESPALDO_RECIENTE:
        return f"ya estaba: {hechos[0].ruta.name}"
    try:
        return respaldo.respaldar(ahora=ahora).ruta.name
    except respaldo.ErrorDeRespaldo as error:
        alarmar(titulo="No se pudo respaldar", problemas=[str(error)], ahora=ahora)
        raise


def verificar_cadena() -> str:
    """Recorre la cadena de registros y anota su cabeza en la bitácora, fuera de la base."""
    ahora = timezone.now()
    sellar_pendientes(reloj=timezone.now, desde_el_principio=True)
    problemas = primeros(problemas_de_cadena())
    alarmar(titulo="La auditoría fue alterada", problemas=problemas, ahora=ahora)
    cabeza = CabezaCadena.objects.filter(pk=1).first() or CabezaCadena()
    ancla = f"{cabeza.secuencia}:{cabeza.hash}"
    bitacora.info("ancla de los registros %s", ancla)
    return f"{len(problemas)} problemas; ancla {ancla}"


def verificar_cuentas() -> str:
    """Stock contra kardex, y ventas contra pagos, líneas y folios."""
    problemas = [p for comprobar in CUENTAS.values() for p in primeros(comprobar())]
    alarmar(titulo="Hay cuentas que no cuadran", problemas=problemas, ahora=timezone.now())
    return f"{len(problemas)} problemas"
