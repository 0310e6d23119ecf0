"""Una instancia armada a mano es la que haría Django."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from inventario.base.instancias import leida, nueva
from productos.models import Categoria, MovimientoStock
from registros.models import Registro
from ventas.models import DetalleVenta, Pago, Venta

AHORA = timezone.now()


@pytest.mark.parametrize(
    ("modelo", "valores"),
    [
        (Venta, {"total": 990, "fecha_venta": AHORA, "cajero_id": 3, "nombre_cajero": "Ana"}),
        (DetalleVenta, {"venta_id": 1, "numero": 2, "cantidad": Decimal("1.5"), "unidad": "kg"}),
        (Pago, {"venta_id": 1, "forma_pago": 2, "monto": 990}),
        (MovimientoStock, {"producto_id": 4, "tipo": "venta", "fecha": AHORA}),
    ],
)
def test_nueva_tiene_los_valores_dados_y_los_demas_de_fabrica(
    modelo: type[models.Model], valores: dict[str, Any]
) -> None:
    armada, de_django = nueva(modelo, **valores), modelo(**valores)
    for campo in modelo._meta.concrete_fields:
        assert getattr(armada, campo.attname) == getattr(de_django, campo.attname), campo
    assert armada._state.adding
    assert armada._state.db is None


def test_lo_que_se_crea_para_cada_fila_es_de_cada_fila() -> None:
    uno, otro = (nueva(Registro, mensaje="M", tipo="t") for _ in range(2))
    assert uno.sal != otro.sal
    assert len(uno.sal) == 32
    uno.cambios["a"] = 1
    assert otro.cambios == {}


def test_un_campo_que_no_existe_no_se_calla() -> None:
    with pytest.raises(TypeError, match="nombrre"):
        nueva(Categoria, nombrre="Abarrotes")


@pytest.mark.django_db
def test_lo_leido_se_puede_guardar_y_lo_que_no_se_leyo_se_busca(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    pk = Categoria.objects.create(nombre="Abarrotes", nombre_normalizado="abarrotes").pk
    una = leida(Categoria, ["id", "nombre"], [pk, "Abarrotes"])
    with django_assert_num_queries(1):
        assert una.nombre_normalizado == "abarrotes"
    una.nombre = "Almacén"
    una.save()
    assert list(Categoria.objects.values_list("nombre", flat=True)) == ["Almacén"]
