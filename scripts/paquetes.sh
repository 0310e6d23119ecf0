#!/bin/sh
# Que estén los programas que se piden; como root, en Debian o Ubuntu, instala los que falten.
# Uso: scripts/paquetes.sh PROGRAMA:PAQUETE …
set -eu
PATH="$PATH:/usr/sbin"
faltan=
for par in "$@"; do
    command -v "${par%%:*}" >/dev/null 2>&1 || faltan="$faltan ${par#*:}"
done
[ -n "$faltan" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    printf 'Falta lo siguiente. En Debian o Ubuntu:\n  sudo apt install%s\n' "$faltan" >&2
    exit 1
fi
echo "Instalando:$faltan"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
apt-get update -qq && apt-get install -y -qq --no-install-recommends $faltan >/dev/null
