"""El freno de los ingresos fallidos: demora primero, bloquea después, y se olvida solo.

Se cuentan por separado una cuenta desde una red, una cuenta desde cualquiera, y una red contra
cualquiera. Desde donde una cuenta ya entró bien en el último mes sólo pesa lo suyo: un extraño
que ataca desde fuera, o desde el wifi de la tienda con otros RUT, no deja afuera a nadie.

La tabla es propia. django-axes 8.3 se estudió y no sirve aquí: un solo límite para las tres
cuentas (``AXES_FAILURE_LIMIT`` no sabe cuál mira), una sola espera, que al vencer borra la cuenta
(no hay bloqueo que crezca ni demora previa), y comprueba antes de contar sin candado, de modo que
cien intentos a la vez pasan todos.

Aquí la respuesta se decide con las filas bloqueadas: de cien intentos a la vez se contestan los
permitidos y el resto recibe «espere», también el que haya acertado.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from inventario.base.errores import Demasiados
from inventario.base.operacion import exigir_transaccion
from inventario.base.red import red_de
from usuarios.models import FrenoIngreso
from usuarios.reglas import CUENTA, CUENTA_DESDE_UNA_RED, RED, Freno

OLVIDO = timedelta(hours=1)
"""Sin fallos por este tiempo, la cuenta parte de cero."""

CONFIANZA = timedelta(days=30)
"""Cuánto dura el crédito de haber entrado bien desde una red."""


class IngresoFrenado(Demasiados):
    """Hubo demasiados fallos; ``espera`` dice cuántos segundos faltan."""

    codigo = "ingreso_frenado"

    def __init__(self, *, espera: int) -> None:
        super().__init__(f"Demasiados intentos; espere {espera} s y vuelva a probar", espera=espera)


@dataclass(frozen=True, slots=True)
class Origen:
    """De quién y de dónde es un intento. ``rut`` canónico, o vacío si lo escrito no era un RUT."""

    rut: str
    red: str

    @classmethod
    def de(cls, *, rut: str, ip: str) -> "Origen":
        return cls(rut, red_de(ip))

    def filas(self) -> QuerySet[FrenoIngreso]:
        """Sus filas, siempre en el mismo orden: así se bloquean sin esperarse en círculo."""
        suyas = Q(rut="", red=self.red)
        if self.rut:
            suyas |= Q(rut=self.rut, red__in=["", self.red])
        return FrenoIngreso.objects.filter(suyas).order_by("rut", "red")

    def claves(self) -> list[tuple[str, str]]:
        de_la_cuenta = [(self.rut, ""), (self.rut, self.red)] if self.rut else []
        return [("", self.red), *de_la_cuenta]


def exigir_libre(origen: Origen, *, filas: Iterable[FrenoIngreso], ahora: datetime) -> None:
    """Deja pasar un intento que nada frena.

    Raises:
        IngresoFrenado: algo lo frena.
    """
    filas = list(filas)
    propia = next((f for f in filas if f.rut and f.red), None)
    conocida = (
        propia is not None
        and propia.ultimo_ingreso is not None
        and ahora - propia.ultimo_ingreso < CONFIANZA
    )
    pesan = [propia] if propia is not None and conocida else filas
    espera = max(
        ((f.frenado_hasta - ahora).total_seconds() for f in pesan if f.frenado_hasta), default=0
    )
    if espera > 0:
        raise IngresoFrenado(espera=math.ceil(espera))


def bloquear_filas(origen: Origen) -> list[FrenoIngreso]:
    """Paso: bloquea las filas que existan de ``origen`` hasta el fin de la transacción."""
    exigir_transaccion()
    return list(origen.filas().select_for_update())


def anotar_fallo(origen: Origen, *, filas: list[FrenoIngreso], ahora: datetime) -> int:
    """Paso: cuenta un fallo en cada fila de ``origen`` (``filas``: las ya bloqueadas).

    Returns:
        Segundos del bloqueo que esto empezó; 0 si ninguno.

    Raises:
        IngresoFrenado: otros fallos, llegados a la vez, ya lo frenaban.
    """
    exigir_transaccion()
    faltan = set(origen.claves()) - {(f.rut, f.red) for f in filas}
    if faltan:
        FrenoIngreso.objects.bulk_create(
            [FrenoIngreso(rut=rut, red=red) for rut, red in sorted(faltan)], ignore_conflicts=True
        )
        filas = bloquear_filas(origen)
        # Sin filas no había qué bloquear: los que llegaron a la vez se ven recién ahora, unos a otros.
        exigir_libre(origen, filas=filas, ahora=ahora)
    bloqueo_s = 0
    for fila in filas:
        if fila.ultimo_fallo is not None and ahora - fila.ultimo_fallo > OLVIDO:
            fila.fallos = 0
        freno = _freno_de(fila)
        fila.fallos += 1
        fila.ultimo_fallo = ahora
        espera_s = freno.espera_s(fila.fallos)
        fila.frenado_hasta = ahora + timedelta(seconds=espera_s) if espera_s else None
        if freno.bloquea(fila.fallos):
            bloqueo_s = max(bloqueo_s, espera_s)
    FrenoIngreso.objects.bulk_update(filas, ["fallos", "ultimo_fallo", "frenado_hasta"])
    return bloqueo_s


def anotar_ingreso(origen: Origen, *, ahora: datetime) -> None:
    """Paso: la cuenta entró bien desde esa red; lo suyo parte de cero y la red queda conocida.

    Lo contado a la cuenta y a la red no se borra: si no, quien ataca lo limpiaría con una cuenta propia.
    """
    exigir_transaccion()
    FrenoIngreso.objects.bulk_create(
        [FrenoIngreso(rut=origen.rut, red=origen.red, ultimo_ingreso=ahora)],
        update_conflicts=True,
        update_fields=["fallos", "frenado_hasta", "ultimo_ingreso"],
        # MariaDB actualiza por cualquier índice único y no admite que se le diga cuál.
        unique_fields=(
            ["rut", "red"] if connection.features.supports_update_conflicts_with_target else None
        ),
    )


def olvidar_frenos(*, ahora: datetime) -> int:
    """Borra lo que ya no frena ni da crédito a nadie. Devuelve cuántas filas."""
    borradas, _ = FrenoIngreso.objects.filter(
        Q(ultimo_fallo=None) | Q(ultimo_fallo__lt=ahora - OLVIDO),
        Q(ultimo_ingreso=None) | Q(ultimo_ingreso__lt=ahora - CONFIANZA),
        Q(frenado_hasta=None) | Q(frenado_hasta__lt=ahora),
    ).delete()
    return borradas


def _freno_de(fila: FrenoIngreso) -> Freno:
    if not fila.rut:
        return RED
    return CUENTA_DESDE_UNA_RED if fila.red else CUENTA
