"""Ingreso, sesiones y usuarios en la API."""

from typing import Any, NoReturn, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.actor import Rol
from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import AdministradorOUnoMismo, CualquierRol, SoloAdministrador, SoloPersonal
from inventario.base.api.peticion import actor_de
from usuarios import ejemplos, servicios, sesiones
from usuarios.consultas import clientes_con_mas_puntos, usuario_por_rut, usuarios_visibles
from usuarios.ingreso import entrar, entrar_con_pin
from usuarios.models import Usuario
from usuarios.permisos import (
    NadieCambiaSuPropioRolNiEstado,
    NadieDaMasQueSuRol,
    UnCajeroSoloVeClientes,
    UnClienteSoloSeVeASiMismo,
)
from usuarios.serializers import (
    FiltroUsuarios,
    IngresoEntrada,
    IngresoSalida,
    PuntajeSalida,
    PuntosEntrada,
    RefrescoEntrada,
    TipoUsuarioSalida,
    TokensSalida,
    UsuarioConMensaje,
    UsuarioEntrada,
    UsuarioSalida,
)
from usuarios.tokens import Tokens

MEJORES = 5


def _leer(clase: type[Any], request: Request, **opciones: Any) -> dict[str, Any]:
    entrada = clase(data=request.data, **opciones)
    entrada.is_valid(raise_exception=True)
    return dict(entrada.validated_data)


def _ficha(usuario: Usuario, msg: str, estado: int = status.HTTP_200_OK) -> Response:
    return Response(UsuarioConMensaje(usuario, context={"msg": msg}).data, status=estado)


def _tokens(tokens: Tokens) -> dict[str, str]:
    return {"access_token": tokens.acceso, "refresh_token": tokens.refresco}


