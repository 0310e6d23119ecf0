"""La cabecera ``Idempotency-Key`` en la API: de la petición HTTP al caso de uso, y de vuelta."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.errores import Invalido
from inventario.base.idempotencia import PeticionIdempotente, YaRespondida
from inventario.base.operacion import Operacion

R = TypeVar("R")

_CLAVE = re.compile(r"[\x21-\x7e]{1,200}")


def _sha256(texto: str) -> str:
    return hashlib.sha256(texto.encode()).hexdigest()


def responder(
    request: Request,
    caso: Operacion[..., R],
    *,
    salida: Callable[[R], dict[str, Any]],
    estado: int = status.HTTP_201_CREATED,
    **argumentos: Any,
) -> Response:
    """Corre ``caso(**argumentos)`` y responde ``salida(resultado)`` con ``estado``.

    Con ``Idempotency-Key``, la misma clave y cuerpo reciben la primera respuesta, con la cabecera
    ``Idempotency-Replayed: true``.

    Raises:
        Invalido: la clave no es ASCII visible de 1 a 200 caracteres.
        ClaveReutilizada: la clave se usó con otro contenido.
    """
    clave = request.headers.get("Idempotency-Key")
    if clave is None:
        return Response(salida(caso(**argumentos)), status=estado)
    if not _CLAVE.fullmatch(clave):
        raise Invalido(
            "La Idempotency-Key debe tener de 1 a 200 caracteres ASCII visibles",
            codigo="clave_invalida",
        )
    contenido = json.dumps(request.data, sort_keys=True, ensure_ascii=False)
    ruta = request.path.rstrip("/")
    primera: dict[str, Any] = {}

    def con_estado(resultado: R) -> tuple[int, Any]:
        primera.clear()
        primera.update(salida(resultado))
        return estado, primera

    peticion = PeticionIdempotente(
        usuario_id=cast(int, request.user.pk),
        clave=_sha256(clave),
        huella=_sha256(f"{request.method} {ruta}\n{contenido}"),
        responder=con_estado,
    )
    try:
        caso.con_clave(peticion, **argumentos)
    except YaRespondida as repetida:
        return Response(
            repetida.cuerpo, status=repetida.estado, headers={"Idempotency-Replayed": "true"}
        )
    return Response(primera, status=estado)
