"""Importar y exportar el catálogo desde el admin, con vista previa antes de tocar nada."""

import secrets
import time
from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from inventario.base.admin_comun import mostrar_error
from inventario.base.errores import ErrorDeDominio
from inventario.base.fechas import dia_de
from productos.admin.comun import AdminSinBorrar
from productos.consultas.exportacion import filas_de_productos
from productos.planilla.campos import CAMPOS
from productos.planilla.escritura import escribir_xlsx, lineas_csv
from productos.planilla.lectura import leer_planilla
from productos.servicios.importacion import (
    FilaMala,
    Plan,
    Revision,
    importar_productos,
    revisar_planilla,
)

EXTENSIONES = (".csv", ".xlsx")
MOSTRADAS = 200
VIGENCIA_S = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRMA = signing.TimestampSigner(salt="importar-productos")


class FormularioPlanilla(forms.Form):
    archivo = forms.FileField(
        label="Planilla", widget=UnfoldAdminFileFieldWidget, help_text="CSV o XLSX."
    )

    def clean_archivo(self) -> "UploadedFile[Any]":
        archivo: UploadedFile[Any] = self.cleaned_data["archivo"]
        if Path(archivo.name or "").suffix.lower() not in EXTENSIONES:
            raise forms.ValidationError("Debe ser un archivo CSV o XLSX")
        return archivo


class ConPlanillas(AdminSinBorrar):
    """Los botones de importar y exportar de la lista de productos."""

    actions_list = ("importar", "exportar_csv", "exportar_xlsx")

    @action(description="Importar", url_path="importar", icon="upload", permissions=["change"])
    def importar(self, request: HttpRequest) -> HttpResponse:
        """Sube una planilla y muestra qué cambiaría; con lo firmado de vuelta, la aplica."""
        if request.method == "POST" and "confirmar" in request.POST:
            return self._aplicar(request)
        formulario = FormularioPlanilla(request.POST or None, request.FILES or None)
        contexto: dict[str, Any] = {}
        if request.method == "POST" and formulario.is_valid():
            archivo = _guardar(formulario.cleaned_data["archivo"])
            try:
                contexto = _vista_previa(archivo)
            except ErrorDeDominio as error:
                archivo.unlink()
                mostrar_error(request, error)
        return self._pagina(request, formulario, contexto)

    @action(
        description="Exportar a CSV", url_path="exportar-csv", icon="download", permissions=["view"]
    )
    def exportar_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        hoy = dia_de(timezone.now())
        return StreamingHttpResponse(
            lineas_csv(filas_de_productos(hoy)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="productos-{hoy}.csv"'},
        )

    @action(
        description="Exportar a XLSX", url_path="exportar-xlsx", icon="download", permissions=["view"]
    )
    def exportar_xlsx(self, request: HttpRequest) -> HttpResponse:
        hoy = dia_de(timezone.now())
        with TemporaryDirectory() as carpeta:
            archivo = Path(carpeta) / "productos.xlsx"
            escribir_xlsx(filas_de_productos(hoy), archivo)
            return HttpResponse(
                archivo.read_bytes(),
                content_type=XLSX,
                headers={"Content-Disposition": f'attachment; filename="productos-{hoy}.xlsx"'},
            )

    def _aplicar(self, request: HttpRequest) -> HttpResponse:
        try:
            archivo, nombre = _abrir_firmado(request.POST["confirmar"])
        except (signing.BadSignature, FileNotFoundError):
            messages.error(request, "La revisión ya no vale: suba la planilla otra vez")
            return HttpResponseRedirect(request.path)
        try:
            importacion = importar_productos(
                filas=lambda: leer_planilla(archivo),
                archivo=nombre,
                actor=self.actor(request),
                ahora=timezone.now(),
            )
        except ErrorDeDominio as error:
            mostrar_error(request, error)
            return HttpResponseRedirect(request.path)
        finally:
            archivo.unlink(missing_ok=True)
        messages.success(
            request,
            f"{nombre}: {importacion.nuevos} productos nuevos y {importacion.cambiados} cambiados",
        )
        return HttpResponseRedirect(reverse("admin:productos_producto_changelist"))

    def _pagina(
        self, request: HttpRequest, formulario: FormularioPlanilla, contexto: dict[str, Any]
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            "productos/importar.html",
            {
                **self.admin_site.each_context(request),
                "title": "Importar productos",
                "formulario": formulario,
                "columnas": list(CAMPOS),
                "mostradas": MOSTRADAS,
                **contexto,
            },
        )


def _carpeta() -> Path:
    carpeta = Path(settings.DATOS_DIR) / "importaciones"
    carpeta.mkdir(parents=True, exist_ok=True)
    return carpeta


def _guardar(subido: "UploadedFile[Any]") -> Path:
    """La planilla en disco, hasta que se confirme; de paso, borra las que nadie confirmó."""
    carpeta = _carpeta()
    for viejo in carpeta.iterdir():
        if viejo.stat().st_mtime < time.time() - VIGENCIA_S:
            viejo.unlink(missing_ok=True)
    nombre = Path(subido.name or "planilla.csv").name
    archivo = carpeta / f"{secrets.token_hex(8)}-{nombre}"
    with archivo.open("wb") as destino:
        for trozo in subido.chunks():
            destino.write(trozo)
    return archivo


def _vista_previa(archivo: Path) -> dict[str, Any]:
    cambios: deque[Plan] = deque()
    malas: deque[FilaMala] = deque()

    def hasta_llenar(lista: "deque[Any]") -> Any:
        return lambda uno: lista.append(uno) if len(lista) < MOSTRADAS else None

    revision: Revision = revisar_planilla(
        filas=leer_planilla(archivo),
        hoy=dia_de(timezone.now()),
        al_cambiar=hasta_llenar(cambios),
        al_fallar=hasta_llenar(malas),
    )
    return {
        "revision": revision,
        "cambios": cambios,
        "malas": malas,
        "firmado": "" if revision.malas else _FIRMA.sign(archivo.name),
    }


def _abrir_firmado(firmado: str) -> tuple[Path, str]:
    """El archivo revisado y el nombre con que se subió.

    Raises:
        BadSignature: no lo firmó esta tienda, o hace más de una hora.
        FileNotFoundError: ya se aplicó.
    """
    nombre = _FIRMA.unsign(firmado, max_age=VIGENCIA_S)
    archivo = _carpeta() / Path(nombre).name
    if not archivo.is_file():
        raise FileNotFoundError(archivo.name)
    return archivo, nombre.partition("-")[2]
