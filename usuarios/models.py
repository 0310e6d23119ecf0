"""Usuarios, sus sesiones y sus puntos."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from inventario.base.actor import Rol
from inventario.base.rut import ANONIMO, PATRON_CANONICO, canonico, con_formato, enmascarado
from inventario.base.texto import normalizar


class Estado(models.TextChoices):
    ACTIVO = "Activo"
    INACTIVO = "Inactivo"


def nombre_para_buscar(nombre: str, apellido: str) -> str:
    """Nombre completo sin tildes ni mayúsculas. Se corta: hay letras que al normalizarse crecen."""
    return normalizar(f"{nombre} {apellido}")[:170]


class UsuarioQuerySet(models.QuerySet["Usuario"]):
    def activos(self) -> "UsuarioQuerySet":
        return self.filter(estado=Estado.ACTIVO)

    def clientes(self) -> "UsuarioQuerySet":
        return self.filter(rol=Rol.CLIENTE)

    def administradores(self) -> "UsuarioQuerySet":
        return self.filter(rol=Rol.ADMINISTRADOR)


class UsuarioManager(BaseUserManager["Usuario"]):
    """Lo que Django espera de un modelo de usuario propio (``createsuperuser``, autenticación)."""

    def get_by_natural_key(self, username: str | None) -> "Usuario":
        try:
            rut = canonico(username or "")
        except ValueError:
            raise self.model.DoesNotExist from None
        return self.get(rut=rut)

    def create_superuser(self, rut: str, password: str, **campos: Any) -> "Usuario":
        usuario: Usuario = self.model(
            rut=canonico(rut), rol=Rol.ADMINISTRADOR, is_superuser=True, **campos
        )
        usuario.nombre_normalizado = nombre_para_buscar(usuario.nombre, usuario.apellido)
        usuario.set_password(password)
        usuario.save(using=self._db)
        return usuario


class Usuario(AbstractBaseUser, PermissionsMixin):
    """Una persona de la tienda o un cliente. Entra con su RUT; nunca se borra: queda Inactivo."""

    rut = models.CharField("RUT", max_length=9, unique=True)
    nombre = models.CharField(max_length=80)
    apellido = models.CharField(max_length=80)
    nombre_normalizado = models.CharField(max_length=170, db_index=True, editable=False)
    correo = models.EmailField(max_length=254, blank=True)
    telefono = models.CharField("teléfono", max_length=30, blank=True)
    rol = models.PositiveSmallIntegerField("tipo de usuario", choices=Rol, default=Rol.CLIENTE)
    estado = models.CharField(max_length=8, choices=Estado, default=Estado.ACTIVO)
    puntos = models.PositiveIntegerField(default=0, editable=False)
    fecha_creacion = models.DateTimeField("fecha de creación", default=timezone.now, editable=False)
    anonimizado = models.DateTimeField(null=True, editable=False)
    pin = models.CharField(
        max_length=128, blank=True, editable=False, help_text="Su huella, como la de la contraseña."
    )

    objects = UsuarioManager.from_queryset(UsuarioQuerySet)()

    USERNAME_FIELD = "rut"
    EMAIL_FIELD = "correo"
    REQUIRED_FIELDS = ["nombre", "apellido"]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rut__regex=PATRON_CANONICO), name="usuario_rut_canonico"
            ),
            models.CheckConstraint(
                condition=~models.Q(rut=ANONIMO), name="usuario_no_es_el_anonimo"
            ),
            models.CheckConstraint(
                condition=models.Q(rol__in=Rol.values), name="usuario_rol_conocido"
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=Estado.values), name="usuario_estado_conocido"
            ),
            models.CheckConstraint(
                condition=models.Q(puntos__gte=0), name="usuario_puntos_no_negativos"
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(rol=Rol.ADMINISTRADOR),
                name="usuario_superusuario_es_administrador",
            ),
        ]
        indexes = [models.Index(fields=["rol", "estado"], name="usuario_rol_estado")]

    def __str__(self) -> str:
        return f"{self.nombre_completo} ({con_formato(self.rut)})"

    @property
    def nombre_completo(self) -> str:
        return f"{self.nombre} {self.apellido}".strip()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.estado == Estado.ACTIVO

    @property
    def is_staff(self) -> bool:
        """Sólo un Administrador activo entra al admin."""
        return self.is_active and self.rol == Rol.ADMINISTRADOR

    def get_full_name(self) -> str:
        return self.nombre_completo

    def get_short_name(self) -> str:
        return self.nombre


class Sesion(models.Model):
    """Un inicio de sesión: de aquí cuelgan sus tokens, que mueren con ella en el acto.

    Los tokens de acceso llevan su ``id``; cada petición la busca junto con su usuario, así que una
    sesión cerrada o un usuario desactivado quedan fuera de inmediato, aun con un token vigente.
    El refresco rota: sólo sirve el último ``jti`` entregado.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    usuario = models.ForeignKey(Usuario, on_delete=models.CASCADE, related_name="sesiones")
    jti_refresco = models.CharField(max_length=64)
    jti_anterior = models.CharField(max_length=64, blank=True)
    creada = models.DateTimeField()
    refrescada = models.DateTimeField()
    vence = models.DateTimeField(db_index=True)
    cerrada = models.DateTimeField(null=True, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    dispositivo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "sesión"
        verbose_name_plural = "sesiones"
        ordering = ["-creada"]

    def __str__(self) -> str:
        return f"{self.usuario_id} desde {self.creada:%Y-%m-%d %H:%M}"

    def abierta(self, ahora: datetime) -> bool:
        """Si sus tokens todavía valen en ``ahora`` (además, su usuario debe estar activo)."""
        return self.cerrada is None and self.vence > ahora


class DispositivoCaja(models.Model):
    """Una caja conocida: desde ella, y sólo desde ella, se entra con PIN. De su secreto queda el resumen."""

    nombre = models.CharField(max_length=80)
    resumen = models.CharField(max_length=64, unique=True, editable=False)
    creado = models.DateTimeField()
    creado_por = models.ForeignKey(Usuario, on_delete=models.PROTECT, related_name="+")
    revocado = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "dispositivo de caja"
        verbose_name_plural = "dispositivos de caja"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.nombre


class FrenoIngreso(models.Model):
    """Fallos de ingreso seguidos de una cuenta, de una red, o de una cuenta desde una red.

    ``rut`` o ``red`` vacíos quieren decir «cualquiera». Ver ``usuarios.freno``.
    """

    rut = models.CharField("RUT", max_length=9, blank=True)
    red = models.CharField(max_length=50, blank=True, help_text="Dirección IPv4, o red IPv6 de 64 bits.")
    fallos = models.PositiveIntegerField(default=0)
    ultimo_fallo = models.DateTimeField("último fallo", null=True, blank=True)
    frenado_hasta = models.DateTimeField(null=True, blank=True)
    ultimo_ingreso = models.DateTimeField("último ingreso", null=True, blank=True)

    class Meta:
        verbose_name = "freno de ingreso"
        verbose_name_plural = "frenos de ingreso"
        ordering = ["rut", "red"]
        constraints = [models.UniqueConstraint(fields=["rut", "red"], name="freno_unico")]

    def __str__(self) -> str:
        return f"{enmascarado(self.rut) if self.rut else 'cualquiera'} desde {self.red or 'cualquier red'}"


class Fichaje(models.Model):
    """Una entrada o salida de quien trabaja. ``momento`` es la hora en que se marcó y no cambia nunca;
    ``efectivo``, la que cuenta: la misma, o la que un Administrador corrigió."""

    class Tipo(models.TextChoices):
        ENTRADA = "entrada", "Entrada"
        SALIDA = "salida", "Salida"

    usuario = models.ForeignKey(Usuario, on_delete=models.PROTECT, related_name="fichajes")
    tipo = models.CharField(max_length=7, choices=Tipo)
    momento = models.DateTimeField(help_text="Cuándo se marcó, hora del servidor.")
    efectivo = models.DateTimeField(db_index=True, help_text="La hora que cuenta.")
    motivo = models.CharField(max_length=200, blank=True, help_text="De la última corrección.")
    corregido_por = models.ForeignKey(
        Usuario, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    corregido = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["usuario", "efectivo"], name="fichaje_usuario")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(corregido=None, motivo="", efectivo=models.F("momento"))
                | (models.Q(corregido__isnull=False) & ~models.Q(motivo="")),
                name="fichaje_corregido_con_motivo",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()} de {self.usuario_id}"


