"""El inventario físico en el admin: abrirlo, mirar sus diferencias y terminarlo. Se lee con el teléfono."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from inventario.base.formato import cantidad, clp
from productos.admin.comun import AdminSinBorrar
from productos.consultas.conteos import conteos_visibles, diferencias_de
from productos.models import ConteoInventario
from productos.servicios import abrir_conteo, anular_conteo, cerrar_conteo

MOSTRADAS = 500


class FormularioTermino(forms.ModelForm):  # type: ignore[type-arg]
    que_hacer = forms.ChoiceField(
        label="Qué hacer",
        choices=[
            ("", "Seguir contando"),
            ("cerrar", "Cerrar: las diferencias van al kardex"),
            ("cerrar_en_cero", "Cerrar, y lo que nadie contó queda en cero"),
            ("anular", "Anular: el stock queda como está"),
        ],
        required=False,
        widget=UnfoldAdminRadioSelectWidget,
    )
    motivo = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = ConteoInventario
        fields = ("motivo",)

    def clean(self) -> dict[str, Any]:
        datos = super().clean() or {}
        if datos.get("que_hacer") and not datos.get("motivo"):
            self.add_error("motivo", "Diga por qué: queda en el kardex")
        return datos


@admin.register(ConteoInventario)
class ConteoInventarioAdmin(AdminSinBorrar):
    objeto = "conteo"
    list_display = (
        "nombre", "categoria", "estado", "abierto_por", "abierto_en", "terminado_en", "lecturas",
    )
    list_filter = ("estado",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ConteoInventario]":
        return conteos_visibles()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = FormularioTermino
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("nombre", "categoria")
        if obj.estado == ConteoInventario.Estado.ABIERTO:
            return ("nombre", "categoria", "diferencias", "que_hacer", "motivo")
        return ("nombre", "categoria", "estado", "motivo", "terminado_por", "terminado_en", "diferencias")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        editables = {"que_hacer", "motivo"} if obj else {"nombre", "categoria"}
        return tuple(c for c in self.get_fields(request, obj) if c not in editables)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        abierto = obj is None or obj.estado == ConteoInventario.Estado.ABIERTO
        return abierto and super().has_change_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: ConteoInventario, form: Any, change: bool
    ) -> None:
        quien: dict[str, Any] = {"actor": self.actor(request), "ahora": timezone.now()}
        datos = form.cleaned_data
        if not change:
            categoria = datos["categoria"].nombre if datos["categoria"] else ""
            obj.pk = abrir_conteo(nombre=datos["nombre"], categoria=categoria, **quien).pk
        elif datos["que_hacer"] == "anular":
            anular_conteo(conteo_id=obj.pk, motivo=datos["motivo"], **quien)
        elif datos["que_hacer"]:
            cerrar_conteo(
                conteo_id=obj.pk,
                motivo=datos["motivo"],
                no_contados_a_cero=datos["que_hacer"] == "cerrar_en_cero",
                **quien,
            )

    @admin.display(description="lecturas", ordering="cuantas_lecturas")
    def lecturas(self, conteo: Any) -> int:
        return int(conteo.cuantas_lecturas)

    @admin.display(description="diferencias")
    def diferencias(self, conteo: ConteoInventario) -> str:
        filas = diferencias_de(conteo)
        if not filas:
            return "Lo contado calza con el sistema."
        total = sum(fila.diferencia_clp for fila in filas)
        return format_html(
            "<p>Productos que difieren: {}, por {} al costo.</p><table><thead><tr><th>Producto</th>"
            "<th>Contado</th><th>Sistema</th><th>Diferencia</th><th>CLP</th><th>Se movió al contar</th>"
            "</tr></thead><tbody>{}</tbody></table>",
            len(filas),
            clp(total),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        f.nombre, cantidad(f.contado), cantidad(f.stock_sistema), cantidad(f.diferencia),
                        clp(f.diferencia_clp), f.movido,
                    )
                    for f in filas[:MOSTRADAS]
                ),
            ),
        )
