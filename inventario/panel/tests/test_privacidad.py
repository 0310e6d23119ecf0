"""Los datos de una persona, desde el admin: se dan en un archivo y un cliente puede ser olvidado."""

import json

import pytest
from django.test import Client

from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db


def test_se_entregan_en_un_archivo_y_queda_escrito(
    admin_de_ana: Client, clara: Usuario, ana: Usuario
) -> None:
    direccion = f"/admin/personas/{clara.pk}/datos/"
    assert "Clara Núñez" in admin_de_ana.get(direccion).content.decode()
    assert admin_de_ana.get(f"{direccion}archivo/").status_code == 302
    assert not Registro.objects.filter(tipo=TipoRegistro.DATOS_PERSONALES).exists()
    respuesta = admin_de_ana.post(f"{direccion}archivo/")
    assert "Núñez" in json.dumps(json.loads(respuesta.content), ensure_ascii=False)
    assert respuesta["Content-Disposition"].startswith("attachment")
    assert Registro.objects.get(tipo=TipoRegistro.DATOS_PERSONALES).usuario == ana


def test_olvidar_pregunta_dos_veces(admin_de_ana: Client, clara: Usuario) -> None:
    direccion = f"/admin/personas/{clara.pk}/olvidar/"
    texto = admin_de_ana.post(direccion, {"motivo": "Lo pidió", "confirmacion": "olvidar"}).content.decode()
    assert "en mayúsculas" in texto
    clara.refresh_from_db()
    assert clara.nombre == "Clara"
    assert admin_de_ana.post(direccion, {"motivo": "Lo pidió", "confirmacion": "OLVIDAR"}).status_code == 302
    clara.refresh_from_db()
    assert clara.nombre != "Clara"


def test_a_quien_trabaja_aqui_no_se_lo_olvida(admin_de_ana: Client, carlos: Usuario) -> None:
    respuesta = admin_de_ana.post(
        f"/admin/personas/{carlos.pk}/olvidar/", {"motivo": "x", "confirmacion": "OLVIDAR"}
    )
    assert "Sólo se anonimizan los Clientes" in respuesta.content.decode()
