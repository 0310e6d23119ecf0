"""El kardex en el admin: se mira, no se toca."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from inventario.base.admin_comun import AdminDeLectura
from productos.models import MovimientoStock


@admin.register(MovimientoStock)
class MovimientoStockAdmin(AdminDeLectura):
    list_display = (
        "fecha", "producto", "tipo", "cantidad", "stock_resultante", "costo_unitario", "costo_promedio",
        "documento", "usuario", "motivo",
    )
    list_filter = ("tipo", ("fecha", RangeDateTimeFilter))
    list_select_related = ("producto", "usuario")
    search_fields = ("producto__nombre_normalizado", "motivo")
    # Contar todo el kardex en cada página cuesta más que la página.
    show_full_result_count = False

    @admin.display(description="documento")
    def documento(self, movimiento: MovimientoStock) -> str:
        if not movimiento.documento_tipo:
            return ""
        return f"{movimiento.documento_tipo} {movimiento.documento_id}"
