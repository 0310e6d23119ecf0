"""Entradas y salidas de quien trabaja en la tienda. No es el registro legal de asistencia."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido, NoExiste, SinPermiso
from inventario.base.fechas import ZONA, dia_de, inicio_del_dia, rango
from inventario.base.operacion import operacion
from registros.models import TipoRegistro
from registros.servicios import registrar
from usuarios.models import Fichaje, Usuario

AVISO = "No es el registro legal de asistencia: lo lleva la tienda para organizarse"
OBJETO = "fichaje"


class FichajeFueraDeOrden(Conflicto):
    """Se marca una entrada estando dentro, o una salida sin haber entrado."""

    codigo = "fichaje_fuera_de_orden"


class FichajeNoExiste(NoExiste):
    codigo = "fichaje_no_existe"
    msg = "El fichaje no existe"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaTrabajado:
    """Lo trabajado en lo que empezó un día de la tienda; ``abierto``, si falta una salida."""

    dia: date
    minutos: int
    abierto: bool


@operacion
def fichar(*, actor: Actor, tipo: Fichaje.Tipo, ahora: datetime) -> Fichaje:
    """Marca la entrada o salida de quien llama, a la hora del servidor.

    Raises:
        FichajeFueraDeOrden: ya está dentro, o no ha entrado.
    """
    if not actor.es_personal or actor.usuario_id is None:
        raise SinPermiso
    # Con candado: dos toques seguidos no marcan dos entradas.
    usuario = Usuario.objects.select_for_update().get(pk=actor.usuario_id)
    ultimo = Fichaje.objects.filter(usuario=usuario).order_by("-efectivo", "-id").first()
    dentro = ultimo is not None and ultimo.tipo == Fichaje.Tipo.ENTRADA
    if dentro == (tipo == Fichaje.Tipo.ENTRADA):
        raise FichajeFueraDeOrden("Ya marcó su entrada" if dentro else "No ha marcado su entrada")
    fichaje = Fichaje.objects.create(usuario=usuario, tipo=tipo, momento=ahora, efectivo=ahora)
    registrar(
        actor=actor, tipo=TipoRegistro.USUARIO, ahora=ahora, objeto=(OBJETO, fichaje.pk),
        mensaje=f"Marcó su {fichaje.get_tipo_display().lower()}",
    )
    return fichaje


@operacion
def corregir_fichaje(
    *, actor: Actor, id_fichaje: int, momento: datetime, motivo: str, ahora: datetime
) -> Fichaje:
    """Un Administrador pone la hora que cuenta; la que se marcó queda a la vista, y el motivo.

    Raises:
        FichajeNoExiste, SinPermiso: según digan.
        Invalido: ``momento`` está en el futuro.
    """
    if not actor.es_administrador:
        raise SinPermiso
    if momento > ahora:
        raise Invalido(errores={"momento": ["Está en el futuro"]})
    fichaje = (
        Fichaje.objects.select_for_update()
        .select_related("usuario", "corregido_por")
        .filter(pk=id_fichaje)
        .first()
    )
    if fichaje is None:
        raise FichajeNoExiste
    antes = fichaje.efectivo
    anterior = fichaje.corregido, fichaje.corregido_por
    fichaje.efectivo, fichaje.motivo = momento, motivo
    fichaje.corregido, fichaje.corregido_por_id = ahora, actor.usuario_id
    fichaje.save(update_fields=["efectivo", "motivo", "corregido", "corregido_por"])
    registrar(
        actor=actor, tipo=TipoRegistro.USUARIO, ahora=ahora, objeto=(OBJETO, fichaje.pk),
        mensaje=f"Corrigió la {fichaje.get_tipo_display().lower()} de {fichaje.usuario.nombre_completo}",
        descripcion=motivo,
        cambios={
            "efectivo": (antes.isoformat(), momento.isoformat()),
            "corregido": (anterior[0] and anterior[0].isoformat(), ahora.isoformat()),
            "corregido_por": (anterior[1] and anterior[1].nombre_completo, actor.nombre),
        },
    )
    return fichaje


def fichajes_visibles(
    *, actor: Actor, desde: date | None = None, hasta: date | None = None, rut: str = ""
) -> QuerySet[Fichaje]:
    """Un Administrador ve todos; los demás, los suyos. Días de la tienda, inclusive; el más nuevo primero."""
    fichajes = Fichaje.objects.select_related("usuario", "corregido_por").order_by("-id")
    if not actor.es_administrador:
        fichajes = fichajes.filter(usuario=actor.usuario_id)
    inicio, fin = rango(desde, hasta)
    if inicio is not None:
        fichajes = fichajes.filter(efectivo__gte=inicio)
    if fin is not None:
        fichajes = fichajes.filter(efectivo__lt=fin)
    return fichajes.filter(usuario__rut=rut) if rut else fichajes


def presentes_en_la_tienda() -> QuerySet[Fichaje]:
    """La entrada de cada uno que está dentro, de la más antigua a la más nueva: una consulta."""
    ultimo = Fichaje.objects.filter(usuario=OuterRef("usuario")).order_by("-efectivo", "-id").values("pk")[:1]
    return (
        Fichaje.objects.annotate(ultimo=Subquery(ultimo))
        .filter(pk=F("ultimo"), tipo=Fichaje.Tipo.ENTRADA)
        .select_related("usuario")
        .order_by("efectivo", "id")
    )


def semana_de(usuario: Usuario, lunes: date) -> list[DiaTrabajado]:
    """Los siete días desde ``lunes``: cada entrada con la salida que le sigue, en el día en que entró."""
    # Un día más: quien entró el domingo de noche sale el lunes.
    hasta = inicio_del_dia(lunes + timedelta(days=8))
    fichajes = Fichaje.objects.filter(
        usuario=usuario, efectivo__gte=inicio_del_dia(lunes), efectivo__lt=hasta
    ).order_by("efectivo", "id")
    return trabajado([(f.tipo == Fichaje.Tipo.ENTRADA, f.efectivo) for f in fichajes], lunes)


def trabajado(marcas: Iterable[tuple[bool, datetime]], lunes: date) -> list[DiaTrabajado]:
    """Minutos por día de ``marcas`` (si es entrada, instante), en orden. Puro.

    Una salida sin entrada, o una entrada sin salida, no suma: queda a la vista para corregirla.
    """
    dias = [lunes + timedelta(days=n) for n in range(7)]
    minutos = dict.fromkeys(dias, 0)
    abiertos: set[date] = set()
    entro: datetime | None = None
    for entrada, instante in marcas:
        if entro is not None and (dia := dia_de(entro)) in minutos:
            if entrada:
                abiertos.add(dia)
            else:
                minutos[dia] += int((instante - entro).total_seconds()) // 60
        entro = instante if entrada else None
    if entro is not None:
        abiertos.add(dia_de(entro))
    return [DiaTrabajado(dia=dia, minutos=minutos[dia], abierto=dia in abiertos) for dia in dias]


def lunes_de(semana: str, ahora: datetime) -> date:
    """El lunes de ``2026-W48``; vacía, la semana de ``ahora`` en la tienda.

    Raises:
        Invalido: no es una semana ISO.
    """
    if not semana:
        hoy = ahora.astimezone(ZONA).date()
        return hoy - timedelta(days=hoy.weekday())
    try:
        anio, numero = semana.split("-W")
        return date.fromisocalendar(int(anio), int(numero), 1)
    except ValueError:
        raise Invalido(errores={"semana": ["Debe ser como 2026-W48"]}) from None
