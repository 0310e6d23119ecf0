"""Cuánto se frena a quien falla al ingresar. Puro: sin base de datos ni reloj."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Freno:
    """Un número de fallos es gratis, unos pocos demoran (1, 2, 4… s) y los demás bloquean, cada vez más.

    Args:
        gratis: fallos sin espera.
        lentos: fallos siguientes, que sólo demoran.
        bloqueo_s: espera del primer fallo que bloquea; se dobla con cada uno.
        tope_s: la espera nunca pasa de aquí.
    """

    gratis: int
    lentos: int
    bloqueo_s: int
    tope_s: int

    def espera_s(self, fallos: int) -> int:
        """Segundos que hay que esperar después de ``fallos`` seguidos."""
        de_mas = fallos - self.gratis
        if de_mas <= 0:
            return 0
        if de_mas <= self.lentos:
            return min(1 << (de_mas - 1), self.tope_s)
        # El exponente se acota para que un ataque de días no calcule números enormes.
        return min(self.bloqueo_s << min(de_mas - self.lentos - 1, 16), self.tope_s)

    def bloquea(self, fallos: int) -> bool:
        """Si la espera ya es un bloqueo y no una demora."""
        return fallos > self.gratis + self.lentos


CUENTA_DESDE_UNA_RED = Freno(gratis=4, lentos=5, bloqueo_s=60, tope_s=300)
"""Quien prueba claves de una cuenta: unas 300 por día, y el dueño espera cinco minutos como mucho."""

CUENTA = Freno(gratis=19, lentos=6, bloqueo_s=60, tope_s=60)
"""Muchas redes contra una cuenta. Tope corto: frena al que adivina sin dejar afuera al dueño."""

RED = Freno(gratis=29, lentos=5, bloqueo_s=60, tope_s=300)
"""Una red contra muchas cuentas. Alto: tras una misma dirección pueden estar todas las cajas."""
