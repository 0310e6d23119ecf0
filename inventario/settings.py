"""Ajustes de Inventario: todo viene del entorno o de ``.env`` (los nombres están en el README)."""

import contextlib
import importlib.util
import os
import secrets
import sys
import tempfile
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from inventario.panel import tema

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if os.environ.get("INVENTARIO_SIN_ENV") != "1":
    environ.Env.read_env(BASE_DIR / ".env")



def _entero(nombre: str, por_omision: int) -> int:
    try:
        return int(env(nombre, default=str(por_omision)))
    except ValueError:
        raise ImproperlyConfigured(f"{nombre} debe ser un número entero, y vale «{env(nombre)}»") from None


VERSION = "1.0.0"
DEBUG = env.bool("DEBUG", default=False)
DB_HOST = env("DB_HOST", default="")
REDIS_URL = env("REDIS_URL", default="")
PUERTO = _entero("PUERTO", 5000)
HTTPS = env.bool("HTTPS", default=False)
EMBEBIDO = not DB_HOST
"""Modo de un solo comando: SQLite y capas en el mismo proceso."""

DATOS_DIR = Path(env("DATOS_DIR", default=str(BASE_DIR / "datos")))
"""Lo que la tienda guarda en disco: base embebida, clave secreta, respaldos."""
RESPALDOS_DIR = Path(env("RESPALDOS_DIR", default=str(DATOS_DIR / "respaldos")))
"""Mejor en otro disco."""


def _clave_secreta() -> str:
    clave: str = env("SECRET_KEY", default="")
    if clave:
        return clave
    if not EMBEBIDO:
        raise ImproperlyConfigured(
            "Falta SECRET_KEY: con DB_HOST definido (producción) es obligatoria. Cree una con\n"
            "  python3 -c 'import secrets; print(secrets.token_urlsafe(64))'\n"
            "y déjela en el entorno o en el archivo .env como SECRET_KEY=…"
        )
    archivo = DATOS_DIR / "clave_secreta"
    try:
        return archivo.read_text().strip()
    except FileNotFoundError:
        DATOS_DIR.mkdir(parents=True, exist_ok=True)
    # Se escribe aparte y se enlaza entera: si el servidor y el trabajador parten a la vez gana uno, y el otro
    # no lee una a medio escribir.
    with tempfile.NamedTemporaryFile("w", dir=DATOS_DIR) as nueva:
        nueva.write(secrets.token_urlsafe(64))
        nueva.flush()
        with contextlib.suppress(FileExistsError):
            os.link(nueva.name, archivo)
    return archivo.read_text().strip()


SECRET_KEY = _clave_secreta()

ALLOWED_HOSTS = env.list(
    # Embebido: los teléfonos de la tienda llegan por la dirección que el equipo tenga ese día.
    "HOSTS_PERMITIDOS",
    default=["*"] if EMBEBIDO else ["localhost", "127.0.0.1"],
)
CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGENES", default=[])
CORS_EXPOSE_HEADERS = ["Link", "X-Total-Count", "Idempotency-Replayed", "Retry-After", "X-Request-ID"]
CORS_ALLOW_HEADERS = [
    "accept", "authorization", "content-type", "idempotency-key", "user-agent", "x-request-id",
]
CSRF_TRUSTED_ORIGINS = list(CORS_ALLOWED_ORIGINS)
PROXIES_DE_CONFIANZA = env.list("PROXIES_DE_CONFIANZA", default=[])
"""Direcciones de los proxies cuyo X-Forwarded-For se cree."""

SERVIDOR_WSGI = env.bool("SERVIDOR_WSGI", default=False)
"""Este proceso sólo sirve HTTP (``inventario.wsgi``)."""

INSTALLED_APPS = [
    # Sólo hace falta donde hay sockets, y traerlo es un séptimo de lo que un proceso tarda en partir.
    *([] if SERVIDOR_WSGI else ["daphne"]),
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "channels",
    "django_q",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "inventario.base",
    "registros",
    "usuarios",
    "productos",
    "ventas",
    "compras",
    "inventario.mantenimiento",
    "inventario.panel",
]

