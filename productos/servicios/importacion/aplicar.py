"""Aplicar una planilla entera en una transacción, con sentencias por trozo y no por fila."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection

from inventario.base.actor import Actor
from inventario.base.errores import Invalido
from inventario.base.fechas import dia_de
from inventario.base.operacion import operacion
from inventario.base.texto import normalizar
from productos.busqueda import indexar
from productos.kardex import Cambio, DatosLote, mover_stock
from productos.models import (
    CERO,
    CodigoBarras,
    Descuento,
    Importacion,
    MovimientoStock,
    Precio,
    Producto,
)
from productos.planilla.lectura import Fila
from productos.servicios.codigos import CodigoDuplicado, guardar_codigos
from productos.servicios.importacion.plan import FilaMala, Plan, Planeador, por_trozos
from productos.servicios.importacion.revisar import Avance, revisar_planilla
from registros.models import TipoRegistro
from registros.servicios import Entrada, registrar, registrar_varios

Tipo = MovimientoStock.Tipo
DOCUMENTO = "importacion"
NOMBRADAS = 100
FICHA = (
    "nombre", "descripcion", "categoria", "unidad", "clase_tributaria", "stock_minimo",
    "fecha_vencimiento", "estado",
)


class PlanillaConErrores(Invalido):
    """Hay filas malas, y no se importó ninguna."""

    codigo = "planilla_con_errores"
    msg = "Hay filas con problemas; no se importó nada"


@operacion
def importar_productos(
    *,
    filas: Callable[[], Iterable[Fila]],
    archivo: str,
    actor: Actor,
    ahora: datetime,
    avance: Avance = lambda _: None,
) -> Importacion:
    """Crea y cambia productos según una planilla: toda, o nada.

    Bloquea de una vez, y en orden, cuanto va a cambiar; quien venda algo de eso espera a que termine.

    Args:
        filas: abre la planilla; se llama más de una vez.
        archivo: su nombre, para la auditoría.

    Raises:
        PlanillaConErrores: con las primeras filas malas, por línea.
        PlanillaIlegible: el archivo no se puede leer.
        CodigoDuplicado: alguien creó entretanto un código de la planilla.
    """
    hoy = dia_de(ahora)
    malas: list[FilaMala] = []
    revision = revisar_planilla(filas=filas(), hoy=hoy, al_fallar=_guardar_en(malas))
    _exigir_buenas(malas, revision.malas)
    _bloquear(revision.ids)
    importacion = Importacion.objects.create(
        archivo=archivo[:200], usuario_id=actor.usuario_id, fecha=ahora
    )
    hechas = _Aplicacion(importacion, actor, ahora)
    planeador = Planeador(hoy=hoy)
    for trozo in por_trozos(filas()):
        resultados = list(planeador.planear(trozo))
        # Entre la revisión y los candados pudo cambiar algo: lo que ahora está mal, también deshace todo.
        _exigir_buenas([r for r in resultados if isinstance(r, FilaMala)])
        hechas.aplicar([r for r in resultados if isinstance(r, Plan) and r.cambios])
        avance(len(trozo))
    hechas.terminar(revision.filas)
    return importacion


def _guardar_en(malas: list[FilaMala]) -> Callable[[FilaMala], object]:
    def guardar(mala: FilaMala) -> None:
        if len(malas) < NOMBRADAS:
            malas.append(mala)

    return guardar


def _exigir_buenas(malas: Sequence[FilaMala], cuantas: int | None = None) -> None:
    if malas:
        raise PlanillaConErrores(
            errores={str(mala.linea): [mala.motivo] for mala in malas},
            datos={"malas": cuantas or len(malas)},
        )


def _bloquear(ids: "array[int]") -> None:
    """Los productos que cambian, en orden de id: como las ventas, para no esperarse en círculo."""
    ordenados = sorted(ids)
    for desde in range(0, len(ordenados), 1000):
        trozo = ordenados[desde : desde + 1000]
        list(
            Producto.objects.select_for_update()
            .filter(pk__in=trozo)
            .order_by("pk")
            .values_list("pk", flat=True)
        )


class _Aplicacion:
    """Lo que se escribe por cada trozo."""

    def __init__(self, importacion: Importacion, actor: Actor, ahora: datetime) -> None:
        self.importacion = importacion
        self.actor = actor
        self.ahora = ahora
        self.motivo = f"Importación de {importacion.archivo}"[:200]

    def aplicar(self, planes: Sequence[Plan]) -> None:
        nuevos = [plan for plan in planes if plan.producto is None]
        viejos = [plan for plan in planes if plan.producto is not None]
        self._crear(nuevos)
        self._editar(viejos)
        self._poner_precios(planes)
        self._poner_ofertas(planes)
        self._mover(planes, {plan.linea for plan in nuevos})
        self._registrar(planes, {plan.linea for plan in nuevos})
        self.importacion.nuevos += len(nuevos)
        self.importacion.cambiados += len(viejos)

    def terminar(self, filas: int) -> None:
        self.importacion.filas = filas
        self.importacion.save(update_fields=["filas", "nuevos", "cambiados"])
        registrar(
            actor=self.actor,
            tipo=TipoRegistro.PRODUCTO,
            mensaje=f"Planilla importada: {self.importacion.archivo}",
            ahora=self.ahora,
            objeto=(DOCUMENTO, self.importacion.pk),
            cambios={
                "filas": (None, filas),
                "nuevos": (None, self.importacion.nuevos),
                "cambiados": (None, self.importacion.cambiados),
            },
        )

    def _crear(self, planes: Sequence[Plan]) -> None:
        for plan in planes:
            plan.producto = Producto(
                fecha_registro=self.ahora, precio_venta=plan.pedido["precio_venta"]
            )
            _poner_ficha(plan.producto, plan.pedido)
        Producto.objects.bulk_create([_de(plan) for plan in planes])
        indexar([_de(plan) for plan in planes], nuevos=True)
        try:
            CodigoBarras.objects.bulk_create(
                CodigoBarras(
                    producto=_de(plan), codigo=codigo, clave=clave, principal=True if n == 0 else None
                )
                for plan in planes
                for n, (clave, codigo) in enumerate(plan.codigos.items())
            )
        except IntegrityError as error:
            raise CodigoDuplicado from error

    def _editar(self, planes: Sequence[Plan]) -> None:
        campos: set[str] = set()
        for plan in planes:
            campos |= _poner_ficha(_de(plan), plan.pedido)
            if "precio_venta" in plan.pedido:
                _de(plan).precio_venta = plan.pedido["precio_venta"]
                campos.add("precio_venta")
            if plan.codigos:
                guardar_codigos(_de(plan), plan.codigos)
        _actualizar([_de(plan) for plan in planes], sorted(campos))
        indexar([_de(plan) for plan in planes if "nombre" in plan.pedido])

    def _poner_precios(self, planes: Sequence[Plan]) -> None:
        Precio.objects.bulk_create(
            Precio(
                producto=_de(plan), precio=plan.pedido["precio_venta"], desde=dia_de(self.ahora),
                usuario_id=self.actor.usuario_id, fecha=self.ahora, motivo=self.motivo,
            )
            for plan in planes
            if "precio_venta" in plan.pedido
        )

    def _poner_ofertas(self, planes: Sequence[Plan]) -> None:
        cambian = [plan for plan in planes if plan.cambia_oferta]
        Descuento.objects.filter(producto__in=[_de(plan) for plan in cambian]).delete()
        Descuento.objects.bulk_create(
            Descuento(
                producto=_de(plan), porcentaje=plan.oferta.porcentaje, ultimo_dia=plan.oferta.ultimo_dia
            )
            for plan in cambian
            if plan.oferta is not None
        )

    def _mover(self, planes: Sequence[Plan], nuevas: set[int]) -> None:
        """Costo y stock, cada uno con su movimiento; lo primero que entra trae su costo."""
        costos: list[Cambio] = []
        iniciales: list[Cambio] = []
        ajustes: list[Cambio] = []
        for plan in planes:
            producto = _de(plan)
            costo = plan.pedido.get("costo", producto.costo_promedio)
            cantidad = plan.pedido.get("stock", producto.stock) - producto.stock
            con_costo = costo if producto.stock == CERO and cantidad > 0 else None
            if costo != producto.costo_promedio and con_costo is None:
                costos.append(self._cambio(producto, cantidad=CERO, costo_unitario=costo))
            if cantidad:
                lista = iniciales if plan.linea in nuevas else ajustes
                lote = DatosLote(vencimiento=producto.fecha_vencimiento)
                lista.append(
                    self._cambio(producto, cantidad=cantidad, costo_unitario=con_costo, lote=lote)
                )
        for cambios, tipo in ((costos, Tipo.COSTO), (iniciales, Tipo.INICIAL), (ajustes, Tipo.AJUSTE)):
            if cambios:
                mover_stock(
                    cambios=cambios, tipo=tipo, actor=self.actor, ahora=self.ahora,
                    documento=(DOCUMENTO, self.importacion.pk),
                )

    def _cambio(self, producto: Producto, **datos: Any) -> Cambio:
        return Cambio(producto=producto, motivo=self.motivo, **datos)

    def _registrar(self, planes: Sequence[Plan], nuevas: set[int]) -> None:
        registrar_varios(
            actor=self.actor,
            ahora=self.ahora,
            entradas=(
                Entrada(
                    tipo=TipoRegistro.PRODUCTO,
                    mensaje=(
                        f"Producto {'creado' if plan.linea in nuevas else 'editado'}: {plan.nombre}"
                    ),
                    descripcion=self.motivo,
                    objeto=("producto", _de(plan).pk),
                    cambios=plan.cambios,
                )
                for plan in planes
            ),
        )


def _de(plan: Plan) -> Producto:
    if plan.producto is None:
        raise RuntimeError("el producto de este plan aún no se crea")
    return plan.producto


def _actualizar(productos: Sequence[Producto], nombres: Sequence[str]) -> None:
    """Un UPDATE por fila en un solo viaje: armar el CASE de ``bulk_update`` era la mitad de importar."""
    if not nombres:
        return
    campos = [campo for campo in Producto._meta.concrete_fields if campo.name in nombres]
    asignar = ", ".join(f"{campo.column} = %s" for campo in campos)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Producto._meta.db_table} SET {asignar} WHERE id = %s",  # noqa: S608
            [
                [
                    *(c.get_db_prep_save(getattr(producto, c.attname), connection) for c in campos),
                    producto.pk,
                ]
                for producto in productos
            ],
        )


def _poner_ficha(producto: Producto, pedido: dict[str, Any]) -> set[str]:
    """Pone lo que no tiene historia propia. Devuelve los campos puestos."""
    puestos = {campo for campo in FICHA if campo in pedido}
    for campo in puestos:
        setattr(producto, campo, pedido[campo])
    if "nombre" in puestos:
        producto.nombre_normalizado = normalizar(producto.nombre)
        puestos.add("nombre_normalizado")
    return puestos
