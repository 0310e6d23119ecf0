"""Ajustes de las pruebas: los mismos, con una clave fija y un hash barato (probar no es proteger)."""

import os

os.environ.setdefault("SECRET_KEY", "clave-de-pruebas-que-no-protege-nada-" + "x" * 32)
os.environ["INVENTARIO_SIN_ENV"] = "1"

from inventario.settings import *  # noqa: F403

# Todas las pruebas vienen de una misma dirección en pocos segundos; las del límite lo ponen.
LIMITE_DIRECCION_MINUTO = LIMITE_DESCONOCIDO_MINUTO = LIMITE_USUARIO_MINUTO = 0

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A una prueba no se le corta la luz, y esperar al disco en cada una sí se nota.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Cada proceso de pruebas tiene los mismos ids: en un Redis compartido se oirían unos a otros.
_PROPIO = f"prueba-{os.getpid()}"
CACHES["default"]["KEY_PREFIX"] = _PROPIO  # noqa: F405
if REDIS_URL:  # noqa: F405
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = _PROPIO  # noqa: F405

# Las pruebas miran lo que hay en las aplicaciones, no lo que alguien haya publicado antes en esta carpeta.
STATIC_ROOT = BASE_DIR / "estaticos-de-pruebas"  # noqa: F405
WHITENOISE_USE_FINDERS = True
