"""Nadie hace nada sin que quede: toda escritura deja su Registro, con el antes y el después de cada campo.

El vigía (``vigia.py``) mira cada caso de uso en todas las pruebas. Aquí se recorren, además, las puertas:
cada llamada de la API que escribe, cada admin, cada tarea; y que ninguna puerta escriba por su cuenta.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.module_loading import import_string
from rest_framework.test import APIClient

from inventario.base.admin_comun import AdminDeLectura, AdminDeTienda
from inventario.mantenimiento.programacion import TAREAS
from inventario.tests.foto import Foto, foto, modelos
from inventario.tests.test_tabla_de_permisos import ROLES, TABLA, Fila, _rellenar
from inventario.tests.vigia import SIN_REGISTRO, Vigia
from registros.models import Registro, TipoRegistro
from usuarios.models import Usuario

EXITO = (200, 201)
ESCRIBEN = [
    f for f in TABLA if not f.llamada.startswith("GET") and any(getattr(f, rol) in EXITO for rol in ROLES)
]
"""Las llamadas que cambian algo, cada una con el rol de más poder al que se le permite."""

# Responden bien y no escriben nada que pida un registro.
SIN_HECHO = {
    "POST /token/refresh": "sigue una sesión ya registrada",
    "POST /notificaciones/<id_notificacion>/leida": "la marca su dueño, y la fila guarda cuándo",
    "POST /conteos/<id_conteo>/lecturas": "la lectura es ella misma la constancia",
}
# Campos que no se anotan con antes y después, porque otra fila lo dice: el kardex, los movimientos de
# puntos, el propio registro (cuándo y quién) o el detalle recién agregado.
CALCULADOS = {
    "stock", "costo_promedio", "valor_stock", "ultimo_costo", "saldo", "cantidad", "cantidad_devuelta",
    "puntos", "nombre_normalizado", "ultimo", "last_login", "cerrada", "enviada", "anulada", "anulada_por_id",
    "clave_vigente", "terminado_en", "terminado_por_id", "por_lotes", "fecha_vencimiento",
    "resuelta", "supervisor_id", "vence", "pin",
}  # fmt: skip
# Llamada → por qué su registro no repite campo por campo.
SIN_DETALLE = {
    "POST /users/<rut_cliente>/anonimizacion": "borrar los datos de una persona no los copia a la auditoría",
    "POST /turnos/<id_turno>/cierre": "dice lo contado, lo esperado y la diferencia",
    "DELETE /dispositivos/<id_dispositivo>": "el mensaje lo dice entero",
}


def _cambios(antes: Foto, despues: Foto) -> Iterator[tuple[str, str, Any]]:
    """(modelo, campo, valor nuevo) de lo que cambió en filas que ya estaban."""
    for llave in antes.keys() & despues.keys():
        for campo, valor in antes[llave].items():
            if despues[llave][campo] != valor:
                yield llave[0], campo, despues[llave][campo]


def _pedir(fila: Fila, mundo: dict[str, Any], cliente: APIClient) -> Any:
    metodo, ruta = fila.llamada.split(" ")
    url = re.sub(r"<(\w+)>", lambda m: str(mundo[m[1]]), ruta)
    return getattr(cliente, metodo.lower())(url, _rellenar(fila.cuerpo, mundo))


@pytest.mark.parametrize("fila", ESCRIBEN, ids=str)
def test_cada_llamada_que_escribe_deja_quien_desde_donde_y_que_cambio(
    fila: Fila, mundo: dict[str, Any], gente: dict[str, Usuario | None],
    api: Callable[[Usuario | None], APIClient],
) -> None:
    rol = next(rol for rol in reversed(ROLES) if getattr(fila, rol) in EXITO)
    ultimo, antes = Registro.objects.latest("id").pk, foto()
    respuesta = _pedir(fila, mundo, api(gente[rol]))
    assert respuesta.status_code in EXITO
    nuevos = list(Registro.objects.filter(pk__gt=ultimo))
    if fila.llamada in SIN_HECHO:
        assert not nuevos
        return
    assert nuevos, "no dejó registro"
    for registro in nuevos:
        assert registro.puerta == "api"
        assert registro.ip == "127.0.0.1"
        assert registro.peticion_id == respuesta["X-Request-ID"]
        assert registro.tipo in TipoRegistro.values or registro.externo
        if gente[rol] is not None and fila.llamada != "POST /login":
            assert registro.usuario == gente[rol]
    if fila.llamada in SIN_DETALLE:
        return
    escrito = [clave for registro in nuevos for clave in (*registro.cambios, registro.descripcion)]
    tablas = {m._meta.label: m._meta.db_table for m in modelos()}
    callados = {
        (modelo, campo) for modelo, campo, valor in _cambios(antes, foto())
        if tablas[modelo] not in SIN_REGISTRO and campo not in CALCULADOS
        # Un motivo va entero en la descripción.
        and not any(campo.removesuffix("_id") in clave or str(valor) == clave for clave in escrito)
    }
    assert not callados, (callados, [(r.mensaje, r.cambios, r.descripcion) for r in nuevos])


# --- las puertas no escriben por su cuenta ---------------------------------------------

PUERTAS = (
    "admin", "views", "consumers", "tasks", "management", "middleware", "socketio", "urls", "views_avisos",
)  # fmt: skip
CARPETAS = (
    "usuarios", "productos", "ventas", "compras", "registros", "inventario/base", "inventario/mantenimiento",
    "inventario/panel",
)  # fmt: skip
ESCRITURAS = {
    "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "save", "delete", "update",
}  # fmt: skip
# (archivo, línea de código) que llama algo con ese nombre y no toca la base.
NO_ES_LA_BASE = re.compile(
    r"super\(\)|Latido\.|cache\.|\.headers|contexto|\.session|self\.(?:update|initial)|(?:form|formulario|archivo|libro|hoja|datos|campos)\w*\."
)


def _archivos_de_puertas() -> Iterator[Path]:
    raiz = Path(settings.BASE_DIR)
    for aplicacion in CARPETAS:
        for archivo in sorted((raiz / aplicacion).rglob("*.py")):
            partes = archivo.relative_to(raiz / aplicacion).with_suffix("").parts
            if partes[0] in PUERTAS:
                yield archivo


def test_ninguna_puerta_escribe_en_la_base() -> None:
    """Vistas, admin, sockets, tareas y órdenes traducen y llaman a un caso de uso; escribe él."""
    encontradas = []
    for archivo in _archivos_de_puertas():
        codigo = archivo.read_text()
        for nodo in ast.walk(ast.parse(codigo)):
            if not isinstance(nodo, ast.Call) or getattr(nodo.func, "attr", "") not in ESCRITURAS:
                continue
            linea = ast.get_source_segment(codigo, nodo) or ""
            if not NO_ES_LA_BASE.search(linea):
                encontradas.append(f"{archivo.relative_to(settings.BASE_DIR)}:{nodo.lineno} {linea[:80]}")
    assert not encontradas


# --- el admin --------------------------------------------------------------------------


@pytest.mark.parametrize("modelo", admin.site._registry, ids=lambda m: m._meta.label)
def test_el_admin_escribe_por_un_caso_de_uso_o_no_escribe(
    modelo: type[models.Model], rf: Any, ana: Usuario
) -> None:
    pagina = admin.site._registry[modelo]
    assert isinstance(pagina, AdminDeTienda)
    peticion = rf.get("/admin/")
    peticion.user = ana
    escribe = pagina.has_add_permission(peticion) or pagina.has_change_permission(peticion)
    borra = pagina.has_delete_permission(peticion)
    de_django = admin.ModelAdmin
    if escribe:
        assert type(pagina).save_model is not de_django.save_model, "guardaría sin caso de uso"
    if borra:
        assert type(pagina).delete_model is not de_django.delete_model, "borraría sin caso de uso"
        assert "delete_selected" not in pagina.get_actions(peticion) or (
            type(pagina).delete_queryset is not de_django.delete_queryset
        )
    if isinstance(pagina, AdminDeLectura):
        assert not escribe
        assert not borra


# --- las tareas ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tarea", TAREAS, ids=str)
def test_una_tarea_no_escribe_en_la_tienda_fuera_de_un_caso_de_uso(
    tarea: Any, vigia: Vigia, mundo: dict[str, Any], settings: Any, tmp_path: Path
) -> None:
    settings.RESPALDOS_DIR = tmp_path
    with vigia.puerta(str(tarea)):
        import_string(tarea.funcion)()
