"""El inventario físico: varios cuentan a la vez, la tienda sigue vendiendo y la diferencia queda bien."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from productos.kardex import Cambio, bloquear_productos, mover_stock
from productos.models import ConteoInventario, LecturaConteo, MovimientoStock, Producto
from productos.tests.test_codigos import etiqueta
from productos.verificacion import verificar_inventario
from registros.models import Registro
from usuarios.models import Usuario

Api = Callable[[Usuario | None], APIClient]
Fabrica = Callable[..., Producto]


@pytest.fixture
def conteo(api: Api, ana: Usuario, producto: Fabrica) -> str:
    """La dirección de un conteo abierto de abarrotes."""
    producto(codigo="BASE", stock=0, categoria="Abarrotes")
    creado = api(ana).post("/conteos", {"nombre": "Noviembre", "categoria": "abarrotes"})
    assert creado.status_code == 201
    return f"/conteos/{creado.json()['id_conteo']}"


@pytest.fixture
def leer(api: Api, conteo: str, carlos: Usuario) -> Callable[..., Any]:
    def hacer(codigo: str, cantidad: Any = 1, quien: Usuario = carlos, **extra: Any) -> Any:
        cuerpo = {"codigo_barras": codigo, "cantidad": cantidad, **extra}
        return api(quien).post(f"{conteo}/lecturas", cuerpo)

    return hacer


@pytest.fixture
def vender(ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime) -> Callable[..., None]:
    def hacer(producto: Producto, cantidad: int) -> None:
        bloqueado = bloquear_productos([producto.pk])[producto.pk]
        mover_stock(
            cambios=[Cambio(producto=bloqueado, cantidad=Decimal(-cantidad))],
            tipo=MovimientoStock.Tipo.VENTA, actor=actor(ana), ahora=ahora,
        )

    return hacer


def cerrar(api: Api, ana: Usuario, conteo: str, **extra: Any) -> Any:
    return api(ana).post(f"{conteo}/cerrar", {"motivo": "Conteo mensual", **extra})


def test_cerrar_lleva_las_diferencias_al_kardex_con_su_motivo(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any]
) -> None:
    falta = producto("Faltan dos", codigo="A", stock=10, costo=300)
    sobra = producto("Sobra uno", codigo="B", stock=4, costo="100.5")
    calza = producto("Calza", codigo="C", stock=3)
    leer("A", 8)
    leer("B", 5)
    leer("C", 3)

    filas = api(ana).get(f"{conteo}/diferencias").json()
    assert [(f["nombre"], f["diferencia"], f["diferencia_clp"]) for f in filas] == [
        ("Faltan dos", -2, -600), ("Sobra uno", 1, 101),
    ]
    assert len(api(ana).get(f"{conteo}/diferencias", {"todas": True}).json()) == 3
    respuesta = cerrar(api, ana, conteo)

    assert respuesta.json() == {"msg": "Conteo cerrado", "ajustados": 2, "diferencia_clp": -500}
    stocks = [Producto.objects.get(pk=p.pk).stock for p in (falta, sobra, calza)]
    assert stocks == [8, 5, 3]
    movimiento = falta.movimientos.first()
    assert movimiento is not None
    assert (movimiento.tipo, movimiento.motivo, movimiento.usuario) == (
        "conteo", "Conteo mensual", ana,
    )
    assert movimiento.documento_tipo == "conteo"
    assert api(ana).get(f"{conteo}/diferencias").json() == filas
    assert Registro.objects.get(mensaje="Inventario físico cerrado: Noviembre").cambios == {
        "estado": ["abierto", "cerrado"], "ajustados": [None, 2], "diferencia_clp": [None, -500],
    }


def test_lo_que_se_vende_despues_de_contar_no_cambia_la_diferencia(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any],
    vender: Callable[..., None],
) -> None:
    arroz = producto(codigo="A", stock=10)
    vender(arroz, 1)
    leer("A", 8)
    vender(arroz, 3)

    [fila] = api(ana).get(f"{conteo}/diferencias").json()
    assert (fila["stock_sistema"], fila["diferencia"], fila["movido"]) == (9, -1, 0)
    cerrar(api, ana, conteo)

    arroz.refresh_from_db()
    assert arroz.stock == 5
    assert list(verificar_inventario()) == []


def test_lo_vendido_entre_dos_lecturas_se_supone_de_lo_ya_contado_y_se_senala(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any],
    vender: Callable[..., None],
) -> None:
    arroz = producto(codigo="A", stock=10)
    leer("A", 6)
    vender(arroz, 2)
    leer("A", 4)

    [fila] = api(ana).get(f"{conteo}/diferencias", {"todas": True}).json()
    assert (fila["diferencia"], fila["movido"]) == (0, -2)
    cerrar(api, ana, conteo)

    arroz.refresh_from_db()
    assert arroz.stock == 8


def test_varios_telefonos_suman_y_nadie_pisa_a_nadie(
    conteo: str, producto: Fabrica, leer: Callable[..., Any], ana: Usuario, carlos: Usuario
) -> None:
    producto("Arroz", codigo="A", codigos_barras=["A-BIS"], stock=10)

    respuestas = [leer("A", 2, quien=quien) for quien in (ana, carlos, ana)]
    respuestas.append(leer("a-bis"))
    respuestas.append(leer("A", -1))

    assert [r.json()["contado"] for r in respuestas] == [2, 4, 6, 7, 6]
    assert respuestas[-1].json()["msg"] == "Arroz: van 6"
    assert LecturaConteo.objects.count() == 5


def test_contar_de_nuevo_deja_sin_valor_lo_anterior(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any],
    vender: Callable[..., None],
) -> None:
    arroz = producto(codigo="A", stock=10)
    leer("A", 50)
    vender(arroz, 2)
    leer("A", 5, desde_cero=True)
    assert leer("A", 3).json()["contado"] == 8
    cerrar(api, ana, conteo)

    arroz.refresh_from_db()
    assert arroz.stock == 8


def test_repetir_una_lectura_con_su_clave_no_la_suma_dos_veces(
    api: Api, carlos: Usuario, conteo: str, producto: Fabrica
) -> None:
    producto(codigo="A", stock=10)

    for _ in range(2):
        respuesta = api(carlos).post(
            f"{conteo}/lecturas", {"codigo_barras": "A", "cantidad": 2},
            headers={"Idempotency-Key": "lectura-1"},
        )
        assert respuesta.json()["contado"] == 2


def test_una_etiqueta_de_balanza_cuenta_sus_kilos(
    conteo: str, producto: Fabrica, leer: Callable[..., Any]
) -> None:
    producto("Queso", codigo="00123", unidad="kg", stock=1)
    codigo = etiqueta("24", "00123", 345)

    assert leer(codigo).json()["cantidad"] == 0.345
    assert leer(codigo, 2).json()["contado"] == 1.035


def test_lo_que_nadie_conto_queda_como_esta_o_en_cero_segun_se_pida(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any]
) -> None:
    contado = producto(codigo="A", stock=2)
    perdido = producto(codigo="B", stock=4, costo=100)
    ajeno = producto(codigo="C", stock=6, categoria="Lácteos")
    leer("A", 2)

    respuesta = cerrar(api, ana, conteo, no_contados_a_cero=True)

    assert respuesta.json()["diferencia_clp"] == -400
    stocks = [Producto.objects.get(pk=p.pk).stock for p in (contado, perdido, ajeno)]
    assert stocks == [2, 0, 6]


@pytest.mark.parametrize(
    ("codigo", "cuerpo", "estado"),
    [
        ("NADA", {}, 404),
        ("LECHE", {}, 400),
        ("A", {"cantidad": 1.5}, 400),
        ("A", {"cantidad": "x"}, 400),
        ("A", {"cantidad": 0}, 201),
    ],
)
def test_solo_se_cuenta_lo_que_es_del_conteo_y_se_puede_medir(
    conteo: str, producto: Fabrica, leer: Callable[..., Any], codigo: str, cuerpo: dict[str, Any],
    estado: int,
) -> None:
    producto(codigo="A", stock=10)
    producto(codigo="LECHE", categoria="Lácteos")

    assert leer(codigo, **cuerpo).status_code == estado


def test_una_cuenta_imposible_no_cierra_nada_y_dice_que_recontar(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any],
    vender: Callable[..., None],
) -> None:
    arroz = producto("Arroz", codigo="A", stock=10)
    leer("A", 2)
    vender(arroz, 9)

    respuesta = cerrar(api, ana, conteo)

    assert (respuesta.status_code, respuesta.json()["codigo"]) == (409, "cuenta_imposible")
    assert "Arroz" in respuesta.json()["errores"][str(arroz.pk)][0]
    assert ConteoInventario.objects.get().estado == "abierto"
    leer("A", -3)
    assert cerrar(api, ana, conteo).json()["codigo"] == "cuenta_imposible"
    leer("A", 1, desde_cero=True)
    assert cerrar(api, ana, conteo).status_code == 200


def test_dos_conteos_abiertos_no_comparten_productos(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica
) -> None:
    producto(codigo="L", categoria="Lácteos")

    def abrir(**extra: Any) -> int:
        return int(api(ana).post("/conteos", {"nombre": "Otro", **extra}).status_code)

    assert abrir(categoria="Abarrotes") == 409
    assert abrir() == 409
    assert abrir(categoria="Nada") == 400
    assert abrir(categoria="Lácteos") == 201
    for pendiente in api(ana).get("/conteos").json():
        ruta = f"/conteos/{pendiente['id_conteo']}/anular"
        assert api(ana).post(ruta, {"motivo": "Fin"}).status_code == 200
    assert abrir(categoria="") == 201
    assert abrir(categoria="Lácteos") == 409


def test_un_conteo_terminado_no_se_lee_ni_se_termina_otra_vez(
    api: Api, ana: Usuario, conteo: str, leer: Callable[..., Any]
) -> None:
    leer("BASE", 0)
    assert cerrar(api, ana, conteo).status_code == 200

    assert leer("BASE").json()["codigo"] == "conteo_terminado"
    assert cerrar(api, ana, conteo).status_code == 409
    assert api(ana).post(f"{conteo}/anular", {"motivo": "x"}).status_code == 409
    ficha = api(ana).get(conteo).json()
    assert (ficha["estado"], ficha["terminado_por"], ficha["lecturas"]) == ("cerrado", "Ana Araya", 1)
    assert api(ana).get("/conteos/999999").status_code == 404


@pytest.mark.parametrize("cuantos", [1, 50])
def test_las_diferencias_cuestan_lo_mismo_sean_cuantas_sean(
    api: Api, ana: Usuario, conteo: str, producto: Fabrica, leer: Callable[..., Any],
    django_assert_num_queries: Any, cuantos: int,
) -> None:
    for n in range(cuantos):
        producto(codigo=f"A-{n}", stock=3)
        leer(f"A-{n}", 2)

    # El conteo, sus lecturas (y la vuelta que no trae más) y los productos.
    with django_assert_num_queries(4):
        assert len(api(ana).get(f"{conteo}/diferencias").json()) == cuantos
