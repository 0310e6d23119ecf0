"""Un token vale mientras viva su sesión: ni un momento más."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from usuarios.autenticacion import usuario_de_token
from usuarios.models import Estado, Sesion, Usuario
from usuarios.tokens import (
    CLAIM_SESION,
    SesionCerrada,
    TokenInvalido,
    Tokens,
    emitir,
    leer_refresco,
)


def _abrir(usuario: Usuario, ahora: datetime) -> tuple[Sesion, Tokens]:
    sesion = Sesion(
        usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora + settings.SESION_REFRESCO
    )
    tokens = emitir(sesion_id=sesion.pk, ahora=ahora)
    sesion.jti_refresco = tokens.jti
    sesion.save()
    return sesion, tokens


@pytest.fixture
def abierta(carlos: Usuario) -> tuple[Sesion, Tokens]:
    return _abrir(carlos, timezone.now())


def test_el_token_de_una_sesion_abierta_da_su_usuario_en_una_consulta(
    carlos: Usuario, abierta: tuple[Sesion, Tokens], django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        usuario, sesion = usuario_de_token(abierta[1].acceso)
    assert (usuario, sesion) == (carlos, abierta[0])


def test_una_sesion_cerrada_deja_fuera_al_token_vigente(abierta: tuple[Sesion, Tokens]) -> None:
    Sesion.objects.update(cerrada=timezone.now())
    with pytest.raises(SesionCerrada):
        usuario_de_token(abierta[1].acceso)


def test_una_sesion_vencida_deja_fuera_al_token_vigente(abierta: tuple[Sesion, Tokens]) -> None:
    Sesion.objects.update(vence=timezone.now())
    with pytest.raises(SesionCerrada):
        usuario_de_token(abierta[1].acceso)


def test_un_usuario_inactivo_queda_fuera_con_el_token_en_la_mano(
    carlos: Usuario, abierta: tuple[Sesion, Tokens]
) -> None:
    Usuario.objects.update(estado=Estado.INACTIVO)
    with pytest.raises(SesionCerrada):
        usuario_de_token(abierta[1].acceso)


def test_un_token_vencido_no_sirve(carlos: Usuario) -> None:
    _, tokens = _abrir(carlos, timezone.now() - settings.SESION_ACCESO - timedelta(seconds=1))
    with pytest.raises(TokenInvalido):
        usuario_de_token(tokens.acceso)


def test_el_token_de_refresco_no_abre_la_api_ni_el_de_acceso_refresca(
    abierta: tuple[Sesion, Tokens],
) -> None:
    with pytest.raises(TokenInvalido):
        usuario_de_token(abierta[1].refresco)
    with pytest.raises(TokenInvalido):
        leer_refresco(abierta[1].acceso)


@pytest.mark.parametrize("sid", [None, "", "no-es-un-id", 7])
@pytest.mark.django_db
def test_un_token_sin_sesion_no_sirve(sid: object) -> None:
    token = AccessToken()
    if sid is not None:
        token[CLAIM_SESION] = sid
    with pytest.raises(TokenInvalido):
        usuario_de_token(str(token))


@pytest.mark.parametrize("basura", ["", "x", "a.b.c", "ñ", "\x00"])
def test_un_token_de_basura_no_sirve(basura: str) -> None:
    with pytest.raises(TokenInvalido):
        usuario_de_token(basura)


def test_la_base_no_admite_un_superusuario_que_no_sea_administrador(carlos: Usuario) -> None:
    # SQLite lo dice como IntegrityError y MariaDB como OperationalError.
    with pytest.raises(DatabaseError), transaction.atomic():
        Usuario.objects.filter(pk=carlos.pk).update(is_superuser=True)
