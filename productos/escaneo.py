"""El vocabulario del escaneo: qué dice un socket y qué se le contesta. Uno para los dos transportes.

| evento | de | datos y respuesta |
| --- | --- | --- |
| ``scan_request`` | teléfono | ``{rut}`` → ``scan_response`` a quien llama y a los otros |
| ``barcode_scanned`` | teléfono | ``{barcode, rut}`` → ``barcode_update_<rut>`` a los otros |
| | | y ``barcode_result``, con lo mismo, a quien lee |
| ``notificacion_leida`` | cualquiera | ``{id}``: no se manda más |
| ``pair_request`` | caja | ``{}`` → ``pair_code``: un código corto y el texto de su QR |
| ``pair_join`` | teléfono | ``{codigo}`` → ``paired`` a ambos: la caja oye sólo a ese teléfono |
| ``pair_end`` | cualquiera de los dos | ``{}`` → ``pair_ended`` a ambos |
| ``venta_en_curso`` | caja | la venta abierta → lo mismo, a los otros |
| ``venta_pedida`` | pantalla | ``{}`` → lo mismo a los otros: que la caja la mande otra vez |
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.utils import timezone

from inventario.base.actor import Actor, Puerta
from inventario.base.errores import Demasiados, ErrorDeDominio, Invalido, SinPermiso
from inventario.base.rut import canonico
from productos.lector import lector
from productos.lecturas import Resultado
from productos.venta_en_curso import BYTES_MAXIMO, anotar, leer_venta
from usuarios import notificaciones, pareo
from usuarios.conexiones.base import en_base
from usuarios.conexiones.central import CANAL_CAIDO, central
from usuarios.conexiones.conexion import BYTES_POR_MENSAJE, Carga, Cierre, Conexion

bitacora = logging.getLogger(__name__)

Datos = Mapping[str, Any]
CODIGOS_FALLIDOS_MAXIMO = 5
LARGO_DE_CODIGO = 48
VENTA_EN_CURSO = "venta_en_curso"


class RutAjeno(SinPermiso):
    codigo = "rut_ajeno"
    msg = "Sólo puede escanear con su propio RUT"


async def recibir(conexion: Conexion, evento: Any, datos: Any, *, bytes_: int) -> dict[str, Any] | None:
    """Atiende un mensaje. Devuelve lo que se contesta a quien llama, o ``None`` si fue un error.

    Pasarse del tamaño o del ritmo se contesta con ``error`` y cierra; lo demás, sólo con ``error``.
    """
    tope = BYTES_MAXIMO if evento == VENTA_EN_CURSO else BYTES_POR_MENSAJE
    if bytes_ > tope:
        await conexion.expulsar(Cierre.TAMANO, "mensaje_muy_grande", "El mensaje es demasiado grande")
        return None
    if not conexion.balde.tomar():
        await conexion.expulsar(
            Cierre.DEMASIADOS, "demasiados_mensajes", "Demasiados mensajes por segundo"
        )
        return None
    try:
        atender = EVENTOS.get(evento) if isinstance(evento, str) else None
        if atender is None:
            raise Invalido("Evento desconocido", codigo="evento_desconocido")
        if not isinstance(datos, Mapping):
            raise Invalido("Los datos del evento deben ser un objeto", codigo="mensaje_invalido")
        return await atender(conexion, datos)
    except ErrorDeDominio as error:
        await conexion.error(error.codigo, error.msg)
    except Exception:
        bitacora.exception("evento %r sin atender", evento)
        await conexion.error("error_interno", "Ocurrió un error inesperado; intente otra vez")
    return None


async def _scan_request(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    _exigir_rut_propio(conexion, datos)
    respuesta = {"message": "Escaneo iniciado"}
    await conexion.enviar("scan_response", respuesta)
    await _a_los_otros(conexion, "scan_response", respuesta)
    return respuesta


async def _barcode_scanned(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    _exigir_rut_propio(conexion, datos)
    codigo = datos.get("barcode")
    if isinstance(codigo, int) and not isinstance(codigo, bool):
        codigo = str(codigo)
    if not isinstance(codigo, str) or not codigo.strip() or len(codigo) > LARGO_DE_CODIGO:
        raise Invalido("Falta el código de barras", codigo="codigo_invalido")
    resultado = await lector().leer(codigo)
    if resultado["resultado"] == Resultado.MAL_FORMADO:
        raise Invalido(resultado["msg"], codigo="codigo_invalido")
    destino = conexion.caja_destino
    rut = destino.caja_rut if destino else conexion.rut
    carga = Carga(resultado)
    await _a_los_otros(conexion, f"barcode_update_{rut}", carga)
    await conexion.enviar("barcode_result", carga)
    return resultado


async def _a_los_otros(conexion: Conexion, evento: str, datos: Datos | Carga) -> None:
    """A la caja pareada, si quien habla es su teléfono; si no, a los demás dispositivos del usuario."""
    destino = conexion.caja_destino
    if destino is not None:
        entregado = await central().difundir(
            destino.caja_usuario_id, evento, datos, excepto=conexion.id, aparato=destino.caja
        )
    else:
        entregado = await central().difundir(
            conexion.usuario_id, evento, datos, excepto=conexion.id, salvo_cajas_pareadas=True
        )
    if not entregado:
        await conexion.error(*CANAL_CAIDO)


async def _notificacion_leida(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    identificador = datos.get("id")
    if not isinstance(identificador, int) or isinstance(identificador, bool):
        raise Invalido("Falta el id de la notificación", codigo="mensaje_invalido")
    await en_base(
        notificaciones.marcar_leida,
        usuario_id=conexion.usuario_id,
        notificacion_id=identificador,
        ahora=timezone.now(),
    )
    leida = {"id": identificador}
    await central().difundir(
        conexion.usuario_id, "notificacion_leida", leida, excepto=conexion.id
    )
    return leida


async def _pair_request(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    pedido = await en_base(pareo.pedir_codigo, caja=conexion.aparato, ahora=timezone.now())
    codigo = {
        "codigo": pedido.codigo,
        "qr": f"inventario:pareo:{pedido.codigo}",
        "vence": pedido.vence.isoformat(),
    }
    await conexion.enviar("pair_code", codigo)
    return codigo


async def _pair_join(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    codigo = str(datos.get("codigo", "")).rpartition(":")[2].strip()
    if conexion.codigos_fallidos >= CODIGOS_FALLIDOS_MAXIMO:
        raise Demasiados("Demasiados códigos equivocados; conéctese otra vez")
    try:
        nuevo = await en_base(
            pareo.unir,
            telefono=conexion.aparato,
            codigo=codigo,
            actor=_actor(conexion),
            ahora=timezone.now(),
        )
    except pareo.CodigoDePareoInvalido:
        conexion.codigos_fallidos += 1
        raise
    _revisar_pareos(conexion.usuario_id, nuevo.caja_usuario_id)
    return {"rut": nuevo.caja_rut, "con": nuevo.caja_nombre}


async def _pair_end(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    anterior = conexion.pareo
    terminado = await en_base(
        pareo.terminar, aparato=conexion.aparato, actor=_actor(conexion), ahora=timezone.now()
    )
    if anterior is not None:
        _revisar_pareos(anterior.caja_usuario_id, anterior.telefono_usuario_id)
    return {"terminado": terminado}


async def _venta_en_curso(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    _exigir_personal(conexion)
    venta = leer_venta(datos)
    anotar(conexion, venta)
    return await _repetir_a_los_otros(
        conexion, VENTA_EN_CURSO, {**venta, "origen": conexion.id.hex[:8]}
    )


async def _venta_pedida(conexion: Conexion, datos: Datos) -> dict[str, Any]:
    _exigir_personal(conexion)
    return await _repetir_a_los_otros(conexion, "venta_pedida", {})


async def _repetir_a_los_otros(conexion: Conexion, evento: str, datos: Datos) -> dict[str, Any]:
    # Sin canal no se repite el ``error``: la caja ya lo supo, y publica de nuevo a cada cambio.
    entregado = await central().difundir(conexion.usuario_id, evento, datos, excepto=conexion.id)
    return {"entregado": entregado}


def _exigir_personal(conexion: Conexion) -> None:
    if not conexion.aparato.es_personal:
        raise SinPermiso


EVENTOS: dict[str, Callable[[Conexion, Datos], Awaitable[dict[str, Any]]]] = {
    "scan_request": _scan_request,
    "barcode_scanned": _barcode_scanned,
    "notificacion_leida": _notificacion_leida,
    "pair_request": _pair_request,
    "pair_join": _pair_join,
    "pair_end": _pair_end,
    VENTA_EN_CURSO: _venta_en_curso,
    "venta_pedida": _venta_pedida,
}


def _revisar_pareos(*usuarios: int) -> None:
    # Los de este proceso no esperan la vuelta por el canal, que además puede estar caído.
    for usuario_id in set(usuarios):
        central().pedir("pareos", usuario_id)


def _exigir_rut_propio(conexion: Conexion, datos: Datos) -> None:
    rut = datos.get("rut")
    if rut == conexion.rut:
        return
    try:
        propio = canonico(rut if isinstance(rut, str) else str(rut)) == conexion.rut
    except ValueError as error:
        raise Invalido(str(error), codigo="rut_invalido") from None
    if not propio:
        raise RutAjeno


def _actor(conexion: Conexion) -> Actor:
    return Actor(
        puerta=Puerta.SOCKET,
        usuario_id=conexion.usuario_id,
        rut=conexion.rut,
        nombre=conexion.nombre,
        rol=conexion.rol,
        ip=conexion.ip,
        dispositivo=conexion.dispositivo,
    )
