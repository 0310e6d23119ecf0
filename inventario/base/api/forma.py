"""Usar un serializer sin volver a construirlo, y escribir con él sin preguntarle lo mismo por cada fila.

DRF copia todos los campos en cada petición, y por cada valor vuelve a averiguar de dónde sale: escribir un
producto costaba tres veces lo que buscarlo. Cada hilo guarda un serializer por clase, con lo que hay que
hacer con cada campo ya resuelto. Los campos no recuerdan nada de lo que pasa por ellos, y el contexto se
pone cada vez.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.db.models.manager import BaseManager
from django.utils import timezone
from rest_framework import fields
from rest_framework.serializers import ListSerializer, Serializer

S = TypeVar("S", bound=Serializer[Any])
_hilo = threading.local()

_TAL_CUAL: dict[Any, type] = {
    fields.IntegerField.to_representation: int,
    fields.CharField.to_representation: str,
    fields.BooleanField.to_representation: bool,
}
"""Cómo representa un campo → el tipo de los valores que así quedan iguales."""


class _Escritor:
    """Un serializer con lo que hay que hacer con cada campo. Da lo mismo que su ``to_representation``."""

    def __init__(self, serializer: Serializer[Any]) -> None:
        self.serializer = serializer
        propio = type(serializer).to_representation is not Serializer.to_representation
        self._campos = None if propio else [
            (str(campo.field_name), _lectura(campo), _TAL_CUAL.get(type(campo).to_representation),
             _representar(campo), campo)
            for campo in serializer._readable_fields
        ]

    def escribir(self, objeto: Any) -> dict[str, Any]:
        if self._campos is None:
            return dict(self.serializer.to_representation(objeto))
        salida: dict[str, Any] = {}
        for nombre, leer, tal_cual, representar, campo in self._campos:
            try:
                valor = leer(objeto)
                if callable(valor):
                    valor = campo.get_attribute(objeto)
            except (AttributeError, KeyError):
                # Un valor por omisión, una relación que falta: DRF sabe qué hacer.
                try:
                    valor = campo.get_attribute(objeto)
                except fields.SkipField:
                    continue
            if valor is None or type(valor) is tal_cual:
                salida[nombre] = valor
            else:
                salida[nombre] = representar(valor)
        return salida


def _lectura(campo: Any) -> Callable[[Any], Any]:
    """De un objeto al valor de ``campo``."""
    if type(campo).get_attribute is not fields.Field.get_attribute:
        return campo.get_attribute  # type: ignore[no-any-return]
    if not campo.source_attrs:
        return lambda objeto: objeto
    return attrgetter(".".join(campo.source_attrs))


def _representar(campo: Any) -> Callable[[Any], Any]:
    if isinstance(campo, ListSerializer):
        hijo = _Escritor(cast("Serializer[Any]", campo.child))
        return lambda filas: [
            hijo.escribir(fila) for fila in (filas.all() if isinstance(filas, BaseManager) else filas)
        ]
    if isinstance(campo, Serializer):
        return _Escritor(campo).escribir
    if type(campo) is fields.DateTimeField and not {"format", "timezone"} & campo.__dict__.keys():
        return _instante
    return campo.to_representation  # type: ignore[no-any-return]


def _instante(valor: datetime) -> str:
    """Como ``DateTimeField`` sin opciones, que por cada valor pregunta el formato y la zona."""
    escrito = valor.astimezone(timezone.get_current_timezone()).isoformat()
    return f"{escrito[:-6]}Z" if escrito.endswith("+00:00") else escrito


def _de_este_hilo(clase: type[S]) -> tuple[S, _Escritor]:
    guardados: dict[type[Any], Any] = _hilo.__dict__.setdefault("guardados", {})
    guardado = guardados.get(clase)
    if guardado is None:
        serializer = clase(context={})
        guardado = guardados[clase] = (serializer, _Escritor(serializer))
    return guardado


def escribir(clase: type[Serializer[Any]], objeto: Any, **contexto: Any) -> dict[str, Any]:
    """Como ``clase(objeto, context=contexto).data``."""
    serializer, escritor = _de_este_hilo(clase)
    serializer._context = contexto
    return escritor.escribir(objeto)


def escribir_todos(
    clase: type[Serializer[Any]], objetos: Iterable[Any], **contexto: Any
) -> list[dict[str, Any]]:
    """Como ``clase(objetos, many=True, context=contexto).data``."""
    serializer, escritor = _de_este_hilo(clase)
    serializer._context = contexto
    return [escritor.escribir(objeto) for objeto in objetos]


class MiraLoQueLlego(Serializer[Any]):
    """Un serializer que no recorre los campos que no llegaron ni hacen falta: a cada uno, DRF lo descarta
    con una excepción. Lo validado es lo mismo.
    """

    _llego: Any = ()

    @cached_property
    def _por_recibir(self) -> list[tuple[fields.Field[Any, Any, Any, Any], bool]]:
        """Cada campo que se escribe, y si DRF lo mira aunque no llegue."""
        return [
            (campo, campo.required or campo.default is not fields.empty) for campo in super()._writable_fields
        ]

    @property
    def _writable_fields(self) -> list[fields.Field[Any, Any, Any, Any]]:
        llego = self._llego
        return [campo for campo, siempre in self._por_recibir if siempre or campo.field_name in llego]

    def to_internal_value(self, data: Any) -> Any:
        self._llego = data if isinstance(data, Mapping) else ()
        return super().to_internal_value(data)


def validar(clase: type[Serializer[Any]], datos: Any) -> dict[str, Any]:
    """Lo validado de ``datos``, como ``is_valid(raise_exception=True)`` y ``validated_data``.

    Raises:
        ValidationError: de DRF, con cada campo malo.
    """
    return dict(_de_este_hilo(clase)[0].run_validation(datos))
