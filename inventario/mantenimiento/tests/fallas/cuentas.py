"""Lo que debe ser cierto después de cualquier falla, y la fila que lo cuenta."""

import json
from dataclasses import dataclass, field

from inventario.mantenimiento.tests.fallas.cajas import Cajas
from inventario.mantenimiento.tests.otra_base import OtraBase

QUE_NO_CUADRA = (
    "import json; from inventario.mantenimiento.invariantes import todo_lo_que_no_cuadra; "
    "print(json.dumps(todo_lo_que_no_cuadra()))"
)
VENDIDAS = """
SELECT DISTINCT v.id, v.folio, v.total, p.nombre
FROM ventas_venta v
JOIN ventas_detalleventa d ON d.venta_id = v.id
JOIN productos_producto p ON p.id = d.producto_id
"""
AJUSTES = """
SELECT p.nombre
FROM productos_movimientostock m JOIN productos_producto p ON p.id = m.producto_id
WHERE m.tipo = 'ajuste'
"""
REGISTROS = """
SELECT objeto_id FROM registros_registro WHERE objeto_tipo = 'venta' AND tipo = '{tipo}' ORDER BY objeto_id
"""


@dataclass
class Fila:
    """Lo que una falla dejó."""

    falla: str
    veces: int
    confirmadas: int = 0
    perdidas: int = 0
    dobles: int = 0
    repetidas: int = 0
    recuperadas: int = 0
    segundos: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        mediana = sorted(self.segundos)[len(self.segundos) // 2] if self.segundos else 0.0
        peor = max(self.segundos, default=0.0)
        return (
            f"{self.falla:<46} {self.veces:>5} {self.confirmadas:>11} {self.perdidas:>8} {self.dobles:>6} "
            f"{self.repetidas:>9} {self.recuperadas:>11} {mediana:>8.1f} {peor:>6.1f}"
        )


TITULOS = (
    f"{'falla':<46} {'veces':>5} {'confirmadas':>11} {'perdidas':>8} {'dobles':>6} {'repetidas':>9} "
    f"{'recuperadas':>11} {'vuelve s':>8} {'peor s':>6}"
)
FILAS: list[Fila] = []


def _es_de(cajas: Cajas, nombre: str) -> bool:
    return nombre.startswith(f"Producto {cajas.marca}-")


def cuadra(fila: Fila, cajas: Cajas, base: OtraBase) -> None:
    """Cada confirmada está una vez y como se confirmó, no hay otras, y la tienda entera cuadra.

    Ninguna clave queda sin saberse (las cajas insisten), así que en la base no puede haber ni una de más.
    Cada venta y cada devolución tiene un registro: la cadena no notaría uno que nunca se escribió.
    """
    suyas = {
        venta: (folio, total)
        for venta, folio, total, nombre in base.consultar(VENDIDAS) if _es_de(cajas, nombre)
    }
    confirmadas = {hecha.id_venta: (hecha.folio, hecha.total) for hecha in cajas.hechas}
    fila.confirmadas = len(cajas.hechas)
    fila.perdidas = sum(suyas.get(venta) != como for venta, como in confirmadas.items())
    fila.dobles = len(suyas) - len(confirmadas)
    fila.repetidas, fila.recuperadas = sum(cajas.tropiezos.values()), cajas.recuperadas
    FILAS.append(fila)
    assert not cajas.malas, cajas.malas[:5]
    assert fila.confirmadas == len(confirmadas) > 0
    assert (fila.perdidas, fila.dobles) == (0, 0)
    ajustes = [nombre for (nombre,) in base.consultar(AJUSTES) if _es_de(cajas, nombre)]
    assert len(ajustes) == cajas.ajustadas
    devueltas = [venta for (venta,) in base.consultar("SELECT venta_id FROM ventas_devolucion")]
    assert sorted(venta for venta in devueltas if venta in suyas) == sorted(cajas.devueltas)
    documentos = base.consultar("SELECT id, folio FROM ventas_venta")
    assert sorted(folio for _, folio in documentos) == list(range(1, len(documentos) + 1))
    for tipo, ventas in ("venta", [venta for venta, _ in documentos]), ("devolucion", devueltas):
        assert [venta for (venta,) in base.consultar(REGISTROS.format(tipo=tipo))] == sorted(ventas)
    assert json.loads(base.manage("shell", "-v0", "-c", QUE_NO_CUADRA).splitlines()[-1]) == []
    base.manage("verificar_registros")
