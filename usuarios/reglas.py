"""Cuánto se frena a quien falla al ingresar, y el RUT de quien se olvida. Puro: sin base ni reloj."""

from dataclasses import dataclass
from itertools import pairwise

from stdnum.cl.rut import calc_check_digit


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


PIN_MINIMO, PIN_MAXIMO = 4, 8


def problema_del_pin(pin: str, *, rut: str) -> str:
    """Por qué ``pin`` no sirve, o vacío: de 4 a 8 dígitos, ni repetidos, ni seguidos, ni parte del RUT."""
    if not (pin.isascii() and pin.isdigit() and PIN_MINIMO <= len(pin) <= PIN_MAXIMO):
        return f"Debe tener de {PIN_MINIMO} a {PIN_MAXIMO} dígitos"
    pasos = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if pasos in ({0}, {1}, {9}):
        return "Es demasiado fácil de adivinar: dígitos repetidos o seguidos"
    if pin in rut:
        return "No puede ser parte de su RUT"
    return ""


_DIGITOS = "0123456789K"
_PRIMER_OLVIDADO = 90_000_000


def rut_de_olvidado(usuario_id: int) -> str:
    """Lo que queda en lugar del RUT: con su forma, único, y con el dígito verificador que no es.

    Así no puede ser el RUT de nadie, ni hay forma de buscarlo o de ingresar con él.
    """
    cuerpo = str(_PRIMER_OLVIDADO + usuario_id)
    if len(cuerpo) > 8:
        raise ValueError("demasiados usuarios para los RUT que no son de nadie")
    correcto = _DIGITOS.index(calc_check_digit(cuerpo))
    return cuerpo + _DIGITOS[(correcto + 1) % len(_DIGITOS)]
