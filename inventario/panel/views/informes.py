"""Los informes, en pantalla y para descargar."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from inventario.base.admin_comun import actor_del_admin, mostrar_error
from inventario.base.errores import ErrorDeDominio
from inventario.base.fechas import dia_de
from inventario.base.formato import clp
from inventario.panel import graficos, periodo
from inventario.panel.consultas.clientes import clientes_que_coinciden
from inventario.panel.informes import parametros as parametros_de_informe
from inventario.panel.informes.catalogo import INFORMES, POR_SLUG, Informe, nombre_de_archivo
from inventario.panel.informes.parametros import Parametros
from inventario.panel.informes.tabla import Tabla, Tipo
from inventario.panel.informes.texto import celda
from inventario.panel.salidas import csv, pdf, xlsx
from inventario.panel.servicios import anotar_descarga
from inventario.panel.tienda import nombre_de_la_tienda
from inventario.panel.views.comun import con_permiso, pagina
from usuarios.models import Usuario

FILAS_EN_PANTALLA = 300
BARRAS_EN_PANTALLA = 62
EXTENSIONES = ("csv", "xlsx", "pdf")
# Cómo se viste una celda; las demás son números.
CLASES: dict[Tipo, tuple[str, ...]] = {Tipo.TEXTO: (), Tipo.DIA: ("p-dia",)}


@con_permiso("panel.ver_informes")
def informes(request: HttpRequest) -> HttpResponse:
    """Los informes que hay, por grupo."""
    grupos: dict[str, list[Informe]] = {}
    for informe in INFORMES:
        grupos.setdefault(informe.grupo, []).append(informe)
    return pagina(request, "panel/informes.html", "Informes", {"grupos": grupos})


@con_permiso("panel.ver_informes")
def informe(request: HttpRequest, slug: str) -> HttpResponse:
    """Un informe en pantalla, con sus filtros y los botones para descargarlo."""
    elegido = _informe(slug)
    contexto: dict[str, Any] = {"informe": elegido, "filtros": request.GET}
    ahora = timezone.now()
    try:
        parametros, clientes = _leer(request, elegido)
        tabla = elegido.generar(parametros)
    except ErrorDeDominio as error:
        mostrar_error(request, error)
        parametros, clientes = parametros_de_informe.leer({}, dia_de(ahora)), []
        tabla = elegido.generar(parametros)
    contexto |= {
        "extensiones": EXTENSIONES,
        "parametros": parametros,
        "clientes": clientes,
        "cliente": clientes[0] if parametros.cliente_id else None,
        "usuales": periodo.usuales(parametros.hoy),
        "tabla": tabla,
        "filas": [_textos(tabla, fila) for fila in tabla.filas[:FILAS_EN_PANTALLA]],
        "totales": _textos(tabla, tabla.totales) if tabla.totales else None,
        "ocultas": max(len(tabla.filas) - FILAS_EN_PANTALLA, 0),
        "grafico": _grafico(elegido, tabla) if elegido.graficado else None,
        "consulta": urlencode(_consulta(elegido, parametros, request)),
    }
    return pagina(request, "panel/informe.html", elegido.titulo, contexto)


@con_permiso("panel.ver_informes")
def descargar(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """Un informe en CSV, XLSX o PDF. El de un cliente deja su registro."""
    elegido = _informe(slug)
    ahora = timezone.now()
    try:
        parametros, clientes = _leer(request, elegido)
        if elegido.pide_cliente and parametros.cliente_id is None:
            raise Http404
        contenido, tipo = _escribir(request, elegido, parametros, clientes, extension)
    except ErrorDeDominio as error:
        mostrar_error(request, error)
        return informe(request, slug)
    if parametros.cliente_id is not None:
        anotar_descarga(
            actor=actor_del_admin(request), informe=f"{elegido.titulo} ({extension.upper()})",
            cliente_id=parametros.cliente_id, ahora=ahora,
        )
    respuesta = HttpResponse(contenido, content_type=tipo)
    nombre = nombre_de_archivo(elegido, parametros, extension)
    respuesta["Content-Disposition"] = f'attachment; filename="{nombre}"'
    return respuesta


def _escribir(
    request: HttpRequest, elegido: Informe, parametros: Parametros, clientes: list[Usuario], extension: str
) -> tuple[bytes, str]:
    tabla = elegido.generar(parametros)
    subtitulo = str(parametros.periodo) if elegido.pide_periodo else f"Al {parametros.hoy:%d-%m-%Y}"
    if clientes:
        subtitulo = f"{clientes[0]}. {subtitulo}"
    if extension == "csv":
        return csv.escribir(tabla), csv.TIPO_DE_CONTENIDO
    if extension == "xlsx":
        return xlsx.escribir(tabla, elegido.titulo, subtitulo), xlsx.TIPO_DE_CONTENIDO
    encabezado = pdf.Encabezado(
        tienda=nombre_de_la_tienda(request), titulo=elegido.titulo, subtitulo=subtitulo,
        impreso=timezone.now(),
    )
    return pdf.escribir(tabla, encabezado), pdf.TIPO_DE_CONTENIDO


def _informe(slug: str) -> Informe:
    if slug not in POR_SLUG:
        raise Http404
    return POR_SLUG[slug]


def _leer(request: HttpRequest, elegido: Informe) -> tuple[Parametros, list[Usuario]]:
    """Los parámetros y los clientes que coinciden con lo buscado; elegido es el único que coincide."""
    clientes = clientes_que_coinciden(request.GET.get("cliente", "")) if elegido.pide_cliente else []
    return (
        parametros_de_informe.leer(
            request.GET, dia_de(timezone.now()), clientes[0].pk if len(clientes) == 1 else None
        ),
        clientes,
    )


def _consulta(elegido: Informe, parametros: Parametros, request: HttpRequest) -> dict[str, str]:
    """Lo que las descargas repiten de la página."""
    consulta = {}
    if elegido.pide_periodo:
        consulta = {
            "desde": parametros.periodo.desde.isoformat(), "hasta": parametros.periodo.hasta.isoformat()
        }
    if elegido.pide_dias_de_stock:
        consulta["dias_de_stock"] = str(parametros.dias_de_stock)
    if elegido.pide_cliente:
        consulta["cliente"] = request.GET.get("cliente", "")
    return consulta


def _textos(tabla: Tabla, fila: Any) -> list[tuple[str, str]]:
    """(texto, clase) de cada celda; los ceros van tenues, para que se vea lo que hay."""
    return [
        (
            celda(columna, valor),
            " ".join(CLASES.get(columna.tipo, ("p-numero",)) + ("p-cero",) * (valor == 0)),
        )
        for columna, valor in zip(tabla.columnas, fila, strict=True)
    ]


def _grafico(elegido: Informe, tabla: Tabla) -> graficos.Grafico | None:
    if len(tabla.filas) > BARRAS_EN_PANTALLA:
        return None
    i = next(i for i, columna in enumerate(tabla.columnas) if columna.principal)
    rotulos = [celda(tabla.columnas[0], fila[0])[:5] for fila in tabla.filas]
    valores = [int(fila[i] or 0) for fila in tabla.filas]  # type: ignore[arg-type]
    textos = [f"{rotulo}: {clp(valor)}" for rotulo, valor in zip(rotulos, valores, strict=True)]
    serie = graficos.Serie(nombre=tabla.columnas[i].titulo, clase="venta", valores=valores, textos=textos)
    return graficos.barras(elegido.titulo, rotulos, [serie])
