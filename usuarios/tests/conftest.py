"""Entrar de verdad, por /login, y llamar con el token que eso da."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from conftest import CONTRASENA
from usuarios.models import Usuario

Entrar = Callable[..., Any]


@pytest.fixture
def entrar() -> Entrar:
    def con(usuario: Usuario | str, contrasena: str = CONTRASENA, ip: str = "10.0.0.5") -> Any:
        rut = usuario if isinstance(usuario, str) else usuario.rut
        return APIClient(REMOTE_ADDR=ip).post("/login", {"rut": rut, "contrasena": contrasena})

    return con


@pytest.fixture
def con_token() -> Callable[[str], APIClient]:
    def de(token: str) -> APIClient:
        return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")

    return de


@pytest.fixture
def empujones(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Los usuarios a cuyos sockets se avisó que una sesión terminó."""
    empujados: list[int] = []
    monkeypatch.setattr("usuarios.sesiones.empujar_sesiones", empujados.append)
    return empujados
