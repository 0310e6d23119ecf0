"""Llena una base vacía con una tienda grande, por SQL y no por la puerta: minutos en vez de horas.

Las ventas cuadran (líneas, IVA, pagos, folios, resúmenes), así que sirve para medir lecturas. No
escribe kardex ni registros: para medir invariantes, use ventas hechas por el caso de uso.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from django.db import connection, transaction

LOTE = 100_000
LINEAS = 3
CATEGORIAS = 20
CAJEROS = 6
CLIENTES = 500
HORAS_ABIERTO = 12
FILAS_DE_UNA_VEZ = 2_000


def llenar(*, ventas: int, productos: int, dias: int, hasta: date) -> None:
    """``ventas`` repartidas en los últimos ``dias`` hasta ``hasta`` (inclusive), entre 9 y 21 h de Santiago.

    Sin horario de verano: unas pocas ventas caen una hora al lado, y da lo mismo para medir.
    """
    base_producto = _productos(productos, hasta)
    base_usuario = _usuarios()
    with connection.cursor() as cursor:
        for desde in range(0, ventas, LOTE):
            _lote(cursor, desde, min(LOTE, ventas - desde), ventas, productos, dias, hasta,
                  base_producto, base_usuario)
        if connection.vendor == "mysql":
            cursor.execute("ANALYZE TABLE ventas_venta, ventas_detalleventa, ventas_pago")
        else:
            cursor.execute("ANALYZE")


def _productos(cuantos: int, hoy: date) -> int:
    """Crea productos con ids seguidos y devuelve el primero."""
    from inventario.base.texto import normalizar
    from productos.busqueda import indexar
    from productos.models import Categoria, CodigoBarras, Precio, Producto

    categorias = Categoria.objects.bulk_create(
        Categoria(nombre=f"Categoría {n}", nombre_normalizado=f"categoria {n}") for n in range(CATEGORIAS)
    )
    ahora = datetime.combine(hoy, time(12), tzinfo=UTC)
    nuevos = (
        Producto(
            nombre=f"Producto de prueba {n}", nombre_normalizado=normalizar(f"Producto de prueba {n}"),
            categoria=categorias[n % CATEGORIAS], precio_venta=490 + n * 37 % 9_500,
            costo_promedio=Decimal(300 + n * 23 % 5_000), stock=Decimal(n * 7 % 60),
            valor_stock=Decimal((300 + n * 23 % 5_000) * (n * 7 % 60)), stock_minimo=Decimal(6),
            fecha_vencimiento=hoy + timedelta(days=n % 400 - 5) if n % 4 == 0 else None,
        )
        for n in range(cuantos)
    )
    while lote := list(islice(nuevos, FILAS_DE_UNA_VEZ)):
        with transaction.atomic():
            Producto.objects.bulk_create(lote)
            indexar(lote, nuevos=True)
    base = Producto.objects.order_by("pk").values_list("pk", flat=True)[0]
    relacionados = (
        (
            CodigoBarras(producto_id=base + n, codigo=f"P{n:08}", clave=f"P{n:08}", principal=True),
            Precio(producto_id=base + n, precio=490 + n * 37 % 9_500, desde=date(2020, 1, 1), fecha=ahora),
        )
        for n in range(cuantos)
    )
    while pares := list(islice(relacionados, FILAS_DE_UNA_VEZ)):
        codigos, precios = zip(*pares, strict=True)
        CodigoBarras.objects.bulk_create(codigos)
        Precio.objects.bulk_create(precios)
    return int(base)


def _usuarios() -> int:
    """Crea cajeros y después clientes, con ids seguidos, y devuelve el primero."""
    from inventario.base.actor import Rol
    from usuarios.models import Usuario

    def persona(n: int) -> Usuario:
        cuerpo = str(10_000_000 + n)
        suma = sum(int(d) * (2 + i % 6) for i, d in enumerate(reversed(cuerpo)))
        verificador = "0K987654321"[suma % 11] if suma % 11 else "0"
        nombre = f"Persona {n}"
        return Usuario(
            rut=cuerpo + verificador, nombre=nombre, apellido="De Prueba",
            nombre_normalizado=f"{nombre} de prueba".lower(),
            rol=Rol.CAJERO if n < CAJEROS else Rol.CLIENTE,
        )

    Usuario.objects.bulk_create(persona(n) for n in range(CAJEROS + CLIENTES))
    return int(Usuario.objects.filter(rol=Rol.CAJERO).order_by("pk").values_list("pk", flat=True)[0])


def _lote(
    cursor: object, desde: int, cuantas: int, total: int, productos: int, dias: int, hasta: date,
    base_producto: int, base_usuario: int,
) -> None:
    """Ventas con ids ``desde + 1`` en adelante; el id decide todo lo demás."""
    mysql = connection.vendor == "mysql"
    numeros = (
        f"(SELECT seq AS n FROM seq_{desde + 1}_to_{desde + cuantas})" if mysql else  # noqa: S608
        f"(WITH RECURSIVE s(n) AS (SELECT {desde + 1} UNION ALL SELECT n + 1 FROM s "  # noqa: S608
        f"WHERE n < {desde + cuantas}) SELECT n FROM s)"
    )
    primero = datetime.combine(hasta - timedelta(days=dias - 1), time(12), tzinfo=UTC)
    # Cada venta cae en su día por orden y, dentro del día, en un segundo disperso del horario.
    segundos = (
        f"({'FLOOR' if mysql else 'CAST'}((n - 1) * {dias} / {total}{'' if mysql else ' AS INTEGER'}) * 86400"
        f" + n * 7919 % {HORAS_ABIERTO * 3600})"
    )
    instante = (
        f"DATE_ADD('{primero:%Y-%m-%d %H:%M:%S}', INTERVAL {segundos} SECOND)" if mysql else
        f"datetime('{primero:%Y-%m-%d %H:%M:%S}', {segundos} || ' seconds')"
    )

    def producto(linea: int) -> str:
        # Al cuadrado: unos pocos se venden mucho, como en una tienda.
        return f"({base_producto} + (n * 104729 + {linea} * 7907) % 1000 * ((n * 31 + {linea}) % 1000) " \
               f"* {productos} {'DIV' if mysql else '/'} 1000000)"

    def cantidad(linea: int) -> str:
        return f"(1 + (n + {linea}) % 3)"

    suma = " + ".join(f"{cantidad(i)} * p{i}.precio_venta" for i in range(LINEAS))
    uniones = " ".join(
        f"JOIN productos_producto p{i} ON p{i}.id = {producto(i)}" for i in range(LINEAS)
    )
    div = "DIV" if mysql else "/"
    forma = "(CASE WHEN n % 10 < 5 THEN 2 WHEN n % 10 < 8 THEN 3 ELSE 1 END)"
    cliente = f"(CASE WHEN n % 4 = 0 THEN {base_usuario + CAJEROS} + n % {CLIENTES} END)"
    cursor.execute(  # type: ignore[attr-defined]
        f"""
        INSERT INTO ventas_venta (id, emisor_rut, tipo_dte, folio, afecto, exento, neto, iva, total,
            fecha_venta, cajero_id, cliente_id, nombre_cajero, nombre_cliente, tipo_documento,
            numero_documento, porcentaje, subtotal, forma_pago, puntos_ganados, devuelto)
        SELECT n, '761920839', 39, n, t, 0, (200 * t + 119) {div} 238, t - (200 * t + 119) {div} 238, t,
            f, {base_usuario} + n % {CAJEROS}, {cliente}, 'Persona de prueba', '', 1, '', 0, t, {forma}, 0, 0
        FROM (SELECT n, {suma} AS t, {instante} AS f FROM {numeros} numeros {uniones}) calculadas
        """  # noqa: S608
    )
    for i in range(LINEAS):
        cursor.execute(  # type: ignore[attr-defined]
            f"""
            INSERT INTO ventas_detalleventa (venta_id, numero, producto_id, nombre, descripcion, codigo,
                unidad, cantidad, precio_lista, descuento, precio_unitario, subtotal, total,
                costo_unitario, exenta, tasa_iva, cantidad_devuelta)
            SELECT n, {i + 1}, p.id, p.nombre, '', '', p.unidad, {cantidad(i)}, p.precio_venta, 0,
                p.precio_venta, {cantidad(i)} * p.precio_venta, {cantidad(i)} * p.precio_venta,
                p.costo_promedio, 0, 19, 0
            FROM {numeros} numeros JOIN productos_producto p ON p.id = {producto(i)}
            """  # noqa: S608
        )
    cursor.execute(  # type: ignore[attr-defined]
        f"""
        INSERT INTO ventas_pago (venta_id, forma_pago, monto, redondeo, vuelto, puntos)
        SELECT id, forma_pago, total,
            CASE WHEN forma_pago <> 2 THEN 0 WHEN total % 10 <= 5 THEN -(total % 10) ELSE 10 - total % 10 END,
            0, 0
        FROM ventas_venta WHERE id BETWEEN {desde + 1} AND {desde + cuantas}
        """  # noqa: S608
    )
