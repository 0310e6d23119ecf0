"""El saludo de un socket: de dónde viene y con qué token. Sin ambos en regla, no entra."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from inventario.base.actor import Rol
from inventario.base.errores import NoAutenticado, SinPermiso
from inventario.base.middleware import ip_real
from usuarios.autenticacion import usuario_de_token
from usuarios.conexiones.base import leer_en_base
from usuarios.models import Sesion, Usuario
from usuarios.pareo import Aparato

SUBPROTOCOLO = "bearer"
PUERTOS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
LARGO_DECLARADO = 32


class OrigenProhibido(SinPermiso):
    codigo = "origen_no_permitido"
    msg = "Esta página no puede conectarse a la tienda"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saludo:
    """Lo que un cliente dice al conectarse. ``declarado`` es el nombre que su aparato se da, si se da uno."""

    token: str
    origen: str | None
    host: str
    ip: str
    dispositivo: str
    declarado: str = ""


def origen_permitido(origen: str | None, host: str) -> bool:
    """Si una página de ``origen`` puede abrir sockets: la propia casa o una de ``CORS_ORIGENES``.

    Sin ``Origin`` no es un navegador: pasa, y lo que decide es el token.
    """
    if origen is None:
        return True
    if origen in settings.CORS_ALLOWED_ORIGINS:
        return True
    try:
        partes = urlsplit(origen)
    except ValueError:
        return False
    if partes.scheme not in PUERTOS or not partes.netloc:
        return False
    omision = PUERTOS[partes.scheme]
    return _con_puerto(partes.netloc, omision) == _con_puerto(host, omision)


def _con_puerto(netloc: str, omision: str) -> str:
    netloc = netloc.lower()
    return netloc if netloc.rpartition(":")[2].isdigit() else f"{netloc}:{omision}"


def saludo_de_cabeceras(
    cabeceras: Mapping[str, str], *, ip: str, token: str | None = None, declarado: Any = ""
) -> Saludo:
    """Saludo de un cliente según sus cabeceras HTTP (en minúsculas). ``token`` manda si viene aparte."""
    autorizacion = cabeceras.get("authorization", "")
    esquema, _, credencial = autorizacion.partition(" ")
    return Saludo(
        token=token or (credencial.strip() if esquema.lower() == "bearer" else ""),
        origen=cabeceras.get("origin"),
        host=cabeceras.get("host", ""),
        ip=ip_real(ip, cabeceras.get("x-forwarded-for", "")),
        dispositivo=cabeceras.get("user-agent", "")[:200],
        declarado=declarado[:LARGO_DECLARADO] if isinstance(declarado, str) else "",
    )


def token_de_subprotocolos(subprotocolos: Iterable[str]) -> str | None:
    """El token de ``["bearer", "<token>"]``: un navegador no puede poner cabeceras en un WebSocket."""
    lista = list(subprotocolos)
    return lista[1] if len(lista) == 2 and lista[0] == SUBPROTOCOLO else None


async def presentar(saludo: Saludo) -> tuple[Usuario, Aparato]:
    """Quién saluda y desde qué aparato.

    Raises:
        OrigenProhibido: la página que conecta no es de la casa.
        NoAutenticado: sin token, o uno que no vale.
    """
    if not origen_permitido(saludo.origen, saludo.host):
        raise OrigenProhibido
    if not saludo.token:
        raise NoAutenticado
    usuario, sesion = await leer_en_base(usuario_de_token, saludo.token)
    return usuario, _aparato(usuario, sesion, saludo.declarado)


def _aparato(usuario: Usuario, sesion: Sesion, declarado: str) -> Aparato:
    return Aparato(
        usuario_id=usuario.pk,
        sesion_id=sesion.pk,
        clave=f"{sesion.pk.hex}:{declarado}",
        es_personal=usuario.rol in (Rol.ADMINISTRADOR, Rol.CAJERO),
    )
