"""Una barra de progreso para los comandos: en una terminal se ve, en una bitácora no estorba."""

import sys
import time
from typing import TextIO

ANCHO = 40
CADA_S = 0.2


class Barra:
    """Se llama con (hechos, total) y se dibuja sobre una sola línea, a lo más cinco veces por segundo."""

    def __init__(self, titulo: str, salida: TextIO | None = None) -> None:
        self.titulo = titulo
        self.salida = salida or sys.stderr
        self.visible = self.salida.isatty()
        self.ultimo = 0.0

    def __call__(self, hechos: int, total: int) -> None:
        ahora = time.monotonic()
        if not self.visible or (hechos < total and ahora - self.ultimo < CADA_S):
            return
        self.ultimo = ahora
        parte = min(1.0, hechos / total) if total else 1.0
        lleno = int(parte * ANCHO)
        barra = "█" * lleno + "·" * (ANCHO - lleno)
        self.salida.write(f"\r{self.titulo} [{barra}] {parte:4.0%} {hechos:,}".replace(",", "."))
        self.salida.flush()

    def cerrar(self) -> None:
        """Deja el cursor en una línea nueva."""
        if self.visible and self.ultimo:
            self.salida.write("\n")
