"""La caja calcula en el navegador lo mismo que el servidor: miles de casos, y ni un peso distinto."""

import json
import random
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from inventario.base.dinero import (
    iva_sobre,
    menos_porcentaje,
    neto_de,
    redondeo_efectivo,
    repartir,
)
from inventario.base.errores import Invalido
from productos.reglas import clave_o_nada
from ventas.reglas.cobro import Linea, cobrar
from ventas.reglas.pagos import PagoPedido, pagar
from ventas.reglas.tipos import FormaPago, TipoDocumento

pytestmark = pytest.mark.lento

CAJA = Path(settings.BASE_DIR) / "ventas" / "static" / "caja"
CASOS = 3000
CORREDOR = """
import { readFileSync } from "node:fs";
const { modulo, casos } = JSON.parse(readFileSync(0, "utf8"));
const reglas = await import("data:text/javascript," + encodeURIComponent(modulo));
const correr = ([funcion, args]) => {
  try { return { bien: reglas[funcion](...args) }; }
  catch (error) { if (error instanceof RangeError) return { mal: true }; throw error; }
};
process.stdout.write(JSON.stringify(casos.map(correr)));
"""
MONTOS = [0, 1, 4, 5, 6, 9, 10, 99, 100, 12_485, 12_486, 999_999_999, 2_000_000_000]


def _en_javascript(modulo: str, casos: list[tuple[str, list[Any]]]) -> list[Any]:
    """Lo que cada ``(función, argumentos)`` de ``modulo`` devuelve al correrla en JavaScript."""
    entrada = json.dumps({"modulo": (CAJA / modulo).read_text(), "casos": casos})
    salida = subprocess.run(
        ["node", "--input-type=module", "-e", CORREDOR], # noqa: S607
        input=entrada, capture_output=True, text=True, check=True, timeout=120,
    )
    return json.loads(salida.stdout)


@pytest.fixture
def azar() -> random.Random:
    return random.Random(20956)


def _monto(azar: random.Random) -> int:
    return azar.choice(MONTOS) if azar.random() < 0.2 else azar.randrange(10 ** azar.randint(1, 9))


def test_redondeos_porcentajes_e_iva(azar: random.Random) -> None:
    casos, esperado = [], []
    for _ in range(CASOS):
        monto, centesimas = _monto(azar), azar.randint(0, 10_000)
        por_ciento = Decimal(centesimas) / 100
        casos += [
            ("redondeoEfectivo", [monto]), ("menosPorcentaje", [monto, centesimas]),
            ("netoDe", [monto, centesimas]), ("ivaSobre", [monto, centesimas]),
        ]
        esperado += [
            redondeo_efectivo(monto), menos_porcentaje(monto, por_ciento),
            neto_de(monto, por_ciento), iva_sobre(monto, por_ciento),
        ]
    assert [r["bien"] for r in _en_javascript("dinero.js", casos)] == esperado


def test_repartir_sin_perder_un_peso(azar: random.Random) -> None:
    casos, esperado = [], []
    for _ in range(CASOS):
        pesos = [_monto(azar) if azar.random() > 0.1 else 0 for _ in range(azar.randint(1, 8))]
        total = azar.randint(0, 2_000_000_000) if any(pesos) else 0
        casos.append(("repartir", [total, pesos]))
        esperado.append(repartir(total, pesos))
    assert [r["bien"] for r in _en_javascript("dinero.js", casos)] == esperado


def test_el_documento_entero(azar: random.Random) -> None:
    casos, esperado = [], []
    for _ in range(CASOS):
        lineas = [
            {
                "milesimas": azar.choice([1000, 2000, azar.randint(1, 99_999)]),
                "precio": azar.randint(0, 200_000),
                "exenta": azar.random() < 0.3,
                "precioEtiqueta": azar.randint(0, 50_000) if azar.random() < 0.1 else None,
            }
            for _ in range(azar.randint(1, 7))
        ]
        factura, porcentaje = azar.random() < 0.3, azar.choice([0, 0, 500, azar.randint(1, 10_000)])
        casos.append(("cobrar", [lineas, {"factura": factura, "porcentaje": porcentaje}]))
        cobro = cobrar(
            [
                Linea(
                    cantidad=Decimal(linea["milesimas"]) / 1000, precio_unitario=linea["precio"],
                    exenta=linea["exenta"], precio_etiqueta=linea["precioEtiqueta"],
                )
                for linea in lineas
            ],
            documento=TipoDocumento.FACTURA if factura else TipoDocumento.BOLETA,
            porcentaje=Decimal(porcentaje) / 100,
        )
        esperado.append({
            "subtotales": list(cobro.subtotales), "totales": list(cobro.totales),
            "afecto": cobro.afecto, "exento": cobro.exento, "neto": cobro.neto, "iva": cobro.iva,
            "subtotal": cobro.subtotal, "total": cobro.total,
        })
    assert [r["bien"] for r in _en_javascript("dinero.js", casos)] == esperado


def test_los_pagos_con_su_vuelto_y_su_redondeo(azar: random.Random) -> None:
    casos, esperado = [], []
    for _ in range(CASOS):
        partes = [
            {"forma": azar.randint(1, 4), "monto": azar.randint(0, 30_000)} for _ in range(azar.randint(1, 4))
        ]
        for parte in partes:
            if parte["forma"] == FormaPago.EFECTIVO:
                parte["recibido"] = parte["monto"] + azar.choice([-1, 5, 5, 1000, 20_000])
        total = sum(parte["monto"] for parte in partes) + azar.choice([0, 0, 0, 0, 1])
        valor_punto = azar.randint(1, 20)
        casos.append(("pagar", [total, partes, valor_punto]))
        esperado.append(_pagados(total, partes, valor_punto))
    assert [_resumen(r) for r in _en_javascript("dinero.js", casos)] == esperado


def _pagados(total: int, partes: list[dict[str, int]], valor_punto: int) -> Any:
    pedidos = [
        PagoPedido(forma=FormaPago(p["forma"]), monto=p["monto"], recibido=p.get("recibido"))
        for p in partes
    ]
    try:
        hechos = pagar(total, pedidos, valor_punto=valor_punto)
    except Invalido:
        return "no"
    return [[h.forma, h.monto, h.redondeo, h.vuelto, h.puntos] for h in hechos]


def _resumen(respuesta: dict[str, Any]) -> Any:
    if "mal" in respuesta or respuesta["bien"]["falta"]:
        return "no"
    return [
        [p["forma"], p["monto"], p["redondeo"], p["vuelto"], p["puntos"]] for p in respuesta["bien"]["pagos"]
    ]


def test_los_codigos_se_comparan_igual(azar: random.Random) -> None:
    codigos = [
        "7802820005257", "7802820005258", "p-1", " P-1 ", "036000291452", "73513537", "ñ", "", "A" * 48,
        "A" * 49, "10614141000415", "BOLETA-12",
        *("".join(azar.choices("0123456789", k=13)) for _ in range(500)),
    ]
    leidos = _en_javascript("codigos.js", [("claveDeCodigo", [codigo]) for codigo in codigos])
    assert [r["bien"] for r in leidos] == [clave_o_nada(codigo) for codigo in codigos]
