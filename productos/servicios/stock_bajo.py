"""El aviso diario de lo que está en su mínimo o bajo él y nadie había avisado.

Lo que cruza su mínimo se avisa en el momento (``productos.avisos``). Aquí entra lo demás: un mínimo que se
subió, un producto importado con poco, uno que volvió a la venta, o lo que se repuso sin alcanzar.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from inventario.base.formato import cantidad
from inventario.base.operacion import operacion
from productos.avisos import avisar_el_dia
from productos.models import EstadoProducto, MovimientoStock, Producto
from usuarios.models import Notificacion
from usuarios.notificaciones import Aviso

NOMBRADOS = 12


@operacion
def avisar_stock_bajo(*, ahora: datetime) -> int:
    """Deja a cada Administrador un aviso con lo que falta por avisar; devuelve de cuántos productos."""
    nuevos = _sin_avisar()
    if nuevos:
        resto = len(nuevos) - NOMBRADOS
        aviso = Aviso(
            tipo=Notificacion.Tipo.STOCK_MINIMO,
            titulo=f"{len(nuevos)} producto{'s' if len(nuevos) > 1 else ''} en su mínimo o bajo él",
            mensaje=", ".join(_frase(producto) for producto in nuevos[:NOMBRADOS])
            + (f" y {resto} más" if resto > 0 else ""),
            datos={"productos": [_dato(producto) for producto in nuevos]},
        )
        avisar_el_dia(aviso, ahora=ahora)
    return len(nuevos)


def _sin_avisar() -> list[Producto]:
    bajos = list(
        Producto.objects.stock_bajo()
        .filter(estado=EstadoProducto.ACTIVO, stock_minimo__gt=0)
        .order_by("nombre", "pk")
    )
    avisados = _avisados()
    repuestos = _repuestos(producto.pk for producto in bajos if producto.pk in avisados)

    def falta(pk: int) -> bool:
        avisado = avisados.get(pk)
        return avisado is None or repuestos.get(pk, avisado) > avisado

    return [producto for producto in bajos if falta(producto.pk)]


def _avisados() -> dict[int, datetime]:
    """Cuándo se avisó por última vez de cada producto."""
    vistos: dict[int, datetime] = {}
    avisos = Notificacion.objects.filter(tipo=Notificacion.Tipo.STOCK_MINIMO)
    for datos, fecha in avisos.order_by("fecha_y_hora").values_list("datos", "fecha_y_hora").iterator():
        for dato in datos.get("productos", [datos]):
            vistos[dato["id_producto"]] = fecha
    return vistos


def _repuestos(ids: Iterable[int]) -> dict[int, datetime]:
    """Cuándo entró algo por última vez de cada producto: desde ahí, un aviso anterior ya es de otra falta."""
    entradas = MovimientoStock.objects.filter(producto_id__in=list(ids), cantidad__gt=0)
    return dict(entradas.order_by().values_list("producto_id").annotate(Max("fecha")))


def _frase(producto: Producto) -> str:
    return f"{producto.nombre}: {cantidad(producto.stock)} (mínimo {cantidad(producto.stock_minimo)})"


def _dato(producto: Producto) -> dict[str, object]:
    return {
        "id_producto": producto.pk, "stock": str(producto.stock), "stock_minimo": str(producto.stock_minimo),
    }
