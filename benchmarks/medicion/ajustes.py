"""Los ajustes de producción, más la vista con que se compara (``medicion.direcciones``)."""

from inventario.settings import *  # noqa: F403

ROOT_URLCONF = "medicion.direcciones"
