"""La base misma niega editar o borrar la auditoría, venga de donde venga la sentencia.

Dos puertas quedan, y las dos dejan rastro encadenado:

- *Borrar datos personales*: una sola vez por fila, sólo lo borrable, y nombrando el registro de tipo
  ``datos_personales`` que da constancia.
- *Archivar*: se puede quitar lo que un ``ArchivoRegistros`` ya cubre, y esa fila no se edita ni se borra.

No hay variable de sesión ni usuario especial que abra nada: quien no deje ese rastro no pasa. Un
administrador de la base puede quitar los disparadores (o usar TRUNCATE, que no los llama): eso lo delata
la cadena (``registros.cadena``), que también avisa si faltan.
"""

from inventario.base.disparadores import Disparadores
from registros.reglas import FIJO

REGISTRO = "registros_registro"
SELLO = "registros_selloregistro"
CABEZA = "registros_cabezacadena"
ARCHIVO = "registros_archivoregistros"

# Sólo nombres de tablas de este módulo entran en el SQL: nada de afuera.
_ARCHIVADO = f"(SELECT COALESCE(MAX(a.hasta), 0) FROM {ARCHIVO} a)"  # noqa: S608
_REGISTRO_ARCHIVADO = (
    f"EXISTS (SELECT 1 FROM {SELLO} s WHERE s.registro_id = OLD.id AND s.secuencia <= {_ARCHIVADO})"  # noqa: S608
)
_HAY_CONSTANCIA = (
    f"EXISTS (SELECT 1 FROM {REGISTRO} r "  # noqa: S608
    "WHERE r.id = NEW.borrado_por AND r.tipo = 'datos_personales')"
)
_SELLO_ARCHIVADO = f"OLD.secuencia <= {_ARCHIVADO}"
_NUNCA = "1 = 0"


def _sin_datos_personales(vendor: str) -> str:
    """Condición del único UPDATE que se admite: vaciar lo borrable y nombrar la constancia."""
    # BINARY: la intercalación de MariaDB daría por iguales «Venta» y «vénta».
    igual = "BINARY NEW.{0} <=> BINARY OLD.{0}" if vendor == "mysql" else "NEW.{0} IS OLD.{0}"
    return " AND ".join(
        [
            "OLD.borrado_por IS NULL",
            _HAY_CONSTANCIA,
            *(igual.format(campo) for campo in FIJO),
            "NEW.descripcion = ''",
            "NEW.cambios = '{}'",
            "NEW.ip IS NULL",
            "NEW.dispositivo = ''",
            "NEW.busqueda = ''",
            "NEW.sal = ''",
        ]
    )


def _condiciones(vendor: str) -> dict[str, tuple[str, str, str]]:
    """Nombre → (operación, tabla, condición que la deja pasar)."""
    return {
        "registro_no_se_edita": ("UPDATE", REGISTRO, _sin_datos_personales(vendor)),
        "registro_no_se_borra": ("DELETE", REGISTRO, _REGISTRO_ARCHIVADO),
        "sello_no_se_edita": ("UPDATE", SELLO, _NUNCA),
        "sello_no_se_borra": ("DELETE", SELLO, _SELLO_ARCHIVADO),
        "cabeza_no_se_borra": ("DELETE", CABEZA, _NUNCA),
        "archivo_no_se_edita": ("UPDATE", ARCHIVO, _NUNCA),
        "archivo_no_se_borra": ("DELETE", ARCHIVO, _NUNCA),
    }


_CREAR = {
    "sqlite": (
        "CREATE TRIGGER {nombre} BEFORE {operacion} ON {tabla} FOR EACH ROW WHEN NOT ({condicion}) "
        "BEGIN SELECT RAISE(ABORT, 'los registros sólo se agregan'); END"
    ),
    "mysql": (
        "CREATE TRIGGER {nombre} BEFORE {operacion} ON {tabla} FOR EACH ROW IF NOT ({condicion}) "
        "THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'los registros sólo se agregan'; END IF"
    ),
}


def _sentencias(vendor: str) -> dict[str, str]:
    return {
        nombre: _CREAR[vendor].format(nombre=nombre, operacion=operacion, tabla=tabla, condicion=condicion)
        for nombre, (operacion, tabla, condicion) in _condiciones(vendor).items()
    }


DEFENSAS = Disparadores(_sentencias)
faltantes, poner, quitar = DEFENSAS.faltantes, DEFENSAS.poner, DEFENSAS.quitar
