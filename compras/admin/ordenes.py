"""Órdenes de compra en el admin: el borrador se edita; enviarla, recibirla y cerrarla son acciones."""

import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from compras.admin.comun import ficha
from compras.consultas import codigos_del_proveedor, orden_cargada
from compras.impreso import a_csv, a_pdf, armar
from compras.models import EstadoOrden, LineaOrden, OrdenCompra
from compras.servicios import (
    LineaPedida,
    PedidoOrden,
    Recepcion,
    cerrar_orden,
    crear_orden,
    editar_orden,
    enviar_orden,
    recibir_orden,
)
from inventario.base.admin_accion import Hecho, Pregunta, preguntar
from inventario.base.admin_cifras import cifra
from inventario.base.admin_comun import AdminDeTienda, FiltroDias
from inventario.base.formato import cantidad
from inventario.base.models import Tienda

_ESCANEADO = re.compile(r"(?:(?P<veces>\d{1,6}(?:[.,]\d{1,3})?)\s*[xX×*]\s+)?(?P<codigo>\S+)")
RECIBIBLE = (EstadoOrden.ENVIADA, EstadoOrden.PARCIAL)


class PedirCierre(forms.Form):
    motivo = forms.CharField(
        max_length=200, required=False, widget=UnfoldAdminTextInputWidget,
        help_text="Hace falta si algo quedó por llegar.",
    )


class PedirRecepcion(forms.Form):
    numero_documento = forms.CharField(
        label="Número de documento", max_length=40, widget=UnfoldAdminTextInputWidget
    )
    fecha_compra = forms.DateField(
        label="Fecha de la compra", required=False, widget=UnfoldAdminSingleDateWidget,
        help_text="Vacía: hoy.",
    )
    escaneado = forms.CharField(
        widget=UnfoldAdminTextareaWidget,
        help_text="Un código por línea, tal como sale del lector; repetido se suma. "
        "«12 x 7801234567894» son doce.",
    )
    aceptar_excedente = forms.BooleanField(
        label="Recibir también lo que no se pidió", required=False, widget=UnfoldBooleanSwitchWidget
    )

    def clean_escaneado(self) -> list[LineaPedida]:
        cuenta: dict[str, Decimal] = defaultdict(Decimal)
        for numero, linea in enumerate(self.cleaned_data["escaneado"].splitlines(), start=1):
            if not linea.strip():
                continue
            forma = _ESCANEADO.fullmatch(linea.strip())
            if forma is None:
                raise forms.ValidationError(f"La línea {numero} no es un código: {linea.strip()}")
            cuenta[forma["codigo"]] += Decimal((forma["veces"] or "1").replace(",", "."))
        return [
            LineaPedida(codigo_barras=codigo, cantidad=cuantos)
            for codigo, cuantos in cuenta.items()
        ]


class LineaInline(TabularInline):  # type: ignore[misc]
    model = LineaOrden
    extra = 0
    autocomplete_fields = ("producto",)
    fields = ("producto", "cantidad", "costo_esperado", "llegado", "razon")
    readonly_fields = ("llegado", "razon")
    formfield_overrides: ClassVar[Mapping[Any, Any]] = AdminDeTienda.formfield_overrides
    llegado = cifra("recibida", cantidad, "recibida")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("producto")


