"""Las páginas propias del panel, bajo ``/admin/``."""

from inventario.panel.views.etiquetas import etiquetas
from inventario.panel.views.informes import descargar, informe, informes
from inventario.panel.views.logo import logo
from inventario.panel.views.privacidad import dar_datos, datos_personales, olvidar

__all__ = [
    "dar_datos", "datos_personales", "descargar", "etiquetas", "informe", "informes", "logo", "olvidar",
]
