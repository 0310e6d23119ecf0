"""Qué producto es un código leído por el escáner: a lo más una consulta, para uno o para muchos códigos."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import F, QuerySet

from inventario.base.preparada import Pedido, Preparada, rellenada
from productos.consultas import fichas
from productos.consultas.codigos import kilos_de, patrones_vigentes
from productos.models import EstadoProducto, Producto, Unidad
from productos.reglas import Etiqueta, Patron, clave_de_codigo, leer_etiqueta

SIN_HILO_MAXIMO = 4
"""Cuántos productos arma el bucle de eventos de una vez: más lo detendrían milisegundos."""
PATRONES_S = 30.0
"""Los patrones de balanza se releen a esta edad, fuera de la lectura de un código."""


class Resultado(StrEnum):
    """Qué resultó ser un código: cada caso se contesta a su manera."""

    PRODUCTO = "producto"
    ETIQUETA = "etiqueta"
    INACTIVO = "inactivo"
    DESCONOCIDO = "desconocido"
    MAL_FORMADO = "mal_formado"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lectura:
    """Un código y lo que es. ``kilos`` y ``precio_clp`` son los de una etiqueta de balanza.

    ``producto`` viene cargado (``consultas.fichas``) sólo si se puede vender;
    ``motivo`` dice por qué no.
    """

    codigo: str
    resultado: Resultado
    producto: Producto | None = None
    kilos: Decimal | None = None
    precio_clp: int | None = None
    motivo: str = ""


class Patrones:
    """Los patrones de balanza activos, a mano en el proceso."""

    def __init__(self) -> None:
        self.vigentes: list[Patron] = []
        self._leidos = -PATRONES_S

    @property
    def anejos(self) -> bool:
        return time.monotonic() - self._leidos >= PATRONES_S

    def releer(self) -> None:
        self.vigentes = patrones_vigentes()
        self._leidos = time.monotonic()


def _cargados(hoy: date, claves: Sequence[str]) -> QuerySet[Producto]:
    return fichas(hoy).filter(codigos__clave__in=claves).annotate(clave_leida=F("codigos__clave"))


_por_clave: Preparada[Producto] = Preparada(_cargados)


class Busqueda:
    """Unos códigos leídos: qué hay que buscar, y qué es cada uno con lo que se encuentre.

    Un código registrado entero gana a su lectura como etiqueta de balanza.
    """

    def __init__(self, codigos: Collection[str], *, patrones: Patrones, hoy: date) -> None:
        self.codigos, self.hoy = codigos, hoy
        self._lecturas: dict[str, Lectura] = {}
        self._claves: dict[str, str] = {}
        self._etiquetas: dict[str, Etiqueta] = {}
        for codigo in codigos:
            try:
                self._claves[codigo] = clave_de_codigo(codigo)
            except ValueError as error:
                self._lecturas[codigo] = Lectura(
                    codigo=codigo, resultado=Resultado.MAL_FORMADO, motivo=str(error)
                )
                continue
            if etiqueta := leer_etiqueta(codigo, patrones.vigentes):
                self._etiquetas[codigo] = etiqueta
        self._buscadas = sorted({*self._claves.values(), *(e.item for e in self._etiquetas.values())})

    def encontrar(self) -> dict[str, Lectura]:
        """Código → lectura, en una consulta (ninguna, si todos están mal formados)."""
        return self.con(_por_clave.por_partes("claves", self._buscadas, hoy=self.hoy))

    def corta(self) -> Pedido[Producto] | None:
        """La consulta, para correrla sin ocupar un hilo: sólo si es corta y ya está armada."""
        if not 0 < len(self._buscadas) <= SIN_HILO_MAXIMO:
            return None
        return _por_clave.lista_para(hoy=self.hoy, claves=rellenada(self._buscadas))

    def con(self, encontrados: Iterable[Producto]) -> dict[str, Lectura]:
        """Código → lectura, con lo que se encontró."""
        productos: dict[str, Producto] = {p.clave_leida: p for p in encontrados}  # type: ignore[attr-defined]
        return self._lecturas | {
            codigo: _lectura(codigo, productos, clave, self._etiquetas.get(codigo), self.hoy)
            for codigo, clave in self._claves.items()
        }


def _lectura(
    codigo: str,
    productos: dict[str, Producto],
    clave: str,
    etiqueta: Etiqueta | None,
    hoy: date,
) -> Lectura:
    producto = productos.get(clave)
    if producto is not None:
        etiqueta = None
    elif etiqueta is not None:
        producto = productos.get(etiqueta.item)
        if producto is not None and producto.unidad != Unidad.KILO:
            producto = None
    if producto is None:
        return Lectura(
            codigo=codigo, resultado=Resultado.DESCONOCIDO, motivo="Producto no encontrado"
        )
    if producto.estado != EstadoProducto.ACTIVO:
        return Lectura(
            codigo=codigo,
            resultado=Resultado.INACTIVO,
            motivo=f"{producto.nombre} está inactivo: no se puede vender",
        )
    if etiqueta is None:
        return Lectura(codigo=codigo, resultado=Resultado.PRODUCTO, producto=producto)
    return Lectura(
        codigo=codigo,
        resultado=Resultado.ETIQUETA,
        producto=producto,
        kilos=kilos_de(etiqueta, producto, hoy),
        precio_clp=etiqueta.precio_clp,
    )
