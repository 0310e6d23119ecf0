"""La conexión se corta entre el commit y la respuesta: el cliente repite con su clave."""

import ssl
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest

from inventario.mantenimiento.tests.fallas.cajas import Cajas
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.fallas.puente import Puente

pytestmark = pytest.mark.falla


@pytest.fixture
def puente(servidor: Servidor) -> Iterator[Puente]:
    entre = Puente(int(servidor.produccion.puertos["443"]))
    yield entre
    entre.cerrar()


@pytest.fixture
def cajas(servidor: Servidor, puente: Puente) -> Cajas:
    confianza = ssl.create_default_context(cafile=str(servidor.produccion.certificado))
    # En TLS 1.3 parte del saludo viaja como si fuera una respuesta, y el puente lo cortaría también.
    confianza.maximum_version = ssl.TLSVersion.TLSv1_2
    return Cajas(f"https://127.0.0.1:{puente.puerto}", confianza)


def test_quien_no_supo_si_vendio_repite_con_su_clave_y_recibe_la_primera_respuesta(
    servidor: Servidor, cajas: Cajas, puente: Puente
) -> None:
    venta = {
        "id_forma_pago": 2, "id_tipodocumento": 1,
        "productos": [{"codigo_barras": cajas.codigos[0], "cantidad": 2}],
    }
    cabeceras = {"Idempotency-Key": uuid.uuid4().hex}
    ultima = "SELECT id, folio, total FROM ventas_venta ORDER BY id DESC LIMIT 1"
    with cajas.cliente() as http:
        http.get("/salud")  # la conexión ya está abierta
        antes = servidor.base.consultar(ultima)
        puente.cortar()
        with pytest.raises(httpx.HTTPError):
            http.post("/ventas-detalle", json=venta, headers=cabeceras)
        (quedo,) = servidor.base.consultar(ultima)
        assert [quedo] != antes  # se vendió, y la caja no lo sabe
        otra = http.post("/ventas-detalle", json=venta, headers=cabeceras)
        assert (otra.status_code, otra.headers["Idempotency-Replayed"]) == (201, "true")
        assert (otra.json()["id_venta"], otra.json()["folio"], otra.json()["total_con_iva"]) == quedo
        distinta = http.post(
            "/ventas-detalle", json=venta | {"id_forma_pago": 1}, headers=cabeceras
        )
        assert distinta.status_code == 422
    assert servidor.base.consultar(ultima) == [quedo]


def test_se_vende_por_una_red_que_corta_las_respuestas(
    servidor: Servidor, cajas: Cajas, puente: Puente, veces: int
) -> None:
    fila = Fila("conexión cortada entre el commit y la respuesta", veces)
    with cajas.trabajando():
        while puente.cortadas < veces:
            momento = time.monotonic()
            puente.cortar()
            time.sleep(0.1)
            fila.segundos.append(cajas.vuelve(momento))
    cuadra(fila, cajas, servidor.base)
    # Las otras cortaron la respuesta a una repetición.
    assert cajas.recuperadas >= veces // 3
