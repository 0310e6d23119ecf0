"""La tienda de la tabla de permisos, también para las pruebas que recorren esa tabla."""

from inventario.tests.test_tabla_de_permisos import gente, mundo

__all__ = ["gente", "mundo"]
