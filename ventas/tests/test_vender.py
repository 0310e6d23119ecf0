"""Cobrar: el servidor pone el precio, la venta es entera o nada y deja rastro de todo."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient
from stdnum import ean

from inventario.base.actor import Actor
from inventario.base.errores import Conflicto, Invalido, SinPermiso
from inventario.base.fechas import dia_de
from inventario.base.models import TasaIVA, Tienda
from productos.kardex import StockInsuficiente
from productos.models import (
    ClaseTributaria,
    EstadoProducto,
    MovimientoStock,
    PatronBalanza,
    Precio,
    Producto,
    Unidad,
)
from productos.servicios import programar_precio
from registros.models import Registro
from usuarios.models import Estado, MovimientoPuntos, Usuario
from usuarios.puntos import PuntosInsuficientes
from ventas.folios import Folio
from ventas.models import DetalleVenta, FormaPago, Pago, TipoDocumento, TipoDTE, Venta
from ventas.reglas.pagos import EfectivoInsuficiente, PagoPedido, PagosNoCuadran
from ventas.servicios import VentaHecha
from ventas.servicios.lineas import ProductoInvalido
from ventas.servicios.venta import PrecioDesactualizado

Vender = Callable[..., VentaHecha]
Fabrica = Callable[..., Producto]
Api = Callable[[Usuario | None], APIClient]

pytestmark = pytest.mark.django_db


def test_cobra_el_precio_con_iva_adentro(venta: Vender, producto: Fabrica) -> None:
    hecha = venta((producto(precio=5_000), 1)).venta
    assert (hecha.neto, hecha.iva, hecha.total) == (4_202, 798, 5_000)
    assert (hecha.folio, hecha.numero_documento) == (1, "1")
    assert hecha.tipo_dte == TipoDTE.BOLETA


def test_la_respuesta_es_lo_que_quedo_guardado(venta: Vender, producto: Fabrica) -> None:
    hecha = venta((producto(precio=1_190), 2), porcentaje=Decimal(10))
    guardada = Venta.objects.get(pk=hecha.venta.pk)
    campos = [c.attname for c in Venta._meta.concrete_fields]
    assert {c: getattr(guardada, c) for c in campos} == {c: getattr(hecha.venta, c) for c in campos}
    assert list(guardada.detalles.values_list("subtotal", "total")) == [
        (d.subtotal, d.total) for d in hecha.detalles
    ]


def test_sale_del_stock_y_queda_en_el_kardex(
    venta: Vender, producto: Fabrica, carlos: Usuario
) -> None:
    pan = producto(stock=10)
    hecha = venta((pan, 2), (pan, 3))
    pan.refresh_from_db()
    movimiento = MovimientoStock.objects.latest("id")
    assert pan.stock == 5
    assert (movimiento.tipo, movimiento.cantidad, movimiento.stock_resultante) == ("venta", -5, 5)
    assert (movimiento.documento_tipo, movimiento.documento_id) == ("venta", hecha.venta.pk)
    assert movimiento.usuario == carlos


def test_la_venta_guarda_lo_que_era_aquel_dia(venta: Vender, producto: Fabrica) -> None:
    te = producto("Té ceylán", precio=1_990, costo="812.5", codigo="TE-1")
    hecha = venta((te, 1))
    Producto.objects.filter(pk=te.pk).update(nombre="Otro", precio_venta=1)
    linea = hecha.venta.detalles.get()
    assert (linea.nombre, linea.codigo, linea.precio_lista, linea.precio_unitario) == (
        "Té ceylán", "TE-1", 1_990, 1_990,
    )
    assert (linea.costo_unitario, linea.tasa_iva) == (Decimal("812.5"), 19)


def test_cada_linea_sabe_su_margen_neto_de_iva(venta: Vender, producto: Fabrica) -> None:
    afecto = producto("Té", precio=1_190, costo=700)
    exento = producto("Libro", precio=1_000, costo="333.5", clase_tributaria=ClaseTributaria.EXENTO)
    uno, otro = venta((afecto, 2), (exento, 3), porcentaje=Decimal(10)).detalles
    assert (uno.margen.neto, uno.margen.costo, uno.margen.utilidad) == (1_800, 1_400, 400)
    assert uno.margen.porcentaje == Decimal("22.2")
    assert (otro.margen.neto, otro.margen.costo) == (2_700, 1_001)


def test_cobra_con_el_descuento_que_rige_hoy(
    venta: Vender, producto: Fabrica, ahora: datetime
) -> None:
    manana = date(2026, 11, 25)
    te = producto(precio=1_190, descuento=Decimal(10), vencimiento_descuento=manana)
    assert venta((te, 1)).venta.total == 1_071
    assert venta((te, 1), cuando=ahora + timedelta(days=2)).venta.total == 1_190


def test_un_precio_programado_se_cobra_desde_su_dia_y_ni_un_dia_antes(
    venta: Vender, producto: Fabrica, ana: Usuario, actor: Callable[[Usuario], Actor], ahora: datetime
) -> None:
    arroz, te = producto("Arroz", precio=1_000, codigo="P-1"), producto("Té", precio=500)
    manana = dia_de(ahora) + timedelta(days=1)
    programar_precio(codigo="P-1", precio=1_200, desde=manana, actor=actor(ana), ahora=ahora)
    totales = [
        venta((arroz, 1), (te, 1), cuando=ahora + timedelta(days=dias)).venta.total for dias in range(3)
    ]
    assert totales == [1_500, 1_700, 1_700]


def test_el_iva_es_el_que_rige_ese_dia(venta: Vender, producto: Fabrica, ahora: datetime) -> None:
    TasaIVA.objects.create(desde=date(2026, 11, 25), tasa=Decimal(10))
    te = producto(precio=1_100)
    assert venta((te, 1)).venta.neto == 924
    despues = venta((te, 1), cuando=ahora + timedelta(days=1))
    assert (despues.venta.neto, despues.detalles[0].tasa_iva) == (1_000, 10)


def test_lo_exento_no_paga_iva(venta: Vender, producto: Fabrica) -> None:
    libro = producto(precio=1_000, clase_tributaria=ClaseTributaria.EXENTO)
    mezcla = venta((libro, 1), (producto(precio=1_190), 1))
    sola = venta((libro, 1))
    assert (mezcla.venta.exento, mezcla.venta.iva, mezcla.venta.tipo_dte) == (1_000, 190, 39)
    assert (sola.venta.iva, sola.venta.tipo_dte, sola.detalles[0].exenta) == (0, 41, True)


def test_la_factura_lleva_su_propio_folio(venta: Vender, producto: Fabrica) -> None:
    te = producto(precio=1_190)
    folios = [
        venta((te, 1), documento=documento).venta.folio
        for documento in (TipoDocumento.BOLETA, TipoDocumento.FACTURA, TipoDocumento.BOLETA)
    ]
    assert folios == [1, 1, 2]


def test_los_gramos_se_venden_con_tres_decimales(venta: Vender, producto: Fabrica) -> None:
    jamon = producto(precio=5_990, stock="2.5", unidad=Unidad.KILO)
    hecha = venta((jamon, "0.345"))
    jamon.refresh_from_db()
    assert (hecha.venta.total, jamon.stock) == (2_067, Decimal("2.155"))


def test_una_unidad_no_se_parte(venta: Vender, producto: Fabrica) -> None:
    with pytest.raises(ProductoInvalido) as fallo:
        venta((producto(), "0.5"))
    assert fallo.value.errores == {"1": ["Arroz grado 1 se vende por unidades enteras"]}


def test_no_vende_mas_de_lo_que_hay(venta: Vender, producto: Fabrica) -> None:
    te, pan = producto("Té", stock=2), producto("Pan", stock=5)
    with pytest.raises(StockInsuficiente) as fallo:
        venta((te, 3), (pan, 3), (pan, 1), (pan, 2))
    assert sorted(fallo.value.errores) == ["1", "2", "3", "4"]
    assert fallo.value.errores["2"] == ["Stock insuficiente de Pan: se piden 6 y quedan 5"]


def test_nombra_cada_linea_mala_y_no_escribe_nada(
    venta: Vender, producto: Fabrica, carlos: Usuario
) -> None:
    bueno, inactivo = producto("Bueno", stock=1), producto(estado=EstadoProducto.INACTIVO)
    fantasma = Producto(pk=999_999)
    antes = (Venta.objects.count(), MovimientoStock.objects.count(), Registro.objects.count())
    with pytest.raises(ProductoInvalido) as fallo:
        venta((bueno, 1), (inactivo, 1), (fantasma, 1), (bueno, 0), (bueno, -1), (bueno, 9))
    assert sorted(fallo.value.errores) == ["1", "2", "3", "4", "5", "6"]
    assert antes == (
        Venta.objects.count(), MovimientoStock.objects.count(), Registro.objects.count(),
    )
    bueno.refresh_from_db()
    assert bueno.stock == 1


def test_otro_total_que_el_esperado_no_se_cobra(venta: Vender, producto: Fabrica) -> None:
    te = producto(precio=1_190)
    with pytest.raises(PrecioDesactualizado) as fallo:
        venta((te, 1), total_esperado=1_000)
    assert fallo.value.datos == {"total_con_iva": 1_190, "total_sin_iva": 1_000, "iva": 190}
    assert venta((te, 1), total_esperado=1_190).venta.total == 1_190


def test_la_ley_del_redondeo_es_del_pago_y_no_del_documento(
    venta: Vender, producto: Fabrica
) -> None:
    recibido = PagoPedido(forma=FormaPago.EFECTIVO, recibido=20_000)
    hecha = venta((producto(precio=12_486), 1), pagos=[recibido])
    pago = Pago.objects.get()
    assert (hecha.venta.total, pago.monto, pago.redondeo, pago.vuelto) == (12_486, 12_486, 4, 7_510)


def test_un_pago_mixto_debe_sumar_el_total(venta: Vender, producto: Fabrica) -> None:
    te = producto(precio=1_000)
    credito, debito = (
        PagoPedido(forma=FormaPago.CREDITO, monto=600), PagoPedido(forma=FormaPago.DEBITO, monto=400),
    )
    hecha = venta((te, 1), pagos=[credito, debito])
    assert hecha.venta.forma_pago == FormaPago.CREDITO
    with pytest.raises(PagosNoCuadran):
        venta((te, 1), pagos=[credito])
    with pytest.raises(EfectivoInsuficiente):
        venta((te, 1), pagos=[PagoPedido(forma=FormaPago.EFECTIVO, recibido=990)])


def test_gana_puntos_por_lo_que_paga_con_dinero(
    venta: Vender, producto: Fabrica, clara: Usuario
) -> None:
    te = producto(precio=1_099)
    assert venta((te, 1), id_cliente=clara.pk).venta.puntos_ganados == 10
    clara.refresh_from_db()
    assert clara.puntos == 10
    assert venta((te, 1)).venta.puntos_ganados == 0


def test_paga_con_puntos_y_quedan_en_su_libro(
    venta: Vender, producto: Fabrica, clara: Usuario
) -> None:
    Tienda.objects.update(valor_punto=10)
    venta((producto(precio=100_000), 1), id_cliente=clara.pk)
    hecha = venta(
        (producto(precio=1_005), 1),
        id_cliente=clara.pk,
        pagos=[
            PagoPedido(forma=FormaPago.PUNTOS, monto=505), PagoPedido(forma=FormaPago.DEBITO, monto=500),
        ],
    )
    clara.refresh_from_db()
    assert (hecha.venta.puntos_ganados, clara.puntos) == (5, 1_000 - 51 + 5)
    assert list(
        MovimientoPuntos.objects.filter(documento_id=hecha.venta.pk).order_by("id").values_list(
            "tipo", "cantidad", "saldo"
        )
    ) == [("canjeados", -51, 949), ("ganados", 5, 954)]


def test_sin_puntos_suficientes_no_hay_venta(
    venta: Vender, producto: Fabrica, clara: Usuario
) -> None:
    te = producto(precio=1_000)
    with pytest.raises(PuntosInsuficientes):
        venta((te, 1), id_cliente=clara.pk, forma=FormaPago.PUNTOS)
    te.refresh_from_db()
    assert (te.stock, Venta.objects.count()) == (10, 0)


def test_los_puntos_son_de_alguien(venta: Vender, producto: Fabrica) -> None:
    with pytest.raises(Invalido) as fallo:
        venta((producto(), 1), forma=FormaPago.PUNTOS)
    assert fallo.value.codigo == "cliente_requerido"


def test_el_cliente_debe_ser_un_cliente_activo(
    venta: Vender, producto: Fabrica, clara: Usuario, carlos: Usuario
) -> None:
    te = producto()
    Usuario.objects.filter(pk=clara.pk).update(estado=Estado.INACTIVO)
    for malo in (clara.pk, carlos.pk, 999_999):
        with pytest.raises(Invalido) as fallo:
            venta((te, 1), id_cliente=malo)
        assert fallo.value.codigo == "cliente_invalido"


def test_solo_un_administrador_vende_a_nombre_de_otro(
    venta: Vender, producto: Fabrica, ana: Usuario, carlos: Usuario, clara: Usuario
) -> None:
    te = producto()
    hecha = venta((te, 1), quien=ana, id_cajero=carlos.pk).venta
    assert (hecha.cajero_id, hecha.nombre_cajero) == (carlos.pk, "Carlos Cáceres")
    assert venta((te, 1), quien=carlos, id_cajero=carlos.pk).venta.cajero_id == carlos.pk
    with pytest.raises(SinPermiso):
        venta((te, 1), quien=carlos, id_cajero=ana.pk)
    with pytest.raises(SinPermiso):
        venta((te, 1), quien=clara)
    with pytest.raises(Invalido):
        venta((te, 1), quien=ana, id_cajero=clara.pk)


def test_queda_registrada_con_quien_y_desde_donde(
    venta: Vender, producto: Fabrica, carlos: Usuario
) -> None:
    hecha = venta((producto(precio=5_990), 1))
    registro = Registro.objects.get(tipo="venta")
    assert registro.mensaje == f"Venta {hecha.venta.pk} por $ 5.990"
    assert (registro.usuario, registro.ip, registro.objeto_id) == (carlos, "127.0.0.1", hecha.venta.pk)


def test_regalar_todo_tambien_es_una_venta(venta: Vender, producto: Fabrica) -> None:
    hecha = venta((producto(precio=1_000), 1), porcentaje=Decimal(100))
    assert (hecha.venta.total, hecha.pagos[0].monto) == (0, 0)


def test_un_total_que_no_cabe_no_se_cobra(venta: Vender, producto: Fabrica) -> None:
    with pytest.raises(Invalido) as fallo:
        venta((producto(precio=2_000_000_000, stock=2), 2))
    assert fallo.value.codigo == "total_excesivo"


def _etiqueta(prefijo: str, item: str, valor: int) -> str:
    cuerpo = f"{prefijo}{item}{valor:05d}"
    return cuerpo + ean.calc_check_digit(cuerpo)


def test_la_etiqueta_de_balanza_se_vende_por_su_peso(
    venta: Vender, producto: Fabrica, api: Api, carlos: Usuario
) -> None:
    producto(precio=5_990, stock=5, unidad=Unidad.KILO, codigo="00123")
    respuesta = api(carlos).post(
        "/ventas-detalle",
        {
            "id_forma_pago": 3, "id_tipodocumento": 1,
            "productos": [{"codigo_barras": _etiqueta("24", "00123", 345), "cantidad": 2}],
        },
    )
    assert respuesta.status_code == 201, respuesta.json()
    linea = respuesta.json()["detalles"][0]
    assert (linea["cantidad"], linea["subtotal"]) == (0.69, 4_133)


def test_la_etiqueta_con_precio_cobra_lo_que_dice(
    producto: Fabrica, api: Api, carlos: Usuario
) -> None:
    PatronBalanza.objects.create(prefijo="25", valor=PatronBalanza.Valor.PRECIO)
    jamon = producto(precio=5_990, stock=5, unidad=Unidad.KILO, codigo="00123")
    linea = {"codigo_barras": _etiqueta("25", "00123", 2_000), "cantidad": 1}
    pedido = {"id_forma_pago": 3, "id_tipodocumento": 1, "productos": [linea]}
    datos = api(carlos).post("/ventas-detalle", pedido).json()
    assert (datos["total_con_iva"], datos["detalles"][0]["cantidad"]) == (2_000, 0.334)
    # Aunque hoy valga otra cosa, vuelve la bolsa que se vendió.
    Precio.objects.update(precio=9_990)
    vuelta = api(carlos).post(
        f"/ventas/{datos['id_venta']}/devolucion", {"motivo": "x", "productos": [linea]}
    ).json()
    assert (vuelta["total_con_iva"], vuelta["detalles"][0]["cantidad"]) == (2_000, 0.334)
    jamon.refresh_from_db()
    assert jamon.stock == 5


def test_las_etiquetas_se_cuentan_enteras(
    producto: Fabrica, api: Api, carlos: Usuario
) -> None:
    producto(precio=5_990, stock=5, unidad=Unidad.KILO, codigo="00123")
    linea = {"codigo_barras": _etiqueta("24", "00123", 345), "cantidad": 0.5}
    vacia = {"codigo_barras": _etiqueta("24", "00123", 0), "cantidad": 1}
    pedido = {"id_forma_pago": 3, "id_tipodocumento": 1, "productos": [linea, vacia]}
    respuesta = api(carlos).post("/ventas-detalle", pedido)
    assert respuesta.status_code == 400
    assert respuesta.json()["errores"].keys() == {"1", "2"}


class RangoDeDos:
    """Una fuente de folios con un rango autorizado: del 500 al 501."""

    def tomar(self, *, emisor_rut: str, tipo_dte: TipoDTE) -> Folio:
        usados = Venta.objects.filter(tipo_dte=tipo_dte, folio__isnull=False).count()
        if usados == 2:
            raise Conflicto("No quedan folios", codigo="sin_folios")
        return Folio(500 + usados)


def test_los_folios_pueden_venir_de_otra_fuente_y_agotarse(
    venta: Vender, producto: Fabrica, settings: Settings
) -> None:
    settings.FUENTE_DE_FOLIOS = f"{__name__}.RangoDeDos"
    te = producto(stock=10)
    assert [venta((te, 1)).venta.folio for _ in range(2)] == [500, 501]
    with pytest.raises(Conflicto):
        venta((te, 1))
    te.refresh_from_db()
    assert (te.stock, Venta.objects.count()) == (8, 2)


def _consultas(api: Api, quien: Usuario, cuerpo: dict[str, Any]) -> int:
    cliente = api(quien)
    with CaptureQueriesContext(connection) as consultas:
        respuesta = cliente.post("/ventas-detalle", cuerpo, headers={"Idempotency-Key": str(uuid4())})
    assert respuesta.status_code == 201, respuesta.json()
    return len(consultas)


def test_cincuenta_lineas_cuestan_las_mismas_sentencias_que_una(
    api: Api, carlos: Usuario, clara: Usuario, producto: Fabrica
) -> None:
    for n in range(51):
        producto(f"P{n}", codigo=f"C-{n}")
    venta = {
        "id_forma_pago": 2, "id_tipodocumento": 1, "id_cliente": clara.pk,
        "productos": [{"codigo_barras": "C-50", "cantidad": 1}],
    }
    _consultas(api, carlos, venta)  # la primera crea el correlativo
    una = _consultas(api, carlos, venta)
    muchas = _consultas(
        api, carlos,
        venta | {"productos": [{"codigo_barras": f"C-{n}", "cantidad": 1} for n in range(50)]},
    )
    assert una == muchas
    assert DetalleVenta.objects.count() == 52
