"""Escribir el JSON de las respuestas."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

_ESCRITOR = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class EscritorJSON(JSONRenderer):
    """El de DRF, compacto siempre: sin mirar en cada respuesta si pidieron sangría ni hacer otro escritor."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        # Son fin de línea en JavaScript y no en JSON: quien lo incruste en una página no debe tropezar.
        texto = _ESCRITOR.encode(data).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return texto.encode()
