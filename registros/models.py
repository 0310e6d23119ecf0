"""Registros: lo que pasó, quién lo hizo, desde dónde y sobre qué. Sólo se agregan."""

from django.conf import settings
from django.db import models


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
    DEVOLUCION = "devolucion", "Devolución"
    COMPRA = "compra", "Compra"
    CAJA = "caja", "Caja"
    TIENDA = "tienda", "Tienda"
    DATOS_PERSONALES = "datos_personales", "Datos personales"
    TAREA = "tarea", "Tarea"


class Registro(models.Model):
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

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["usuario", "-id"], name="registro_usuario"),
            models.Index(fields=["tipo", "-id"], name="registro_tipo"),
            models.Index(fields=["objeto_tipo", "objeto_id", "-id"], name="registro_objeto"),
        ]

    def __str__(self) -> str:
        return f"{self.fecha_y_hora:%Y-%m-%d %H:%M} {self.mensaje}"
