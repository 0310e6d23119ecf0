"""Base del admin: sus pantallas llaman casos de uso, como cualquier otra puerta."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from inventario.base.actor import Actor, Puerta, Rol
from inventario.base.errores import ErrorDeDominio
from inventario.base.middleware import ip_de


def actor_del_admin(request: HttpRequest) -> Actor:
    """Quién está sentado frente al admin."""
    usuario: Any = request.user
    return Actor(
        puerta=Puerta.ADMIN,
        usuario_id=usuario.pk,
        rut=usuario.rut,
        nombre=usuario.nombre_completo,
        rol=Rol(usuario.rol),
        ip=ip_de(request),
        dispositivo=request.headers.get("User-Agent", "")[:200],
        peticion_id=getattr(request, "peticion_id", ""),
    )


class AdminDeCasoDeUso(admin.ModelAdmin):  # type: ignore[type-arg]
    """ModelAdmin cuyo ``save_model``/``delete_model`` llama un caso de uso.

    El caso de uso abre su propia transacción y no se anida, así que la de Django sobra. Un error
    de dominio se muestra como mensaje y deja al usuario en la misma pantalla.
    """

    @csrf_protect_m
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return self._changeform_view(request, object_id, form_url, extra_context)
        except ErrorDeDominio as error:
            return self._quedarse(request, error)

    @csrf_protect_m
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return self._delete_view(request, object_id, extra_context)
        except ErrorDeDominio as error:
            return self._quedarse(request, error)

    def _quedarse(self, request: HttpRequest, error: ErrorDeDominio) -> HttpResponse:
        detalle = [m for mensajes in error.errores.values() for m in mensajes]
        self.message_user(request, " ".join([error.msg, *detalle]), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
