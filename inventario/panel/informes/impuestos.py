"""IVA del mes: lo que se debe por lo vendido menos lo que se recupera por lo comprado."""

from inventario.panel.consultas import impuestos as consulta
from inventario.panel.consultas.impuestos import LineaIVA
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Columna, Tabla, Tipo, Valor


def iva(parametros: Parametros) -> Tabla:
    debito = consulta.debito(parametros.periodo)
    credito = consulta.credito(parametros.periodo)
    total_debito = _sumar("Débito fiscal", debito)
    a_pagar = total_debito.iva - credito.iva
    return Tabla(
        columnas=(
            Columna("Concepto"),
            Columna("Documentos", Tipo.ENTERO),
            Columna("Neto", Tipo.CLP),
            Columna("Exento", Tipo.CLP),
            Columna("IVA", Tipo.CLP, principal=True),
            Columna("Total", Tipo.CLP),
        ),
        filas=[_celdas(linea) for linea in (*debito, total_debito, _renombrar(credito))],
        totales=("IVA por pagar" if a_pagar >= 0 else "Remanente a favor", None, None, None, a_pagar, None),
        notas=(
            "Débito: boletas y facturas menos notas de crédito, tal como se emitieron.",
            "Crédito: el IVA de cada compra no anulada, según lo que sus productos eran ese día.",
        ),
    )


def _sumar(nombre: str, lineas: list[LineaIVA]) -> LineaIVA:
    return LineaIVA(
        nombre=nombre,
        documentos=sum(linea.documentos for linea in lineas),
        neto=sum(linea.neto for linea in lineas),
        exento=sum(linea.exento for linea in lineas),
        iva=sum(linea.iva for linea in lineas),
    )


def _renombrar(credito: LineaIVA) -> LineaIVA:
    return _sumar("Crédito fiscal (compras)", [credito])


def _celdas(linea: LineaIVA) -> tuple[Valor, ...]:
    return (linea.nombre, linea.documentos, linea.neto, linea.exento, linea.iva, linea.total)
