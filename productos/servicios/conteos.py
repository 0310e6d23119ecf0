"""El inventario físico: se abre, se lee desde varios teléfonos y se cierra con sus ajustes al kardex."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from inventario.base.actor import Actor
from inventario.base.dinero import redondear
from inventario.base.errores import Conflicto, Invalido, NoExiste
from inventario.base.fechas import dia_de
from inventario.base.operacion import operacion
from productos.consultas import resolver_codigos
from productos.consultas.conteos import DOCUMENTO, TROZO, Contado, contado_en, sin_contar
from productos.kardex import Cambio, bloquear_productos, mover_stock
from productos.lotes import StockInsuficiente
from productos.models import (
    CERO,
    Categoria,
    ConteoInventario,
    LecturaConteo,
    MovimientoStock,
    Producto,
)
from productos.servicios.categorias import exigir_categoria
from productos.servicios.comun import ProductoNoEncontrado, exigir_cantidad
from registros.models import TipoRegistro
from registros.servicios import registrar

Estado = ConteoInventario.Estado


class ConteoNoExiste(NoExiste):
    codigo = "conteo_no_existe"
    msg = "Ese conteo no existe"


class ConteoTerminado(Conflicto):
    """Ya se cerró o se anuló."""

    codigo = "conteo_terminado"
    msg = "Ese conteo ya terminó"


class ConteoSobrepuesto(Conflicto):
    """Dos conteos abiertos del mismo producto ajustarían dos veces lo mismo."""

    codigo = "conteo_sobrepuesto"
    msg = "Hay otro conteo abierto que incluye esos productos"


class CuentaImposible(Conflicto):
    """Lo contado quedó bajo cero, o ya no alcanza el stock para ajustarlo: hay que contar de nuevo."""

    codigo = "cuenta_imposible"
    msg = "Vuelva a contar estos productos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConteoCerrado:
    """Lo que el cierre ajustó: ``clp`` es la suma, al costo y sin IVA, con su signo."""

    conteo: ConteoInventario
    ajustados: int
    clp: int


@operacion
def abrir_conteo(
    *, nombre: str, categoria: str = "", actor: Actor, ahora: datetime
) -> ConteoInventario:
    """Empieza a contar una categoría (por su nombre), o todo.

    Raises:
        Invalido: no existe esa categoría.
        ConteoSobrepuesto: hay uno abierto de lo mismo, de todo, o éste es de todo y hay alguno.
    """
    elegida = exigir_categoria(categoria) if categoria else None
    # Los candados de las categorías, en orden, hacen de turno: de dos que abren a la vez, el segundo
    # ve el conteo del primero. Ninguna restricción de la base sabría que «todo» incluye a cada una.
    list(Categoria.objects.select_for_update().order_by("pk").values_list("pk"))
    abiertos = ConteoInventario.objects.filter(estado=Estado.ABIERTO)
    if elegida is not None:
        abiertos = abiertos.filter(categoria=elegida) | abiertos.filter(categoria__isnull=True)
    if otro := abiertos.first():
        raise ConteoSobrepuesto(f"El conteo «{otro.nombre}» está abierto e incluye esos productos")
    conteo = ConteoInventario.objects.create(
        nombre=nombre.strip(), categoria=elegida, abierto_por_id=actor.usuario_id, abierto_en=ahora
    )
    _registrar(conteo, "abierto", actor=actor, ahora=ahora)
    return conteo


@operacion
def leer_en_conteo(
    *,
    conteo_id: int,
    codigo: str,
    cantidad: Decimal,
    desde_cero: bool = False,
    actor: Actor,
    ahora: datetime,
) -> tuple[LecturaConteo, Contado]:
    """Agrega lo que un teléfono contó: unidades, kilos, o cuántas etiquetas si es de balanza.

    No bloquea el producto más que un instante, al insertar: contar no detiene las cajas.

    Args:
        desde_cero: lo leído antes de este producto, en este conteo, ya no vale.

    Raises:
        ConteoNoExiste, ConteoTerminado, ProductoNoEncontrado
        Invalido: el producto no es de la categoría que se cuenta, o esa cantidad no se puede medir.
    """
    conteo = _abierto(conteo_id)
    resuelto = resolver_codigos([codigo], dia_de(ahora)).get(codigo)
    if resuelto is None:
        raise ProductoNoEncontrado
    producto = Producto.objects.get(pk=resuelto.producto_id)
    if conteo.categoria_id not in (None, producto.categoria_id):
        raise Invalido(
            f"{producto.nombre} no es de la categoría que se cuenta",
            codigo="fuera_del_conteo",
            errores={"codigo_barras": ["No es de la categoría que se cuenta"]},
        )
    if resuelto.kilos is not None:
        cantidad = cantidad * resuelto.kilos
    exigir_cantidad(producto, "cantidad", cantidad)
    lectura = LecturaConteo.objects.create(
        conteo=conteo,
        producto=producto,
        cantidad=cantidad,
        desde_cero=desde_cero,
        stock_sistema=producto.stock,
        usuario_id=actor.usuario_id,
        dispositivo=actor.dispositivo[:200],
        fecha=ahora,
    )
    return lectura, contado_en(conteo.pk, producto_id=producto.pk)[producto.pk]


@operacion
def cerrar_conteo(
    *,
    conteo_id: int,
    motivo: str,
    actor: Actor,
    ahora: datetime,
    no_contados_a_cero: bool = False,
) -> ConteoCerrado:
    """Lleva las diferencias al kardex y termina el conteo: todas, o ninguna.

    Cada ajuste es la diferencia contra lo que había *al contar*; lo vendido después ya está en el
    stock y no la toca.

    Args:
        no_contados_a_cero: lo que nadie leyó, no está.

    Raises:
        ConteoNoExiste, ConteoTerminado
        CuentaImposible: con cada producto que hay que contar de nuevo.
    """
    conteo = _abierto(conteo_id)
    contados = contado_en(conteo.pk)
    ajustes: dict[int, Decimal | None] = {
        pk: contado.diferencia for pk, contado in contados.items() if contado.diferencia
    }
    if no_contados_a_cero:
        ajustes |= dict.fromkeys(sin_contar(conteo, contados))
    _exigir_cuentas_posibles(contados)
    movimientos = _ajustar(conteo, ajustes, motivo or conteo.nombre, actor=actor, ahora=ahora)
    _terminar(conteo, Estado.CERRADO, motivo, actor=actor, ahora=ahora)
    clp = redondear(sum((m.valor for m in movimientos), CERO))
    _registrar(
        conteo, "cerrado", actor=actor, ahora=ahora, motivo=motivo,
        cambios={
            "estado": (Estado.ABIERTO, Estado.CERRADO),
            "ajustados": (None, len(movimientos)), "diferencia_clp": (None, clp),
        },
    )
    return ConteoCerrado(conteo=conteo, ajustados=len(movimientos), clp=clp)


@operacion
def anular_conteo(
    *, conteo_id: int, motivo: str, actor: Actor, ahora: datetime
) -> ConteoInventario:
    """Termina el conteo sin tocar el stock.

    Raises:
        ConteoNoExiste, ConteoTerminado
    """
    conteo = _abierto(conteo_id)
    _terminar(conteo, Estado.ANULADO, motivo, actor=actor, ahora=ahora)
    _registrar(
        conteo, "anulado", actor=actor, ahora=ahora, motivo=motivo,
        cambios={"estado": (Estado.ABIERTO, Estado.ANULADO)},
    )
    return conteo


def _abierto(conteo_id: int) -> ConteoInventario:
    """El conteo, bloqueado: una lectura entra entera antes o después del cierre, nunca a medias."""
    conteo = ConteoInventario.objects.select_for_update().filter(pk=conteo_id).first()
    if conteo is None:
        raise ConteoNoExiste
    if conteo.estado != Estado.ABIERTO:
        raise ConteoTerminado
    return conteo


def _exigir_cuentas_posibles(contados: dict[int, Contado]) -> None:
    malos = [pk for pk, contado in contados.items() if contado.cantidad < 0]
    if malos:
        nombres = Producto.objects.filter(pk__in=malos).values_list("pk", "nombre")
        raise CuentaImposible(
            errores={str(pk): [f"{nombre}: lo contado quedó bajo cero"] for pk, nombre in nombres}
        )


def _ajustar(
    conteo: ConteoInventario,
    ajustes: dict[int, Decimal | None],
    motivo: str,
    *,
    actor: Actor,
    ahora: datetime,
) -> list[MovimientoStock]:
    """Por trozos en orden de id, que es el orden en que todos bloquean. ``None``: llevar a cero."""
    ids = sorted(ajustes)
    movimientos: list[MovimientoStock] = []
    for desde in range(0, len(ids), TROZO):
        productos = bloquear_productos(ids[desde : desde + TROZO])
        cambios = [
            Cambio(
                producto=producto,
                cantidad=-producto.stock if diferencia is None else diferencia,
                motivo=motivo,
            )
            for pk, producto in productos.items()
            for diferencia in (ajustes[pk],)
            if diferencia is not None or producto.stock
        ]
        movimientos += _mover(cambios, conteo, actor=actor, ahora=ahora)
    return movimientos


def _mover(
    cambios: Sequence[Cambio], conteo: ConteoInventario, *, actor: Actor, ahora: datetime
) -> list[MovimientoStock]:
    try:
        return mover_stock(
            cambios=cambios,
            tipo=MovimientoStock.Tipo.CONTEO,
            actor=actor,
            ahora=ahora,
            documento=(DOCUMENTO, conteo.pk),
        )
    except StockInsuficiente as error:
        nombres = {str(cambio.producto.pk): cambio.producto.nombre for cambio in cambios}
        raise CuentaImposible(
            errores={
                pk: [f"{nombres[pk]}: desde que se contó salió más de lo que había"]
                for pk in error.errores
            }
        ) from error


def _terminar(
    conteo: ConteoInventario, estado: str, motivo: str, *, actor: Actor, ahora: datetime
) -> None:
    conteo.estado = estado
    conteo.motivo = motivo[:200]
    conteo.terminado_por_id = actor.usuario_id
    conteo.terminado_en = ahora
    conteo.save(update_fields=["estado", "motivo", "terminado_por", "terminado_en"])


def _registrar(
    conteo: ConteoInventario,
    que: str,
    *,
    actor: Actor,
    ahora: datetime,
    motivo: str = "",
    cambios: dict[str, tuple[object, object]] | None = None,
) -> None:
    registrar(
        actor=actor,
        tipo=TipoRegistro.STOCK,
        mensaje=f"Inventario físico {que}: {conteo.nombre}",
        descripcion=motivo,
        ahora=ahora,
        objeto=(DOCUMENTO, conteo.pk),
        cambios=cambios,
    )