MIDDLEWARE = [
    "inventario.base.middleware.PeticionMiddleware",
    "inventario.base.cabeceras.CabecerasMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "registros.middleware.RechazosMiddleware",
    "inventario.base.limites.LimiteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "inventario.urls"
WSGI_APPLICATION = "inventario.wsgi.application"
ASGI_APPLICATION = "inventario.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

if EMBEBIDO:
    DATOS_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env("DB_ARCHIVO", default=str(DATOS_DIR / "inventario.sqlite3")),
            "OPTIONS": {
                # IMMEDIATE: select_for_update no hace nada en SQLite; es esto lo que protege.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: lo confirmado está en el disco. Con NORMAL, un corte de luz puede llevarse las últimas
                # ventas, ya cobradas y con su boleta en la mano del cliente.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            # En archivo: la base en memoria compartida no espera su turno entre hilos, falla.
            "TEST": {"NAME": env("DB_PRUEBAS", default=str(DATOS_DIR / "pruebas.sqlite3"))},
        }
    }
else:
    if importlib.util.find_spec("MySQLdb") is None:
        raise ImproperlyConfigured(
            "DB_HOST pide MariaDB, pero falta su cliente (mysqlclient), que se compila al instalar.\n"
            "En Debian o Ubuntu:\n"
            "  sudo apt install default-libmysqlclient-dev pkg-config gcc python3-dev\n"
            "  .venv/bin/pip install -r requirements.txt\n"
            "Sin DB_HOST se usa la base embebida, que no lo necesita."
        )
    DATABASES = {
        "default": {
            "ENGINE": "inventario.base.mysql",
            "HOST": DB_HOST,
            "PORT": _entero("DB_PORT", 3306),
            "USER": env("DB_USER", default="inventario"),
            "PASSWORD": env("DB_PASSWORD", default=""),
            "NAME": env("DB_NAME", default="inventario"),
            # Bajo ASGI cada petición corre en un hilo nuevo y una conexión persistente se fuga;
            # bajo WSGI los hilos se quedan y conviene conservarla.
            "CONN_MAX_AGE": None if SERVIDOR_WSGI else 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "charset": "utf8mb4",
                "connect_timeout": 10,
                "isolation_level": "read committed",
                "init_command": "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
            },
            "TEST": {
                "NAME": env("DB_PRUEBAS", default=None),
                "CHARSET": "utf8mb4",
                "COLLATION": "utf8mb4_unicode_ci",
            },
        }
    }
