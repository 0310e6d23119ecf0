"""Parear una caja con un teléfono: la caja oye sólo a ése, y cualquiera de los dos lo termina."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from productos.tests.clientes_socket import TRANSPORTES, ClienteSIO, abrir_sesion
from usuarios.models import Pareo, Sesion

pytestmark = pytest.mark.django_db(transaction=True)


async def parear(caja, telefono):
    await caja.decir("pair_request", {})
    codigo = (await caja.esperar("pair_code"))["codigo"]
    await telefono.decir("pair_join", {"codigo": codigo})
    return await caja.esperar("paired"), await telefono.esperar("paired")


async def leer(telefono, rut, codigo="cod"):
    await telefono.decir("barcode_scanned", {"barcode": codigo, "rut": rut})
    await telefono.esperar("barcode_result")


@pytest.mark.parametrize("telefono_por", TRANSPORTES)
@pytest.mark.parametrize("caja_por", TRANSPORTES)
async def test_la_caja_pareada_oye_solo_a_su_telefono(conectar, carlos, caja_por, telefono_por):
    caja, otra_caja = await conectar(carlos, caja_por), await conectar(carlos)
    suyo, otro = await conectar(carlos, telefono_por), await conectar(carlos)
    en_caja, en_telefono = await parear(caja, suyo)
    assert (en_caja["papel"], en_telefono["papel"]) == ("caja", "telefono")
    evento = f"barcode_update_{carlos.rut}"
    await leer(suyo, carlos.rut, "suyo")
    assert (await caja.esperar(evento))["barcode"] == "suyo"
    await leer(otro, carlos.rut, "otro")
    assert (await otra_caja.esperar(evento))["barcode"] == "otro"
    assert await caja.silencio(evento)


@pytest.mark.parametrize("lado", ["caja", "telefono"])
async def test_cualquiera_de_los_dos_lo_termina(conectar, carlos, lado):
    caja, telefono, otro = await conectar(carlos), await conectar(carlos, ClienteSIO), await conectar(carlos)
    await parear(caja, telefono)
    await (caja if lado == "caja" else telefono).decir("pair_end", {})
    await caja.esperar("pair_ended")
    await telefono.esperar("pair_ended")
    await leer(otro, carlos.rut)
    assert await caja.esperar(f"barcode_update_{carlos.rut}")


async def test_el_telefono_de_la_tienda_sirve_a_la_caja_de_otro(conectar, carlos, ana):
    caja, telefono = await conectar(carlos), await conectar(ana)
    en_caja, _ = await parear(caja, telefono)
    assert en_caja["con"] == "Ana Araya"
    await leer(telefono, ana.rut)
    assert await caja.esperar(f"barcode_update_{carlos.rut}")
    await telefono.decir("barcode_scanned", {"barcode": "x", "rut": carlos.rut})
    assert (await telefono.esperar("error"))["codigo"] == "rut_ajeno"


async def test_un_cliente_no_se_cuelga_de_una_caja(conectar, carlos, clara):
    caja, intruso = await conectar(carlos), await conectar(clara)
    await caja.decir("pair_request", {})
    codigo = (await caja.esperar("pair_code"))["codigo"]
    await intruso.decir("pair_join", {"codigo": codigo})
    assert (await intruso.esperar("error"))["codigo"] == "codigo_de_pareo_invalido"
    assert await caja.silencio("paired")


async def test_el_codigo_vence_y_no_se_adivina(conectar, carlos):
    caja, telefono = await conectar(carlos), await conectar(carlos)
    await caja.decir("pair_request", {})
    pedido = await caja.esperar("pair_code")
    assert pedido["qr"].endswith(pedido["codigo"])
    await Pareo.objects.aupdate(vence=timezone.now() - timedelta(seconds=1))
    for _ in range(5):
        await telefono.decir("pair_join", {"codigo": pedido["codigo"]})
        assert (await telefono.esperar("error"))["codigo"] == "codigo_de_pareo_invalido"
    await telefono.decir("pair_join", {"codigo": "000000"})
    assert (await telefono.esperar("error"))["codigo"] == "demasiados_intentos"


async def test_el_codigo_sirve_una_vez_y_el_qr_tambien_vale(conectar, carlos):
    caja, uno, dos = await conectar(carlos), await conectar(carlos), await conectar(carlos)
    await caja.decir("pair_request", {})
    qr = (await caja.esperar("pair_code"))["qr"]
    await uno.decir("pair_join", {"codigo": qr})
    await uno.esperar("paired")
    await dos.decir("pair_join", {"codigo": qr})
    assert (await dos.esperar("error"))["codigo"] == "codigo_de_pareo_invalido"


async def test_la_caja_no_se_parea_consigo_misma(conectar, carlos):
    _, token = await sync_to_async(abrir_sesion)(carlos)
    caja, misma = await conectar(carlos, token=token), await conectar(carlos, token=token)
    await caja.decir("pair_request", {})
    codigo = (await caja.esperar("pair_code"))["codigo"]
    await misma.decir("pair_join", {"codigo": codigo})
    assert (await misma.esperar("error"))["codigo"] == "mismo_aparato"


async def test_dos_aparatos_con_la_misma_sesion_se_distinguen_si_lo_declaran(conectar, carlos):
    _, token = await sync_to_async(abrir_sesion)(carlos)
    caja = await conectar(carlos, token=token, ruta="/ws/escaneo/?dispositivo=caja")
    telefono = await conectar(
        carlos, ClienteSIO, token=token, auth={"token": token, "dispositivo": "telefono"}
    )
    await parear(caja, telefono)
    await leer(telefono, carlos.rut)
    assert await caja.esperar(f"barcode_update_{carlos.rut}")


async def test_el_pareo_sobrevive_a_una_reconexion(conectar, carlos):
    _, token = await sync_to_async(abrir_sesion)(carlos)
    caja, telefono = await conectar(carlos), await conectar(carlos, token=token)
    await parear(caja, telefono)
    await telefono.irse()
    vuelto = await conectar(carlos, ClienteSIO, token=token)
    assert (await vuelto.esperar("paired"))["papel"] == "telefono"
    await leer(vuelto, carlos.rut)
    assert await caja.esperar(f"barcode_update_{carlos.rut}")


async def test_un_telefono_que_se_une_a_otra_caja_deja_la_anterior(conectar, carlos):
    una, otra, telefono = await conectar(carlos), await conectar(carlos), await conectar(carlos)
    await parear(una, telefono)
    await parear(otra, telefono)
    assert await una.esperar("pair_ended")
    await leer(telefono, carlos.rut)
    assert await otra.esperar(f"barcode_update_{carlos.rut}")
    assert await una.silencio(f"barcode_update_{carlos.rut}")


async def test_con_la_sesion_del_telefono_cerrada_el_pareo_termina(conectar, carlos, rondas_cortas):
    sesion, token = await sync_to_async(abrir_sesion)(carlos)
    caja, telefono = await conectar(carlos), await conectar(carlos, token=token)
    await parear(caja, telefono)
    await Sesion.objects.filter(pk=sesion.pk).aupdate(cerrada=timezone.now())
    assert await caja.esperar("pair_ended")
    assert await telefono.esperar_cierre() == 4401
