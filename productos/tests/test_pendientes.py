"""Un código que nadie conoce se envía con su foto, y al aprobarlo se encuentra."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from inventario.base.tests.hilos import a_la_vez
from productos.models import FotoPendiente, Producto, ProductoPendiente
from productos.servicios import crear_categoria, enviar_pendiente, pendientes
from productos.tests.fotos import un_jpeg
from registros.models import Registro
from usuarios.models import Notificacion, Usuario

EAN = "7809876543214"
Enviar = Callable[..., Any]


@pytest.fixture
def enviar(api: Callable[[Usuario | None], APIClient], carlos: Usuario, ana: Usuario) -> Enviar:
    def de(codigo: str = EAN, nombre: str = "Galletas", foto: bytes | None = None, **extra: Any) -> Any:
        cuerpo = {"codigo_barras": codigo, "nombre": nombre, **extra}
        if foto is not None:
            cuerpo["foto"] = SimpleUploadedFile("foto.jpg", foto, "image/jpeg")
        return api(extra.pop("quien", carlos)).post("/productos-pendientes", cuerpo, format="multipart")

    return de


def test_se_envia_con_foto_se_aprueba_y_desde_entonces_se_encuentra(
    enviar: Enviar, api: Callable[[Usuario | None], APIClient], ana: Usuario, carlos: Usuario,
    actor: Any, ahora: Any,
) -> None:
    crear_categoria(nombre="Abarrotes", actor=actor(ana), ahora=ahora)
    enviado = enviar(precio_sugerido="990", foto=un_jpeg())
    assert enviado.status_code == 201, enviado.json()
    pendiente = enviado.json()
    assert (pendiente["precio_sugerido"], pendiente["estado"]) == (990, "en_espera")
    assert api(carlos).get(f"/product/barcode/{EAN}").status_code == 404
    assert api(carlos).get(pendiente["foto"])["Content-Type"] == "image/jpeg"
    assert Notificacion.objects.get(usuario=ana).datos["codigo_barras"] == EAN

    ruta = f"/productos-pendientes/{pendiente['id_pendiente']}"
    aprobado = api(ana).post(f"{ruta}/aprobar", {"categoria": "abarrotes", "stock": 12})
    assert aprobado.status_code == 200, aprobado.json()

    encontrado = api(carlos).get(f"/product/barcode/{EAN}").json()
    assert (encontrado["nombre"], encontrado["precio_final"], encontrado["stock"]) == ("Galletas", 990, 12)
    assert aprobado.json()["id_producto"] == encontrado["id_producto"]
    assert Notificacion.objects.get(usuario=carlos).titulo == "Producto aprobado"
    assert api(ana).post(f"{ruta}/rechazar", {"motivo": "Tarde"}).json()["codigo"] == "pendiente_resuelto"
    assert enviar().json() == {
        "msg": "Ese código ya es de Galletas", "codigo": "codigo_conocido", "errores": {},
        "id_producto": encontrado["id_producto"],
    }


def test_el_mismo_codigo_que_espera_se_completa_y_se_avisa_una_sola_vez(enviar: Enviar) -> None:
    enviar("036000291452", precio_sugerido="990", foto=un_jpeg())
    otra_vez = enviar("0036000291452", "Galletas de avena")

    assert otra_vez.status_code == 200
    pendiente = ProductoPendiente.objects.get()
    assert (pendiente.nombre, pendiente.precio_sugerido) == ("Galletas de avena", 990)
    assert FotoPendiente.objects.count() == Notificacion.objects.count() == 1
    cambio = Registro.objects.latest("id")
    assert cambio.cambios == {"nombre": ["Galletas", "Galletas de avena"]}
    assert enviar("036000291452", "Galletas de avena").status_code == 200
    assert Registro.objects.latest("id") == cambio


def test_lo_rechazado_dice_por_que_y_se_puede_volver_a_enviar(
    enviar: Enviar, api: Callable[[Usuario | None], APIClient], ana: Usuario
) -> None:
    ruta = f"/productos-pendientes/{enviar().json()['id_pendiente']}/rechazar"
    assert api(ana).post(ruta, {"motivo": ""}).status_code == 400
    assert api(ana).post(ruta, {"motivo": "No lo vendemos"}).json()["motivo"] == "No lo vendemos"
    assert enviar().status_code == 201
    esperan = api(ana).get("/productos-pendientes", {"estado": "en_espera"})
    assert (len(esperan.json()), esperan["X-Total-Count"]) == (1, "1")


def test_la_foto_queda_derecha_chica_y_sin_metadatos(enviar: Enviar) -> None:
    enviar(foto=un_jpeg((3000, 2000), girada=True))
    jpeg = bytes(FotoPendiente.objects.get().jpeg)
    assert b"Telefono-Secreto" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as foto:
        assert foto.size == (683, 1024)
        assert not foto.getexif()


@pytest.mark.parametrize(
    ("foto", "motivo"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Debe ser una imagen PNG, JPEG o WebP"),
        (b"", "vacía"),
        (un_jpeg()[:4000], "La imagen está rota"),
        (un_jpeg() + b"0" * pendientes.FOTO_MB * 1024 * 1024, "Pesa más de 4 MB"),
        (un_jpeg((9000, 3000), formato="WEBP"), "Mide demasiado"),
    ],
    ids=["svg", "vacía", "cortada", "pesada", "inmensa"],
)
def test_lo_que_no_es_una_foto_se_rechaza_y_nada_queda(enviar: Enviar, foto: bytes, motivo: str) -> None:
    respuesta = enviar(foto=foto)
    assert respuesta.status_code == 400
    assert motivo in respuesta.json()["errores"]["foto"][0]
    assert not ProductoPendiente.objects.exists()


@pytest.mark.parametrize(
    ("malo", "campo"),
    [
        ({"codigo": "7809876543215"}, "codigo_barras"), ({"nombre": ""}, "nombre"),
        ({"precio_sugerido": "9.9"}, "precio_sugerido"), ({"precio_sugerido": "-1"}, "precio_sugerido"),
    ],
)  # fmt: skip
def test_un_envio_malo_dice_que_campo(enviar: Enviar, malo: dict[str, str], campo: str) -> None:
    respuesta = enviar(**malo)
    assert respuesta.status_code == 400
    assert list(respuesta.json()["errores"]) == [campo]


def test_sin_precio_propuesto_hay_que_ponerlo_al_aprobar(
    enviar: Enviar, api: Callable[[Usuario | None], APIClient], ana: Usuario, actor: Any, ahora: Any
) -> None:
    crear_categoria(nombre="Abarrotes", actor=actor(ana), ahora=ahora)
    ruta = f"/productos-pendientes/{enviar().json()['id_pendiente']}/aprobar"
    assert list(api(ana).post(ruta, {"categoria": "Abarrotes"}).json()["errores"]) == ["precio_venta"]
    assert not Producto.objects.exists()
    assert api(ana).post(ruta, {"categoria": "Abarrotes", "precio_venta": 500}).status_code == 200


def test_un_telefono_que_envia_de_mas_tiene_un_tope(enviar: Enviar, monkeypatch: Any) -> None:
    monkeypatch.setattr(pendientes, "MAXIMO_EN_ESPERA", 1)
    assert enviar("A").status_code == 201
    assert enviar("B").status_code == 429
    assert enviar("A", "Otro nombre").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_dos_telefonos_que_envian_lo_mismo_a_la_vez_dejan_un_solo_pendiente(
    carlos: Usuario, ana: Usuario, actor: Any, ahora: Any
) -> None:
    def uno() -> bool:
        return enviar_pendiente(codigo=EAN, nombre="Galletas", actor=actor(carlos), ahora=ahora).nuevo

    assert sorted(a_la_vez([uno] * 4)) == [False, False, False, True]
    assert ProductoPendiente.objects.count() == Notificacion.objects.count() == 1


def test_la_base_no_deja_un_pendiente_a_medio_resolver(enviar: Enviar) -> None:
    enviar()
    for mal in ({"estado": "aprobado"}, {"clave_en_espera": None}, {"estado": "rechazado", "motivo": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProductoPendiente.objects.update(**mal)


def test_el_admin_muestra_la_foto_y_aprueba_por_el_mismo_caso_de_uso(
    enviar: Enviar, client: Client, ana: Usuario, actor: Any, ahora: Any
) -> None:
    crear_categoria(nombre="Abarrotes", actor=actor(ana), ahora=ahora)
    pk = enviar(precio_sugerido="990", foto=un_jpeg()).json()["id_pendiente"]
    client.force_login(ana)
    ficha = f"/admin/productos/productopendiente/{pk}"
    pagina = client.get(f"{ficha}/change/").content.decode()
    assert f"{ficha}/foto.jpg" in pagina
    assert client.get(f"{ficha}/foto.jpg")["Content-Type"] == "image/jpeg"
    mal = client.post(f"{ficha}/aprobar/", {
        "nombre": "Galletas", "categoria": "Abarrotes", "precio_venta": "990", "unidad": "un",
        "clase_tributaria": "afecto", "stock": "1.5",
    })
    assert "Debe ser un número entero" in mal.content.decode()
    bien = client.post(f"{ficha}/aprobar/", {
        "nombre": "Galletas", "categoria": "Abarrotes", "precio_venta": "1090", "unidad": "un",
        "clase_tributaria": "afecto", "stock": "0",
    })
    producto = Producto.objects.get()
    assert bien["Location"] == f"/admin/productos/producto/{producto.pk}/change/"
    assert producto.precio_venta == 1090
    assert Registro.objects.filter(objeto_tipo="producto_pendiente", puerta="admin").count() == 1
    assert "Aprobar" not in client.get(f"{ficha}/change/").content.decode()
