"""La cadena de sellos: se escribe aparte de las ventas, y se recorre entera para probar que nada cambió.

**Por qué aparte.** Encadenar dentro de la venta haría de la última fila de la auditoría un candado
que todas las cajas esperan. Aquí la venta sólo inserta su registro; una tarea, cada minuto, sella lo
confirmado. Sella uno a la vez (``CabezaCadena`` es el candado), en orden de id, pero en una secuencia
propia: un id menor que confirma tarde queda sellado después, y la cadena no lo nota.

**Qué puede perder un corte** entre confirmar y sellar: nada. El registro es durable desde que la venta
confirma, y lo que quedó sin sello se sella en la vuelta siguiente. Lo que ese intervalo (un minuto, o lo
que el trabajador de tareas esté caído) *no* tiene es prueba: quien entre a la base con permisos de
administrador, quite los disparadores y altere o borre una fila todavía sin sello, no deja huella en la
cadena. Por eso también se sella antes de verificar, de respaldar y de cada cierre de caja.

**Qué no puede probar la cadena sola**: que no la rehicieron entera. Quien pueda reescribir toda la base
puede recalcular todos los hashes. Contra eso están las anclas: la verificación diaria escribe la cabeza
(secuencia y hash) en la bitácora del servidor, fuera de la base, y los archivos van firmados;
``verificar_registros --ancla`` compara con cualquiera de ellas.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from inventario.base.operacion import operacion
from registros import disparadores
from registros.models import ArchivoRegistros, CabezaCadena, Registro, SelloRegistro, TipoRegistro
from registros.reglas import BORRABLE, FIJO, GENESIS, esta_borrado, hash_de, huella

LOTE = 500
"""Filas por transacción: en SQLite quien sella tiene la escritura, y así la suelta en milisegundos."""

MARGEN = 20_000
"""Cuántos ids atrás se buscan registros que confirmaron tarde. La verificación los busca todos."""

CAMPOS = (*FIJO, *BORRABLE, "sal", "borrado_por")

Fila = dict[str, Any]
Eslabon = tuple[SelloRegistro, Fila | None]
"""Un sello y su registro, o ``None`` si ya no está."""
Progreso = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancla:
    """Una cabeza de la cadena anotada antes, fuera de la base."""

    secuencia: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotura:
    """El primer eslabón que no calza. ``registro_id`` es ``None`` si el daño no es de una fila."""

    secuencia: int
    registro_id: int | None
    motivo: str

    def __str__(self) -> str:
        de = f" (registro {self.registro_id})" if self.registro_id else ""
        return f"eslabón {self.secuencia}{de}: {self.motivo}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verificacion:
    """Lo que encontró un recorrido entero.

    ``cabeza`` es el último sello que calzó; ``borrados``, las filas cuyos datos personales se
    borraron; ``archivados``, los eslabones que ya están en archivos; ``disparadores_faltantes``,
    los que la base debería tener.
    """

    cabeza: Ancla
    revisados: int
    archivados: int
    borrados: int
    rotura: Rotura | None
    disparadores_faltantes: frozenset[str]

    @property
    def integra(self) -> bool:
        return self.rotura is None and not self.disparadores_faltantes


class CadenaRota(Exception):
    """Lleva la primera ``rotura`` hallada."""

    def __init__(self, secuencia: int, registro_id: int | None, motivo: str) -> None:
        self.rotura = Rotura(secuencia=secuencia, registro_id=registro_id, motivo=motivo)
        super().__init__(str(self.rotura))


# ── Sellar ───────────────────────────────────────────────────────────────────────────────────────


def sellar_pendientes(
    *, reloj: Callable[[], datetime], desde_el_principio: bool = False, progreso: Progreso | None = None
) -> int:
    """Sella todo lo confirmado, por lotes, cada uno en su transacción. Devuelve cuántos selló.

    Args:
        reloj: da el instante de cada lote.
        desde_el_principio: busca lo que falte en toda la tabla y no sólo al final.
        progreso: recibe (hechos, por hacer) tras cada lote.
    """
    desde: int | None = 0 if desde_el_principio else None
    total = sin_sello(desde_id=0).count() if progreso else 0
    hechos = 0
    while True:
        cuantos, desde = _sellar_lote(desde_id=desde, ahora=reloj())
        hechos += cuantos
        if progreso:
            progreso(hechos, total)
        if cuantos < LOTE:
            return hechos


def sin_sello(*, desde_id: int) -> QuerySet[Registro]:
    """Registros confirmados con id mayor que ``desde_id`` que aún no están en la cadena."""
    # Una reunión externa y no NOT EXISTS: MariaDB materializa la tabla de sellos entera para éste.
    return Registro.objects.filter(sello=None, pk__gt=desde_id).order_by("pk")


@operacion
def _sellar_lote(*, desde_id: int | None, ahora: datetime) -> tuple[int, int]:
    """Sella hasta ``LOTE`` registros; devuelve cuántos y el id desde donde seguir buscando."""
    CabezaCadena.objects.get_or_create(pk=1)
    cabeza = CabezaCadena.objects.select_for_update().get(pk=1)
    if desde_id is None:
        desde_id = max(0, cabeza.registro_mayor - MARGEN)
    filas = list(sin_sello(desde_id=desde_id).values(*CAMPOS)[:LOTE])
    if not filas:
        return 0, desde_id
    sellos = []
    for fila in filas:
        cabeza.secuencia += 1
        resumen = huella(fila["sal"], fila)
        sello = SelloRegistro(
            secuencia=cabeza.secuencia,
            registro_id=fila["id"],
            huella=resumen,
            hash_anterior=cabeza.hash,
            hash=hash_de(anterior=cabeza.hash, secuencia=cabeza.secuencia, huella=resumen, fila=fila),
            fecha=ahora,
        )
        cabeza.hash = sello.hash
        sellos.append(sello)
    cabeza.registro_mayor = max(cabeza.registro_mayor, filas[-1]["id"])
    SelloRegistro.objects.bulk_create(sellos)
    cabeza.save()
    return len(filas), filas[-1]["id"]


# ── Verificar ────────────────────────────────────────────────────────────────────────────────────


def verificar(*, ancla: Ancla | None = None, progreso: Progreso | None = None) -> Verificacion:
    """Recorre la cadena del primer eslabón al último, por lotes: la memoria no crece con las filas.

    Args:
        ancla: una cabeza anotada antes; debe seguir siendo parte de la cadena.
        progreso: recibe (revisados, total) tras cada lote.
    """
    inicio = fin_de_los_archivos()
    recorrido = Recorrido(cabeza=inicio, ancla=ancla)
    rotura: Rotura | None = None
    # La cabeza de antes de recorrer: lo que se selle mientras tanto no es de esta verificación.
    fin = CabezaCadena.objects.filter(pk=1).first() or CabezaCadena()
    try:
        _revisar_archivos()
        for lote in eslabones(inicio.secuencia, fin.secuencia):
            recorrido.revisar(lote)
            if progreso:
                progreso(recorrido.revisados, fin.secuencia - inicio.secuencia)
        recorrido.cerrar(fin)
    except CadenaRota as error:
        if fin_de_los_archivos() != inicio:
            # Alguien archivó mientras se recorría: lo que se quitó no es una rotura.
            return verificar(ancla=ancla, progreso=progreso)
        rotura = error.rotura
    return Verificacion(
        cabeza=recorrido.cabeza,
        revisados=recorrido.revisados,
        archivados=inicio.secuencia,
        borrados=recorrido.borrados,
        rotura=rotura,
        disparadores_faltantes=frozenset(disparadores.faltantes(connection)),
    )


class Recorrido:
    """El estado de una verificación: hasta dónde va la cadena, y lo contado."""

    def __init__(self, *, cabeza: Ancla, ancla: Ancla | None = None) -> None:
        self.cabeza = cabeza
        self.ancla = ancla
        self.revisados = 0
        self.borrados = 0

    def revisar(self, lote: Sequence[Eslabon]) -> None:
        """Sigue la cadena por ``lote``, y comprueba que lo borrado tenga quien lo diga.

        Raises:
            CadenaRota: algo no calza.
        """
        for sello, fila in lote:
            self.revisar_uno(sello, fila)
        self._revisar_constancias({f["id"]: f["borrado_por"] for _, f in lote if f and f["borrado_por"]})

    def cerrar(self, fin: CabezaCadena) -> None:
        """La cadena llega hasta donde la cabeza dice, y pasa por el ancla."""
        if self.cabeza.secuencia < fin.secuencia:
            raise CadenaRota(self.cabeza.secuencia + 1, None, "faltan los últimos sellos")
        if self.cabeza.hash != fin.hash:
            raise CadenaRota(fin.secuencia, None, "la cabeza no es la del último sello")
        if self.ancla and self.ancla.secuencia > self.cabeza.secuencia:
            raise CadenaRota(self.ancla.secuencia, None, "la cadena no llega hasta el ancla")

    def revisar_uno(self, sello: SelloRegistro, fila: Fila | None) -> None:
        """Sigue la cadena por un eslabón.

        Raises:
            CadenaRota: no calza.
        """
        numero, registro = self.cabeza.secuencia + 1, sello.registro_id
        if sello.secuencia != numero:
            raise CadenaRota(numero, None, "falta el sello")
        if sello.hash_anterior != self.cabeza.hash:
            raise CadenaRota(numero, registro, "no continúa al eslabón anterior")
        if fila is None:
            raise CadenaRota(numero, registro, "el registro fue borrado")
        if fila["borrado_por"] is not None:
            self.borrados += 1
            if not esta_borrado(fila):
                raise CadenaRota(numero, registro, "dice tener sus datos borrados y no los tiene")
        elif huella(fila["sal"], fila) != sello.huella:
            raise CadenaRota(numero, registro, "el contenido fue alterado")
        if hash_de(anterior=self.cabeza.hash, secuencia=numero, huella=sello.huella, fila=fila) != sello.hash:
            raise CadenaRota(numero, registro, "el contenido o su sello fue alterado")
        if self.ancla and self.ancla.secuencia == numero and self.ancla.hash != sello.hash:
            raise CadenaRota(numero, registro, "no es el que dice el ancla: la cadena fue rehecha")
        self.cabeza = Ancla(secuencia=numero, hash=sello.hash)
        self.revisados += 1

    def _revisar_constancias(self, borrados: dict[int, int]) -> None:
        """Cada fila con datos borrados tiene un registro que dice quién los borró y cuándo."""
        if not borrados:
            return
        constancias = set(
            Registro.objects.filter(
                pk__in=set(borrados.values()), tipo=TipoRegistro.DATOS_PERSONALES
            ).values_list("pk", flat=True)
        )
        for registro, constancia in sorted(borrados.items()):
            if constancia not in constancias:
                motivo = "sus datos se borraron sin dejar constancia"
                raise CadenaRota(self.cabeza.secuencia, registro, motivo)


def eslabones(secuencia: int, hasta: int) -> Iterator[list[Eslabon]]:
    """Los eslabones después de ``secuencia`` y hasta ``hasta``, en orden y por lotes."""
    # Por clave y no con iterator(): el cliente de MariaDB traería a memoria el resultado entero.
    sellos = SelloRegistro.objects.filter(secuencia__lte=hasta).order_by("secuencia")
    while lote := list(sellos.filter(secuencia__gt=secuencia)[:LOTE]):
        ids = [sello.registro_id for sello in lote]
        filas = {f["id"]: f for f in Registro.objects.filter(pk__in=ids).order_by().values(*CAMPOS)}
        yield [(sello, filas.get(sello.registro_id)) for sello in lote]
        secuencia = lote[-1].secuencia


def fin_de_los_archivos() -> Ancla:
    """Hasta dónde está archivada la cadena; la base sigue desde ahí."""
    ultimo = ArchivoRegistros.objects.order_by("-hasta").first()
    return Ancla(secuencia=ultimo.hasta, hash=ultimo.hash) if ultimo else Ancla(secuencia=0, hash=GENESIS)


def _revisar_archivos() -> None:
    fin = Ancla(secuencia=0, hash=GENESIS)
    for archivo in ArchivoRegistros.objects.order_by("desde").iterator():
        if (archivo.desde, archivo.hash_anterior) != (fin.secuencia + 1, fin.hash):
            raise CadenaRota(fin.secuencia + 1, None, f"el archivo {archivo.nombre} no continúa la cadena")
        fin = Ancla(secuencia=archivo.hasta, hash=archivo.hash)
