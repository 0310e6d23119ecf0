"""Lecturas que no se alargan con los años: lo mismo en una tienda que recién parte y en una con un millón."""

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventario.base.actor import Rol
from inventario.base.fechas import dia_de
from inventario.base.texto import normalizar
from medicion import servicios, tienda
from medicion.carga import cargar, peticion
from medicion.tabla import Fila, mediana
from productos.busqueda import indexar
from productos.models import Producto
from registros.models import CabezaCadena, SelloRegistro
from usuarios.models import Usuario
from ventas.models import Venta

POCAS, POCOS = 1_000, 1_000
PRODUCTOS = 50_000
DIAS_CON_POCAS = 10
"""Para que un día llene una página, como en la grande."""
VECES = 15
BUSCADO, CUANTOS_BUSCADOS = "Aceite de maravilla", 20


@dataclass
class Tamano:
    """Una tienda de las dos y su servidor."""

    base: str
    admin: tienda.Persona
    cookie: str
    boleta: int
    dia: date
    menor: int
    mayor: int
    puerto: int = 0
    ms: dict[str, list[float]] = field(default_factory=dict)

    def rutas(self) -> dict[str, str]:
        dia = f"fecha_inicio={self.dia}&fecha_fin={self.dia}"
        return {
            "productos, primera página": "/products",
            "productos, por parte del nombre": f"/products?buscar={quote('ceite de marav')}",
            "ventas, primera página": "/ventas",
            "ventas de un día": f"/ventas?{dia}",
            "líneas vendidas, primera página": "/detalleventa",
            "boletas, primera página": "/boletas",
            "una boleta": f"/boleta/{self.boleta}",
            "registros, primera página": "/registros",
            "registros de un día": f"/registros?desde={self.dia}&hasta={self.dia}",
            "inicio del admin": "/admin/",
        }

    def hondas(self) -> dict[str, str]:
        """Páginas de ventas cada vez más atrás, por cursor."""
        return {
            f"ventas, página por cursor al {hondura} %": f"/ventas?cursor={_cursor(self, hondura)}"
            for hondura in (1, 50, 99)
        }


def medir(carpeta: Path, *, corridas: int, ventas: int) -> tuple[list[Fila], dict[str, Any]]:
    chica = _crear("chica", ventas=POCAS, productos=POCOS, dias=DIAS_CON_POCAS)
    grande = _crear("grande", ventas=ventas, productos=PRODUCTOS, dias=365)
    procesos = [servicios.web(carpeta, DB_NAME=tamano.base) for tamano in (chica, grande)]
    with servicios.corriendo(*procesos):
        for tamano, proceso in zip((chica, grande), procesos, strict=True):
            tamano.puerto = proceso.puerto
        for corrida in range(-1, corridas):
            _vuelta(chica, grande, cuenta=corrida >= 0)
    filas = [_contra(nombre, grande.ms[nombre], chica.ms[nombre], 1.3) for nombre in chica.rutas()]
    primera = grande.ms["ventas, primera página"]
    filas += [_contra(nombre, grande.ms[nombre], primera, 1.2) for nombre in grande.hondas()]
    consultas = _consultas(grande)
    dependen = [lista for lista, (con_una, con_cien) in consultas.items() if con_una != con_cien]
    filas.append(Fila(
        "listas cuyas consultas dependen de las filas", ", ".join(dependen) or f"ninguna de {len(consultas)}",
        [float(len(dependen))], 0, hasta=True,
    ))
    return filas, {"chica_ms": chica.ms, "grande_ms": grande.ms, "consultas": consultas}


def _contra(nombre: str, unas: Sequence[float], otras: Sequence[float], meta: float) -> Fila:
    return Fila(
        nombre, f"{mediana(unas):.1f} ms de {mediana(otras):.1f} ms",
        [a / b for a, b in zip(unas, otras, strict=True)], meta, hasta=True,
    )


def _crear(base: str, *, ventas: int, productos: int, dias: int) -> Tamano:
    partio = time.perf_counter()
    tienda.base_de(base)
    tienda.crear(ventas=ventas, productos=productos, dias=dias)
    elegidos = list(Producto.objects.order_by("pk")[:CUANTOS_BUSCADOS])
    for n, producto in enumerate(elegidos):
        producto.nombre = f"{BUSCADO} {n}"
        producto.nombre_normalizado = normalizar(producto.nombre)
    with transaction.atomic():
        Producto.objects.bulk_update(elegidos, ["nombre", "nombre_normalizado"])
        indexar(elegidos)
    _registrar_las_ventas()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE TABLE productos_producto, productos_gramanombre, registros_registro")
    ultima = Venta.objects.latest("pk")
    admin = tienda.persona(Rol.ADMINISTRADOR)
    navegador = Client(headers={"host": "127.0.0.1"})
    navegador.force_login(Usuario.objects.get(pk=admin.usuario_id))
    print(f"  {base}: {ventas:,} ventas en {time.perf_counter() - partio:.0f} s", flush=True)
    return Tamano(
        base=base, admin=admin, cookie=navegador.cookies["sessionid"].value, boleta=ultima.pk - 10,
        dia=dia_de(timezone.now()), menor=1, mayor=ultima.pk,
    )


