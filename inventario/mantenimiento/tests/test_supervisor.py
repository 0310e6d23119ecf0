"""El supervisor: levanta, vuelve a levantar y detiene, sin dejar huérfanos."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GUION = """
import os, sys, time
from pathlib import Path
from inventario.mantenimiento.supervisor import Programa, Supervisor
carpeta = Path(sys.argv[1])
programas = [
    Programa(nombre=n, orden=[sys.executable, "-c", (carpeta / f"{{n}}.py").read_text(), str(carpeta)])
    for n in {nombres!r}
]
supervisor = Supervisor(
    programas=programas, bitacora=carpeta / "bitacora.log", gracia_s={gracia},
    decir=lambda frase: print(frase, flush=True), bitacora_maxima=20_000,
)
sys.exit(supervisor.correr(
    listo=lambda: all((carpeta / f"{{n}}.pid").exists() for n in {nombres!r}),
    al_estar_listo=lambda: print("listo", flush=True),
))
"""
OBEDIENTE = """
import os, sys, time
from pathlib import Path
archivo = Path(sys.argv[1], "obediente.pid")
archivo.write_text(str(os.getpid()))
while True: time.sleep(0.05)
"""
TERCO = """
import os, signal, subprocess, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
nieto = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
Path(sys.argv[1], "nieto.pid").write_text(str(nieto.pid))
Path(sys.argv[1], "terco.pid").write_text(str(os.getpid()))
while True: time.sleep(0.05)
"""
ROTO = "import sys; print('me falta un archivo'); sys.exit(3)"
HABLADOR = """
import os, sys, time
from pathlib import Path
while True:
    print("x" * 5000, flush=True)
    Path(sys.argv[1], "hablador.pid").write_text(str(os.getpid()))
    time.sleep(0.01)
"""


def _espera(condicion: Callable[[], bool], segundos: float = 10) -> None:
    limite = time.monotonic() + segundos
    while not condicion():
        assert time.monotonic() < limite, "no ocurrió a tiempo"
        time.sleep(0.05)


def _vivo(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    procesos = []

    def levantar(gracia: float = 5, **programas: str) -> subprocess.Popen[str]:
        for nombre, codigo in programas.items():
            (tmp_path / f"{nombre}.py").write_text(codigo)
        guion = textwrap.dedent(GUION).format(nombres=list(programas), gracia=gracia)
        proceso = subprocess.Popen(
            [sys.executable, "-c", guion, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        procesos.append(proceso)
        return proceso

    yield levantar
    for proceso in procesos:
        proceso.kill()
        proceso.wait()


def _pid(carpeta: Path, nombre: str) -> int:
    """El que escribió, leído de una vez: quien vuelve a escribir deja el archivo vacío un momento."""
    archivo = carpeta / f"{nombre}.pid"
    leido = ""

    def escrito() -> bool:
        nonlocal leido
        leido = archivo.read_text() if archivo.exists() else ""
        return leido != ""

    _espera(escrito)
    return int(leido)


@pytest.mark.parametrize("senal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_una_senal_detiene_todo_y_pronto(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path, senal: int
) -> None:
    proceso = supervisor(obediente=OBEDIENTE)
    hijo = _pid(tmp_path, "obediente")
    assert proceso.stdout is not None
    assert proceso.stdout.readline() == "listo\n"
    partio = time.monotonic()
    proceso.send_signal(senal)
    assert proceso.wait(timeout=5) == 0
    assert time.monotonic() - partio < 2
    assert not _vivo(hijo)


def test_el_que_no_hace_caso_cae_con_sus_nietos_al_acabar_la_gracia(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    proceso = supervisor(gracia=0.5, terco=TERCO)
    hijo, nieto = _pid(tmp_path, "terco"), _pid(tmp_path, "nieto")
    assert proceso.stdout is not None
    proceso.stdout.readline()
    proceso.terminate()
    assert proceso.wait(timeout=5) == 0
    _espera(lambda: not _vivo(hijo) and not _vivo(nieto))


def test_el_que_cae_vuelve_a_levantarse(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    proceso = supervisor(obediente=OBEDIENTE)
    primero = _pid(tmp_path, "obediente")
    assert proceso.stdout is not None
    proceso.stdout.readline()
    os.kill(primero, signal.SIGKILL)
    _espera(lambda: _pid(tmp_path, "obediente") != primero)
    assert "Cayó obediente (código -9)" in proceso.stdout.readline()
    proceso.terminate()
    assert proceso.wait(timeout=5) == 0


def test_si_algo_no_parte_se_dice_por_que_y_no_queda_nada(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    proceso = supervisor(obediente=OBEDIENTE, roto=ROTO)
    dicho, _ = proceso.communicate(timeout=10)
    assert proceso.returncode == 1
    assert "No se pudo levantar roto (código 3)" in dicho
    assert "me falta un archivo" in dicho
    assert not _vivo(_pid(tmp_path, "obediente"))


@pytest.mark.skipif(sys.platform != "linux", reason="prctl es de Linux")
def test_si_matan_al_supervisor_los_hijos_no_quedan_huerfanos(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    proceso = supervisor(obediente=OBEDIENTE)
    hijo = _pid(tmp_path, "obediente")
    proceso.kill()
    proceso.wait()
    _espera(lambda: not _vivo(hijo))


def test_la_bitacora_no_crece_sin_fin(
    supervisor: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    proceso = supervisor(hablador=HABLADOR)
    bitacora = tmp_path / "bitacora.log"
    _espera(lambda: (tmp_path / "bitacora.log.1").exists())
    time.sleep(0.5)
    assert bitacora.stat().st_size < 200_000
    proceso.terminate()
    assert proceso.wait(timeout=5) == 0
