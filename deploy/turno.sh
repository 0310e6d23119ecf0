#!/usr/bin/env bash
# Saca un proceso HTTP de nginx antes de detenerlo, y lo devuelve cuando ya contesta: quien está comprando no
# lo nota. Lo llaman las unidades inventario-web@, como root.
# Uso: deploy/turno.sh sale|entra PUERTO
set -euo pipefail
turno=$1 puerto=$2 servidor=${HOSTS_PERMITIDOS:-localhost}
carpeta=${NGINX_WEB:-/etc/nginx/inventario-web}
maestro=$(cat "${NGINX_PID:-/run/nginx.pid}" 2>/dev/null || true)

en_turno() { # los trabajadores de nginx que toman peticiones; los que se van dicen «shutting down»
    [ -z "$maestro" ] || pgrep -P "$maestro" -f 'worker process$' || true
}
anotar() { # servidor y sus opciones; si cambió, nginx lo lee y sus trabajadores anteriores se retiran
    local nuevo="server 127.0.0.1:$puerto $1;" archivo="$carpeta/$puerto.conf" antes
    [ "$(cat "$archivo" 2>/dev/null)" != "$nuevo" ] || return 0
    echo "$nuevo" > "$archivo.nuevo" && mv "$archivo.nuevo" "$archivo"
    antes=$(en_turno)
    [ -n "$antes" ] || return 0
    systemctl reload nginx
    for _ in $(seq 600); do
        grep -qxF "$antes" <(en_turno) || return 0
        sleep 0.1
    done
    echo "nginx no tomó el cambio: nginx -t" >&2
    exit 1
}

case $turno in
sale)
    anotar down
    for _ in $(seq 200); do # lo que ya le había llegado
        [ -n "$(ss -Hnt state established "( sport = :$puerto )")" ] || exit 0
        sleep 0.1
    done
    ;;
entra)
    for _ in $(seq 600); do
        if curl -s -o /dev/null -m 5 -H "Host: ${servidor%%,*}" -H "X-Forwarded-Proto: https" \
            "http://127.0.0.1:$puerto/openapi.json"; then
            # max_fails=0: si se cae, se prueba el otro y ya; darlo por muerto 10 s no ayuda a nadie.
            anotar max_fails=0
            exit 0
        fi
        sleep 0.1
    done
    echo "El puerto $puerto no contesta: journalctl -u inventario-web@$puerto -n 50" >&2
    exit 1
    ;;
*)
    echo "Uso: $0 sale|entra PUERTO" >&2
    exit 2
    ;;
esac