class IngresoVista(viewsets.ViewSet):
    """Ingresar y seguir dentro. Sin autenticador: un token vencido no estorba a quien pide otro."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        summary="Ingresar con RUT y contraseña, o con PIN desde una caja conocida",
        description="Los fallos repetidos primero demoran y después bloquean un rato: 429 con `Retry-After`.",
        request=IngresoEntrada,
        responses={200: IngresoSalida, 401: ejemplos.MALAS, 429: ejemplos.FRENADO},
        examples=[
            ejemplos.pedido("Ingreso", {"rut": "21.799.760-7", "contrasena": "Pan-con-palta-2026"}),
            ejemplos.respuesta(
                "Adentro", {"msg": "Hola, Clara", **ejemplos.TOKENS, "usuario": ejemplos.FICHA}
            ),
        ],
        tags=["sesión"],
    )
    def login(self, request: Request) -> Response:
        datos = _leer(IngresoEntrada, request)
        abrir = entrar_con_pin if "pin" in datos else entrar
        ingreso = abrir(**datos, actor=actor_de(request), ahora=timezone.now())
        usuario = ingreso.usuario
        return Response(
            {
                "msg": f"Hola, {usuario.nombre}",
                **_tokens(ingreso.tokens),
                "usuario": UsuarioSalida(usuario).data,
            }
        )

    @extend_schema(
        summary="Cambiar el token de refresco por un par nuevo",
        description=(
            "Cada token de refresco sirve una vez. Repetirlo se rechaza; repetirlo pasados 30 s, o uno más "
            "viejo, además cierra la sesión."
        ),
        request=RefrescoEntrada,
        responses={200: TokensSalida, 401: ejemplos.USADO},
        examples=[
            ejemplos.pedido("Refresco", {"refresh_token": "eyJhbGciOi…"}),
            ejemplos.respuesta("Par nuevo", {"msg": "Sesión renovada", **ejemplos.TOKENS}),
        ],
        tags=["sesión"],
    )
    def refrescar(self, request: Request) -> Response:
        refresco = _leer(RefrescoEntrada, request)["refresh_token"]
        tokens = sesiones.refrescar(
            refresco=refresco, actor=actor_de(request), ahora=timezone.now()
        )
        return Response({"msg": "Sesión renovada", **_tokens(tokens)})


class SalidaVista(viewsets.ViewSet):
    permission_classes = [CualquierRol]

    @extend_schema(
        summary="Cerrar la sesión",
        request=RefrescoEntrada,
        responses={200: MensajeSalida, 401: ejemplos.USADO},
        examples=[
            ejemplos.pedido("Salida", {"refresh_token": "eyJhbGciOi…"}),
            ejemplos.respuesta("Cerrada", {"msg": "Sesión cerrada"}),
        ],
        tags=["sesión"],
    )
    def logout(self, request: Request) -> Response:
        refresco = _leer(RefrescoEntrada, request)["refresh_token"]
        sesiones.salir(refresco=refresco, actor=actor_de(request), ahora=timezone.now())
        return Response({"msg": "Sesión cerrada"})


class PropioVista(viewsets.ViewSet):
    permission_classes = [CualquierRol]

    @extend_schema(
        summary="La ficha de quien llama",
        responses={200: UsuarioConMensaje},
        examples=[ejemplos.respuesta("Ficha", {**ejemplos.FICHA, "msg": "Su ficha"})],
        tags=["usuarios"],
    )
    def profile(self, request: Request) -> Response:
        return _ficha(cast(Usuario, request.user), "Su ficha")

    @extend_schema(
        summary="Los tipos de usuario",
        responses={200: TipoUsuarioSalida(many=True)},
        examples=[ejemplos.respuesta("Uno", {"id_tipo_usuario": 2, "tipo": "Cajero"})],
        tags=["usuarios"],
    )
    def tipos(self, request: Request) -> Response:
        return Response(TipoUsuarioSalida(list(Rol), many=True).data)


class RegistroVista(viewsets.ViewSet):
    permission_classes = [NadieDaMasQueSuRol]

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        # DRF diría 401 a un desconocido, pero aquí no le falta una sesión: no puede.
        raise PermissionDenied

    @extend_schema(
        summary="Registrar un usuario",
        description=(
            "Cualquiera, aun sin token, registra un Cliente. Un Cajero o un Administrador los crea sólo un "
            "Administrador."
        ),
        request=UsuarioEntrada,
        responses={201: UsuarioConMensaje, 409: ejemplos.DUPLICADO},
        auth=[{}, {"Bearer": []}],  # type: ignore[list-item]
        examples=[
            ejemplos.pedido("Un cliente", ejemplos.NUEVO),
            ejemplos.respuesta("Registrado", {**ejemplos.FICHA, "msg": "Usuario registrado"}, "201"),
        ],
        tags=["usuarios"],
    )
    def register(self, request: Request) -> Response:
        datos = _leer(UsuarioEntrada, request)
        usuario = servicios.registrar_usuario(
            **datos, actor=actor_de(request), ahora=timezone.now()
        )
        return _ficha(usuario, "Usuario registrado", status.HTTP_201_CREATED)


class UsuariosVista(viewsets.GenericViewSet[Usuario]):
    """Las fichas de los usuarios."""

    permisos: dict[str, list[type[BasePermission]]] = {
        "list": [SoloPersonal],
        "retrieve": [UnClienteSoloSeVeASiMismo, UnCajeroSoloVeClientes],
        "update": [AdministradorOUnoMismo, NadieCambiaSuPropioRolNiEstado],
        "partial_update": [AdministradorOUnoMismo, NadieCambiaSuPropioRolNiEstado],
    }

    def get_permissions(self) -> list[BasePermission]:
        return [clase() for clase in self.permisos.get(self.action, [SoloAdministrador])]

    def _usuario(self, rut: str) -> Usuario:
        usuario = usuario_por_rut(rut)
        self.check_object_permissions(self.request, usuario)
        return usuario

    @extend_schema(
        summary="Usuarios",
        description="Un Administrador los ve todos; un Cajero, los Clientes.",
        parameters=[FiltroUsuarios],
        responses={200: UsuarioSalida(many=True)},
        examples=[ejemplos.respuesta("Uno", ejemplos.FICHA)],
        tags=["usuarios"],
    )
    def list(self, request: Request) -> Response:
        visibles = usuarios_visibles(actor=actor_de(request), filtro=leer(FiltroUsuarios, request))
        pagina = self.paginate_queryset(visibles)
        return self.get_paginated_response(UsuarioSalida(pagina, many=True).data)

    @extend_schema(
        summary="La ficha de un usuario",
        parameters=[ejemplos.RUT_EN_LA_URL],
        responses={200: UsuarioConMensaje},
        examples=[ejemplos.respuesta("Ficha", {**ejemplos.FICHA, "msg": "Usuario encontrado"})],
        tags=["usuarios"],
    )
    def retrieve(self, request: Request, rut: str) -> Response:
        return _ficha(self._usuario(rut), "Usuario encontrado")

    @extend_schema(
        summary="Cambiar parte de una ficha",
        description=(
            "Cualquier parte de los campos. Tipo de usuario, estado y RUT los cambia sólo un Administrador. "
            "Otra contraseña, RUT, tipo o estado cierran todas las sesiones del usuario."
        ),
        parameters=[ejemplos.RUT_EN_LA_URL],
        request=UsuarioEntrada(partial=True),
        responses={200: UsuarioConMensaje, 409: ejemplos.ULTIMO},
        examples=[
            ejemplos.pedido("Otro teléfono", {"telefono": "+56 9 8765 4321"}),
            ejemplos.respuesta("Cambiada", {**ejemplos.FICHA, "msg": "Usuario actualizado"}),
        ],
        tags=["usuarios"],
    )
    def update(self, request: Request, rut: str) -> Response:
        usuario = self._usuario(rut)
        cambiado = servicios.cambiar_usuario(
            usuario_id=usuario.pk,
            cambios=_leer(UsuarioEntrada, request, partial=True),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _ficha(cambiado, "Usuario actualizado")

    @extend_schema(
        summary="Cambiar parte de una ficha (igual que PUT)",
        parameters=[ejemplos.RUT_EN_LA_URL],
        request=UsuarioEntrada(partial=True),
        responses={200: UsuarioConMensaje, 409: ejemplos.ULTIMO},
        examples=[
            ejemplos.pedido("Otro teléfono", {"telefono": "+56 9 8765 4321"}),
            ejemplos.respuesta("Cambiada", {**ejemplos.FICHA, "msg": "Usuario actualizado"}),
        ],
        tags=["usuarios"],
    )
    def partial_update(self, request: Request, rut: str) -> Response:
        return self.update(request, rut)

    @extend_schema(
        summary="Desactivar un usuario",
        description="Nunca se borra: queda Inactivo, y sus tokens y sockets terminan en el acto.",
        parameters=[ejemplos.RUT_EN_LA_URL],
        responses={200: MensajeSalida, 409: ejemplos.ULTIMO},
        examples=[ejemplos.respuesta("Desactivado", {"msg": "Usuario desactivado"})],
        tags=["usuarios"],
    )
    def destroy(self, request: Request, rut: str) -> Response:
        usuario = self._usuario(rut)
        servicios.desactivar_usuario(
            usuario_id=usuario.pk, actor=actor_de(request), ahora=timezone.now()
        )
        return Response({"msg": "Usuario desactivado"})

    @extend_schema(
        summary="Fijar los puntos de un Cliente",
        description="La diferencia queda en su libro de puntos como un ajuste.",
        parameters=[ejemplos.RUT_EN_LA_URL],
        request=PuntosEntrada,
        responses={
            200: UsuarioConMensaje,
            403: error("solo_clientes", "Sólo los Clientes tienen puntos"),
        },
        examples=[
            ejemplos.pedido("Ajuste", {"puntos": 120, "motivo": "Boleta antigua"}),
            ejemplos.respuesta("Fijados", {**ejemplos.FICHA, "msg": "Puntos actualizados"}),
        ],
        tags=["usuarios"],
    )
    def puntos(self, request: Request, rut: str) -> Response:
        usuario = self._usuario(rut)
        cliente = servicios.fijar_puntos(
            usuario_id=usuario.pk,
            **_leer(PuntosEntrada, request),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _ficha(cliente, "Puntos actualizados")


class MejoresVista(viewsets.ViewSet):
    permission_classes = [SoloPersonal]

    @extend_schema(
        summary="Los cinco Clientes con más puntos",
        responses={200: PuntajeSalida(many=True)},
        examples=[
            ejemplos.respuesta("Uno", {"nombre_completo": "Clara Núñez", "puntos": 120}),
        ],
        tags=["usuarios"],
    )
    def list(self, request: Request) -> Response:
        return Response(PuntajeSalida(clientes_con_mas_puntos(MEJORES), many=True).data)