class MovimientoPuntos(models.Model):
    """Libro de puntos de un Cliente: cada cambio, con el saldo que dejó. Los puntos son la suma."""

    class Tipo(models.TextChoices):
        GANADOS = "ganados", "Ganados en una venta"
        CANJEADOS = "canjeados", "Usados como pago"
        REVERSA = "reversa", "Quitados por una devolución"
        REINTEGRO = "reintegro", "Devueltos por una devolución"
        AJUSTE = "ajuste", "Ajuste de un Administrador"

    usuario = models.ForeignKey(Usuario, on_delete=models.PROTECT, related_name="movimientos_puntos")
    tipo = models.CharField(max_length=10, choices=Tipo)
    cantidad = models.IntegerField(help_text="Puntos; negativo si se quitan.")
    saldo = models.PositiveIntegerField(help_text="Puntos que quedaron.")
    documento_tipo = models.CharField(max_length=20, blank=True)
    documento_id = models.BigIntegerField(null=True, blank=True)
    autor = models.ForeignKey(
        Usuario, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motivo = models.CharField(max_length=200, blank=True)
    fecha = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "movimiento de puntos"
        verbose_name_plural = "movimientos de puntos"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(saldo__gte=0), name="puntos_saldo_no_negativo")
        ]
        indexes = [
            models.Index(fields=["documento_tipo", "documento_id"], name="puntos_documento")
        ]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.cantidad}"


