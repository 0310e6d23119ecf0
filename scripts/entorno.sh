#!/bin/sh
# Crea .venv e instala lo que falte. Uso: scripts/entorno.sh requirements-base.txt [otro.txt …]
# La segunda vez no hace nada: recuerda la suma de los archivos que instaló.
set -eu
cd "$(dirname "$0")/.."
VENV=.venv

morir() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

sirve() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

elegir_python() {
    for candidato in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if command -v "$candidato" >/dev/null 2>&1 && sirve "$candidato"; then
            echo "$candidato"
            return
        fi
    done
    morir "Hace falta Python 3.11 o más nuevo (hay: $("${PYTHON:-python3}" --version 2>&1 || echo ninguno)).
En Debian o Ubuntu:  sudo apt install python3 python3-venv
Si lo tiene en otro lugar:  PYTHON=/ruta/a/python3 make run"
}

crear_venv() {
    python=$(elegir_python) || exit 1
    "$python" -c 'import venv, ensurepip' 2>/dev/null || morir "A $python le falta el módulo venv.
En Debian o Ubuntu:  sudo apt install python3-venv"
    echo "Creando el entorno en $VENV ($("$python" --version))…"
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || morir "No se pudo crear $VENV: revise los permisos y el espacio en disco."
}

instalar() {
    sello="$VENV/.$1.sello"
    suma=$(cat requirements*.txt | cksum)
    [ "$(cat "$sello" 2>/dev/null)" = "$suma" ] && return
    echo "Instalando $1 (sólo la primera vez y cuando cambia)…"
    "$VENV/bin/python" -m pip install -qq --no-input --disable-pip-version-check \
        --retries 5 -r "$1" || morir "$2"
    echo "$suma" >"$sello"
}

if ! { [ -x "$VENV/bin/python" ] && sirve "$VENV/bin/python" && "$VENV/bin/python" -m pip --version >/dev/null 2>&1; }; then
    crear_venv
fi

for archivo in "$@"; do
    case "$archivo" in
        requirements.txt) instalar "$archivo" "No se pudo instalar el cliente de MariaDB, que se compila al instalar.
En Debian o Ubuntu:  sudo apt install default-libmysqlclient-dev pkg-config gcc python3-dev
y vuelva a ejecutar lo mismo. Sin DB_HOST se usa la base embebida, que no lo necesita." ;;
        *) instalar "$archivo" "No se pudieron instalar las dependencias: revise la conexión a internet y vuelva a intentarlo." ;;
    esac
done
