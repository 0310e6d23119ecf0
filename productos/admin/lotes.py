"""Los lotes en el admin: se miran; se mueven con ventas, compras, ajustes y repartos."""

from django.contrib import admin
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter

from inventario.base.admin_cifras import cifra
from inventario.base.admin_comun import AdminDeLectura
from inventario.base.fechas import dia_de
from inventario.base.formato import cantidad
from productos.lotes import esta_vencido
from productos.models import Lote


@admin.register(Lote)
class LoteAdmin(AdminDeLectura):
    list_display = ("producto", "codigo", "vencimiento", "quedan", "vencido")
    fields = ("producto", "codigo", "vencimiento", "quedan", "vencido")
    quedan = cifra("stock", cantidad, "stock")
    list_filter = (("vencimiento", RangeDateFilter),)
    list_select_related = ("producto",)
    search_fields = ("producto__nombre_normalizado", "codigo")
    ordering = ("vencimiento", "pk")

    @admin.display(description="vencido", boolean=True)
    def vencido(self, lote: Lote) -> bool:
        return esta_vencido(lote.vencimiento, dia_de(timezone.now()))
