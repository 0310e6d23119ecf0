"""Los datos de la tienda y el IVA se cambian en el admin, y queda escrito qué había antes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from inventario.base.fechas import dia_de
from inventario.base.models import TasaIVA, Tienda
from inventario.mantenimiento.tienda import TasaYaRige, fijar_tasa_iva, quitar_tasa_iva
from registros.models import Registro, TipoRegistro
from ventas.models import FormaPago
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import LineaPedida, PedidoDeVenta, vender

FORMULARIO = {
    "razon_social": "Almacén Ñuñoa", "rut": "76.192.083-9", "giro": "Almacén", "direccion": "",
    "comuna": "Ñuñoa", "telefono": "", "emite_boleta": "siempre", "pesos_por_punto": "100",
    "valor_punto": "1", "limite_descuento_cajero": "100", "bloqueo_minutos": "5",
}


@pytest.fixture
def admin_de_ana(ana):
    navegador = Client()
    navegador.force_login(ana)
    return navegador


def test_cambiar_la_tienda_deja_lo_de_antes_y_lo_de_despues(admin_de_ana, ana):
    respuesta = admin_de_ana.post("/admin/base/tienda/1/change/", FORMULARIO)
    assert respuesta.status_code == 302
    tienda = Tienda.objects.get()
    assert (tienda.razon_social, tienda.rut) == ("Almacén Ñuñoa", "761920839")
    registro = Registro.objects.get(tipo=TipoRegistro.TIENDA)
    assert registro.usuario == ana
    assert registro.cambios == {
        "razon_social": ["Mi tienda", "Almacén Ñuñoa"], "comuna": ["", "Ñuñoa"],
    }


def test_guardar_sin_cambiar_nada_no_deja_registro(admin_de_ana):
    admin_de_ana.post("/admin/base/tienda/1/change/", FORMULARIO)
    admin_de_ana.post("/admin/base/tienda/1/change/", FORMULARIO)
    assert Registro.objects.filter(tipo=TipoRegistro.TIENDA).count() == 1


def test_un_rut_de_tienda_equivocado_no_se_guarda(admin_de_ana):
    respuesta = admin_de_ana.post("/admin/base/tienda/1/change/", {**FORMULARIO, "rut": "76.192.083-1"})
    assert respuesta.status_code == 200
    assert Tienda.objects.get().razon_social == "Mi tienda"


@pytest.mark.parametrize("ruta", ["/admin/base/tienda/add/", "/admin/base/tienda/1/delete/"])
def test_la_tienda_no_se_agrega_ni_se_borra(admin_de_ana, ruta):
    assert admin_de_ana.post(ruta, {**FORMULARIO, "post": "yes"}).status_code == 403
    assert Tienda.objects.count() == 1


def test_un_cajero_no_entra_a_los_datos_de_la_tienda(carlos):
    navegador = Client()
    navegador.force_login(carlos)
    assert navegador.get("/admin/base/tienda/1/change/").status_code == 302


def test_una_tasa_de_iva_futura_se_agrega_se_corrige_y_se_borra(admin_de_ana):
    manana = dia_de(timezone.now()) + timedelta(days=1)
    datos = {"desde": manana.isoformat(), "tasa": "20"}
    assert admin_de_ana.post("/admin/base/tasaiva/add/", datos).status_code == 302
    nueva = TasaIVA.objects.get(desde=manana)
    admin_de_ana.post(f"/admin/base/tasaiva/{nueva.pk}/change/", {"tasa": "21"})
    nueva.refresh_from_db()
    assert nueva.tasa == Decimal(21)
    admin_de_ana.post(f"/admin/base/tasaiva/{nueva.pk}/delete/", {"post": "yes"})
    assert not TasaIVA.objects.filter(desde=manana).exists()
    assert Registro.objects.filter(tipo=TipoRegistro.TIENDA).count() == 3


def test_la_tasa_que_ya_rige_no_se_toca(admin_de_ana, ana, actor, ahora):
    vigente = TasaIVA.objects.get()
    ruta = f"/admin/base/tasaiva/{vigente.pk}/"
    assert admin_de_ana.post(ruta + "change/", {"tasa": "1"}).status_code == 403
    assert admin_de_ana.post(ruta + "delete/", {"post": "yes"}).status_code == 403
    with pytest.raises(TasaYaRige):
        quitar_tasa_iva(actor=actor(ana), desde=vigente.desde, ahora=ahora)
    with pytest.raises(TasaYaRige):
        fijar_tasa_iva(actor=actor(ana), desde=date(2026, 11, 23), tasa=Decimal(1), ahora=ahora)


def test_un_error_de_dominio_se_muestra_en_la_misma_pantalla(admin_de_ana):
    respuesta = admin_de_ana.post(
        "/admin/base/tasaiva/add/", {"desde": "2020-01-01", "tasa": "18"}, follow=True
    )
    assert "no se puede cambiar" in respuesta.content.decode()
    assert TasaIVA.objects.count() == 1


@pytest.mark.django_db
def test_una_tienda_nueva_parte_con_sus_reglas_de_caja() -> None:
    for _ in range(2):
        call_command("tienda_nueva")
    tienda = Tienda.objects.get()
    assert (tienda.exige_turno, tienda.limite_descuento_cajero) == (True, 20)
    assert tienda.anulacion_con_autorizacion
    assert Registro.objects.get(tipo=TipoRegistro.TIENDA).cambios["exige_turno"] == [False, True]


def test_una_que_ya_vende_no_cambia_de_reglas_sola(ana, actor, producto):
    vender(
        actor=actor(ana), ahora=timezone.now(),
        pedido=PedidoDeVenta(
            lineas=[LineaPedida(id_producto=producto().pk, cantidad=Decimal(1))],
            pagos=[PagoPedido(forma=FormaPago.DEBITO)],
        ),
    )
    with pytest.raises(CommandError, match="ya tiene ventas"):
        call_command("tienda_nueva")
    assert not Tienda.objects.get().exige_turno
