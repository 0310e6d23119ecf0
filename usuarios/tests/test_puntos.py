"""Los puntos de Clara: se ganan, se gastan, y nunca hay menos que cero."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from inventario.base.actor import Actor
from usuarios.models import MovimientoPuntos, Usuario
from usuarios.puntos import ClienteNoExiste, PuntosInsuficientes, bloquear_cliente, mover_puntos

Tipo = MovimientoPuntos.Tipo


@pytest.fixture
def mover(
    clara: Usuario, carlos: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> Callable[..., MovimientoPuntos]:
    def de(tipo: str, cantidad: int, **resto: object) -> MovimientoPuntos:
        with transaction.atomic():
            return mover_puntos(
                cliente=bloquear_cliente(clara.pk), tipo=Tipo(tipo), cantidad=cantidad,
                actor=actor(carlos), ahora=ahora, **resto,  # type: ignore[arg-type]
            )

    return de


def test_los_puntos_son_la_suma_de_su_libro(
    clara: Usuario, carlos: Usuario, mover: Callable[..., MovimientoPuntos]
) -> None:
    mover(Tipo.GANADOS, 120, documento=("venta", 7))
    mover(Tipo.CANJEADOS, -50, documento=("venta", 8))
    clara.refresh_from_db()
    assert clara.puntos == 70
    filas = list(clara.movimientos_puntos.order_by("id").values_list("cantidad", "saldo", "autor_id"))
    assert filas == [(120, 120, carlos.pk), (-50, 70, carlos.pk)]


def test_no_se_gastan_puntos_que_no_hay(
    clara: Usuario, mover: Callable[..., MovimientoPuntos]
) -> None:
    mover(Tipo.GANADOS, 10)
    with pytest.raises(PuntosInsuficientes) as error:
        mover(Tipo.CANJEADOS, -11)
    assert error.value.datos == {"puntos": 10}
    clara.refresh_from_db()
    assert clara.puntos == 10
    assert clara.movimientos_puntos.count() == 1


def test_un_movimiento_de_cero_es_un_error_de_programacion(
    mover: Callable[..., MovimientoPuntos],
) -> None:
    with pytest.raises(ValueError, match="cero"):
        mover(Tipo.GANADOS, 0)


@pytest.mark.django_db
def test_no_se_bloquea_a_quien_no_existe() -> None:
    with transaction.atomic(), pytest.raises(ClienteNoExiste):
        bloquear_cliente(999)


@pytest.mark.django_db(transaction=True)
def test_los_puntos_solo_se_mueven_dentro_de_una_transaccion() -> None:
    with pytest.raises(RuntimeError):
        bloquear_cliente(1)
