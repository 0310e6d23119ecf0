"""El ingreso al admin y el cambio de la propia contraseña: los mismos caminos que la API."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from inventario.base.actor import Actor, Puerta
from inventario.base.admin_comun import actor_del_admin
from inventario.base.errores import NoAutenticado
from inventario.base.middleware import ip_de
from usuarios.freno import IngresoFrenado
from usuarios.ingreso import entrar_al_admin
from usuarios.models import Usuario
from usuarios.servicios import cambiar_usuario


class BackendRut(ModelBackend):
    """RUT y contraseña para todo lo que use ``django.contrib.auth``: no hay puerta sin freno."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> Usuario | None:
        """
        Raises:
            IngresoFrenado: hubo demasiados fallos antes.
        """
        if request is None or username is None or password is None:
            return None
        actor = Actor(
            puerta=Puerta.ADMIN,
            ip=ip_de(request),
            dispositivo=request.headers.get("User-Agent", "")[:200],
            peticion_id=getattr(request, "peticion_id", ""),
        )
        try:
            return entrar_al_admin(
                rut=username, contrasena=password, actor=actor, ahora=timezone.now()
            )
        except NoAutenticado:
            return None


class FormularioIngreso(AuthenticationForm):  # type: ignore[misc]
    """El formulario del admin, que además dice cuánto esperar."""

    LARGO_RUT = 14

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django corta lo escrito al largo de la columna, y un RUT con puntos y guion no cabe en ella.
        campo = self.fields["username"]
        campo.max_length = self.LARGO_RUT
        campo.widget.attrs["maxlength"] = self.LARGO_RUT

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except IngresoFrenado as error:
            self.request.espera_s = error.espera
            raise ValidationError(error.msg, code=error.codigo) from None


@never_cache
def ingreso_al_admin(request: HttpRequest) -> HttpResponse:
    """La página de ingreso; frenada, la misma página con 429 y ``Retry-After``."""
    respuesta = admin.site.login(request)
    espera_s: int | None = getattr(request, "espera_s", None)
    if espera_s is not None:
        respuesta.status_code = 429
        respuesta["Retry-After"] = str(espera_s)
    return respuesta


class FormularioContrasena(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """La contraseña la cambia el caso de uso: cierra las demás sesiones y deja su registro."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def save(self, commit: bool = True) -> Usuario:
        return cambiar_usuario(
            actor=self.actor,
            usuario_id=self.user.pk,
            cambios={"contrasena": self.cleaned_data["new_password1"]},
            ahora=timezone.now(),
        )


class CambioDeContrasena(PasswordChangeView):
    """La página de «cambiar contraseña» del admin."""

    form_class = FormularioContrasena
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": actor_del_admin(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **admin.site.each_context(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        # La sesión del admin depende del hash: con el nuevo, quien la cambió sigue adentro.
        update_session_auth_hash(self.request, form.save())
        return HttpResponseRedirect(str(self.get_success_url()))


contrasena_en_el_admin = admin.site.admin_view(CambioDeContrasena.as_view())