def _registrar_las_ventas() -> None:
    """El registro de cada venta, sellado. Los hashes no son de nadie: aquí la cadena no se verifica."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registros_registro (mensaje, descripcion, tipo, fecha_y_hora, usuario_id, externo,"
            " objeto_tipo, objeto_id, cambios, puerta, dispositivo, peticion_id, busqueda, sal)"
            " SELECT CONCAT('Venta ', id, ' por $ ', total), '', 'venta', fecha_venta, cajero_id, 0, 'venta',"
            " id, '{}', 'api', '', '', CONCAT('venta ', id, ' por $ ', total), ''"
            " FROM ventas_venta ORDER BY id"
        )
        cursor.execute(
            "INSERT INTO registros_selloregistro (secuencia, registro_id, huella, hash_anterior, hash, fecha)"
            " SELECT ROW_NUMBER() OVER (ORDER BY id), id, '', '', '', fecha_y_hora FROM registros_registro"
        )
    sellados = SelloRegistro.objects.aggregate(secuencia=Max("secuencia"), registro_mayor=Max("registro_id"))
    CabezaCadena.objects.update_or_create(pk=1, defaults=sellados)


def _cursor(tamano: Tamano, hondura: int) -> str:
    """El cursor de la página que parte a ``hondura`` % del camino hacia la venta más vieja."""
    desde = tamano.mayor - (tamano.mayor - tamano.menor) * hondura // 100
    return quote(base64.b64encode(urlencode({"p": desde}).encode()).decode())


def _vuelta(chica: Tamano, grande: Tamano, *, cuenta: bool) -> None:
    """La mediana de cada ruta en cada tienda; una petición aquí y otra allá, para que pasen por lo mismo."""
    for nombre, rutas in [
        *((n, {chica.base: r, grande.base: grande.rutas()[n]}) for n, r in chica.rutas().items()),
        *((n, {grande.base: r}) for n, r in grande.hondas().items()),
    ]:
        medidas: dict[str, list[float]] = {base: [] for base in rutas}
        for _ in range(VECES):
            for tamano in (chica, grande):
                if tamano.base in rutas:
                    medidas[tamano.base].append(_pedir(tamano, rutas[tamano.base]))
        for tamano in (chica, grande):
            if cuenta and tamano.base in rutas:
                tamano.ms.setdefault(nombre, []).append(mediana(medidas[tamano.base]))


def _pedir(tamano: Tamano, ruta: str) -> float:
    if ruta == "/admin/":
        datos = peticion("GET", ruta, cabeceras=f"Cookie: sessionid={tamano.cookie}\r\n")
    else:
        datos = peticion("GET", ruta, token=tamano.admin.token)
    tanda = cargar([tamano.puerto], conexiones=1, siguiente=lambda n: datos, espera=200, veces=1)
    if set(tanda.estados) != {200}:
        raise SystemExit(f"{ruta} respondió {dict(tanda.estados)}: {tanda.raros}")
    return tanda.ms[0]


def _consultas(tamano: Tamano) -> dict[str, tuple[int, int]]:
    """Las de cada lista con una fila y con cien: deben ser las mismas."""
    tienda.usar(tamano.base)
    cliente = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {tamano.admin.token}"})
    cuantas: dict[str, tuple[int, int]] = {}
    for lista in ("/products", "/ventas", "/detalleventa", "/boletas", "/users", "/registros", "/categories"):
        una, cien = (_contar(cliente, f"{lista}?limit={limite}") for limite in (1, 100))
        cuantas[lista] = (una, cien)
    return cuantas


def _contar(cliente: Client, ruta: str) -> int:
    cliente.get(ruta)
    with CaptureQueriesContext(connection) as consultas:
        respuesta = cliente.get(ruta)
        cuantas = len(consultas)
    if respuesta.status_code != 200:
        raise SystemExit(f"{ruta}: {respuesta.content.decode()[:300]}")
    return cuantas
