"""Cajas, turnos, movimientos y Z: lo que entra y lo que sale."""

from typing import Any

from rest_framework import serializers

from inventario.base.api.campos import CampoNombre, CampoOpcion, CampoPesos
from ventas.models import Caja, MovimientoCaja, TurnoCaja
from ventas.reglas.caja import DENOMINACIONES, MAXIMO_POR_DENOMINACION
from ventas.serializers.entrada import CampoId

ACTIVA, INACTIVA = "Activo", "Inactivo"


class CajaEntrada(serializers.Serializer[Any]):
    nombre = CampoNombre(max_length=60)


class CajaEdicion(serializers.Serializer[Any]):
    nombre = CampoNombre(max_length=60, required=False)
    estado = CampoOpcion(choices=[ACTIVA, INACTIVA], required=False)


class TurnoEntrada(serializers.Serializer[Any]):
    id_caja = CampoId()
    fondo_inicial = CampoPesos(help_text="CLP en el cajón al abrir.")


class MovimientoCajaEntrada(serializers.Serializer[Any]):
    tipo = CampoOpcion(choices=MovimientoCaja.Tipo.values)
    monto = CampoPesos(min_value=1, help_text="CLP.")
    motivo = serializers.CharField(max_length=200)


class CierreDeTurnoEntrada(serializers.Serializer[Any]):
    conteo = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAXIMO_POR_DENOMINACION),
        help_text="Denominación (CLP) → cuántos: " + ", ".join(map(str, DENOMINACIONES)) + ".",
    )
    comentario = serializers.CharField(max_length=500, required=False, allow_blank=True)


class FiltroTurnos(serializers.Serializer[Any]):
    abierto = serializers.BooleanField(required=False, allow_null=True, default=None)
    id_caja = CampoId(required=False)
    id_cajero = CampoId(required=False)


class TurnoDeCajaSalida(serializers.Serializer[Any]):
    id_turno = serializers.IntegerField(source="id")
    cajero = serializers.CharField(source="nombre_cajero")
    desde = serializers.DateTimeField()


class CajaSalida(serializers.Serializer[Any]):
    id_caja = serializers.IntegerField(source="id")
    nombre = serializers.CharField()
    estado = serializers.SerializerMethodField()
    turno = TurnoDeCajaSalida(source="turno_abierto", allow_null=True, default=None)

    def get_estado(self, caja: Caja) -> str:
        return ACTIVA if caja.activa else INACTIVA


class CajaHechaSalida(CajaSalida):
    msg = serializers.CharField()


class MovimientoCajaSalida(serializers.Serializer[Any]):
    id_movimiento = serializers.IntegerField(source="id")
    tipo = serializers.CharField()
    monto = CampoPesos()
    motivo = serializers.CharField()
    fecha = serializers.DateTimeField()


class MovimientoCajaHechoSalida(MovimientoCajaSalida):
    msg = serializers.CharField()


class TurnoSalida(serializers.Serializer[Any]):
    """Un turno. Ni abierto ni en una lista dice cuánto efectivo debe haber: eso lo dice su Z."""

    id_turno = serializers.IntegerField(source="id")
    id_caja = serializers.IntegerField(source="caja_id")
    caja = serializers.CharField(source="caja.nombre")
    id_cajero = serializers.IntegerField(source="cajero_id")
    cajero = serializers.CharField(source="nombre_cajero")
    desde = serializers.DateTimeField()
    cerrado = serializers.DateTimeField(allow_null=True)
    fondo_inicial = CampoPesos()
    numero_z = serializers.IntegerField(allow_null=True)
    movimientos = MovimientoCajaSalida(many=True)


class TurnoConMensajeSalida(TurnoSalida):
    msg = serializers.CharField()


class PagoDeZSalida(serializers.Serializer[Any]):
    id_forma_pago = serializers.IntegerField()
    monto = serializers.IntegerField(help_text="CLP, con el redondeo legal.")