@admin.register(OrdenCompra)
class OrdenCompraAdmin(AdminDeTienda):
    objeto = "orden_compra"
    list_display = ("numero", "proveedor", "estado", "creada", "enviada", "autor")
    list_select_related = ("proveedor", "autor")
    list_filter = (
        "estado", ("creada", FiltroDias), ("proveedor", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("=id", "proveedor__nombre_normalizado", "proveedor__rut")
    search_help_text = "Número de orden, o nombre o RUT del proveedor"
    ordering = ("-id",)
    autocomplete_fields = ("proveedor",)
    inlines = (LineaInline,)
    actions_detail = ("enviar", "recibir", "cerrar", "pdf", "csv")

    @admin.display(description="número", ordering="id")
    def numero(self, orden: OrdenCompra) -> int:
        return orden.pk

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("proveedor", "nota")
        return ("proveedor", "nota", "estado", "creada", "enviada", "cerrada", "motivo_cierre")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("proveedor", "estado", "creada", "enviada", "cerrada", "motivo_cierre")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        puede = bool(super().has_change_permission(request, obj))
        return puede and (obj is None or obj.estado == EstadoOrden.BORRADOR)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: OrdenCompra, form: Any, change: bool) -> None:
        """La orden y sus líneas se guardan juntas, en ``save_related``."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        lineas = [
            LineaPedida(
                id_producto=datos["producto"].pk,
                cantidad=datos["cantidad"],
                costo_unitario=datos["costo_esperado"],
            )
            for formset in formsets
            for datos in formset.cleaned_data
            if datos and not datos.get("DELETE")
        ]
        quien: dict[str, Any] = {"actor": self.actor(request), "ahora": timezone.now()}
        nota = form.cleaned_data["nota"]
        if change:
            editar_orden(orden_id=form.instance.pk, lineas=lineas, nota=nota, **quien)
        else:
            pedido = PedidoOrden(
                id_proveedor=form.instance.proveedor_id, nota=nota, lineas=lineas
            )
            form.instance.pk = crear_orden(pedido=pedido, **quien).pk

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        """Sin historial de Django, que además miraría lo que los formularios guardaron: nada."""
        return []

    def _esta(self, object_id: Any, *estados: EstadoOrden) -> bool:
        return OrdenCompra.objects.filter(pk=object_id, estado__in=estados).exists()

    def has_enviar_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._esta(object_id, EstadoOrden.BORRADOR)

    def has_recibir_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._esta(object_id, *RECIBIBLE)

    def has_cerrar_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._esta(object_id, *(set(EstadoOrden) - {EstadoOrden.CERRADA}))

    @action(
        description="Marcar como enviada", url_path="enviar", permissions=["enviar"], icon="send",
        variant=ActionVariant.PRIMARY,
    )
    def enviar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(orden: OrdenCompra, _: dict[str, Any]) -> str:
            enviar_orden(orden_id=orden.pk, actor=self.actor(request), ahora=timezone.now())
            return "Orden enviada"

        return preguntar(self, request, object_id, _pregunta_de_envio, hacer)

    @action(
        description="Recibir", url_path="recibir", permissions=["recibir"], icon="barcode_scanner",
        variant=ActionVariant.PRIMARY,
    )
    def recibir(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(orden: OrdenCompra, datos: dict[str, Any]) -> Hecho:
            recepcion = Recepcion(
                numero_documento=datos["numero_documento"],
                fecha_compra=datos["fecha_compra"],
                lineas=datos["escaneado"],
                aceptar_excedente=datos["aceptar_excedente"],
            )
            compra = recibir_orden(
                orden_id=orden.pk, recepcion=recepcion, actor=self.actor(request),
                ahora=timezone.now(),
            )
            return Hecho("Recepción ingresada", ficha("compra", compra.pk))

        return preguntar(self, request, object_id, _pregunta_de_recepcion, hacer)

    @action(
        description="Cerrar", url_path="cerrar", permissions=["cerrar"], icon="done_all",
        variant=ActionVariant.DANGER,
    )
    def cerrar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(orden: OrdenCompra, datos: dict[str, Any]) -> str:
            cerrar_orden(
                orden_id=orden.pk, motivo=datos["motivo"], actor=self.actor(request),
                ahora=timezone.now(),
            )
            return "Orden cerrada"

        return preguntar(self, request, object_id, _pregunta_de_cierre, hacer)

    @action(description="PDF", url_path="pdf", icon="picture_as_pdf")
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return _archivo(object_id, "pdf")

    @action(description="CSV", url_path="csv", icon="csv")
    def csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return _archivo(object_id, "csv")


def _pregunta_de_envio(orden: OrdenCompra) -> Pregunta:
    return Pregunta(
        titulo=f"Marcar como enviada la orden {orden.pk}",
        explicacion="Ya no se podrá editar, y lo pedido contará como en camino.",
        boton="Ya se envió",
        formulario=forms.Form,
    )


def _pregunta_de_recepcion(orden: OrdenCompra) -> Pregunta:
    return Pregunta(
        titulo=f"Recibir la orden {orden.pk}",
        explicacion="Se ingresa una compra con lo escaneado, al costo que se esperaba.",
        boton="Recibir",
        formulario=PedirRecepcion,
    )


def _pregunta_de_cierre(orden: OrdenCompra) -> Pregunta:
    return Pregunta(
        titulo=f"Cerrar la orden {orden.pk}",
        explicacion="No se esperará nada más de ella.",
        boton="Cerrar la orden",
        formulario=PedirCierre,
        peligrosa=True,
    )


def _archivo(object_id: str, clase: str) -> HttpResponse:
    orden = orden_cargada(int(object_id))
    impreso = armar(orden, Tienda.objects.get(), codigos_del_proveedor(orden))
    contenido = a_pdf(impreso) if clase == "pdf" else a_csv(impreso)
    return HttpResponse(
        contenido,
        content_type="application/pdf" if clase == "pdf" else "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="orden-{orden.pk}.{clase}"'},
    )
