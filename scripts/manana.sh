#!/usr/bin/env bash
# Una mañana de tienda sobre una base nueva: la levanta, la juega, prueba que todo cuadra y la borra.
# SQLite; o MariaDB, con DB_HOST (y REDIS_URL), en una base aparte que crea y borra.
set -euo pipefail
cd "$(dirname "$0")/.."
PY=${PY:-.venv/bin/python}
TEMPORAL=$(mktemp -d)
export INVENTARIO_SIN_ENV=1 DATOS_DIR="$TEMPORAL/datos" DEBUG=0
export ADMIN_RUT=11.111.111-1 ADMIN_CONTRASENA=Manana-de-tienda-9 HOSTS_PERMITIDOS=127.0.0.1
export SECRET_KEY; SECRET_KEY=$("$PY" -c 'import secrets; print(secrets.token_urlsafe(64))')
export PUERTO; PUERTO=$("$PY" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

base() {
    "$PY" - "$1" <<'PYTHON'
import os, sys, MySQLdb
conexion = MySQLdb.connect(
    host=os.environ["DB_HOST"], port=int(os.environ.get("DB_PORT", 3306)),
    user=os.environ.get("DB_USER", "inventario"), passwd=os.environ.get("DB_PASSWORD", ""),
)
conexion.cursor().execute(sys.argv[1].format(os.environ["DB_NAME"]))
PYTHON
}

servidor=
cerrar() {
    estado=$?
    if [ -n "$servidor" ]; then
        kill -TERM "$servidor" 2>/dev/null || true
        wait "$servidor" || true
    fi
    [ $estado -eq 0 ] || tail -n 40 "$DATOS_DIR/bitacora.log" 2>/dev/null || true
    [ -z "${DB_HOST:-}" ] || base 'DROP DATABASE IF EXISTS `{}`'
    rm -rf "$TEMPORAL"
    exit $estado
}
trap cerrar EXIT
trap 'exit 130' INT TERM

if [ -n "${DB_HOST:-}" ]; then
    export DB_NAME="${DB_NAME:-inventario}_manana_$$"
    base 'CREATE DATABASE `{}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
    echo "Base: MariaDB en $DB_HOST${REDIS_URL:+, con Redis}"
else
    echo "Base: SQLite"
fi
"$PY" manage.py migrate --verbosity 0
"$PY" manage.py iniciar &
servidor=$!
"$PY" - <<'PYTHON'
import os, sys, time, urllib.error, urllib.request
for _ in range(300):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{os.environ['PUERTO']}/salud", timeout=5)
        sys.exit(0)
    except (OSError, urllib.error.HTTPError):
        time.sleep(0.1)
sys.exit("el servidor no llegó a responder que está sano")
PYTHON
"$PY" scripts/manana_de_tienda.py --url "http://127.0.0.1:$PUERTO" "$@"
"$PY" manage.py verificar_inventario
"$PY" manage.py verificar_ventas
