#!/usr/bin/env python
"""Puerta de los comandos de mantenimiento de Inventario."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - es justo para quien tiene uno viejo
    sys.exit("Hace falta Python 3.11 o más nuevo, y este es " + sys.version.split()[0])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Faltan las dependencias. Instálelas con:  make entorno  (o use make run)")
    from django.core.exceptions import ImproperlyConfigured

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # El texto ya dice cómo se arregla; una traza sólo lo esconde.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
