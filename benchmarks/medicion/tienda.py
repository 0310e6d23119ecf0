"""La tienda que se mide: catálogo, gente con sesión abierta y (si se piden) ventas de años."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from llenado import llenar

from inventario.base.actor import Rol
from inventario.base.fechas import dia_de
from usuarios.models import Sesion, Usuario
from usuarios.tokens import emitir

STOCK = 1_000_000
CUERPO_DE_CAJERO = 15_000_000


@dataclass(frozen=True)
class Persona:
    usuario_id: int
    nombre: str
    sesion_id: uuid.UUID

    @property
    def token(self) -> str:
        """Uno nuevo: los de acceso duran diez minutos."""
        return emitir(sesion_id=self.sesion_id, ahora=timezone.now()).acceso


def crear(*, ventas: int, productos: int, dias: int = 365) -> None:
    """Llena la base de los ajustes, recién migrada."""
    call_command("migrate", verbosity=0)
    llenar(ventas=ventas, productos=productos, dias=dias, hasta=dia_de(timezone.now()))
    call_command("reconstruir_resumenes", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115


def abastecer() -> None:
    """Stock de sobra en todo, con el movimiento de kardex que lo explica."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE productos_producto SET stock = %s, valor_stock = costo_promedio * %s", [STOCK, STOCK]
        )
        cursor.execute(
            "INSERT INTO productos_movimientostock (producto_id, tipo, cantidad, stock_resultante,"
            " costo_unitario, costo_promedio, valor, valor_resultante, documento_tipo, motivo, fecha)"
            " SELECT id, 'inicial', stock, stock, costo_promedio, costo_promedio, valor_stock, valor_stock,"
            " '', '', NOW(6) FROM productos_producto"
        )


def persona(rol: Rol) -> Persona:
    """Alguien con una sesión abierta."""
    ahora, numero = timezone.now(), Usuario.objects.count()
    usuario = Usuario.objects.create(
        rut=f"{CUERPO_DE_CAJERO + numero}0", nombre="Medición", apellido=str(numero),
        nombre_normalizado=f"medicion {numero}", rol=rol, is_superuser=rol == Rol.ADMINISTRADOR,
    )
    sesion = Sesion.objects.create(
        usuario=usuario, creada=ahora, refrescada=ahora, vence=ahora + timedelta(days=1),
        jti_refresco=uuid.uuid4().hex,
    )
    return Persona(usuario.pk, usuario.nombre_completo, sesion.pk)


def cajeros(cuantos: int) -> list[Persona]:
    """Uno por cliente, como en una tienda: a nombre de uno solo, harían cola en su resumen del día."""
    return [persona(Rol.CAJERO) for _ in range(cuantos)]


def base_de(nombre: str) -> None:
    """Crea la base ``nombre`` y apunta a ella las conexiones de este proceso."""
    import MySQLdb

    ajustes = settings.DATABASES["default"]
    conexion = MySQLdb.connect(
        host=ajustes["HOST"], port=int(ajustes["PORT"]), user=ajustes["USER"], passwd=ajustes["PASSWORD"]
    )
    conexion.cursor().execute(
        f"CREATE DATABASE {nombre} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    )
    conexion.close()
    usar(nombre)


def usar(nombre: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = nombre