class FoliosDeZSalida(serializers.Serializer[Any]):
    documento = serializers.CharField()
    desde = serializers.IntegerField()
    hasta = serializers.IntegerField()
    cuantos = serializers.IntegerField()


class EfectivoDeZSalida(serializers.Serializer[Any]):
    fondo = serializers.IntegerField()
    ventas = serializers.IntegerField()
    reembolsos = serializers.IntegerField()
    ingresos = serializers.IntegerField()
    retiros = serializers.IntegerField()


class CabezaSalida(serializers.Serializer[Any]):
    secuencia = serializers.IntegerField(source="cabeza_secuencia")
    hash = serializers.CharField(source="cabeza_hash")


class ZSalida(TurnoConMensajeSalida):
    """El informe Z, como quedó al cerrar. CLP."""

    conteo = serializers.DictField(child=serializers.IntegerField())
    contado = serializers.IntegerField()
    esperado = serializers.IntegerField()
    diferencia = serializers.IntegerField(help_text="Contado menos esperado.")
    comentario = serializers.CharField()
    ventas = serializers.IntegerField(source="totales.ventas", help_text="Cuántas.")
    vendido = serializers.IntegerField(source="totales.vendido")
    devoluciones = serializers.IntegerField(source="totales.devoluciones", help_text="Cuántas.")
    devuelto = serializers.IntegerField(source="totales.devuelto")
    pagos = PagoDeZSalida(source="totales.pagos", many=True)
    reembolsos = PagoDeZSalida(source="totales.reembolsos", many=True)
    folios = FoliosDeZSalida(source="totales.folios", many=True)
    efectivo = EfectivoDeZSalida(source="totales.efectivo")
    cabeza_registros = CabezaSalida(source="*", help_text="El último sello de los registros al cerrar.")


class TiendaDeCajaSalida(serializers.Serializer[Any]):
    nombre = serializers.CharField(source="razon_social")
    rut = serializers.CharField()
    giro = serializers.CharField()
    direccion = serializers.CharField()
    comuna = serializers.CharField()
    certificada = serializers.BooleanField()


class FormaSalida(serializers.Serializer[Any]):
    id_forma_pago = serializers.IntegerField()
    nombre = serializers.CharField()


class AjustesDeCajaSalida(serializers.Serializer[Any]):
    """Lo que la página de la caja necesita saber al abrir."""

    msg = serializers.CharField()
    tienda = TiendaDeCajaSalida()
    exige_turno = serializers.BooleanField()
    limite_descuento_cajero = serializers.IntegerField(help_text="%.")
    permite_miscelaneo = serializers.BooleanField(help_text="Si vende lo que no tiene ficha.")
    bloqueo_minutos = serializers.IntegerField()
    pesos_por_punto = serializers.IntegerField()
    valor_punto = serializers.IntegerField()
    formas_pago = FormaSalida(many=True)
    tasa_iva = serializers.FloatField(help_text="% que rige hoy.")
    denominaciones = serializers.ListField(child=serializers.IntegerField())


def _con_msg(clase: type[serializers.Serializer[Any]], objeto: Any, msg: str) -> dict[str, Any]:
    objeto.msg = msg
    return dict(clase(objeto).data)


def una_caja(caja: Caja) -> dict[str, Any]:
    return _con_msg(CajaHechaSalida, caja, f"{caja.nombre} guardada")


def un_turno(turno: TurnoCaja) -> dict[str, Any]:
    frase = "abierto" if turno.abierto else "cerrado"
    return _con_msg(TurnoConMensajeSalida, turno, f"Turno {frase} en {turno.caja.nombre}")


def un_movimiento(movimiento: MovimientoCaja) -> dict[str, Any]:
    return _con_msg(MovimientoCajaHechoSalida, movimiento, f"{movimiento.get_tipo_display()} anotado")


def un_z(turno: TurnoCaja) -> dict[str, Any]:
    return _con_msg(ZSalida, turno, f"Informe Z {turno.numero_z} de {turno.caja.nombre}")
