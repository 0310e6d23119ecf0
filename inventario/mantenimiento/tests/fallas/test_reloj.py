"""El reloj del servidor vuelve atrás dos horas, y después se corrige, mientras se vende."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from inventario.mantenimiento.tests.fallas.cajas import ADMIN_RUT, CONTRASENA
from inventario.mantenimiento.tests.fallas.conftest import Servidor
from inventario.mantenimiento.tests.fallas.cuentas import Fila, cuadra
from inventario.mantenimiento.tests.produccion import UNIDADES

pytestmark = pytest.mark.falla

RATO_S = 3
DOS_HORAS_ATRAS = -7200


@pytest.fixture
def mover_reloj(servidor: Servidor, tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Corre la hora de todos los procesos de la tienda, también de los que ya andan, en esos segundos."""
    produccion, corrido, biblioteca = servidor.produccion, tmp_path / "reloj", tmp_path / "reloj.so"
    codigo = Path(__file__).with_name("reloj.c")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(biblioteca), str(codigo)], check=True)
    corrido.write_text("0")
    ajustes = Path(produccion.entorno["AJUSTES"])
    como_eran = ajustes.read_text()
    ajustes.write_text(f"{como_eran}LD_PRELOAD={biblioteca}\nRELOJ={corrido}\n")
    produccion.systemctl("restart", *UNIDADES)
    yield lambda segundos: corrido.write_text(str(segundos)) and None
    ajustes.write_text(como_eran)
    produccion.systemctl("restart", *UNIDADES)


def test_el_reloj_vuelve_atras_y_ni_los_folios_ni_las_sesiones_se_enteran(
    servidor: Servidor, mover_reloj: Callable[[int], None]
) -> None:
    cajas = servidor.cajas()
    fila = Fila("el reloj vuelve atrás dos horas, y se corrige", 1)
    with cajas.cliente() as http:
        sesion = http.post("/login", json={"rut": ADMIN_RUT, "contrasena": CONTRASENA}).json()
        suya = {"Authorization": f"Bearer {sesion['access_token']}"}
        refresco = {"refresh_token": sesion["refresh_token"]}
        http.post("/logout", json=refresco, headers=suya)
        with cajas.trabajando():
            time.sleep(RATO_S)
            for segundos in (DOS_HORAS_ATRAS, 0):
                momento = time.monotonic()
                mover_reloj(segundos)
                # Procesos nuevos: nada de lo que recordaban los otros.
                for numero in (8001, 8002):
                    servidor.produccion.systemctl("restart", f"inventario-web@{numero}")
                fila.segundos.append(cajas.vuelve(momento))
                time.sleep(RATO_S)
                # La sesión que se cerró sigue cerrada, y su refresco no revive.
                assert http.get("/ventas?limit=1", headers=suya).status_code == 401
                assert http.post("/token/refresh", json=refresco).status_code == 401
    cuadra(fila, cajas, servidor.base)
    assert cajas.ingresos == 1, "nadie tuvo que volver a entrar"
    filas = servidor.base.consultar("SELECT fecha_venta FROM ventas_venta ORDER BY id")
    # Una hora, y no un instante: dos ventas a la vez pueden confirmar en el otro orden.
    atras = max(antes - despues for (antes,), (despues,) in pairwise(filas))
    assert atras > timedelta(hours=1), "el reloj no se movió"
