"""Registros: lo que pasó, quién lo hizo, desde dónde y sobre qué. Sólo se agregan.

La aplicación no tiene cómo editarlos ni borrarlos (aquí abajo se niega), y la base tampoco lo deja
(``registros.disparadores``). La cadena de sellos que lo prueba está en ``registros.cadena``.
"""

import secrets
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from registros.reglas import BORRADO, GENESIS


class TipoRegistro(models.TextChoices):
    """Clases de registro que escribe el servidor. Un cliente puede escribir además las suyas."""

    SESION = "sesion", "Sesión"
    SEGURIDAD = "seguridad", "Seguridad"
    USUARIO = "usuario", "Usuario"
    PUNTOS = "puntos", "Puntos"
    PRODUCTO = "producto", "Producto"
    PRECIO = "precio", "Precio"
    STOCK = "stock", "Stock"
    VENTA = "venta", "Venta"
    DESCUENTO = "descuento", "Descuento grande"
    DEVOLUCION = "devolucion", "Devolución"
    COMPRA = "compra", "Compra"
    CAJA = "caja", "Caja"
    TIENDA = "tienda", "Tienda"
    DATOS_PERSONALES = "datos_personales", "Datos personales"
    TAREA = "tarea", "Tarea"


class SoloSeAgrega(RuntimeError):
    """Alguien quiso editar o borrar la auditoría: es un error de programación."""

    def __init__(self) -> None:
        super().__init__("los registros sólo se agregan: no se editan ni se borran")


class SoloAgregarQuerySet(models.QuerySet[Any]):
    """Un queryset que lee y agrega, y nada más."""

    def update(self, **campos: Any) -> NoReturn:
        raise SoloSeAgrega

    def delete(self) -> NoReturn:
        raise SoloSeAgrega

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SoloSeAgrega


class RegistroQuerySet(SoloAgregarQuerySet):
    def de_la_persona(self, usuario_id: int) -> "RegistroQuerySet":
        """Lo que hizo y lo que se le hizo."""
        return self.filter(
            models.Q(usuario=usuario_id) | models.Q(objeto_tipo="usuario", objeto_id=usuario_id)
        )

    def borrar_datos_personales(self, *, registro: "Registro") -> int:
        """Lo único que cambia en una fila: vaciar lo borrable, con ``registro`` como constancia."""
        return super(SoloAgregarQuerySet, self.filter(borrado_por=None)).update(
            **BORRADO, borrado_por=registro.pk
        )


class SoloAgregar(models.Model):
    class Meta:
        abstract = True

    # La auditoría se niega aquí, y no en un servicio, para que ningún camino del ORM quede abierto.
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise SoloSeAgrega
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SoloSeAgrega


def sal_nueva() -> str:
    return secrets.token_hex(16)


class Registro(SoloAgregar):
    """Una entrada de la auditoría.

    ``usuario`` es quien hizo (o a nombre de quien un Administrador anotó); ``None`` es el sistema.
    El objeto se nombra por (tipo, id), sin llave foránea: el registro sobrevive a todo.
    """

    mensaje = models.CharField(max_length=255)
    descripcion = models.TextField("descripción", blank=True)
    tipo = models.CharField(max_length=40)
    fecha_y_hora = models.DateTimeField(db_index=True, help_text="Hora del servidor.")
    fecha_cliente = models.DateTimeField(
        null=True, blank=True, help_text="La que dijo el cliente, si la dijo."
    )
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registros",
    )
    escrito_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="El Administrador que anotó a nombre de otro.",
    )
    externo = models.BooleanField(
        default=False, help_text="Lo escribió un cliente de la API; su tipo es el que él eligió."
    )
    objeto_tipo = models.CharField(max_length=40, blank=True)
    objeto_id = models.BigIntegerField(null=True, blank=True)
    cambios = models.JSONField(default=dict, help_text="campo → [antes, después]")
    puerta = models.CharField(max_length=10)
    ip = models.GenericIPAddressField(null=True, blank=True)
    dispositivo = models.CharField(max_length=200, blank=True)
    peticion_id = models.CharField("id de petición", max_length=64, blank=True)
    busqueda = models.TextField(
        "búsqueda", editable=False, default="", help_text="Mensaje y descripción sin tildes."
    )
    sal = models.CharField(max_length=32, editable=False, default=sal_nueva)
    borrado_por = models.BigIntegerField(
        null=True,
        editable=False,
        help_text="Id del registro que dejó constancia de que se borraron los datos personales.",
    )

    objects = RegistroQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["usuario", "-id"], name="registro_usuario"),
            models.Index(fields=["tipo", "-id"], name="registro_tipo"),
            models.Index(fields=["objeto_tipo", "objeto_id", "-id"], name="registro_objeto"),
        ]

    def __str__(self) -> str:
        return f"{self.fecha_y_hora:%Y-%m-%d %H:%M} {self.mensaje}"


class SelloRegistro(SoloAgregar):
    """El lugar de un registro en la cadena. Ver ``registros.reglas``."""

    secuencia = models.BigIntegerField(primary_key=True)
    # Sin restricción en la base: el sello de un registro borrado a escondidas queda para delatarlo.
    registro = models.OneToOneField(
        Registro, on_delete=models.DO_NOTHING, db_constraint=False, related_name="sello"
    )
    huella = models.CharField(max_length=64)
    hash_anterior = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    fecha = models.DateTimeField(help_text="Cuándo se selló.")

    objects = SoloAgregarQuerySet.as_manager()

    class Meta:
        verbose_name = "sello"
        verbose_name_plural = "sellos"
        base_manager_name = "objects"
        ordering = ["secuencia"]

    def __str__(self) -> str:
        return f"{self.secuencia}: {self.hash[:12]}"


class CabezaCadena(models.Model):
    """El último sello: una sola fila, y el candado de quien sella."""

    # Sin AUTO_INCREMENT: MariaDB no admite una columna así en un CHECK.
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    secuencia = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    registro_mayor = models.BigIntegerField(
        default=0, help_text="El mayor id de registro sellado: por ahí se busca lo que falta."
    )

    class Meta:
        verbose_name = "cabeza de la cadena"
        verbose_name_plural = "cabeza de la cadena"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="cabeza_es_una_sola")]

    def __str__(self) -> str:
        return f"{self.secuencia}: {self.hash[:12]}"


class ArchivoRegistros(SoloAgregar):
    """Un tramo de la cadena que salió a un archivo firmado. Lo que queda en la base sigue desde aquí."""

    desde = models.BigIntegerField(unique=True, help_text="Primera secuencia.")
    hasta = models.BigIntegerField(unique=True, help_text="Última secuencia.")
    hash_anterior = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, help_text="Hash del último sello del tramo.")
    nombre = models.CharField(max_length=100)
    fecha = models.DateTimeField()

    objects = SoloAgregarQuerySet.as_manager()

    class Meta:
        verbose_name = "archivo de registros"
        verbose_name_plural = "archivos de registros"
        base_manager_name = "objects"
        ordering = ["desde"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hasta__gte=models.F("desde")), name="archivo_tramo_valido"
            )
        ]

    def __str__(self) -> str:
        return self.nombre
