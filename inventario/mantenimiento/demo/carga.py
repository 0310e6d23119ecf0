"""Carga la tienda de muestra por los casos de uso de verdad, para que stock = kardex y folios sin hueco.

Lo que hace queda marcado en los registros (``dispositivo``): así se distingue de una venta real, una
segunda carga no repite nada y una interrumpida sigue donde quedó.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import Exists, Min, OuterRef, QuerySet

from compras.models import Proveedor
from compras.servicios import (
    DatosProveedor,
    DocumentoRepetido,
    PedidoCompra,
    comprar,
    crear_proveedor,
)
from compras.servicios import LineaPedida as LineaComprada
from inventario.base.actor import Actor, Puerta, Rol
from inventario.base.dinero import redondear
from inventario.base.errores import Conflicto
from inventario.base.fechas import dia_de
from inventario.base.operacion import operacion
from inventario.base.texto import normalizar
from inventario.mantenimiento.cuentas import pin_nuevo, tabla_de_cuentas
from inventario.mantenimiento.demo.catalogo import (
    PERSONAS,
    PROVEEDORES,
    Ficha,
    Oferta,
    categorias,
    fichas,
)
from inventario.mantenimiento.demo.plan import (
    DIAS,
    QUINCENA,
    VentaPlaneada,
    planear,
    por_quincena,
)
from inventario.mantenimiento.demo.turnos import sucesos_de_caja
from productos.models import Categoria, ClaseTributaria, CodigoBarras, Unidad
from productos.servicios import DatosProducto, crear_categoria, crear_producto, editar_producto
from registros.models import Registro, TipoRegistro
from registros.servicios import registrar
from usuarios.models import Usuario
from usuarios.pin import cambiar_pin
from usuarios.puntos import PuntosInsuficientes
from usuarios.servicios import registrar_usuario
from ventas.models import FormaPago, TipoDocumento, Venta
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    ParteDevuelta,
    PedidoDeDevolucion,
    PedidoDeVenta,
    devolver,
    vender,
)

MARCA = "datos_demo"
POR_ROL = 3
OFERTA_DURA = timedelta(days=14)
_ANTES = timedelta(days=DIAS + 1)
_FIN = "Datos de muestra cargados"
Suceso = tuple[datetime, Callable[[], None]]
_FORMAS = {forma.label: forma for forma in FormaPago}


class HayVentasReales(Conflicto):
    """La base ya es de una tienda de verdad."""

    codigo = "hay_ventas_reales"
    msg = "Esta base ya tiene ventas reales: los datos de muestra no se cargan encima"


@dataclass(frozen=True, slots=True, kw_only=True)
class Muestra:
    """Todo lo que hace falta para vivir los noventa días.

    Args:
        ids: id de cada producto del catálogo, en su orden.
        quincenas: lo que el plan se lleva en cada una; la primera sale del stock inicial.
    """

    ahora: datetime
    catalogo: Sequence[Ficha]
    plan: Sequence[VentaPlaneada]
    quincenas: Sequence[dict[int, Decimal]]
    cajeros: Sequence[Usuario]
    clientes: Sequence[Usuario]
    ids: Sequence[int]

    @property
    def apertura(self) -> datetime:
        return self.ahora - _ANTES


def cargar_demo(*, contrasena: str, ahora: datetime, contar: Callable[[str], None]) -> None:
    """Deja la tienda de muestra completa hasta ``ahora``. Repetirlo no cambia nada.

    Args:
        contrasena: la de las cuentas que se creen; las que ya existen conservan la suya. El PIN se inventa.
        contar: recibe frases de avance; las cuentas, apenas se crean, por si después se interrumpe.

    Raises:
        HayVentasReales: hay alguna venta que esto no hizo.
    """
    exigir_sin_ventas_reales()
    if Registro.objects.filter(dispositivo=MARCA, mensaje=_FIN).exists():
        contar("Los datos de muestra ya estaban cargados.")
        return
    # Una carga interrumpida sigue el mismo plan, aunque se retome otro día.
    apertura = Registro.objects.filter(dispositivo=MARCA).aggregate(desde=Min("fecha_y_hora"))["desde"]
    ahora = apertura + _ANTES if apertura else ahora
    pin = pin_nuevo(persona.rut for persona in PERSONAS)
    creados = _cargar_gente(contrasena, pin, ahora - _ANTES)
    if creados:
        contar(f"Cuentas de muestra:\n{tabla_de_cuentas(creados)}")
        contar(f"  Contraseña de todas (se muestra sólo esta vez): {contrasena}")
        contar(f"  PIN del personal, para la caja (también sólo esta vez): {pin}")
    muestra = _preparar(ahora, contar)
    for _, hacer in sorted(_sucesos(muestra), key=lambda suceso: suceso[0]):
        hacer()
    _cerrar(ahora)


def exigir_sin_ventas_reales() -> None:
    """
    Raises:
        HayVentasReales: hay alguna venta que la muestra no hizo.
    """
    de_muestra = _ventas_marcadas().filter(objeto_id=OuterRef("pk"))
    if Venta.objects.filter(~Exists(de_muestra)).exists():
        raise HayVentasReales


def _ventas_marcadas() -> QuerySet[Registro]:
    return Registro.objects.filter(
        objeto_tipo="venta", tipo=TipoRegistro.VENTA, dispositivo=MARCA
    )


def _sistema() -> Actor:
    return Actor.sistema(puerta=Puerta.COMANDO, nombre=MARCA).con(dispositivo=MARCA)


def _como(usuario: Usuario) -> Actor:
    return _sistema().con(
        usuario_id=usuario.pk, rut=usuario.rut, nombre=usuario.nombre_completo, rol=Rol(usuario.rol)
    )


# --- la tienda antes de abrir ---------------------------------------------------------


def _cargar_gente(contrasena: str, pin: str, apertura: datetime) -> list[Usuario]:
    """Completa hasta tres personas activas de cada rol, con PIN las que trabajan. Devuelve las que creó."""
    creados = []
    for persona in PERSONAS:
        activos = Usuario.objects.activos().filter(rol=persona.rol).count()
        if activos >= POR_ROL or Usuario.objects.filter(rut=persona.rut).exists():
            continue
        creados.append(
            registrar_usuario(
                actor=_sistema(),
                rut=persona.rut,
                nombre=persona.nombre,
                apellido=persona.apellido,
                correo=f"{normalizar(persona.nombre).split()[0]}@tienda.example",
                contrasena=contrasena,
                rol=persona.rol,
                ahora=apertura,
            )
        )
    for usuario in creados:
        if usuario.rol != Rol.CLIENTE:
            cambiar_pin(actor=_como(usuario), pin=pin, contrasena=contrasena, ahora=apertura)
    return creados


def _los(rol: Rol) -> list[Usuario]:
    return list(Usuario.objects.activos().filter(rol=rol).order_by("pk")[:POR_ROL])


def _preparar(ahora: datetime, contar: Callable[[str], None]) -> Muestra:
    catalogo, cajeros, clientes = fichas(), _los(Rol.CAJERO), _los(Rol.CLIENTE)
    plan = planear(catalogo, cajeros=len(cajeros), clientes=len(clientes), ahora=ahora)
    quincenas = por_quincena(plan, apertura=ahora - _ANTES)
    contar(f"Cargando {len(catalogo)} productos y {len(plan)} ventas de muestra…")
    return Muestra(
        ahora=ahora,
        catalogo=catalogo,
        plan=plan,
        quincenas=quincenas,
        cajeros=cajeros,
        clientes=clientes,
        ids=_cargar_catalogo(catalogo, quincenas[0], ahora),
    )


def _cargar_catalogo(
    catalogo: Sequence[Ficha], primera_quincena: dict[int, Decimal], ahora: datetime
) -> list[int]:
    """Categorías, productos y proveedores que falten. Devuelve los ids de los productos, en orden."""
    actor, apertura = _sistema(), ahora - _ANTES
    existentes = set(Categoria.objects.values_list("nombre_normalizado", flat=True))
    for nombre in categorias():
        if normalizar(nombre) not in existentes:
            crear_categoria(nombre=nombre, actor=actor, ahora=apertura)
    ids = dict(CodigoBarras.objects.filter(principal=True).values_list("codigo", "producto_id"))
    for posicion, ficha in enumerate(catalogo):
        if ficha.codigo not in ids:
            stock = primera_quincena.get(posicion, Decimal(0)) + ficha.queda
            producto = crear_producto(datos=_datos(ficha, stock, ahora), actor=actor, ahora=apertura)
            ids[ficha.codigo] = producto.pk
    for nombre in PROVEEDORES:
        if not Proveedor.objects.filter(nombre=nombre).exists():
            crear_proveedor(
                datos=DatosProveedor(nombre=nombre, plazo_pago=30, dias_entre_pedidos=QUINCENA.days),
                actor=actor,
                ahora=apertura,
            )
    return [ids[ficha.codigo] for ficha in catalogo]


def _datos(ficha: Ficha, stock: Decimal, ahora: datetime) -> DatosProducto:
    return DatosProducto(
        nombre=ficha.nombre,
        categoria=ficha.categoria,
        codigo_barras=ficha.codigo,
        codigos_barras=[ficha.codigo_balanza] if ficha.codigo_balanza else [],
        precio_venta=ficha.precio,
        unidad=Unidad.KILO if ficha.por_kilo else Unidad.UNIDAD,
        clase_tributaria=ClaseTributaria.EXENTO if ficha.exento else ClaseTributaria.AFECTO,
        stock=stock,
        stock_minimo=ficha.minimo,
        costo=ficha.costo,
        fecha_vencimiento=(
            None if ficha.vence_en is None else dia_de(ahora) + timedelta(days=ficha.vence_en)
        ),
    )


# --- los noventa días -------------------------------------------------------------------


def _sucesos(muestra: Muestra) -> Iterator[Suceso]:
    """Ventas, llegadas y ofertas, cada una con su hora. Lo que ya se hizo no se repite."""
    hechas = _ventas_marcadas().count()
    yield from sucesos_de_caja(cajeros=muestra.cajeros, ahora=muestra.ahora, como=_como)
    for venta in muestra.plan[hechas:]:
        yield venta.cuando, partial(_vender, venta, muestra)
    for ficha in muestra.catalogo:
        if ficha.oferta is not None:
            yield _oferta(ficha, ficha.oferta, muestra.ahora)
    for numero, quincena in enumerate(muestra.quincenas[1:], start=1):
        llega = muestra.apertura + numero * QUINCENA
        for proveedor in PROVEEDORES:
            if lineas := _por_reponer(proveedor, numero, quincena, muestra):
                yield llega, partial(_reponer, proveedor, numero, lineas, llega)


def _oferta(ficha: Ficha, oferta: Oferta, ahora: datetime) -> Suceso:
    fin = ahora if oferta.dias is None else ahora + timedelta(days=oferta.dias)
    desde = min(fin, ahora) - OFERTA_DURA

    def ofertar() -> None:
        editar_producto(
            codigo=ficha.codigo,
            cambios={
                "descuento": Decimal(oferta.porcentaje),
                "vencimiento_descuento": None if oferta.dias is None else dia_de(fin),
            },
            actor=_sistema(),
            ahora=desde,
        )

    return desde, ofertar


def _por_reponer(
    proveedor: str, numero: int, quincena: dict[int, Decimal], muestra: Muestra
) -> list[LineaComprada]:
    """Lo que ``proveedor`` trae para vender hasta la próxima quincena, cada vez 1 % más caro."""
    return [
        LineaComprada(
            id_producto=muestra.ids[posicion],
            cantidad=cantidad,
            costo_unitario=Decimal(redondear(muestra.catalogo[posicion].costo * (100 + numero) / 100)),
        )
        for posicion, cantidad in sorted(quincena.items())
        if muestra.catalogo[posicion].categoria in PROVEEDORES[proveedor]
    ]


def _reponer(
    proveedor: str, numero: int, lineas: Sequence[LineaComprada], llega: datetime
) -> None:
    # Si la carga se retoma, esa factura ya está.
    with suppress(DocumentoRepetido):
        comprar(
            pedido=PedidoCompra(proveedor=proveedor, numero_documento=f"{70_000 + numero}", lineas=lineas),
            actor=_sistema(),
            ahora=llega,
        )


def _vender(venta: VentaPlaneada, muestra: Muestra) -> None:
    cajero = _como(muestra.cajeros[venta.cajero])
    try:
        hecha = vender(actor=cajero, pedido=_pedido(venta, venta.medio, muestra), ahora=venta.cuando)
    except PuntosInsuficientes:
        hecha = vender(actor=cajero, pedido=_pedido(venta, "debito", muestra), ahora=venta.cuando)
    if venta.devuelta_en is not None:
        devolver(
            actor=cajero,
            pedido=PedidoDeDevolucion(
                id_venta=hecha.venta.pk,
                motivo="El producto venía dañado",
                partes=[ParteDevuelta(numero_linea=1, cantidad=venta.lineas[0][1])],
            ),
            ahora=venta.cuando + timedelta(minutes=venta.devuelta_en),
        )


def _pedido(venta: VentaPlaneada, medio: str, muestra: Muestra) -> PedidoDeVenta:
    return PedidoDeVenta(
        lineas=[
            LineaPedida(id_producto=muestra.ids[posicion], cantidad=cantidad)
            for posicion, cantidad in venta.lineas
        ],
        pagos=[PagoPedido(forma=_FORMAS[medio])],
        documento=TipoDocumento.FACTURA if venta.factura else TipoDocumento.BOLETA,
        porcentaje=venta.porcentaje,
        id_cliente=None if venta.cliente is None else muestra.clientes[venta.cliente].pk,
    )


@operacion
def _cerrar(ahora: datetime) -> None:
    registrar(actor=_sistema(), tipo=TipoRegistro.TIENDA, mensaje=_FIN, ahora=ahora)
