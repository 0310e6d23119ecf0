"""La ficha de un producto, con lo que vive en otras tablas."""

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from inventario.base.admin_cifras import CajaDeCifra
from inventario.base.fechas import dia_de
from productos.models import Producto


class FormularioProducto(forms.ModelForm):  # type: ignore[type-arg]
    """La ficha, con lo que vive en otras tablas. El stock sólo se pone al crear: después se ajusta."""

    codigo_barras = forms.CharField(
        label="Código de barras", max_length=48, widget=UnfoldAdminTextInputWidget,
        help_text="El principal. Para la balanza: los dígitos del ítem, con sus ceros (00123).",
    )
    codigos_barras = forms.CharField(
        label="Otros códigos", required=False, widget=UnfoldAdminTextareaWidget,
        help_text="Uno por línea.",
    )
    stock_inicial = forms.DecimalField(
        max_digits=12, decimal_places=3, min_value=0, initial=0, widget=CajaDeCifra,
        help_text="Después sólo cambia con movimientos.",
    )
    costo = forms.DecimalField(
        label="Costo promedio", max_digits=16, decimal_places=6, min_value=0, initial=0,
        widget=CajaDeCifra, help_text="CLP sin IVA por unidad o por kilo.",
    )
    descuento = forms.DecimalField(
        label="Descuento (%)", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False, widget=CajaDeCifra,
    )
    vencimiento_descuento = forms.DateField(
        label="Último día del descuento", required=False, widget=UnfoldAdminSingleDateWidget,
        help_text="Inclusive; vacío: sin fin.",
    )

    class Meta:
        model = Producto
        fields = (
            "nombre", "descripcion", "categoria", "unidad", "clase_tributaria", "precio_venta",
            "stock_minimo", "fecha_vencimiento", "por_lotes", "estado",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["stock_inicial"]
            self.initial.update(_lo_de_otras_tablas(self.instance))
        # Lo cambiado se mide contra lo que se mostró: si otro editó entretanto, no se le pisa.
        for campo in self.fields.values():
            campo.show_hidden_initial = True

    def clean_codigos_barras(self) -> list[str]:
        return str(self.cleaned_data["codigos_barras"]).split()

    def pedido(self, campos: list[str]) -> dict[str, Any]:
        """Los ``campos`` pedidos, como los nombran los casos de uso."""
        pedido = {
            "stock" if campo == "stock_inicial" else campo: self.cleaned_data[campo]
            for campo in campos
        }
        if "categoria" in pedido:
            pedido["categoria"] = pedido["categoria"].nombre
        return pedido


def _lo_de_otras_tablas(producto: Producto) -> dict[str, Any]:
    hoy = dia_de(timezone.now())
    descuento = producto.descuento_vigente(hoy)
    return {
        "precio_venta": producto.precio_vigente,
        "codigo_barras": producto.codigo_principal,
        "codigos_barras": (producto.otros_codigos or "").replace(",", "\n"),
        "costo": producto.costo_promedio,
        "descuento": descuento,
        "vencimiento_descuento": None if descuento is None else producto.descuento.ultimo_dia,
    }
