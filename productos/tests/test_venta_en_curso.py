"""La venta abierta en la caja: la ve su segunda pantalla, nadie la guarda, y se avisa si cambia un precio."""

import json
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from productos.models import Precio, Producto
from productos.servicios import DatosProducto, crear_categoria, crear_producto, editar_producto
from productos.servicios.precios import anotar_precio
from productos.tests.clientes_socket import TRANSPORTES, ClienteSIO
from productos.venta_en_curso import BYTES_MAXIMO, LINEAS_MAXIMO, VentaInvalida, leer_venta
from usuarios.models import Notificacion

pytestmark = pytest.mark.django_db(transaction=True)

SISTEMA = Actor.sistema(puerta=Puerta.COMANDO)
CODIGOS = {"Azúcar": "2000000000015", "Harina": "2000000000022"}


@pytest.fixture
def despensa(ana) -> dict[str, int]:
    """Nombre → id; todo a $1.190."""
    ahora = timezone.now()
    crear_categoria(nombre="Abarrotes", actor=SISTEMA, ahora=ahora)
    return {
        nombre: crear_producto(
            datos=DatosProducto(
                nombre=nombre, codigo_barras=codigo, categoria="Abarrotes", precio_venta=1190,
                stock=Decimal(7), costo=Decimal(700),
            ),
            actor=SISTEMA, ahora=ahora,
        ).pk
        for nombre, codigo in CODIGOS.items()
    }


@sync_to_async
def cambiar(nombre: str, **cambios: Any) -> None:
    editar_producto(codigo=CODIGOS[nombre], cambios=cambios, actor=SISTEMA, ahora=timezone.now())


def linea(producto_id: int | None = 1, **otros: Any) -> dict[str, Any]:
    comun = {"id_producto": producto_id, "nombre": "Azúcar", "cantidad": 2, "precio": 1190, "subtotal": 2380}
    return {**comun, **otros}


def venta(*lineas: dict[str, Any], **otros: Any) -> dict[str, Any]:
    return {"lineas": list(lineas), "total": 2380, "estado": "en_curso", **otros}


@pytest.mark.parametrize("pantalla_por", TRANSPORTES)
@pytest.mark.parametrize("caja_por", TRANSPORTES)
async def test_la_segunda_pantalla_ve_la_venta_y_nadie_mas(conectar, carlos, ana, caja_por, pantalla_por):
    caja, pantalla, ajena = (
        await conectar(carlos, caja_por), await conectar(carlos, pantalla_por), await conectar(ana)
    )
    await caja.decir("venta_en_curso", venta(linea(clave_ajena="x"), vuelto=620, sobra=1))
    llego = await pantalla.esperar("venta_en_curso")
    origen = llego.pop("origen")
    assert len(origen) == 8
    assert llego == venta(linea(), vuelto=620)
    assert await ajena.silencio("venta_en_curso")
    assert caja.recibidos == []


async def test_una_pantalla_que_llega_tarde_la_pide_y_la_caja_la_repite(conectar, carlos):
    caja, pantalla = await conectar(carlos), await conectar(carlos, ClienteSIO)
    await pantalla.decir("venta_pedida", {})
    assert await caja.esperar("venta_pedida") == {}
    assert await pantalla.silencio("venta_pedida")


async def test_un_cliente_no_publica_ventas(conectar, clara):
    suyo = await conectar(clara)
    for evento, datos in (("venta_en_curso", venta(linea())), ("venta_pedida", {})):
        await suyo.decir(evento, datos)
        assert (await suyo.esperar("error"))["codigo"] == "sin_permiso"


async def test_una_venta_larga_cabe_y_una_demasiado_larga_no_pasa_ni_corta(conectar, carlos):
    caja, pantalla = await conectar(carlos), await conectar(carlos)
    larga = venta(*[linea(n) for n in range(LINEAS_MAXIMO)])
    await caja.decir("venta_en_curso", larga)
    assert len((await pantalla.esperar("venta_en_curso"))["lineas"]) == LINEAS_MAXIMO
    await caja.decir("venta_en_curso", venta(*larga["lineas"], linea()))
    assert (await caja.esperar("error"))["codigo"] == "venta_muy_grande"
    assert await pantalla.silencio("venta_en_curso")
    await caja.crudo(json.dumps({"evento": "venta_en_curso", "datos": {"x": "y" * BYTES_MAXIMO}}))
    assert (await caja.esperar("error"))["codigo"] == "mensaje_muy_grande"
    assert await caja.esperar_cierre() == 4413


