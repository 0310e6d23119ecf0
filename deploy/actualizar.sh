#!/usr/bin/env bash
# Pasa a otra versión sin perder ventas: respalda, migra y cambia los procesos de a uno.
# Uso, como root: deploy/actualizar.sh v1.2.0
set -euo pipefail
cd "$(dirname "$0")/.."
export AJUSTES=${AJUSTES:-/etc/inventario/inventario.env}
como() { # con los mismos ajustes que los servicios
    runuser -u inventario -- bash -c 'set -a; . "$AJUSTES"; set +a; exec "$@"' - "$@"
}
esperar() { # hasta que conteste en ese puerto; si no llega, el otro sigue con la versión anterior
    for _ in $(seq 60); do
        curl -s -o /dev/null -m 2 "http://127.0.0.1:$1/" && return
        sleep 1
    done
    echo "El puerto $1 no volvió: journalctl -u 'inventario-*' -n 50" >&2
    exit 1
}

como .venv/bin/python manage.py respaldar
git fetch -q --tags && git checkout -q "$1"
.venv/bin/pip install -q -r requirements.txt
(set -a; . "$AJUSTES"; .venv/bin/python manage.py collectstatic --noinput -v0)
# Las migraciones sólo agregan: la versión que todavía atiende sigue andando con las tablas nuevas.
como .venv/bin/python manage.py migrate
for puerto in 8001 8002; do # el que parte vuelve contestando, y sólo entonces se detiene el otro
    systemctl restart "inventario-web@$puerto"
done
for puerto in 9001 9002; do
    systemctl restart "inventario-sockets@$puerto"
    esperar "$puerto"
done
systemctl restart inventario-tareas@1 inventario-tareas@2
como .venv/bin/python manage.py diagnostico
