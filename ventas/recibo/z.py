"""El informe Z de un turno cerrado, en 80 mm: los mismos renglones para el PDF y la impresora térmica."""

from collections.abc import Iterator
from datetime import datetime

from inventario.base.fechas import ZONA
from inventario.base.formato import clp, miles
from inventario.base.models import Tienda
from ventas.models import TurnoCaja
from ventas.recibo.armado import FORMAS, emisor_de
from ventas.recibo.composicion import Centrado, Estilo, Par, Parrafo, Raya, Renglon, encabezado
from ventas.recibo.escpos import renglones_a_escpos
from ventas.recibo.pdf import renglones_a_pdf
from ventas.reglas.tipos import FormaPago


def z_a_pdf(turno: TurnoCaja, tienda: Tienda) -> bytes:
    """El Z como PDF. ``turno`` está cerrado y trae cargada su ``caja``."""
    titulo = f"Informe Z {turno.numero_z}"
    return renglones_a_pdf(componer_z(turno, tienda), titulo=titulo, autor=tienda.razon_social)


def z_a_escpos(turno: TurnoCaja, tienda: Tienda) -> bytes:
    """El Z en ESC/POS. ``turno`` está cerrado y trae cargada su ``caja``."""
    return renglones_a_escpos(componer_z(turno, tienda))


def componer_z(turno: TurnoCaja, tienda: Tienda) -> Iterator[Renglon]:
    """Los renglones, de arriba abajo."""
    totales = turno.totales or {}
    yield from encabezado(emisor_de(tienda, tienda.rut))
    yield Centrado(f"INFORME Z N° {turno.numero_z}", Estilo.GRANDE)
    yield Centrado(turno.caja.nombre, Estilo.FUERTE)
    yield Parrafo(f"Cajero: {turno.nombre_cajero}", maximo=2)
    yield Par("Apertura", _hora(turno.desde))
    if turno.cerrado:
        yield Par("Cierre", _hora(turno.cerrado))
    yield Raya()
    yield Par(f"Ventas ({miles(totales['ventas'])})", clp(totales["vendido"]))
    yield Par(f"Devoluciones ({miles(totales['devoluciones'])})", clp(-totales["devuelto"]))
    for pago in totales["pagos"]:
        yield Par(f"Pago: {FORMAS[FormaPago(pago['id_forma_pago'])]}", clp(pago["monto"]))
    for reembolso in totales["reembolsos"]:
        yield Par(f"Devuelto: {FORMAS[FormaPago(reembolso['id_forma_pago'])]}", clp(-reembolso["monto"]))
    for folios in totales["folios"]:
        serie = f"del {folios['desde']} al {folios['hasta']}"
        yield Parrafo(f"{folios['documento']}: {folios['cuantos']}, {serie}")
    yield Raya()
    yield from _efectivo(turno, totales["efectivo"])
    yield Raya()
    yield from _conteo(turno)
    yield Raya()
    yield Parrafo(f"Registros sellados hasta el {turno.cabeza_secuencia}:")
    yield Parrafo(turno.cabeza_hash, maximo=4, estilo=Estilo.AVISO)


def _efectivo(turno: TurnoCaja, efectivo: dict[str, int]) -> Iterator[Renglon]:
    yield Par("Fondo inicial", clp(efectivo["fondo"]))
    yield Par("Ventas en efectivo", clp(efectivo["ventas"]))
    yield Par("Devoluciones en efectivo", clp(-efectivo["reembolsos"]))
    yield Par("Ingresos", clp(efectivo["ingresos"]))
    yield Par("Retiros", clp(-efectivo["retiros"]))
    yield Par("Esperado", clp(turno.esperado or 0), Estilo.FUERTE)
    yield Par("Contado", clp(turno.contado or 0), Estilo.FUERTE)
    yield Par("DIFERENCIA", clp(turno.diferencia or 0), Estilo.GRANDE)
    if turno.comentario:
        yield Parrafo(f"Comentario: {turno.comentario}", maximo=6)


def _conteo(turno: TurnoCaja) -> Iterator[Renglon]:
    conteo: dict[str, int] = turno.conteo or {}
    for denominacion, cuantos in sorted(conteo.items(), key=lambda par: -int(par[0])):
        yield Par(f"{miles(cuantos)} × {clp(int(denominacion))}", clp(int(denominacion) * cuantos))


def _hora(instante: datetime) -> str:
    return f"{instante.astimezone(ZONA):%d-%m-%Y %H:%M}"