# Un índice parcial de django-q que MariaDB hace entero: sirve igual.
SILENCED_SYSTEM_CHECKS = ["models.W037"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS: dict[str, dict[str, Any]]
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            # La variante pub/sub se vuelve a suscribir sola tras un reinicio de Redis.
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Un Redis inalcanzable se nota pronto; sin plazo de lectura, que mataría a quien escucha.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 2}]},
        }
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "inventario.base.capa.CapaEnMemoria"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "usuarios.Usuario"
LOGIN_REDIRECT_URL = "/admin/"
AUTHENTICATION_BACKENDS = ["usuarios.ingreso_admin.BackendRut"]
PASSWORD_HASHERS = ["inventario.base.contrasenas.Argon2Moderado"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["rut", "nombre", "apellido", "correo"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ADMIN_RUT = env("ADMIN_RUT", default="")
ADMIN_CONTRASENA = env("ADMIN_CONTRASENA", default="")
"""El primer Administrador; sin contraseña se inventa una y se muestra una sola vez."""

SESION_ACCESO = timedelta(minutes=10)
SESION_REFRESCO = timedelta(days=14)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": SESION_ACCESO,
    "REFRESH_TOKEN_LIFETIME": SESION_REFRESCO,
    "ALGORITHM": "HS256",
    "SIGNING_KEY": env("JWT_CLAVE", default="jwt:" + SECRET_KEY),
    "AUTH_HEADER_TYPES": ("Bearer",),
    "UPDATE_LAST_LOGIN": False,
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["usuarios.autenticacion.SesionJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["inventario.base.api.escritura.EscritorJSON"],
    "DEFAULT_PARSER_CLASSES": ["inventario.base.api.lectura.LectorJSON"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["inventario.base.api.limites.LimiteDeUsuario"],
    "DEFAULT_PAGINATION_CLASS": "inventario.base.api.paginacion.Paginador",
    "DEFAULT_SCHEMA_CLASS": "inventario.base.api.esquema.Esquema",
    "EXCEPTION_HANDLER": "inventario.base.api.errores.a_respuesta",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Inventario",
    "DESCRIPTION": "Punto de venta, stock y personal para tiendas chilenas.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    # Sin autenticadores: un token vencido en el navegador no esconde la documentación.
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Activo o Inactivo es lo mismo en usuarios y productos; un solo nombre para ambos.
    "ENUM_NAME_OVERRIDES": {
        "Estado": "productos.models.EstadoProducto",
        "EstadoOrden": "compras.models.EstadoOrden",
        "TipoNotificacion": "usuarios.models.Notificacion.Tipo",
        "TipoMovimiento": "productos.models.MovimientoStock.Tipo",
        "EstadoConteo": "productos.models.ConteoInventario.Estado",
        "EstadoPendiente": "productos.models.ProductoPendiente.Estado",
    },
}

FUENTE_DE_FOLIOS = env("FUENTE_DE_FOLIOS", default="ventas.folios.Correlativo")
"""Clase que da los folios; otra fuente (un CAF del SII) se enchufa aquí. Ver ``ventas.folios``."""

REGISTROS_CLAVE = env("REGISTROS_CLAVE", default="registros:" + SECRET_KEY)
"""Firma los archivos de registros. Si se cambia, los firmados antes dejan de verificarse."""

IDEMPOTENCIA_HORAS = _entero("IDEMPOTENCIA_HORAS", 72)
"""Horas que se recuerda una Idempotency-Key; después la borra una tarea."""

AVISO_VENCIMIENTO_DIAS = _entero("AVISO_VENCIMIENTO_DIAS", 7)
"""Con cuántos días se avisa, cada mañana, de lo que está por vencer."""

Q_CLUSTER = {
    "name": "inventario",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "timeout": 60,
    # Más que la tarea más larga (10 min) y lo que espere su turno tras otra igual, o una viva se daría
    # por muerta y correría dos veces. Es también lo que tarda en repetirse la de un trabajador que murió.
    "retry": 1500,
    "max_attempts": 3,
    "catch_up": False,
    "label": "Tareas",
}

LANGUAGE_CODE = "es-cl"
TIME_ZONE = "America/Santiago"
USE_I18N = True
FORMAT_MODULE_PATH = ["inventario.formatos"]
USE_TZ = True

UNFOLD = tema.ajustes()

STATIC_URL = "/estaticos/"
STATIC_ROOT = BASE_DIR / "estaticos"
STATICFILES_DIRS = [BASE_DIR / "inventario" / "panel" / "recortes"]
"""Lo del tema del admin, recortado a lo que se usa: va primero, y gana."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # collectstatic deja cada archivo con su huella, y también en .gz para quien lo entienda.
    "staticfiles": {"BACKEND": "inventario.base.estaticos.Estaticos"},
}
# Sin collectstatic los estáticos se sirven desde las propias aplicaciones; con él, de la carpeta.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
"""Segundos de la sesión del admin: una jornada."""
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
CUERPO_MAXIMO = 5 * 1_048_576
"""Bytes de lo más grande que se recibe: un archivo subido al admin."""

LIMITE_DIRECCION_MINUTO = _entero("LIMITE_DIRECCION_MINUTO", 60_000)
"""Peticiones por minuto de una dirección. En los tres, 0 es sin límite, y sin Redis cuenta cada proceso."""
LIMITE_DESCONOCIDO_MINUTO = _entero("LIMITE_DESCONOCIDO_MINUTO", 600)
"""Las que vienen sin credencial (también ``/login`` y ``/register``), por dirección."""
LIMITE_USUARIO_MINUTO = _entero("LIMITE_USUARIO_MINUTO", 18_000)
"""Las de un mismo usuario."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"peticion": {"()": "inventario.base.middleware.FiltroPeticion"}},
    "formatters": {"json": {"()": "inventario.base.secretos.BitacoraJSON"}},
    "handlers": {
        "consola": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "filters": ["peticion"],
            "formatter": "json",
        }
    },
    "root": {"handlers": ["consola"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        # Un 404 o un 403 ya está en la línea de acceso; un 500 sí trae algo más: su traza.
        "django.request": {"level": "ERROR"},
        # Cuenta cada tarea que toma y suelta; lo que importa queda en su historial.
        "django-q": {"level": "WARNING"},
    },
}
