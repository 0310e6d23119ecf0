"""Dispositivos conectados por socket."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async

from productos.tests.clientes_socket import Cliente, ClienteWS, abrir_sesion
from usuarios.models import Usuario

Conectar = Callable[..., Any]


@pytest.fixture
def rondas_cortas(monkeypatch: pytest.MonkeyPatch) -> None:
    """La central mira notificaciones, sesiones y pareos diez veces por segundo."""
    for plazo in ("MIRADA_S", "MIRADA_SIN_CANAL_S", "REVISION_S"):
        monkeypatch.setattr(f"usuarios.conexiones.central.{plazo}", 0.1)


@pytest_asyncio.fixture
async def conectar() -> AsyncIterator[Conectar]:
    """Conecta un dispositivo de alguien: ``await conectar(carlos, ClienteSIO)``. Al final, todos se van."""
    abiertos: list[Cliente] = []

    async def de(
        usuario: Usuario, clase: type = ClienteWS, *, token: str | None = None, **opciones: Any
    ) -> Any:
        if token is None:
            _, token = await sync_to_async(abrir_sesion)(usuario)
        cliente = clase(token, **opciones)
        assert await cliente.conectar()
        abiertos.append(cliente)
        return cliente

    yield de
    for cliente in abiertos:
        await cliente.irse()
