"""Lo contado en un inventario físico contra lo que el sistema decía."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet

from inventario.base.dinero import redondear
from productos.models import CERO, ConteoInventario, LecturaConteo, MovimientoStock, Producto

DOCUMENTO = "conteo"
TROZO = 500


@dataclass(slots=True)
class Contado:
    """Lo contado de un producto, unidades o kilos.

    Args:
        stock_sistema: lo que el sistema decía en la primera lectura que vale.
        stock_ultimo: lo que decía en la última. Si difiere, algo se movió mientras se contaba: se
            supone que salió de lo ya contado, y conviene mirarlo.
    """

    cantidad: Decimal
    stock_sistema: Decimal
    stock_ultimo: Decimal

    @property
    def diferencia(self) -> Decimal:
        return self.cantidad - self.stock_sistema

    @property
    def movido(self) -> Decimal:
        """Lo que entró (+) o salió (-) entre la primera y la última lectura."""
        return self.stock_ultimo - self.stock_sistema


@dataclass(frozen=True, slots=True, kw_only=True)
class DiferenciaContada:
    """Una fila del informe de un conteo. ``diferencia_clp`` es al costo promedio, sin IVA."""

    producto_id: int
    nombre: str
    codigo_barras: str
    contado: Decimal
    stock_sistema: Decimal
    diferencia: Decimal
    diferencia_clp: int
    movido: Decimal


def conteos_visibles() -> "QuerySet[ConteoInventario]":
    """Los conteos, del más nuevo al más viejo, con cuántas lecturas llevan."""
    return (
        ConteoInventario.objects.select_related("categoria", "abierto_por", "terminado_por")
        .annotate(cuantas_lecturas=Count("lecturas"))
        .order_by("-pk")
    )


def contado_en(conteo_id: int, *, producto_id: int | None = None) -> dict[int, Contado]:
    """Producto → lo contado, desde la última vez que se empezó de cero. En memoria, uno por producto."""
    lecturas = LecturaConteo.objects.filter(conteo=conteo_id)
    if producto_id is not None:
        lecturas = lecturas.filter(producto=producto_id)
    contados: dict[int, Contado] = {}
    ultimo = 0
    while trozo := list(lecturas.filter(pk__gt=ultimo).order_by("pk")[: TROZO * 10]):
        for lectura in trozo:
            previo = contados.get(lectura.producto_id)
            if previo is None or lectura.desde_cero:
                contados[lectura.producto_id] = Contado(
                    lectura.cantidad, lectura.stock_sistema, lectura.stock_sistema
                )
            else:
                previo.cantidad += lectura.cantidad
                previo.stock_ultimo = lectura.stock_sistema
        ultimo = trozo[-1].pk
    return contados


def diferencias_de(conteo: ConteoInventario, *, todas: bool = False) -> list[DiferenciaContada]:
    """Las diferencias de un conteo, de la que más plata pierde a la que más gana.

    Args:
        todas: también lo que calzó.
    """
    contados = {
        producto: contado
        for producto, contado in contado_en(conteo.pk).items()
        if todas or contado.diferencia
    }
    valores = _valores(conteo)
    filas = [
        DiferenciaContada(
            producto_id=producto.pk,
            nombre=producto.nombre,
            codigo_barras=producto.codigo_principal or "",
            contado=contado.cantidad,
            stock_sistema=contado.stock_sistema,
            diferencia=contado.diferencia,
            diferencia_clp=redondear(
                valores.get(producto.pk, contado.diferencia * producto.costo_promedio)
            ),
            movido=contado.movido,
        )
        for producto in _productos(sorted(contados))
        for contado in (contados[producto.pk],)
    ]
    return sorted(filas, key=lambda fila: (fila.diferencia_clp, fila.producto_id))


def sin_contar(conteo: ConteoInventario, contados: Iterable[int]) -> list[int]:
    """Ids de los productos del conteo que nadie leyó y el sistema cree que están."""
    del_conteo = Producto.objects.filter(stock__gt=0)
    if conteo.categoria_id is not None:
        del_conteo = del_conteo.filter(categoria=conteo.categoria_id)
    leidos = set(contados)
    return [pk for pk in del_conteo.order_by("pk").values_list("pk", flat=True) if pk not in leidos]


def _valores(conteo: ConteoInventario) -> dict[int, Decimal]:
    """Ya cerrado, lo que cada ajuste valió de verdad (CLP sin IVA)."""
    if conteo.estado != ConteoInventario.Estado.CERRADO:
        return {}
    movimientos = MovimientoStock.objects.filter(documento_tipo=DOCUMENTO, documento_id=conteo.pk)
    valores: dict[int, Decimal] = {}
    for producto, valor in movimientos.values_list("producto_id", "valor"):
        valores[producto] = valores.get(producto, CERO) + valor
    return valores


def _productos(ids: list[int]) -> Iterable[Producto]:
    for desde in range(0, len(ids), TROZO):
        yield from Producto.objects.filter(pk__in=ids[desde : desde + TROZO])
