"""De un trozo de filas a lo que habría que cambiar: las mismas reglas al revisar y al aplicar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from inventario.base.formato import sin_ceros
from inventario.base.texto import normalizar
from productos.consultas import productos_listados
from productos.models import Categoria, CodigoBarras, Producto, Unidad
from productos.planilla.campos import OBLIGATORIOS_AL_CREAR, leer_celdas
from productos.planilla.lectura import Fila
from productos.reglas import (
    Oferta,
    cantidad_admitida,
    clave_de_codigo,
    nueva_oferta,
)

TROZO = 500
DE_LA_OFERTA = ("descuento", "vencimiento_descuento")
DE_LOS_CODIGOS = ("codigo_barras", "codigos_barras")


@dataclass(frozen=True, slots=True)
class FilaMala:
    """Una fila que no se puede importar, y por qué."""

    linea: int
    codigo: str
    motivo: str

    def __str__(self) -> str:
        return f"Línea {self.linea} ({self.codigo or 'sin código'}): {self.motivo}"


@dataclass(slots=True)
class Plan:
    """Lo que una fila cambia. ``producto`` es ``None`` si es nuevo.

    Args:
        pedido: columna → valor, sólo lo que cambia (todo, si es nuevo).
        cambios: columna → (antes, después), en tipos JSON.
        codigos: clave → código de cómo quedan, el principal primero; vacío si no cambian.
        oferta: la que queda; sólo vale si ``cambia_oferta``.
    """

    linea: int
    codigo: str
    nombre: str
    producto: Producto | None
    pedido: dict[str, Any]
    cambios: dict[str, tuple[Any, Any]]
    codigos: dict[str, str]
    cambia_oferta: bool = False
    oferta: Oferta | None = None


class _Mal(Exception):
    def __init__(self, motivos: Sequence[str]) -> None:
        self.motivos = motivos
        super().__init__("; ".join(motivos))


@dataclass(slots=True)
class Planeador:
    """Planea trozo a trozo, recordando sólo qué códigos ya vinieron en la planilla."""

    hoy: date
    categorias: dict[str, Categoria] = field(default_factory=dict)
    lineas: dict[str, int] = field(default_factory=dict)
    """Clave de código → línea en que vino."""

    def __post_init__(self) -> None:
        self.categorias = {c.nombre_normalizado: c for c in Categoria.objects.all()}

    def planear(self, filas: Sequence[Fila]) -> Iterator[Plan | FilaMala]:
        """Un plan por fila, o por qué no se puede: dos consultas por trozo.

        Una fila que no cambia nada da un plan sin cambios.
        """
        leidas = [(fila, *leer_celdas(fila.celdas)) for fila in filas]
        existentes = _Existentes((pedido for _, pedido, _ in leidas), self.hoy)
        for fila, pedido, malas in leidas:
            codigo = str(fila.celdas.get("codigo_barras", ""))
            try:
                if malas:
                    raise _Mal(malas)
                yield self._plan(fila, pedido, existentes)
            except _Mal as error:
                yield FilaMala(fila.linea, codigo, str(error))

    def _plan(self, fila: Fila, pedido: dict[str, Any], existentes: "_Existentes") -> Plan:
        codigo = pedido.get("codigo_barras", "")
        clave = _clave(codigo)
        if clave is None:
            raise _Mal([_motivo_de_codigo(codigo)])
        producto = existentes.producto_de(clave)
        codigos = self._codigos(pedido, producto, clave, existentes)
        self._exigir_una_vez(fila.linea, producto, {clave, *codigos})
        if "categoria" in pedido:
            pedido["categoria"] = self._categoria(pedido["categoria"])
        if producto is None:
            return _plan_de_nuevo(fila.linea, codigo, pedido, codigos, self.hoy)
        return _plan_de_existente(fila.linea, codigo, producto, pedido, codigos, self.hoy)

    def _codigos(
        self,
        pedido: dict[str, Any],
        producto: Producto | None,
        clave: str,
        existentes: "_Existentes",
    ) -> dict[str, str]:
        """Cómo quedan los códigos; vacío si no cambian. La fila no cambia el principal de uno que existe."""
        if producto is not None and "codigos_barras" not in pedido:
            return {}
        principal = pedido["codigo_barras"] if producto is None else producto.codigo_principal or ""
        quedan = {}
        for codigo in [principal, *pedido.get("codigos_barras", [])]:
            una = _clave(codigo)
            if una is None:
                raise _Mal([_motivo_de_codigo(codigo)])
            quedan[una] = codigo
        if producto is not None:
            quedan.setdefault(clave, pedido["codigo_barras"])
        ajenos = [c for k, c in quedan.items() if existentes.es_de_otro(k, producto)]
        if ajenos:
            raise _Mal([f"el código {c} ya es de otro producto" for c in ajenos])
        iguales = producto is not None and set(quedan) == existentes.claves_de(producto)
        return {} if iguales else quedan

    def _exigir_una_vez(self, linea: int, producto: Producto | None, claves: set[str]) -> None:
        if producto is not None:
            claves = claves | {f"id {producto.pk}"}
        for clave in claves:
            otra = self.lineas.setdefault(clave, linea)
            if otra != linea:
                raise _Mal([f"el mismo producto o código ya vino en la línea {otra}"])

    def _categoria(self, nombre: str) -> Categoria:
        try:
            return self.categorias[normalizar(nombre)]
        except KeyError:
            raise _Mal([f"no existe la categoría {nombre}"]) from None


class _Existentes:
    """Los productos que un trozo nombra, cargados de una vez."""

    def __init__(self, pedidos: Iterable[Mapping[str, Any]], hoy: date) -> None:
        claves = {
            clave
            for pedido in pedidos
            for codigo in [pedido.get("codigo_barras", ""), *pedido.get("codigos_barras", [])]
            if (clave := _clave(codigo))
        }
        self.duenos = dict(
            CodigoBarras.objects.filter(clave__in=claves).values_list("clave", "producto_id")
        )
        self.productos = {
            producto.pk: producto
            for producto in productos_listados(hoy).filter(pk__in=set(self.duenos.values()))
        }

    def producto_de(self, clave: str) -> Producto | None:
        dueno = self.duenos.get(clave)
        return None if dueno is None else self.productos[dueno]

    def es_de_otro(self, clave: str, producto: Producto | None) -> bool:
        dueno = self.duenos.get(clave)
        return dueno is not None and (producto is None or dueno != producto.pk)

    @staticmethod
    def claves_de(producto: Producto) -> set[str]:
        otros = producto.otros_codigos.split(",") if producto.otros_codigos else []
        return {clave_de_codigo(c) for c in [producto.codigo_principal or "", *otros] if c}


def por_trozos(filas: Iterable[Fila]) -> Iterator[list[Fila]]:
    """``filas`` de a ``TROZO``."""
    resto = iter(filas)
    while trozo := list(islice(resto, TROZO)):
        yield trozo


def _clave(codigo: str) -> str | None:
    try:
        return clave_de_codigo(codigo)
    except ValueError:
        return None


def _motivo_de_codigo(codigo: str) -> str:
    if not codigo:
        return "falta el código de barras"
    try:
        clave_de_codigo(codigo)
    except ValueError as error:
        return f"{codigo}: {error}"
    return codigo


def _plan_de_nuevo(
    linea: int, codigo: str, pedido: dict[str, Any], codigos: dict[str, str], hoy: date
) -> Plan:
    faltan = [campo for campo in OBLIGATORIOS_AL_CREAR if campo not in pedido]
    if faltan:
        raise _Mal([f"es un producto nuevo y falta {campo}" for campo in faltan])
    _exigir_medibles(pedido, por_kilo=pedido.get("unidad") == Unidad.KILO)
    oferta = _oferta(None, pedido, hoy)
    return Plan(
        linea=linea,
        codigo=codigo,
        nombre=pedido["nombre"],
        producto=None,
        pedido=pedido,
        cambios={campo: (None, json_de(valor)) for campo, valor in pedido.items() if valor},
        codigos=codigos,
        cambia_oferta=oferta is not None,
        oferta=oferta,
    )


def _plan_de_existente(
    linea: int,
    codigo: str,
    producto: Producto,
    pedido: dict[str, Any],
    codigos: dict[str, str],
    hoy: date,
) -> Plan:
    por_kilo = pedido.get("unidad", producto.unidad) == Unidad.KILO
    medidas = {"stock": producto.stock, "stock_minimo": producto.stock_minimo}
    _exigir_medibles({**medidas, **pedido}, por_kilo=por_kilo)
    vence = pedido.get("fecha_vencimiento", producto.fecha_vencimiento)
    if producto.por_lotes and vence != producto.fecha_vencimiento:
        raise _Mal(["fecha_vencimiento la ponen sus lotes"])
    porcentaje = producto.descuento_vigente(hoy)
    vigente = None if porcentaje is None else Oferta(porcentaje, producto.descuento.ultimo_dia)
    pide_oferta = any(campo in pedido for campo in DE_LA_OFERTA)
    oferta = _oferta(vigente, pedido, hoy) if pide_oferta else vigente
    actuales = _actuales(producto)
    nuevo = {
        campo: valor
        for campo, valor in pedido.items()
        if campo in actuales and valor != actuales[campo]
    }
    cambios = {campo: (json_de(actuales[campo]), json_de(valor)) for campo, valor in nuevo.items()}
    if oferta != vigente:
        cambios["descuento"] = (_texto_de(vigente), _texto_de(oferta))
    if codigos:
        cambios["codigos_barras"] = (producto.otros_codigos or "", " ".join(codigos.values()))
    return Plan(
        linea=linea,
        codigo=codigo,
        nombre=nuevo.get("nombre", producto.nombre),
        producto=producto,
        pedido=nuevo,
        cambios=cambios,
        codigos=codigos,
        cambia_oferta=oferta != vigente,
        oferta=oferta,
    )


def _actuales(producto: Producto) -> dict[str, Any]:
    return {
        "nombre": producto.nombre,
        "descripcion": producto.descripcion,
        "categoria": producto.categoria,
        "unidad": producto.unidad,
        "clase_tributaria": producto.clase_tributaria,
        "precio_venta": producto.precio_vigente,
        "costo": producto.costo_promedio,
        "stock": producto.stock,
        "stock_minimo": producto.stock_minimo,
        "fecha_vencimiento": producto.fecha_vencimiento,
        "estado": producto.estado,
    }


def _exigir_medibles(pedido: Mapping[str, Any], *, por_kilo: bool) -> None:
    regla = "hasta tres decimales" if por_kilo else "un número entero"
    malas = [
        f"{campo} debe ser {regla}"
        for campo in ("stock", "stock_minimo")
        if campo in pedido and not cantidad_admitida(pedido[campo], por_kilo=por_kilo)
    ]
    if malas:
        raise _Mal(malas)


def _oferta(vigente: Oferta | None, pedido: Mapping[str, Any], hoy: date) -> Oferta | None:
    try:
        return nueva_oferta(vigente, pedido, hoy)
    except ValueError as error:
        raise _Mal([f"vencimiento_descuento: {error}"]) from error


def json_de(valor: Any) -> Any:
    """``valor`` como va en un registro."""
    if isinstance(valor, Decimal):
        return sin_ceros(valor)
    if isinstance(valor, date):
        return valor.isoformat()
    return valor.nombre if isinstance(valor, Categoria) else valor


def _texto_de(oferta: Oferta | None) -> str | None:
    if oferta is None:
        return None
    hasta = f" hasta {oferta.ultimo_dia}" if oferta.ultimo_dia else ""
    return f"{json_de(oferta.porcentaje)} %{hasta}"