class Notificacion(models.Model):
    """Un aviso a una persona. Se le manda a cada dispositivo suyo que se conecte, hasta que la lea."""

    class Tipo(models.TextChoices):
        MENSAJE = "mensaje", "Mensaje de un Administrador"
        STOCK_MINIMO = "stock_minimo", "Stock en su mínimo"
        POR_VENCER = "por_vencer", "Producto por vencer"
        VENTA_ANULADA = "venta_anulada", "Venta anulada"
        BLOQUEO = "bloqueo", "Ingreso bloqueado"
        PRECIO = "precio", "Precio cambiado"
        AUTORIZACION = "autorizacion", "Autorización de caja"
        PRODUCTO_PENDIENTE = "producto_pendiente", "Producto por aprobar"
        SISTEMA = "sistema", "Algo que revisar en el sistema"

    usuario = models.ForeignKey(Usuario, on_delete=models.CASCADE, related_name="notificaciones")
    tipo = models.CharField(max_length=20, choices=Tipo)
    titulo = models.CharField("título", max_length=120)
    mensaje = models.CharField(max_length=500)
    datos = models.JSONField(default=dict, blank=True)
    fecha_y_hora = models.DateTimeField(db_index=True)
    leida = models.DateTimeField("leída", null=True, blank=True)

    class Meta:
        verbose_name = "notificación"
        verbose_name_plural = "notificaciones"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["usuario", "leida", "id"], name="notificacion_pendiente"),
        ]

    def __str__(self) -> str:
        return self.titulo


class ServidorTiempoReal(models.Model):
    """Un proceso que atiende sockets. Vive mientras renueva ``visto``; si muere de golpe, caduca.

    Sus cuentas son desde que partió: lo que el canal entre procesos perdió y los clientes
    cortados por no leer. ``/salud`` las muestra.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nombre = models.CharField(max_length=80)
    iniciado = models.DateTimeField()
    visto = models.DateTimeField(db_index=True)
    canal_activo = models.BooleanField(default=True)
    perdidos = models.PositiveBigIntegerField(default=0, help_text="Mensajes que el canal no entregó.")

    class Meta:
        verbose_name = "servidor de tiempo real"
        verbose_name_plural = "servidores de tiempo real"
        ordering = ["iniciado"]

    def __str__(self) -> str:
        return self.nombre


class Presencia(models.Model):
    """Un socket abierto: quién, desde qué dispositivo y desde cuándo. Vale si su servidor vive."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    servidor = models.ForeignKey(
        ServidorTiempoReal, on_delete=models.CASCADE, related_name="presencias"
    )
    usuario = models.ForeignKey(Usuario, on_delete=models.CASCADE, related_name="presencias")
    sesion = models.ForeignKey(Sesion, on_delete=models.CASCADE, related_name="presencias")
    transporte = models.CharField(max_length=12)
    dispositivo = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    desde = models.DateTimeField()

    class Meta:
        verbose_name = "dispositivo conectado"
        verbose_name_plural = "dispositivos conectados"
        ordering = ["desde", "id"]

    def __str__(self) -> str:
        return f"{self.usuario_id} desde {self.desde:%Y-%m-%d %H:%M}"


class Pareo(models.Model):
    """Una caja que escucha a un solo teléfono. Nace con un código que la caja muestra y vence.

    ``caja`` y ``telefono`` son aparatos (ver ``usuarios.conexiones``). Mientras rige,
    ``caja_activa`` y ``telefono_activo`` los repiten; al terminar quedan nulos: así cada aparato
    tiene a lo más un pareo, también en MariaDB, que no sabe de índices únicos parciales.
    """

    codigo = models.CharField("código", max_length=6, null=True, unique=True)  # noqa: DJ001
    caja_usuario = models.ForeignKey(Usuario, on_delete=models.CASCADE, related_name="+")
    caja_sesion = models.ForeignKey(Sesion, on_delete=models.CASCADE, related_name="+")
    caja = models.CharField(max_length=80, db_index=True)
    caja_activa = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    telefono_usuario = models.ForeignKey(
        Usuario, on_delete=models.CASCADE, null=True, related_name="+"
    )
    telefono_sesion = models.ForeignKey(
        Sesion, on_delete=models.CASCADE, null=True, related_name="+"
    )
    telefono = models.CharField("teléfono", max_length=80, blank=True)
    telefono_activo = models.CharField(  # noqa: DJ001
        "teléfono activo", max_length=80, null=True, unique=True
    )
    creado = models.DateTimeField()
    vence = models.DateTimeField(help_text="Hasta cuándo sirve el código.")
    iniciado = models.DateTimeField(null=True)
    terminado = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"pareo {self.pk}"
