"""Ventas, devoluciones y folios en el admin: se miran; se anulan y devuelven por su caso de uso."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_cifras import CajaDeCifra
from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from inventario.base.formato import cantidad, clp, miles, porcentaje
from inventario.base.models import Tienda
from inventario.base.rut import con_formato
from usuarios.consultas import parecido_a
from usuarios.models import Usuario
from ventas.consultas import devolucion_con_todo, venta_con_todo
from ventas.models import CorrelativoFolio, Devolucion, Venta
from ventas.recibo import Recibo, a_pdf, recibo_de_devolucion, recibo_de_venta
from ventas.reglas.tipos import FormaPago, TipoDTE
from ventas.servicios import ParteDevuelta, PedidoDeDevolucion, devolver

LINEA = "linea_"
"""Prefijo de los campos con lo que se devuelve de cada línea."""
MAXIMO_DE_PERSONAS = 50
COLOR_DE_FORMA = {
    FormaPago.EFECTIVO: "success", FormaPago.DEBITO: "info", FormaPago.CREDITO: "primary",
    FormaPago.PUNTOS: "warning",
}


def _pdf(recibo: Recibo, nombre: str) -> HttpResponse:
    respuesta = HttpResponse(a_pdf(recibo), content_type="application/pdf")
    respuesta["Content-Disposition"] = f'inline; filename="{nombre}.pdf"'
    return respuesta


def _con_folio(buscado: str) -> Q:
    """Los documentos con ese folio; con el emisor y el tipo, que es como está el índice."""
    emisores = CorrelativoFolio.objects.values_list("emisor_rut", flat=True).distinct()
    return Q(emisor_rut__in=list(emisores), tipo_dte__in=list(TipoDTE), folio=int(buscado))


class FiltroSituacion(admin.SimpleListFilter):
    title = "estado"
    parameter_name = "situacion"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("vigente", "Vigentes"), ("parte", "Devueltas en parte"), ("anulada", "Anuladas")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Venta]") -> "QuerySet[Venta]":
        match self.value():
            case "vigente":
                return queryset.filter(devuelto=0)
            case "parte":
                return queryset.filter(devuelto__gt=0, devuelto__lt=F("total"))
            case "anulada":
                return queryset.filter(devuelto__gt=0, devuelto=F("total"))
        return queryset


class FiltroForma(admin.SimpleListFilter):
    title = "forma de pago"
    parameter_name = "forma"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(forma.value), forma.nombre) for forma in FormaPago]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Venta]") -> "QuerySet[Venta]":
        forma = self.value()
        return queryset.filter(forma_pago=forma) if forma else queryset


@admin.register(Venta)
class VentaAdmin(AdminDeLectura):
    list_display = ("documento", "fecha_venta", "nombre_cajero", "comprador", "forma", "monto", "situacion")
    list_display_links = ("documento", "fecha_venta")
    list_filter = (
        ("fecha_venta", FiltroDias), FiltroSituacion, FiltroForma, "tipo_documento",
        ("cajero", AutocompleteSelectFilter), ("cliente", AutocompleteSelectFilter),
    )
    search_fields = ("folio",)
    search_help_text = "Folio, RUT o nombre"
    ordering = ("-id",)
    actions_detail = ("recibo", "devolver")
    change_form_after_template = "ventas/admin_venta.html"
    fieldsets = (
        (None, {"fields": (
            "documento", "situacion", "fecha_venta", "hora_de_caja", "turno", "quien_vendio", "quien_compro",
        )}),
        ("Montos", {"fields": (
            "lineas", "descuento", "sin_iva", "impuesto", "monto", "vuelto_atras", "puntos_ganados",
        )}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [campo for _, opciones in self.fieldsets for campo in opciones["fields"]]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        venta = super().get_object(request, object_id, from_field)
        return venta and venta_con_todo(self.actor(request), venta.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Venta]", search_term: str
    ) -> tuple["QuerySet[Venta]", bool]:
        buscado = search_term.strip()
        if not buscado:
            return queryset, False
        numero = buscado.isascii() and buscado.isdigit() and len(buscado) < 18
        # Un número es un folio o un RUT entero: una parte de RUT traería a media tienda.
        quien = Q(rut=buscado) if numero else parecido_a(buscado)
        personas = list(Usuario.objects.filter(quien).values_list("pk", flat=True)[:MAXIMO_DE_PERSONAS])
        condicion = Q(cliente__in=personas) | Q(cajero__in=personas)
        return queryset.filter(condicion | _con_folio(buscado) if numero else condicion), False

    def has_devolver_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("ventas.add_devolucion")

    @action(description="Ver recibo", icon="receipt_long", url_path="recibo", permissions=["view"])
    def recibo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        venta = self.get_object(request, object_id)
        if venta is None:
            raise Http404
        return _pdf(recibo_de_venta(venta, Tienda.objects.get(pk=1)), f"boleta-{venta.pk}")

    @action(
        description="Anular o devolver", icon="undo", url_path="devolver", permissions=["devolver"]
    )
    def devolver(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(venta: Venta, datos: dict[str, Any]) -> str:
            hecha = devolver(
                actor=self.actor(request),
                pedido=PedidoDeDevolucion(
                    id_venta=venta.pk, motivo=datos["motivo"], partes=_partes(datos)
                ),
                ahora=timezone.now(),
            )
            frase = f"Nota de crédito {hecha.devolucion.folio} por {clp(hecha.devolucion.total)}"
            if hecha.puntos_no_recuperados:
                frase += f". Quedaron {hecha.puntos_no_recuperados} puntos sin quitar: el cliente ya los usó"
            return frase

        return preguntar(self, request, object_id, _pregunta_de_devolucion, hacer)

    @display(description="documento", ordering="id")
    def documento(self, venta: Venta) -> str:
        return f"{venta.get_tipo_documento_display().capitalize()} {venta.folio}"

    @display(description="cliente")
    def comprador(self, venta: Venta) -> str:
        return venta.nombre_cliente or "–"

    @display(description="pago", ordering="forma_pago", label=COLOR_DE_FORMA)
    def forma(self, venta: Venta) -> tuple[FormaPago, str]:
        forma = FormaPago(venta.forma_pago)
        return forma, forma.nombre

    @display(description="total", ordering="total")
    def monto(self, venta: Venta) -> str:
        return clp(venta.total)

    @display(
        description="estado",
        label={"Vigente": "success", "Devuelta en parte": "warning", "Anulada": "danger"},
    )
    def situacion(self, venta: Venta) -> str:
        if not venta.devuelto:
            return "Vigente"
        return "Anulada" if venta.devuelto == venta.total else "Devuelta en parte"

    @display(description="cajero")
    def quien_vendio(self, venta: Venta) -> SafeString:
        return _persona(venta.cajero_id, venta.nombre_cajero)

    @display(description="cliente")
    def quien_compro(self, venta: Venta) -> str | SafeString:
        return _persona(venta.cliente_id, venta.nombre_cliente) if venta.cliente_id else "Sin cliente"

    @display(description="suma de líneas")
    def lineas(self, venta: Venta) -> str:
        return clp(venta.subtotal)

    @display(description="descuento al documento")
    def descuento(self, venta: Venta) -> str:
        return porcentaje(venta.porcentaje) if venta.porcentaje else "Ninguno"

    @display(description="neto y exento")
    def sin_iva(self, venta: Venta) -> str:
        return f"{clp(venta.neto)} neto" + (f" y {clp(venta.exento)} exento" if venta.exento else "")

    @display(description="IVA")
    def impuesto(self, venta: Venta) -> str:
        return clp(venta.iva)

    @display(description="devuelto")
    def vuelto_atras(self, venta: Venta) -> str:
        return clp(venta.devuelto)


def _persona(pk: int | None, nombre: str) -> SafeString:
    return format_html(
        '<a class="p-enlace" href="{}">{}</a>', reverse("admin:usuarios_usuario_change", args=(pk,)), nombre
    )


def _pregunta_de_devolucion(venta: Venta) -> Pregunta:
    """Motivo y, por cada línea, cuánto vuelve: todo lo que queda, si no se toca."""
    campos: dict[str, forms.Field] = {
        "motivo": forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)
    }
    for detalle in venta.detalles.all():
        queda = detalle.cantidad - detalle.cantidad_devuelta
        campos[f"{LINEA}{detalle.numero}"] = forms.DecimalField(
            label=f"{detalle.nombre} ({cantidad(queda)} {detalle.unidad} por devolver)",
            min_value=Decimal(0), max_value=queda, decimal_places=3, required=False, initial=queda,
            widget=CajaDeCifra,
        )
    return Pregunta(
        titulo="Anular o devolver",
        boton="Hacer la nota de crédito",
        formulario=type("FormularioDevolucion", (forms.Form,), campos),
        explicacion=(
            "Vuelve el stock, el dinero por la forma en que se pagó y los puntos. Tal como está, se anula "
            "la venta entera: baje las cantidades para devolver sólo una parte."
        ),
        peligrosa=True,
    )


def _partes(datos: dict[str, Any]) -> list[ParteDevuelta]:
    """Las líneas que vuelven. Si no se eligió ninguna, el caso de uso rechaza la línea cero."""
    elegidas = [
        ParteDevuelta(numero_linea=int(campo.removeprefix(LINEA)), cantidad=valor)
        for campo, valor in datos.items()
        if campo.startswith(LINEA) and valor
    ]
    return elegidas or [ParteDevuelta(numero_linea=0, cantidad=Decimal(0))]


@admin.register(Devolucion)
class DevolucionAdmin(AdminDeLectura):
    list_display = ("documento", "de_la_venta", "fecha", "autor", "motivo", "monto")
    list_display_links = ("documento", "fecha")
    list_filter = (("fecha", FiltroDias), ("autor", AutocompleteSelectFilter))
    list_select_related = ("venta", "autor")
    search_fields = ("motivo",)
    search_help_text = "Folio de la nota o palabras del motivo"
    ordering = ("-id",)
    actions_detail = ("recibo",)
    change_form_after_template = "ventas/admin_devolucion.html"
    fieldsets = (
        (None, {"fields": ("documento", "de_la_venta", "fecha", "autor", "motivo")}),
        ("Montos", {"fields": ("neto_clp", "exento_clp", "iva_clp", "monto", "puntos_quitados")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [campo for _, opciones in self.fieldsets for campo in opciones["fields"]]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        devolucion = super().get_object(request, object_id, from_field)
        return devolucion and devolucion_con_todo(self.actor(request), devolucion.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Devolucion]", search_term: str
    ) -> tuple["QuerySet[Devolucion]", bool]:
        buscado = search_term.strip()
        if buscado.isascii() and buscado.isdigit() and len(buscado) < 18:
            return queryset.filter(_con_folio(buscado)), False
        return (queryset.filter(motivo__icontains=buscado) if buscado else queryset), False

    @action(description="Ver recibo", icon="receipt_long", url_path="recibo", permissions=["view"])
    def recibo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        devolucion = self.get_object(request, object_id)
        if devolucion is None:
            raise Http404
        recibo = recibo_de_devolucion(devolucion, Tienda.objects.get(pk=1))
        return _pdf(recibo, f"nota-de-credito-{devolucion.pk}")

    @display(description="documento", ordering="id")
    def documento(self, devolucion: Devolucion) -> str:
        return f"Nota de crédito {devolucion.folio}"

    @display(description="venta")
    def de_la_venta(self, devolucion: Devolucion) -> SafeString:
        return format_html(
            '<a class="p-enlace" href="{}">{}</a>',
            reverse("admin:ventas_venta_change", args=(devolucion.venta_id,)),
            str(devolucion.venta).capitalize(),
        )

    @display(description="total", ordering="total")
    def monto(self, devolucion: Devolucion) -> str:
        return clp(devolucion.total)

    @display(description="neto")
    def neto_clp(self, devolucion: Devolucion) -> str:
        return clp(devolucion.neto)

    @display(description="exento")
    def exento_clp(self, devolucion: Devolucion) -> str:
        return clp(devolucion.exento)

    @display(description="IVA")
    def iva_clp(self, devolucion: Devolucion) -> str:
        return clp(devolucion.iva)


@admin.register(CorrelativoFolio)
class CorrelativoFolioAdmin(AdminDeLectura):
    list_display = fields = ("tipo", "emisor", "ultimo_folio")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @display(description="documento", ordering="tipo_dte")
    def tipo(self, correlativo: CorrelativoFolio) -> str:
        return str(correlativo.get_tipo_dte_display())

    @display(description="último folio", ordering="ultimo")
    def ultimo_folio(self, correlativo: CorrelativoFolio) -> str:
        return miles(correlativo.ultimo)

    @display(description="emisor")
    def emisor(self, correlativo: CorrelativoFolio) -> str:
        return con_formato(correlativo.emisor_rut)
