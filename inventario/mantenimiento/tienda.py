"""Cambiar los datos de la tienda y su IVA: casos de uso, con lo de antes y lo de después en el registro."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto
from inventario.base.fechas import dia_de
from inventario.base.models import LogoTienda, TasaIVA, Tienda
from inventario.base.operacion import operacion
from inventario.mantenimiento.logo import Logo
from registros.models import TipoRegistro
from registros.servicios import registrar
from ventas.models import Venta

LIMITE_DESCUENTO_NUEVA = 20
"""%: lo que un Cajero descuenta solo en una tienda recién hecha."""


class TasaYaRige(Conflicto):
    """Una tasa que ya empezó no se toca: hubo ventas con ella."""

    codigo = "tasa_ya_rige"
    msg = "Una tasa de IVA que ya empezó a regir no se puede cambiar ni borrar"


@operacion
def cambiar_tienda(
    *,
    actor: Actor,
    datos: Mapping[str, Any],
    ahora: datetime,
    logo: Logo | None = None,
    quitar_logo: bool = False,
) -> Tienda:
    """Cambia los campos de la tienda que ``datos`` trae, ya validados, y su logo. Sin cambios no registra."""
    tienda = Tienda.objects.select_for_update().get()
    cambios = {
        campo: (getattr(tienda, campo), valor)
        for campo, valor in datos.items()
        if getattr(tienda, campo) != valor
    }
    for campo, (_, valor) in cambios.items():
        setattr(tienda, campo, valor)
    if cambios:
        tienda.save(update_fields=list(cambios))
    cambios |= _cambiar_logo(tienda, logo, quitar=quitar_logo)
    if not cambios:
        return tienda
    registrar(
        actor=actor,
        tipo=TipoRegistro.TIENDA,
        mensaje="Cambió los datos de la tienda",
        ahora=ahora,
        objeto=("tienda", tienda.pk),
        cambios=cambios,
    )
    return tienda


def _cambiar_logo(tienda: Tienda, logo: Logo | None, *, quitar: bool) -> dict[str, tuple[Any, Any]]:
    antes = LogoTienda.objects.filter(tienda=tienda).values_list("huella", flat=True).first()
    if logo is not None and logo.huella != antes:
        LogoTienda.objects.update_or_create(
            tienda=tienda, defaults={"png": logo.png, "huella": logo.huella}
        )
        return {"logo": (antes, logo.huella)}
    if logo is None and quitar and antes is not None:
        LogoTienda.objects.filter(tienda=tienda).delete()
        return {"logo": (antes, None)}
    return {}


class TiendaYaVende(Conflicto):
    """Lo que ya vende no cambia de reglas sin que su dueño lo diga."""

    codigo = "tienda_ya_vende"
    msg = "Esta tienda ya tiene ventas: sus reglas de caja se cambian en el admin, en Tienda"


def estrenar_tienda(*, actor: Actor, ahora: datetime) -> None:
    """Como ``poner_reglas_de_caja``, sólo si aún no se vende; con las reglas ya puestas no hace nada.

    Raises:
        TiendaYaVende: hay alguna venta.
    """
    if Tienda.objects.filter(exige_turno=True).exists():
        return
    if Venta.objects.exists():
        raise TiendaYaVende
    poner_reglas_de_caja(actor=actor, ahora=ahora)


@operacion
def poner_reglas_de_caja(*, actor: Actor, ahora: datetime) -> None:
    """Lo que una tienda nueva trae puesto: turnos de caja, y permiso para los descuentos grandes.

    No va por omisión en la base: los clientes de la API de una tienda que ya vendía no los conocen.
    """
    tienda = Tienda.objects.select_for_update().get()
    tienda.exige_turno = tienda.anulacion_con_autorizacion = True
    tienda.limite_descuento_cajero = LIMITE_DESCUENTO_NUEVA
    tienda.save(
        update_fields=["exige_turno", "anulacion_con_autorizacion", "limite_descuento_cajero"]
    )
    registrar(
        actor=actor,
        tipo=TipoRegistro.TIENDA,
        mensaje="La tienda nueva exige turno de caja",
        ahora=ahora,
        objeto=("tienda", tienda.pk),
        cambios={
            "exige_turno": (False, True),
            "anulacion_con_autorizacion": (False, True),
            "limite_descuento_cajero": (100, LIMITE_DESCUENTO_NUEVA),
        },
    )


@operacion
def fijar_tasa_iva(*, actor: Actor, desde: date, tasa: Decimal, ahora: datetime) -> TasaIVA:
    """Deja ``tasa`` (%) rigiendo desde el día ``desde``, de hoy en adelante.

    Raises:
        TasaYaRige: ``desde`` ya pasó, o ya hay otra tasa que empezó ese día.
    """
    hoy = dia_de(ahora)
    actual = TasaIVA.objects.select_for_update().filter(desde=desde).first()
    if desde < hoy or (actual is not None and desde == hoy):
        raise TasaYaRige
    fijada, _ = TasaIVA.objects.update_or_create(desde=desde, defaults={"tasa": tasa})
    registrar(
        actor=actor,
        tipo=TipoRegistro.TIENDA,
        mensaje=f"Fijó el IVA en {tasa} % desde {desde:%d-%m-%Y}",
        ahora=ahora,
        objeto=("tasa_iva", fijada.pk),
        cambios={"tasa": (str(actual.tasa) if actual else None, str(tasa))},
    )
    return fijada


@operacion
def quitar_tasa_iva(*, actor: Actor, desde: date, ahora: datetime) -> None:
    """Borra una tasa que aún no empieza.

    Raises:
        TasaYaRige: ya empezó.
    """
    tasa = TasaIVA.objects.select_for_update().filter(desde=desde).first()
    if tasa is None:
        return
    if desde <= dia_de(ahora):
        raise TasaYaRige
    registrar(
        actor=actor,
        tipo=TipoRegistro.TIENDA,
        mensaje=f"Quitó el IVA de {tasa.tasa} % que regiría desde {desde:%d-%m-%Y}",
        ahora=ahora,
        objeto=("tasa_iva", tasa.pk),
        cambios={"tasa": (str(tasa.tasa), None)},
    )
    tasa.delete()
