"""Las compras en el admin: se miran, y se anulan diciendo por qué."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant

from compras.admin.comun import InlineDeLectura, PedirMotivo
from compras.models import Compra, DetalleCompra
from compras.servicios import anular_compra
from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_cifras import cifra
from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from inventario.base.formato import cantidad, clp, costo


class DetalleInline(InlineDeLectura):
    model = DetalleCompra
    fields = readonly_fields = (
        "numero", "nombre", "codigo", "comprado", "unidad", "al_costo", "por_todo", "exenta", "lote",
        "fecha_vencimiento",
    )
    comprado = cifra("cantidad", cantidad, "cantidad")
    al_costo = cifra("costo_unitario", costo, "costo unitario")
    por_todo = cifra("total", clp, "total")


@admin.register(Compra)
class CompraAdmin(AdminDeLectura):
    list_display = (
        "numero_documento", "proveedor", "fecha_compra", "sin_iva", "impuesto", "vigente", "autor",
    )
    list_select_related = ("proveedor", "autor")
    list_filter = (
        ("fecha_compra", FiltroDias),
        ("anulada", admin.EmptyFieldListFilter),
        ("proveedor", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("=numero_documento", "proveedor__nombre_normalizado", "proveedor__rut")
    search_help_text = "Número de documento, o nombre o RUT del proveedor"
    ordering = ("-id",)
    fields = (
        "proveedor", "numero_documento", "fecha_compra", "sin_iva", "sin_impuesto", "impuesto", "orden",
        "fecha_registro", "autor", "anulada", "anulada_por", "motivo_anulacion",
    )
    sin_iva = cifra("neto", clp, "neto")
    sin_impuesto = cifra("exento", clp, "de eso, exento")
    impuesto = cifra("iva", clp, "IVA")
    inlines = (DetalleInline,)
    actions_detail = ("anular",)

    @admin.display(description="vigente", boolean=True)
    def vigente(self, compra: Compra) -> bool:
        return compra.anulada is None

    def has_anular_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return Compra.objects.filter(pk=object_id, anulada__isnull=True).exists()

    @action(
        description="Anular", url_path="anular", permissions=["anular"], icon="block",
        variant=ActionVariant.DANGER,
    )
    def anular(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def hacer(compra: Compra, datos: dict[str, Any]) -> str:
            anular_compra(
                compra_id=compra.pk, motivo=datos["motivo"], actor=self.actor(request),
                ahora=timezone.now(),
            )
            return "Compra anulada"

        return preguntar(self, request, object_id, _pregunta, hacer)


def _pregunta(compra: Compra) -> Pregunta:
    return Pregunta(
        titulo=f"Anular la compra {compra.numero_documento} a {compra.proveedor.nombre}",
        explicacion="Stock y costo promedio quedarán como si no se hubiera ingresado.",
        boton="Anular la compra",
        formulario=PedirMotivo,
        peligrosa=True,
    )
