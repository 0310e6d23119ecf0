"""El índice con que se busca por parte de un nombre sin recorrer el catálogo."""

from django.db import models

from productos.models.catalogo import Producto


class GramaNombre(models.Model):
    """Tres letras seguidas que un producto tiene en su nombre normalizado (``reglas.gramas``).

    La llave es el índice mismo: los productos de una grama están juntos. Lo mantiene
    ``productos.busqueda`` cada vez que un nombre se pone o cambia.
    """

    pk = models.CompositePrimaryKey("grama", "producto_id")
    grama = models.BigIntegerField()
    producto = models.ForeignKey(Producto, on_delete=models.CASCADE, related_name="gramas")

    class Meta:
        verbose_name = "grama de un nombre"
        verbose_name_plural = "gramas de los nombres"

    def __str__(self) -> str:
        return f"{self.grama} en {self.producto_id}"
