"""El libro de puntos en el admin: se mira; los cambia una venta o quien fija los de un cliente."""

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from usuarios.models import MovimientoPuntos

COLORES = {
    MovimientoPuntos.Tipo.GANADOS: "success", MovimientoPuntos.Tipo.CANJEADOS: "info",
    MovimientoPuntos.Tipo.REVERSA: "warning", MovimientoPuntos.Tipo.REINTEGRO: "primary",
    MovimientoPuntos.Tipo.AJUSTE: "danger",
}


@admin.register(MovimientoPuntos)
class MovimientoPuntosAdmin(AdminDeLectura):
    list_display = ("fecha", "usuario", "clase", "con_signo", "saldo", "documento", "autor", "motivo")
    list_filter = (("fecha", FiltroDias), "tipo", ("usuario", AutocompleteSelectFilter))
    search_fields = ("usuario__nombre_normalizado", "usuario__rut")
    search_help_text = "Nombre o RUT"
    list_select_related = ("usuario", "autor")

    @display(description="movimiento", ordering="tipo", label=COLORES)
    def clase(self, movimiento: MovimientoPuntos) -> tuple[str, str]:
        return movimiento.tipo, movimiento.get_tipo_display()

    @display(description="puntos", ordering="cantidad")
    def con_signo(self, movimiento: MovimientoPuntos) -> str:
        return f"{movimiento.cantidad:+,}".replace(",", ".")

    @display(description="documento")
    def documento(self, movimiento: MovimientoPuntos) -> str:
        return f"{movimiento.documento_tipo} {movimiento.documento_id}" if movimiento.documento_tipo else ""