@pytest.mark.parametrize(
    "mala",
    [
        {}, {"lineas": "x"}, venta(estado="otro"), venta(total=-1), venta(total=1.5), venta(total=True),
        venta(7), venta(linea(cantidad=0)), venta(linea(cantidad=float("nan"))), venta(linea(cantidad="2")),
        venta(linea(nombre=None)), venta(linea(precio=None)), venta(linea("1")), venta(vuelto=-5),
        venta(linea(subtotal=2**80)),
    ],
)
def test_una_venta_mal_formada_se_rechaza(mala):
    with pytest.raises(VentaInvalida):
        leer_venta(mala)


async def test_cambiar_un_precio_avisa_a_la_caja_que_lo_muestra(conectar, carlos, ana, despensa):
    caja, de_ana = await conectar(carlos), await conectar(ana)
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"]), linea(None)))
    await de_ana.decir("venta_en_curso", venta(linea(despensa["Harina"])))
    await cambiar("Azúcar", precio_venta=1290)
    aviso = await caja.esperar("notificacion")
    assert (aviso["tipo"], aviso["titulo"]) == ("precio", "Cambió un precio")
    assert aviso["mensaje"] == "Azúcar: de $1.190 a $1.290"
    assert aviso["datos"] == {"productos": [{
        "id_producto": despensa["Azúcar"], "nombre": "Azúcar", "precio_anterior": 1190, "precio_final": 1290,
    }]}
    assert await de_ana.silencio("notificacion")


async def test_se_avisa_una_vez_por_precio_aunque_la_caja_siga_mostrando_el_viejo(
    conectar, carlos, despensa, rondas_cortas
):
    caja = await conectar(carlos)
    for precio in (1290, 1350):
        await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"])))
        await cambiar("Azúcar", precio_venta=precio)
        assert (await caja.esperar("notificacion"))["datos"]["productos"][0]["precio_final"] == precio
        await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"], cantidad=3)))
        assert await caja.silencio("notificacion", 0.6)
    assert await Notificacion.objects.acount() == 2


async def test_un_descuento_que_parte_tambien_cambia_lo_que_se_cobra(conectar, carlos, despensa):
    caja = await conectar(carlos)
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"])))
    await cambiar("Azúcar", descuento=Decimal(10))
    assert (await caja.esperar("notificacion"))["datos"]["productos"][0]["precio_final"] == 1071


async def test_lo_que_cambio_sin_que_nadie_empujara_se_nota_en_la_ronda(
    conectar, carlos, despensa, rondas_cortas
):
    """Así llega lo que hace el trabajador de tareas sin Redis, y un precio programado a medianoche."""
    caja = await conectar(carlos)
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"])))
    hoy = timezone.localdate()
    await Precio.objects.acreate(
        producto_id=despensa["Azúcar"], precio=1500, desde=hoy, fecha=timezone.now()
    )
    assert (await caja.esperar("notificacion"))["datos"]["productos"][0]["precio_final"] == 1500


@pytest.mark.parametrize("final", ["pagada", "vacia"])
async def test_una_venta_cerrada_o_un_precio_puesto_a_mano_no_avisan(
    conectar, carlos, despensa, rondas_cortas, final
):
    caja = await conectar(carlos)
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"])))
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"]), estado=final))
    await caja.decir("venta_en_curso", venta(linea(despensa["Harina"], precio_manual=True)))
    await cambiar("Azúcar", precio_venta=1290)
    await cambiar("Harina", precio_venta=1290)
    assert await caja.silencio("notificacion", 0.6)


async def test_una_caja_que_se_va_se_olvida(conectar, carlos, despensa, rondas_cortas):
    caja = await conectar(carlos)
    await caja.decir("venta_en_curso", venta(linea(despensa["Azúcar"])))
    await caja.irse()
    otra = await conectar(carlos)
    await cambiar("Azúcar", precio_venta=1290)
    assert await otra.silencio("notificacion", 0.6)


def test_muchos_precios_en_una_transaccion_son_un_empujon(despensa):
    with transaction.atomic():
        azucar = Producto.objects.get(nombre="Azúcar")
        for precio in (1, 2, 3):
            anotar_precio(
                producto=azucar, precio=precio, desde=timezone.localdate(), actor=SISTEMA,
                ahora=timezone.now(),
            )
        assert len(connection.run_on_commit) == 1
