"""Los códigos de barras de un producto: únicos entre todos, uno de ellos principal."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError

from inventario.base.errores import Conflicto, Invalido
from inventario.base.operacion import exigir_transaccion
from productos.models import CodigoBarras, Producto
from productos.reglas import clave_de_codigo


class CodigoDuplicado(Conflicto):
    """Un código de barras ya es de otro producto."""

    codigo = "codigo_duplicado"
    msg = "Ese código de barras ya es de otro producto"


def claves_de(principal: str, otros: Iterable[str]) -> dict[str, str]:
    """Clave → código, el principal primero y sin repetidos.

    Raises:
        Invalido: alguno está mal formado; con su campo.
    """
    claves: dict[str, str] = {}
    errores: dict[str, list[str]] = {}
    for campo, codigo in [("codigo_barras", principal), *(("codigos_barras", c) for c in otros)]:
        try:
            claves.setdefault(clave_de_codigo(codigo), codigo.strip())
        except ValueError as error:
            errores.setdefault(campo, []).append(f"{codigo}: {error}")
    if errores:
        raise Invalido(codigo="codigo_invalido", errores=errores)
    return claves


def claves_editadas(
    producto: Producto, *, principal: str | None, otros: Iterable[str] | None
) -> dict[str, str]:
    """Cómo quedan los códigos al cambiar el principal, los otros, o ambos (``None``: sin cambio).

    Un principal nuevo reemplaza al anterior, salvo que ya fuera uno de los otros: entonces se cambian de
    lugar y ninguno se pierde.
    """
    filas = list(CodigoBarras.objects.filter(producto=producto).order_by("principal", "pk"))
    anterior = next((fila.codigo for fila in filas if fila.principal), "")
    secundarios = [fila.codigo for fila in filas if not fila.principal]
    if principal is None:
        return claves_de(anterior, secundarios if otros is None else otros)
    if otros is None:
        propias = {fila.clave for fila in filas}
        se_conserva = anterior and claves_de(principal, ()).keys() <= propias
        otros = [anterior, *secundarios] if se_conserva else secundarios
    return claves_de(principal, otros)


def guardar_codigos(producto: Producto, codigos: Mapping[str, str]) -> None:
    """Deja al producto con ``codigos`` (clave → código), el primero de principal.

    Raises:
        CodigoDuplicado: alguno es de otro producto; el que llega a la vez lo para el índice único.
    """
    exigir_transaccion()
    _exigir_libres(producto, codigos)
    actuales = CodigoBarras.objects.filter(producto=producto)
    guardados = dict(actuales.values_list("clave", "principal"))
    if guardados.keys() == codigos.keys() and guardados[next(iter(codigos))]:
        return
    actuales.exclude(clave__in=codigos).delete()
    # Primero ninguno: dos principales, aun por un instante, chocarían con su restricción.
    actuales.update(principal=None)
    quedan = set(actuales.values_list("clave", flat=True))
    try:
        CodigoBarras.objects.bulk_create(
            CodigoBarras(producto=producto, codigo=codigo, clave=clave)
            for clave, codigo in codigos.items()
            if clave not in quedan
        )
    except IntegrityError as error:
        raise CodigoDuplicado from error
    actuales.filter(clave=next(iter(codigos))).update(principal=True)


def _exigir_libres(producto: Producto, codigos: Mapping[str, str]) -> None:
    tomados = (
        CodigoBarras.objects.filter(clave__in=codigos)
        .exclude(producto=producto)
        .values_list("clave", flat=True)
    )
    if repetidos := [codigos[clave] for clave in tomados]:
        raise CodigoDuplicado(
            errores={"codigo_barras": [f"{codigo} ya es de otro producto" for codigo in repetidos]}
        )
