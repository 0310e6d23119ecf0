"""Órdenes de compra en el admin: el borrador se edita; enviarla, recibirla y cerrarla son acciones."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from compras.admin.comun import PedirNada, ficha, pedir
from compras.consultas import codigos_del_proveedor, orden_cargada
from compras.impreso import a_csv, a_pdf, armar
from compras.models import EstadoOrden, EstadoProveedor, LineaOrden, OrdenCompra, Proveedor
from compras.servicios import (
    LineaPedida,
    PedidoOrden,
    Recepcion,
    cerrar_orden,
    crear_orden,
    editar_orden,
    enviar_orden,
    recibir_orden,
    sugerir_orden,
)
from inventario.base.admin_comun import AdminDeTienda, FiltroDias
from inventario.base.models import Tienda

_ESCANEADO = re.compile(r"(?:(?P<veces>\d{1,6}(?:[.,]\d{1,3})?)\s*[xX×*]\s+)?(?P<codigo>\S+)")
RECIBIBLE = (EstadoOrden.ENVIADA, EstadoOrden.PARCIAL)


class PedirSugerencia(forms.Form):
    proveedor = forms.ModelChoiceField(
        Proveedor.objects.filter(estado=EstadoProveedor.ACTIVO), widget=UnfoldAdminSelectWidget
    )
    semanas = forms.IntegerField(
        label="semanas de ventas", min_value=1, max_value=52, initial=4,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class PedirCierre(forms.Form):
    motivo = forms.CharField(
        max_length=200, required=False, widget=UnfoldAdminTextInputWidget,
        help_text="Hace falta si algo quedó por llegar.",
    )


class PedirRecepcion(forms.Form):
    numero_documento = forms.CharField(
        label="número de documento", max_length=40, widget=UnfoldAdminTextInputWidget
    )
    fecha_compra = forms.DateField(
        label="fecha de la compra", required=False, widget=UnfoldAdminSingleDateWidget,
        help_text="Vacía: hoy.",
    )
    escaneado = forms.CharField(
        widget=UnfoldAdminTextareaWidget,
        help_text="Un código por línea, tal como sale del lector; repetido se suma. "
        "«12 x 7801234567894» son doce.",
    )
    aceptar_excedente = forms.BooleanField(
        label="recibir también lo que no se pidió", required=False, widget=UnfoldBooleanSwitchWidget
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
            LineaPedida(codigo_barras=codigo, cantidad=cantidad)
            for codigo, cantidad in cuenta.items()
        ]


class LineaInline(TabularInline):  # type: ignore[misc]
    model = LineaOrden
    extra = 0
    autocomplete_fields = ("producto",)
    fields = ("producto", "cantidad", "costo_esperado", "recibida", "razon")
    readonly_fields = ("recibida", "razon")

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
    actions_list = ("sugerir",)
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

    @action(description="Sugerir una orden", url_path="sugerir", icon="lightbulb")
    def sugerir(self, request: HttpRequest) -> HttpResponse:
        def hacer(datos: dict[str, Any]) -> tuple[str, str]:
            orden = sugerir_orden(
                id_proveedor=datos["proveedor"].pk, proveedor="", semanas=datos["semanas"],
                actor=self.actor(request), ahora=timezone.now(),
            )
            return "Este es el borrador: revíselo y envíelo", ficha("ordencompra", orden.pk)

        return pedir(
            self, request, PedirSugerencia, titulo="Sugerir una orden de compra", boton="Sugerir",
            hacer=hacer, volver=reverse("admin:compras_ordencompra_changelist"),
        )

    @action(
        description="Marcar como enviada", url_path="enviar", permissions=["enviar"], icon="send",
        variant=ActionVariant.PRIMARY,
    )
    def enviar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(_: dict[str, Any]) -> tuple[str, str]:
            enviar_orden(
                orden_id=int(object_id), actor=self.actor(request), ahora=timezone.now()
            )
            return "Orden enviada", ficha("ordencompra", object_id)

        return pedir(
            self, request, PedirNada, boton="Ya se envió", hacer=hacer,
            titulo=f"Marcar como enviada la orden {object_id}: ya no se podrá editar",
            volver=ficha("ordencompra", object_id),
        )

    @action(
        description="Recibir", url_path="recibir", permissions=["recibir"], icon="barcode_scanner",
        variant=ActionVariant.PRIMARY,
    )
    def recibir(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(datos: dict[str, Any]) -> tuple[str, str]:
            compra = recibir_orden(
                orden_id=int(object_id),
                recepcion=Recepcion(
                    numero_documento=datos["numero_documento"],
                    fecha_compra=datos["fecha_compra"],
                    lineas=datos["escaneado"],
                    aceptar_excedente=datos["aceptar_excedente"],
                ),
                actor=self.actor(request),
                ahora=timezone.now(),
            )
            return "Recepción ingresada", ficha("compra", compra.pk)

        return pedir(
            self, request, PedirRecepcion, titulo=f"Recibir la orden {object_id}", boton="Recibir",
            hacer=hacer, volver=ficha("ordencompra", object_id),
        )

    @action(
        description="Cerrar", url_path="cerrar", permissions=["cerrar"], icon="done_all",
        variant=ActionVariant.DANGER,
    )
    def cerrar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(datos: dict[str, Any]) -> tuple[str, str]:
            cerrar_orden(
                orden_id=int(object_id), motivo=datos["motivo"], actor=self.actor(request),
                ahora=timezone.now(),
            )
            return "Orden cerrada", ficha("ordencompra", object_id)

        return pedir(
            self, request, PedirCierre, titulo=f"Cerrar la orden {object_id}", boton="Cerrar la orden",
            hacer=hacer, volver=ficha("ordencompra", object_id), peligro=True,
        )

    @action(description="PDF", url_path="pdf", icon="picture_as_pdf")
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return _archivo(object_id, "pdf")

    @action(description="CSV", url_path="csv", icon="csv")
    def csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return _archivo(object_id, "csv")


def _archivo(object_id: str, clase: str) -> HttpResponse:
    orden = orden_cargada(int(object_id))
    impreso = armar(orden, Tienda.objects.get(), codigos_del_proveedor(orden))
    contenido = a_pdf(impreso) if clase == "pdf" else a_csv(impreso)
    return HttpResponse(
        contenido,
        content_type="application/pdf" if clase == "pdf" else "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="orden-{orden.pk}.{clase}"'},
    )
