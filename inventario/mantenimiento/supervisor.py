"""Procesos hijos que deben estar siempre arriba, y que caen todos juntos cuando se pide.

Nada de Django aquí: quien lo usa dice qué programas son y cuándo están listos.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PASO_S = 0.1
ESPERA_MAXIMA_S = 30.0
VIDA_SANA_S = 60.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _morir_con_el_padre() -> None:
    # Si al supervisor lo mata algo que no se puede atrapar, el núcleo avisa al hijo: no quedan huérfanos.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(kw_only=True)
class Programa:
    """Un proceso hijo.

    Args:
        nombre: cómo se le llama al hablar con una persona, p. ej. ``"el servidor"``.
        orden: el comando.
        carpeta: donde corre; si no, la actual.
        descriptores: archivos abiertos que hereda, p. ej. el puerto ya tomado.
    """

    nombre: str
    orden: Sequence[str]
    carpeta: Path | None = None
    descriptores: Sequence[int] = ()
    _proceso: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _partio: float = field(default=0.0, init=False)
    _vuelve: float | None = field(default=None, init=False)
    _caidas: int = field(default=0, init=False)

    @property
    def vivo(self) -> bool:
        return self._proceso is not None and self._proceso.poll() is None

    @property
    def codigo(self) -> int | None:
        """Código de salida de la última vez que corrió; negativo si lo mató una señal."""
        return self._proceso.poll() if self._proceso else None

    def partir(self, salida: int) -> None:
        self._proceso = subprocess.Popen(  # noqa: S603 - el comando lo arma este programa
            self.orden,
            cwd=self.carpeta,
            stdin=subprocess.DEVNULL,
            stdout=salida,
            stderr=salida,
            pass_fds=self.descriptores,
            # Grupo propio: un Ctrl-C le llega sólo al supervisor, que los detiene en orden.
            start_new_session=True,
            preexec_fn=_morir_con_el_padre,
        )
        self._partio, self._vuelve = time.monotonic(), None

    def cuidar(self, salida: int) -> str | None:
        """Si cayó, lo vuelve a levantar cuando toca: más tarde mientras más seguido cae.

        Devuelve la frase que lo cuenta, la primera vez que se ve la caída.
        """
        if self.vivo:
            return None
        if self._vuelve is not None:
            if time.monotonic() >= self._vuelve:
                self.partir(salida)
            return None
        codigo = self.codigo
        self._rematar()
        sano = time.monotonic() - self._partio >= VIDA_SANA_S
        self._caidas = 0 if sano else self._caidas + 1
        espera = min(ESPERA_MAXIMA_S, 0.5 * 2**self._caidas)
        self._vuelve = time.monotonic() + espera
        return f"Cayó {self.nombre} (código {codigo}); vuelve en {espera:g} s."

    def pedir_fin(self) -> None:
        """TERM sólo al proceso principal: el de las tareas detiene él mismo a sus trabajadores."""
        if self._proceso is not None and self.vivo:
            self._proceso.terminate()

    def _rematar(self) -> None:
        if self._proceso is None:
            return
        # Sin nadie en el grupo no hay qué matar (en macOS, con sólo el difunto, es PermissionError).
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._proceso.pid, signal.SIGKILL)

    def acabar(self) -> None:
        """Mata lo que quede de su grupo y recoge al hijo."""
        self._rematar()
        if self._proceso is not None:
            self._proceso.wait()


@dataclass(kw_only=True)
class Supervisor:
    """Levanta los programas, vuelve a levantar al que cae y los detiene con INT, TERM o HUP.

    Args:
        bitacora: archivo al que va lo que escriben los programas.
        decir: muestra una frase a la persona; nunca debe bloquear.
        gracia_s: segundos que tienen para irse por las buenas.
        bitacora_maxima: bytes tras los cuales la bitácora se guarda como ``.1`` y parte de nuevo.
    """

    programas: Sequence[Programa]
    bitacora: Path
    decir: Callable[[str], None]
    gracia_s: float = 8.0
    bitacora_maxima: int = 10_000_000
    _senales: int = field(default=0, init=False)

    def correr(self, *, listo: Callable[[], bool], al_estar_listo: Callable[[], None]) -> int:
        """Corre hasta que lo detengan. Devuelve el código de salida: 0, o 1 si no llegó a estar listo."""
        for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(numero, self._al_recibir)
        # O_APPEND: los hijos siguen escribiendo bien aunque la bitácora se recorte bajo sus pies.
        salida = os.open(self.bitacora, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            for programa in self.programas:
                programa.partir(salida)
            if not self._esperar(listo):
                return 1 if not self._senales else 0
            if not self._senales:
                al_estar_listo()
            self._vigilar(salida)
            return 0
        finally:
            self._detener()
            os.close(salida)

    def _al_recibir(self, _numero: int, _marco: FrameType | None) -> None:
        self._senales += 1

    def _esperar(self, listo: Callable[[], bool]) -> bool:
        while not self._senales:
            caido = next((p for p in self.programas if not p.vivo), None)
            if caido is not None:
                self.decir(f"No se pudo levantar {caido.nombre} (código {caido.codigo}). Lo último que dijo:")
                self.decir(_cola(self.bitacora))
                return False
            if listo():
                return True
            time.sleep(PASO_S)
        return False

    def _vigilar(self, salida: int) -> None:
        while not self._senales:
            for programa in self.programas:
                if noticia := programa.cuidar(salida):
                    self.decir(noticia)
            self._recortar_bitacora()
            time.sleep(PASO_S)

    def _recortar_bitacora(self) -> None:
        if self.bitacora.stat().st_size > self.bitacora_maxima:
            anterior = self.bitacora.with_name(self.bitacora.name + ".1")
            anterior.write_bytes(self.bitacora.read_bytes())
            os.truncate(self.bitacora, 0)

    def _detener(self) -> None:
        pedidas = self._senales
        for programa in self.programas:
            programa.pedir_fin()
        limite = time.monotonic() + self.gracia_s
        # Una segunda señal (otro Ctrl-C) no espera más.
        while any(p.vivo for p in self.programas) and time.monotonic() < limite and self._senales == pedidas:
            time.sleep(PASO_S)
        for programa in self.programas:
            programa.acabar()


def _cola(archivo: Path, lineas: int = 20) -> str:
    return "\n".join(archivo.read_text(errors="replace").splitlines()[-lineas:])
