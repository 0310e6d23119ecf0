"""Ejemplos que muestra la documentación de la API."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from inventario.base.api.esquema import error

FICHA = {
    "id_usuario": 7,
    "rut": "217997607",
    "nombre": "Clara",
    "apellido": "Núñez",
    "correo": "clara@ejemplo.cl",
    "telefono": "+56 9 8765 4321",
    "fecha_creacion": "2026-11-24T12:00:00-03:00",
    "tipo_usuario": "Cliente",
    "estado": "Activo",
    "puntos": 120,
}
TOKENS = {"access_token": "eyJhbGciOi…", "refresh_token": "eyJhbGciOi…"}
NUEVO = {
    "rut": "21.799.760-7",
    "nombre": "Clara",
    "apellido": "Núñez",
    "correo": "clara@ejemplo.cl",
    "contrasena": "Pan-con-palta-2026",
    "telefono": "+56 9 8765 4321",
    "tipo_usuario": "Cliente",
    "estado": "Activo",
}

RUT_EN_LA_URL = OpenApiParameter(
    "rut", str, OpenApiParameter.PATH, description="En cualquiera de sus formas usuales."
)
MALAS = error("credenciales_invalidas", "RUT o contraseña incorrectos")
FRENADO = error("ingreso_frenado", "Demasiados intentos; espere 60 s y vuelva a probar")
USADO = error("token_usado", "Ese token de refresco ya se usó; inicie sesión otra vez")
DUPLICADO = error(
    "rut_duplicado",
    "Ya existe un usuario con ese RUT",
    {"rut": ["Ya existe un usuario con ese RUT"]},
)
ULTIMO = error(
    "ultimo_administrador",
    "Es el último Administrador activo: no se puede desactivar ni cambiar de tipo",
)


def pedido(nombre: str, valor: object) -> OpenApiExample:
    return OpenApiExample(nombre, value=valor, request_only=True)


def respuesta(nombre: str, valor: object, estado: str = "200") -> OpenApiExample:
    return OpenApiExample(nombre, value=valor, response_only=True, status_codes=[estado])
