"""Las cajas, que se crean y cambian por su caso de uso, y sus turnos, que sólo se miran."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from inventario.base.admin_comun import AdminDeLectura, AdminDeTienda, FiltroDias
from inventario.base.formato import clp
from inventario.base.models import Tienda
from ventas.models import Autorizacion, Caja, TurnoCaja
from ventas.recibo import z_a_pdf
from ventas.servicios import crear_caja, editar_caja


@admin.register(Caja)
class CajaAdmin(AdminDeTienda):
    list_display = ("nombre", "activa", "quien")
    list_select_related = ("turno_abierto",)
    fields = ("nombre", "activa")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("nombre",)

    def save_model(self, request: HttpRequest, obj: Caja, form: Any, change: bool) -> None:
        actor, ahora = self.actor(request), timezone.now()
        if change:
            editar_caja(actor=actor, id_caja=obj.pk, nombre=obj.nombre, activa=obj.activa, ahora=ahora)
        else:
            obj.pk = crear_caja(actor=actor, nombre=obj.nombre, ahora=ahora).pk

    @display(description="abierta por")
    def quien(self, caja: Caja) -> str:
        turno: TurnoCaja | None = getattr(caja, "turno_abierto", None)
        return turno.nombre_cajero if turno else "–"


class FiltroEstadoTurno(admin.SimpleListFilter):
    title = "estado"
    parameter_name = "estado"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("abierto", "Abiertos"), ("diferencia", "Cerrados con diferencia")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "abierto":
                return queryset.abiertos()
            case "diferencia":
                return queryset.exclude(diferencia=None).exclude(diferencia=0)
        return queryset


@admin.register(TurnoCaja)
class TurnoCajaAdmin(AdminDeLectura):
    objeto = "turno"
    list_display = ("turno", "caja", "nombre_cajero", "desde", "cerrado", "contado_clp", "resultado")
    list_display_links = ("turno", "desde")
    list_filter = (("desde", FiltroDias), FiltroEstadoTurno, "caja", ("cajero", AutocompleteSelectFilter))
    list_select_related = ("caja",)
    ordering = ("-id",)
    actions_detail = ("informe_z",)
    change_form_after_template = "ventas/admin_turno.html"
    fieldsets = (
        (None, {"fields": ("turno", "caja", "nombre_cajero", "desde", "cerrado", "cerrado_por")}),
        ("Efectivo", {"fields": (
            "fondo", "esperado_clp", "contado_clp", "diferencia_clp", "comentario",
        )}),
        ("Registros sellados al cerrar", {"fields": ("cabeza_secuencia", "cabeza_hash")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [campo for _, opciones in self.fieldsets for campo in opciones["fields"]]

    @action(description="Informe Z", icon="receipt_long", url_path="z", permissions=["view"])
    def informe_z(self, request: HttpRequest, object_id: str) -> HttpResponse:
        turno: TurnoCaja | None = self.get_object(request, object_id)
        if turno is None:
            raise Http404
        if turno.abierto:
            messages.warning(request, "El turno aún no se cierra: su Z sale al contar el efectivo.")
            return HttpResponseRedirect(reverse("admin:ventas_turnocaja_change", args=(turno.pk,)))
        respuesta = HttpResponse(z_a_pdf(turno, Tienda.objects.get(pk=1)), content_type="application/pdf")
        respuesta["Content-Disposition"] = f'inline; filename="z-{turno.caja_id}-{turno.numero_z}.pdf"'
        return respuesta

    @display(description="turno", ordering="id")
    def turno(self, turno: TurnoCaja) -> str:
        return f"Z {turno.numero_z}" if turno.numero_z else "Abierto"

    @display(description="fondo inicial")
    def fondo(self, turno: TurnoCaja) -> str:
        return clp(turno.fondo_inicial)

    @display(description="esperado")
    def esperado_clp(self, turno: TurnoCaja) -> str:
        return "Se sabe al cerrar" if turno.esperado is None else clp(turno.esperado)

    @display(description="contado", ordering="contado")
    def contado_clp(self, turno: TurnoCaja) -> str:
        return "–" if turno.contado is None else clp(turno.contado)

    @display(description="diferencia")
    def diferencia_clp(self, turno: TurnoCaja) -> str:
        return "Se sabe al cerrar" if turno.diferencia is None else clp(turno.diferencia)

    @display(
        description="diferencia", ordering="diferencia",
        label={"abierto": "info", "cuadra": "success", "no cuadra": "danger"},
    )
    def resultado(self, turno: TurnoCaja) -> tuple[str, str]:
        if turno.diferencia is None:
            return "abierto", "Abierto"
        return ("no cuadra", clp(turno.diferencia)) if turno.diferencia else ("cuadra", "Cuadra")


@admin.register(Autorizacion)
class AutorizacionAdmin(AdminDeLectura):
    objeto = "autorizacion"
    list_display = ("creada", "resumen", "solicitante", "supervisor", "estado", "usada")
    list_filter = ("estado", "accion", ("creada", FiltroDias))
    list_select_related = ("solicitante", "supervisor")
    ordering = ("-id",)
    fields = (
        "accion", "resumen", "estado", "solicitante", "supervisor", "creada", "resuelta", "usada", "vence",
        "objeto",
    )
