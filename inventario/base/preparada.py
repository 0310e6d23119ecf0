"""Consultas del ORM que se arman una vez y se corren muchas, con otros valores.

Traducir un queryset a SQL cuesta más que correrlo: buscar un producto por su código gastaba en eso dos
tercios de su tiempo. La consulta se sigue escribiendo con el ORM, en un solo
lugar; de lo leído no se guarda nada.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import get_related_populators

from inventario.base.instancias import leida
from inventario.base.juntas import ejecutar, ejecutar_ya
from inventario.base.tanda import AlVolver

M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=models.Model)
T = TypeVar("T")
Valor = int | str | date | UUID
_UNO = (int, str, date, UUID)
"""Lo mismo, como ``isinstance`` lo mira más rápido."""
Lista = Sequence[int] | Sequence[str]
Forma = tuple[tuple[str, int | None], ...]
"""De cada argumento, cuántos valores trae; ``None`` si es uno solo y no una lista."""

FORMAS_GUARDADAS = 128
TAMANOS = (1, 4, 16, 64, 256)
"""Los largos de lista que ``por_partes`` usa."""

_PRIMERA_MARCA = 7_000_000_000_000


class _Compilada(Generic[M]):
    """El SQL de un queryset, dónde va cada valor y cómo se arma un modelo con una fila."""

    def __init__(self, consulta: "models.QuerySet[M]", marcas: Mapping[Any, tuple[str, int]]) -> None:
        compilador = consulta.query.get_compiler(connection=connection)
        armar_de, self._de = compilador.get_from_clause, ""

        def mirar_de() -> Any:
            # Fuera de as_sql las tablas que sólo nombra la selección ya no se ven.
            de = armar_de()
            self._de = " ".join(de[0])
            return de

        compilador.get_from_clause = mirar_de
        self.sql, parametros = compilador.as_sql()
        self.fijos = list(parametros)
        self.lugares = [
            (lugar, *marcas[valor]) for lugar, valor in enumerate(parametros) if valor in marcas
        ]
        puestas = {(nombre, n) for _, nombre, n in self.lugares}
        if faltan := set(marcas.values()) - puestas:
            raise ValueError(f"la consulta preparada no usa {sorted(faltan)}")
        seleccion, clase = compilador.select, compilador.klass_info
        propias = clase["select_fields"]
        self.desde, self.hasta = propias[0], propias[-1] + 1
        self.modelo: type[M] = clase["model"]
        self.campos = [c[0].target.attname for c in seleccion[self.desde : self.hasta]]
        self.clave = self.campos.index(self.modelo._meta.pk.attname) + self.desde
        self.relacionados = get_related_populators(clase, seleccion, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        self.anotadas = dict(compilador.annotation_col_map or {})
        self.conversiones = [
            (lugar, funciones, expresion)
            for lugar, (funciones, expresion) in compilador.get_converters(
                [columna[0] for columna in seleccion]
            ).items()
        ]
        self.ancho = len(seleccion)
        self._unidas: dict[_Compilada[Any], str] = {}

    @cached_property
    def trozos(self) -> tuple[str, str, str]:
        """``SELECT …``, de qué tablas y con qué condición; sólo de una consulta sin orden ni límite."""
        ver, de, donde = self.sql.partition(f" FROM {self._de} WHERE ")
        if not de:
            raise ValueError("la consulta preparada no tiene condición, o agrupa")
        return ver, self._de, donde

    @cached_property
    def _cortes(self) -> tuple[int, int]:
        ver, de, _ = (trozo.count("%s") for trozo in self.trozos)
        return ver, ver + de

    def repartir(self, valores: Mapping[str, Sequence[Any]]) -> tuple[list[Any], list[Any], list[Any]]:
        """Los parámetros de cada uno de los ``trozos``."""
        todos, (de, donde) = self.parametros(valores), self._cortes
        return todos[:de], todos[de:donde], todos[donde:]

    def unida(self, otra: "_Compilada[Any]") -> str:
        """El SQL de ``con_otra``: las dos filas en una. Se guarda, como el de cada una."""
        if otra not in self._unidas:
            (ver, de, donde), (ver_otra, de_otra, donde_otra) = self.trozos, otra.trozos
            # Nombradas una por una y sin subconsultas: MariaDB hacía una tabla temporal de cada parte.
            columnas = f"{ver}, {ver_otra.removeprefix('SELECT ')}"
            self._unidas[otra] = (
                f"{columnas} FROM {de} LEFT JOIN ({de_otra}) ON ({donde_otra}) WHERE {donde}"
            )
        return self._unidas[otra]

    def parametros(self, valores: Mapping[str, Sequence[Any]]) -> list[Any]:
        puestos = self.fijos.copy()
        for lugar, nombre, n in self.lugares:
            puestos[lugar] = valores[nombre][n]
        return puestos

    def armar_todas(self, filas: Iterable[Sequence[Any]]) -> list[M]:
        conexion = connections[DEFAULT_DB_ALIAS]
        armadas = [self.armar(fila, conexion) for fila in filas]
        return [modelo for modelo in armadas if modelo is not None]

    def armar(self, fila: Sequence[Any], conexion: Any) -> M | None:
        """El modelo de una fila, o ``None`` si no hay (una fila de puros nulos)."""
        if fila[self.clave] is None:
            return None
        convertida = self.convertir(fila, conexion)
        modelo = leida(self.modelo, self.campos, convertida[self.desde : self.hasta])
        for relacionado in self.relacionados:
            _poner_relacionado(relacionado, convertida, modelo)
        for nombre, lugar in self.anotadas.items():
            setattr(modelo, nombre, convertida[lugar])
        return modelo

    def convertir(self, fila: Sequence[Any], conexion: Any) -> list[Any]:
        """La fila como los modelos la llevan."""
        convertida = list(fila)
        for lugar, funciones, expresion in self.conversiones:
            for funcion in funciones:
                convertida[lugar] = funcion(convertida[lugar], expresion, conexion)
        return convertida


@dataclass(frozen=True, slots=True)
class Pedido(Generic[M]):
    """Una consulta con sus valores, y cómo se arman los modelos con sus filas."""

    sql: str
    parametros: Sequence[Any]
    armar: Callable[[Iterable[Sequence[Any]]], list[M]]


def rellenada(lista: Lista) -> list[Any]:
    """La lista, de a lo más 256, repitiendo el último hasta el ``TAMANOS`` que sigue."""
    tamano = next(t for t in TAMANOS if t >= len(lista))
    return [*lista, *[lista[-1]] * (tamano - len(lista))]


class Preparada(Generic[M]):
    """Un queryset que depende sólo de sus argumentos: enteros, textos (o listas de ellos), días o UUID.

    Los argumentos deben llegar al SQL como valores, y no decidir la forma de la consulta: se arma con
    unos de muestra. Sin ``prefetch_related`` ni ``values``.

    Raises:
        ValueError: al primer uso, si algún argumento no llega al SQL.
    """

    def __init__(self, armar: Callable[..., "models.QuerySet[M]"]) -> None:
        self._armar = armar
        self._guardadas: dict[Forma, _Compilada[M]] = {}
        self._candado = threading.Lock()

    def __call__(self, **argumentos: Valor | Lista) -> list[M]:
        """Corre la consulta con ``argumentos`` y devuelve sus filas."""
        compilada, valores = self.con(argumentos)
        return _leidas(ejecutar_ya, compilada.sql, compilada.parametros(valores), compilada.armar_todas)

    def lista_para(self, **argumentos: Valor | Lista) -> "Pedido[M] | None":
        """La consulta con sus valores, para correrla de otra manera; ``None`` si todavía no se ha armado."""
        compilada = self._guardadas.get(_forma(argumentos))
        if compilada is None:
            return None
        return Pedido(compilada.sql, compilada.parametros(_valores(argumentos)), compilada.armar_todas)

    def pedir(self, **argumentos: Valor | Lista) -> list[M]:
        """Como llamarla; dentro de ``juntas``, la lista está vacía hasta que la consulta sale."""
        compilada, valores = self.con(argumentos)
        return _leidas(ejecutar, compilada.sql, compilada.parametros(valores), compilada.armar_todas)

    def pedir_columnas(self, *nombres: str, **argumentos: Valor | Lista) -> list[tuple[Any, ...]]:
        """Como ``pedir``, sin armar modelos: de cada fila, las columnas de esos campos."""
        compilada, valores = self.con(argumentos)
        elegir = itemgetter(*(compilada.campos.index(nombre) + compilada.desde for nombre in nombres))

        def leer(filas: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
            conexion = connections[DEFAULT_DB_ALIAS]
            return [elegir(compilada.convertir(fila, conexion)) for fila in filas]

        return _leidas(ejecutar, compilada.sql, compilada.parametros(valores), leer)

    def por_partes(self, nombre: str, lista: Lista, **otros: Valor) -> list[M]:
        """Como llamarla con ``nombre=lista``, de a 256 y repitiendo el último hasta un tamaño fijo.

        Para un ``__in`` de cualquier largo: si no, cada largo sería otra consulta que armar.
        """
        filas: list[M] = []
        for inicio in range(0, len(lista), TAMANOS[-1]):
            filas += self(**otros, **{nombre: rellenada(lista[inicio : inicio + TAMANOS[-1]])})
        return filas

    def con(
        self, argumentos: Mapping[str, Valor | Lista]
    ) -> tuple[_Compilada[M], dict[str, Sequence[Any]]]:
        """La consulta compilada para la forma de ``argumentos``, y sus valores como la base los quiere."""
        forma = _forma(argumentos)
        compilada = self._guardadas.get(forma)
        if compilada is None:
            compilada = self._compilar(argumentos, forma)
        return compilada, _valores(argumentos)

    def _compilar(
        self, argumentos: Mapping[str, Valor | Lista], forma: Forma
    ) -> _Compilada[M]:
        numeros = iter(range(_PRIMERA_MARCA, _PRIMERA_MARCA + 1_000_000))
        muestras: dict[str, Any] = {}
        marcas: dict[Any, tuple[str, int]] = {}
        for nombre, valor in argumentos.items():
            nuevas = _muestras(valor, numeros)
            muestras[nombre] = nuevas[0] if isinstance(valor, Valor) else nuevas
            marcas |= {_para_la_base(muestra): (nombre, n) for n, muestra in enumerate(nuevas)}
        compilada = _Compilada(self._armar(**muestras), marcas)
        with self._candado:
            if len(self._guardadas) >= FORMAS_GUARDADAS:
                self._guardadas.clear()
            self._guardadas[forma] = compilada
        return compilada


def _leidas(
    ejecutar: Callable[[str, Sequence[Any], AlVolver], None],
    sql: str,
    parametros: Sequence[Any],
    leer: Callable[[Iterable[Sequence[Any]]], list[T]],
) -> list[T]:
    """Lo que ``leer`` saca de las filas: está cuando la consulta ya salió."""
    leidas: list[T] = []
    ejecutar(sql, parametros, lambda respuesta: leidas.extend(leer(respuesta.fetchall())))
    return leidas


def _forma(argumentos: Mapping[str, Valor | Lista]) -> Forma:
    return tuple(
        [(nombre, None if isinstance(uno, _UNO) else len(uno)) for nombre, uno in argumentos.items()]
    )


def _valores(argumentos: Mapping[str, Valor | Lista]) -> dict[str, Sequence[Any]]:
    """Como la base los quiere, cada uno en una lista."""
    return {
        nombre: [_para_la_base(valor)] if isinstance(valor, _UNO) else valor
        for nombre, valor in argumentos.items()
    }


def _poner_relacionado(relacionado: Any, fila: Sequence[Any], modelo: models.Model) -> None:
    """``RelatedPopulator.populate``, sin el constructor de Django."""
    valores = fila[relacionado.cols_start : relacionado.cols_end]
    otro = None
    if valores[relacionado.pk_idx] is not None:
        otro = leida(relacionado.model_cls, relacionado.init_list, valores)
        for suyo in relacionado.related_populators:
            _poner_relacionado(suyo, fila, otro)
    relacionado.local_setter(modelo, otro)
    if otro is not None:
        relacionado.remote_setter(otro, modelo)


def _muestras(valor: Valor | Lista, numeros: Iterator[int]) -> list[Any]:
    """Valores del mismo tipo que ``valor`` y que nadie más usa: uno, o tantos como traiga la lista."""
    if not isinstance(valor, Valor):
        return [muestra for uno in valor for muestra in _muestras(uno, numeros)]
    numero = next(numeros)
    if isinstance(valor, str):
        return [f"muestra {numero}"]
    if isinstance(valor, UUID):
        return [UUID(int=numero)]
    if isinstance(valor, date):
        return [date.fromordinal(numero % 100_000 + 1)]
    return [numero]


def _para_la_base(valor: Any) -> Any:
    """Como el ORM se lo pasa al cliente de la base, para los tipos que aquí se aceptan."""
    if isinstance(valor, UUID):
        return valor if connection.features.has_native_uuid_field else valor.hex
    return str(valor) if isinstance(valor, date) else valor


def con_otra(
    una: tuple[Preparada[M], Mapping[str, Valor | Lista]],
    otra: tuple[Preparada[N], Mapping[str, Valor | Lista]],
) -> tuple[M | None, N | None]:
    """La fila de ``una`` y la de ``otra``, en una sola ida a la base; sin la primera no hay ninguna.

    Cada una da a lo más una fila, y entre las dos no repiten tablas.
    """
    izquierda, valores = una[0].con(una[1])
    derecha, otros = otra[0].con(otra[1])
    (a, b, c), (d, e, f) = izquierda.repartir(valores), derecha.repartir(otros)
    filas = _leidas(ejecutar_ya, izquierda.unida(derecha), [*a, *d, *b, *e, *f, *c], list)
    if not filas:
        return None, None
    fila, conexion = filas[0], connections[DEFAULT_DB_ALIAS]
    return (
        izquierda.armar(fila[: izquierda.ancho], conexion), derecha.armar(fila[izquierda.ancho :], conexion)
    )
