"""Encontrar a un cliente por su RUT o su nombre."""

from inventario.base.rut import canonico
from inventario.base.texto import normalizar
from usuarios.models import Usuario

MAXIMO = 10


def clientes_que_coinciden(texto: str) -> list[Usuario]:
    """Hasta diez clientes con ese RUT o con todas esas palabras en el nombre; vacío si no se buscó."""
    palabras = normalizar(texto).split()
    if not palabras:
        return []
    clientes = Usuario.objects.clientes().order_by("nombre_normalizado", "pk")
    try:
        return list(clientes.filter(rut=canonico(texto)))
    except ValueError:
        for palabra in palabras:
            clientes = clientes.filter(nombre_normalizado__contains=palabra)
        return list(clientes[:MAXIMO])
