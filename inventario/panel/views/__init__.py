"""Las páginas propias del panel, bajo ``/admin/``."""

from inventario.panel.views.etiquetas import etiquetas
from inventario.panel.views.informes import descargar, informe, informes
from inventario.panel.views.logo import logo

__all__ = ["descargar", "etiquetas", "informe", "informes", "logo"]
