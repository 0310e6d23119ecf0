"""Lo que nginx repite en otro proceso es lo que la API promete no hacer dos veces, y nada más."""

import re

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from inventario.base.api.esquema import CLAVE_IDEMPOTENCIA

NGINX = settings.BASE_DIR / "deploy" / "nginx" / "inventario.conf"


def test_nginx_repite_con_clave_las_direcciones_que_la_cumplen_y_ninguna_otra() -> None:
    reglas = re.findall(r'"~(\S+ \S+)" \$http_idempotency_key;', NGINX.read_text())
    repite, cumple = set(), set()
    for ruta, metodos in SchemaGenerator().get_schema(public=True)["paths"].items():
        for metodo in metodos.keys() - {"get", "parameters"}:
            llamada = f"{metodo.upper()} {re.sub(r'{.+?}', '7', ruta)}"
            nombres = {p["name"] for p in metodos[metodo].get("parameters", [])}
            if any(re.search(regla, llamada) for regla in reglas):
                repite.add(llamada)
            if CLAVE_IDEMPOTENCIA.name in nombres:
                cumple.add(llamada)
    assert cumple
    assert repite == cumple
