"""Un caso de uso es entero o nada, no se anida, y se repite sólo cuando la base lo pide."""

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from inventario.base.errores import ClaveReutilizada, Conflicto
from inventario.base.idempotencia import PeticionIdempotente, YaRespondida
from inventario.base.models import ClaveIdempotencia, Tienda
from inventario.base.operacion import INTENTOS, Remediable, exigir_transaccion, operacion
from usuarios.models import Usuario


def _tienda() -> Tienda:
    return Tienda.objects.get_or_create(pk=1)[0]


@operacion
def renombrar(*, nombre: str, falla: Exception | None = None) -> str:
    tienda = Tienda.objects.select_for_update().get(pk=1)
    tienda.razon_social = nombre
    tienda.save(update_fields=["razon_social"])
    if falla is not None:
        raise falla
    return nombre


def peticion(usuario: Usuario, clave: str = "a" * 64, huella: str = "h") -> PeticionIdempotente:
    return PeticionIdempotente(
        usuario_id=usuario.pk, clave=clave, huella=huella, responder=lambda r: (201, {"nombre": r})
    )


@pytest.mark.django_db
def test_si_algo_falla_no_queda_nada() -> None:
    antes = _tienda().razon_social
    with pytest.raises(Conflicto):
        renombrar(nombre="Otra", falla=Conflicto())
    assert _tienda().razon_social == antes


@pytest.mark.django_db(transaction=True)
def test_un_caso_de_uso_no_se_llama_dentro_de_otra_transaccion() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        renombrar(nombre="Otra")


@pytest.mark.django_db(transaction=True)
def test_un_paso_suelto_sin_transaccion_es_un_error() -> None:
    with pytest.raises(RuntimeError, match="operacion"):
        exigir_transaccion()


@pytest.mark.django_db
@pytest.mark.parametrize("codigo", [1213, 1205, 1020])
def test_un_interbloqueo_se_repite_entero(codigo: int) -> None:
    _tienda()
    veces = []

    @operacion
    def con_mala_suerte() -> str:
        veces.append(1)
        if len(veces) < 3:
            raise OperationalError(codigo, "Deadlock found")
        return "listo"

    assert con_mala_suerte() == "listo"
    assert len(veces) == 3


@pytest.mark.django_db
def test_no_se_repite_para_siempre(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventario.base.operacion.PAUSA_S", 0)
    veces = []

    @operacion
    def siempre_mal() -> None:
        veces.append(1)
        raise OperationalError(1213, "Deadlock found")

    with pytest.raises(OperationalError):
        siempre_mal()
    assert len(veces) == INTENTOS


@pytest.mark.django_db
def test_otro_error_de_la_base_no_se_repite() -> None:
    veces = []

    @operacion
    def sin_base() -> None:
        veces.append(1)
        raise OperationalError(2006, "MySQL server has gone away")

    with pytest.raises(OperationalError):
        sin_base()
    assert len(veces) == 1


@pytest.mark.django_db
def test_la_misma_clave_recibe_la_primera_respuesta(ana: Usuario) -> None:
    _tienda()
    renombrar.con_clave(peticion(ana), nombre="Primera")
    with pytest.raises(YaRespondida) as repetida:
        renombrar.con_clave(peticion(ana), nombre="Segunda")
    assert (repetida.value.estado, repetida.value.cuerpo) == (201, {"nombre": "Primera"})
    assert _tienda().razon_social == "Primera"


@pytest.mark.django_db
def test_la_misma_clave_con_otro_contenido_se_rechaza(ana: Usuario) -> None:
    _tienda()
    renombrar.con_clave(peticion(ana), nombre="Primera")
    with pytest.raises(ClaveReutilizada):
        renombrar.con_clave(peticion(ana, huella="otra"), nombre="Segunda")


@pytest.mark.django_db
def test_la_clave_es_de_su_usuario(ana: Usuario, carlos: Usuario) -> None:
    _tienda()
    renombrar.con_clave(peticion(ana), nombre="Primera")
    assert renombrar.con_clave(peticion(carlos), nombre="Segunda") == "Segunda"


@pytest.mark.django_db
def test_un_error_deja_libre_la_clave(ana: Usuario) -> None:
    _tienda()
    with pytest.raises(Conflicto):
        renombrar.con_clave(peticion(ana), nombre="Primera", falla=Conflicto())
    assert not ClaveIdempotencia.objects.exists()
    assert renombrar.con_clave(peticion(ana), nombre="Segunda") == "Segunda"


@pytest.mark.django_db(transaction=True)
def test_ocho_peticiones_a_la_vez_con_la_misma_clave_hacen_una_sola_cosa(ana: Usuario) -> None:
    _tienda()
    hechas: list[Any] = []
    salida = threading.Barrier(8)

    @operacion
    def anotar() -> int:
        hechas.append(1)
        return len(hechas)

    respuestas: list[Any] = []

    def pedir() -> None:
        salida.wait()
        try:
            respuestas.append(anotar.con_clave(peticion(ana)))
        except YaRespondida as repetida:
            respuestas.append(repetida.cuerpo["nombre"])
        finally:
            connection.close()

    hilos = [threading.Thread(target=pedir) for _ in range(8)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert len(respuestas) == 8
    assert len(set(respuestas)) == 1
    assert ClaveIdempotencia.objects.count() == 1


class _FaltaLaTienda(Remediable):
    def remediar(self) -> None:
        Tienda.objects.get_or_create(pk=1)


@pytest.mark.django_db(transaction=True)
def test_lo_que_se_puede_remediar_se_remedia_fuera_de_la_transaccion_y_se_repite() -> None:
    Tienda.objects.all().delete()
    vistas: list[int] = []

    @operacion
    def contar() -> int:
        vistas.append(Tienda.objects.count())
        if not vistas[-1]:
            raise _FaltaLaTienda
        return vistas[-1]

    assert (contar(), vistas) == (1, [0, 1])


@pytest.mark.django_db
def test_lo_que_no_se_remedia_no_se_repite_para_siempre() -> None:
    veces = []

    @operacion
    def sin_remedio() -> None:
        veces.append(1)
        raise _FaltaLaTienda

    with pytest.raises(OperationalError):
        sin_remedio()
    assert len(veces) == INTENTOS
