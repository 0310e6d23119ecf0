"""Los códigos que esperan aprobación, con su foto y las ventas en que ya salieron como misceláneos.

Está aquí y no en productos porque muestra ventas.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from inventario.base.admin_accion import Hecho, Pregunta, preguntar
from inventario.base.admin_cifras import CajaDeCifra
from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from inventario.base.formato import cantidad, clp
from productos.consultas.pendientes import pendientes_visibles
from productos.models import Categoria, ClaseTributaria, FotoPendiente, ProductoPendiente, Unidad
from productos.servicios import aprobar_pendiente, rechazar_pendiente
from ventas.consultas.miscelaneos import vendido_sin_ficha

MOSTRADAS = 50
UN_ANO_S = 365 * 24 * 3600


class FormularioRechazo(forms.Form):
    motivo = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="Lo verá quien lo envió."
    )


def _formulario_de_aprobacion() -> type[forms.Form]:
    """Los campos que hacen falta; la categoría se elige entre las de ahora."""
    categorias = [("", "Elija una"), *((c.nombre, c.nombre) for c in Categoria.objects.all())]
    return type("FormularioAprobacion", (forms.Form,), {
        "nombre": forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget),
        "categoria": forms.ChoiceField(
            label="Categoría", choices=categorias, widget=UnfoldAdminSelectWidget
        ),
        "precio_venta": forms.IntegerField(
            label="Precio de venta", min_value=1, max_value=2_000_000_000,
            widget=UnfoldAdminIntegerFieldWidget, help_text="CLP por unidad o por kilo, IVA incluido.",
        ),
        "unidad": forms.ChoiceField(choices=Unidad.choices, widget=UnfoldAdminSelectWidget),
        "clase_tributaria": forms.ChoiceField(
            choices=ClaseTributaria.choices, widget=UnfoldAdminSelectWidget
        ),
        "stock": forms.DecimalField(
            label="Stock que hay", min_value=0, max_digits=12, decimal_places=3, initial=0,
            widget=CajaDeCifra,
            help_text="Cuéntelo ahora: lo que se vendió sin ficha ya salió.",
        ),
    })


@admin.register(ProductoPendiente)
class ProductoPendienteAdmin(AdminDeLectura):
    objeto = "producto_pendiente"
    list_display = ("miniatura", "nombre", "codigo", "precio", "enviado_por", "enviado_en", "situacion")
    list_display_links = ("miniatura", "nombre")
    list_filter = ("estado", ("enviado_en", FiltroDias))
    search_fields = ("nombre", "codigo")
    search_help_text = "Nombre o código"
    ordering = ("-id",)
    actions_detail = ("aprobar", "rechazar")
    fieldsets = (
        (None, {"fields": ("foto_entera", "codigo", "nombre", "precio", "enviado_por", "enviado_en")}),
        ("Qué se decidió", {"fields": ("situacion", "resuelto_por", "resuelto_en", "motivo", "ficha")}),
        ("Vendido sin ficha", {"fields": ("ventas",)}),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProductoPendiente]":
        return pendientes_visibles()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [campo for _, opciones in self.fieldsets for campo in opciones["fields"]]

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pendiente_id>/foto.jpg", self.admin_site.admin_view(self.foto),
                name="productos_productopendiente_foto",
            ),
            *super().get_urls(),
        ]

    def foto(self, request: HttpRequest, pendiente_id: int) -> HttpResponse:
        """El JPEG. Su dirección lleva la huella, así que el navegador puede guardarlo."""
        guardada = FotoPendiente.objects.filter(pk=pendiente_id).first()
        if guardada is None or not self.has_view_permission(request):
            raise Http404
        respuesta = HttpResponse(bytes(guardada.jpeg), content_type="image/jpeg")
        respuesta["Cache-Control"] = f"private, max-age={UN_ANO_S}, immutable"
        return respuesta

    def has_resolver_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Quien puede crear productos; y sólo lo que espera, para no ofrecer lo que ya no se puede."""
        if not request.user.has_perm("productos.add_producto"):
            return False
        esperan = ProductoPendiente.objects.filter(estado=ProductoPendiente.Estado.EN_ESPERA)
        return object_id is None or esperan.filter(pk=object_id).exists()

    @action(
        description="Aprobar", icon="check", url_path="aprobar", permissions=["resolver"]
    )
    def aprobar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(pendiente: ProductoPendiente) -> Pregunta:
            return Pregunta(
                titulo="Aprobar un producto",
                boton="Crear el producto",
                formulario=_formulario_de_aprobacion(),
                explicacion=f"Se crea con el código {pendiente.codigo}, y desde ese momento se encuentra.",
                inicial={"nombre": pendiente.nombre, "precio_venta": pendiente.precio_sugerido},
            )

        def hacer(pendiente: ProductoPendiente, datos: dict[str, Any]) -> Hecho:
            hecho = aprobar_pendiente(
                pendiente_id=pendiente.pk, ficha=datos,  # type: ignore[arg-type]
                actor=self.actor(request), ahora=timezone.now(),
            )
            return Hecho(
                f"{datos['nombre']} ya se vende por su código",
                reverse("admin:productos_producto_change", args=(hecho.producto_id,)),
            )

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Rechazar", icon="close", url_path="rechazar", permissions=["resolver"]
    )
    def rechazar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(pendiente: ProductoPendiente) -> Pregunta:
            return Pregunta(
                titulo="Rechazar un producto",
                boton="Rechazar",
                formulario=FormularioRechazo,
                explicacion="Sale de la espera. El mismo código se puede volver a enviar.",
                peligrosa=True,
            )

        def hacer(pendiente: ProductoPendiente, datos: dict[str, Any]) -> str:
            rechazar_pendiente(
                pendiente_id=pendiente.pk, motivo=datos["motivo"],
                actor=self.actor(request), ahora=timezone.now(),
            )
            return f"{pendiente.nombre} quedó rechazado"

        return preguntar(self, request, object_id, pregunta, hacer)

    @display(description="foto")
    def miniatura(self, pendiente: Any) -> SafeString | str:
        return _imagen(pendiente, "p-miniatura") if pendiente.huella else "–"

    @display(description="foto")
    def foto_entera(self, pendiente: Any) -> SafeString | str:
        return _imagen(pendiente, "p-foto") if pendiente.huella else "Sin foto"

    @display(description="precio sugerido", ordering="precio_sugerido")
    def precio(self, pendiente: ProductoPendiente) -> str:
        return "–" if pendiente.precio_sugerido is None else clp(pendiente.precio_sugerido)

    @display(
        description="estado", ordering="estado",
        label={"En espera": "warning", "Aprobado": "success", "Rechazado": "danger"},
    )
    def situacion(self, pendiente: ProductoPendiente) -> str:
        return pendiente.get_estado_display()

    @display(description="producto")
    def ficha(self, pendiente: ProductoPendiente) -> SafeString | str:
        if pendiente.producto_id is None:
            return "–"
        return format_html(
            '<a class="p-enlace" href="{}">Ver su ficha</a>',
            reverse("admin:productos_producto_change", args=(pendiente.producto_id,)),
        )

    @display(description="ventas")
    def ventas(self, pendiente: ProductoPendiente) -> SafeString | str:
        lineas = list(vendido_sin_ficha(pendiente.clave)[: MOSTRADAS + 1])
        if not lineas:
            return "Nadie lo ha vendido como misceláneo"
        filas = format_html_join(
            "", '<li><a class="p-enlace" href="{}">{}</a>: {} × {} a {}</li>',
            (
                (
                    reverse("admin:ventas_venta_change", args=(linea.venta_id,)),
                    str(linea.venta).capitalize(), cantidad(linea.cantidad), linea.nombre,
                    clp(linea.precio_unitario),
                )
                for linea in lineas[:MOSTRADAS]
            ),
        )
        mas = f"Se muestran las últimas {MOSTRADAS}" if len(lineas) > MOSTRADAS else ""
        return format_html("<ul>{}</ul>{}", filas, mas)


def _imagen(pendiente: Any, clase: str) -> SafeString:
    direccion = reverse("admin:productos_productopendiente_foto", args=(pendiente.pk,))
    return format_html(
        '<img class="{}" src="{}?v={}" alt="Foto de {}" loading="lazy">',
        clase, direccion, pendiente.huella, pendiente.nombre,
    )
