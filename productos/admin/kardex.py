"""El kardex en el admin: se mira, no se toca."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from inventario.base.admin_cifras import cifra
from inventario.base.admin_comun import AdminDeLectura
from inventario.base.formato import cantidad, costo
from productos.models import MovimientoStock


@admin.register(MovimientoStock)
class MovimientoStockAdmin(AdminDeLectura):
    list_display = (
        "fecha", "producto", "tipo", "movido", "queda", "al_costo", "promedio", "documento", "usuario",
        "motivo",
    )
    fields = (
        "fecha", "producto", "tipo", "movido", "queda", "al_costo", "promedio", "valor_movido",
        "valor_que_queda", "documento", "usuario", "motivo",
    )
    movido = cifra("cantidad", cantidad, "cantidad")
    queda = cifra("stock_resultante", cantidad, "stock resultante")
    al_costo = cifra("costo_unitario", costo, "costo unitario")
    promedio = cifra("costo_promedio", costo, "costo promedio")
    valor_movido = cifra("valor", costo, "valor de lo que se movió")
    valor_que_queda = cifra("valor_resultante", costo, "valor del stock")
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
