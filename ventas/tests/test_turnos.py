"""El turno de caja: se abre con un fondo, cuenta su efectivo y se cierra a ciegas con un Z numerado."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from inventario.base.actor import Actor
from inventario.base.errores import ErrorDeDominio
from inventario.base.models import Tienda
from inventario.base.tests.hilos import a_la_vez
from productos.models import Producto
from registros.cadena import sellar_pendientes
from registros.models import CabezaCadena, Registro, TipoRegistro
from usuarios.models import Usuario
from ventas.models import Caja, CorrelativoZ, FormaPago, MovimientoCaja, Pago, Reembolso, TurnoCaja, Venta
from ventas.reglas.pagos import PagoPedido
from ventas.servicios import (
    LineaPedida,
    PedidoDeDevolucion,
    PedidoDeVenta,
    VentaHecha,
    abrir_turno,
    cerrar_turno,
    crear_caja,
    devolver,
    editar_caja,
    mover_efectivo,
    vender,
)
from ventas.verificacion import problemas_de_ventas

DeActor = Callable[[Usuario], Actor]
Fabrica = Callable[..., Producto]
Vender = Callable[..., VentaHecha]
Api = Callable[[Usuario | None], APIClient]

pytestmark = pytest.mark.django_db


def la_caja() -> Caja:
    """La que trae sembrada una tienda nueva."""
    return Caja.objects.get(nombre="Caja 1")


@pytest.fixture
def abrir(actor: DeActor, ahora: datetime) -> Callable[..., TurnoCaja]:
    def hacer(quien: Usuario, caja: Caja | None = None, fondo: int = 10_000) -> TurnoCaja:
        return abrir_turno(
            actor=actor(quien), id_caja=(caja or la_caja()).pk, fondo_inicial=fondo, ahora=ahora
        )

    return hacer


@pytest.fixture
def exige() -> None:
    Tienda.objects.update(exige_turno=True)


def codigo_de(hacer: Callable[[], Any]) -> str:
    with pytest.raises(ErrorDeDominio) as error:
        hacer()
    return error.value.codigo


# --- abrir -----------------------------------------------------------------------------------


def test_un_turno_por_persona_y_por_caja(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    otra = crear_caja(actor=actor(ana), nombre="Terraza", ahora=ahora)
    abrir(carlos)
    assert codigo_de(lambda: abrir(carlos, otra)) == "turno_ya_abierto"
    assert codigo_de(lambda: abrir(ana)) == "caja_ocupada"
    abrir(ana, otra)


@pytest.mark.parametrize("repetido", ["abierta_en", "abierto_por"])
def test_la_base_no_admite_dos_turnos_abiertos(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, ana: Usuario, ahora: datetime, repetido: str
) -> None:
    turno = abrir(carlos)
    otra = Caja.objects.create(nombre="Otra", nombre_normalizado="otra")
    suelto = TurnoCaja(
        caja=otra, cajero=ana, abierta_en=otra, abierto_por=ana, desde=ahora, fondo_inicial=0
    )
    setattr(suelto, repetido, getattr(turno, repetido))
    with pytest.raises(IntegrityError), transaction.atomic():
        suelto.save()


def test_ni_abierto_con_cuenta_ni_cerrado_sin_ella(abrir: Callable[..., TurnoCaja], carlos: Usuario) -> None:
    turno = abrir(carlos)
    with pytest.raises(IntegrityError), transaction.atomic():
        TurnoCaja.objects.filter(pk=turno.pk).update(esperado=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        TurnoCaja.objects.filter(pk=turno.pk).update(abierta_en=None, abierto_por=None)


def test_una_caja_con_turno_no_se_apaga_y_apagada_no_se_abre(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    turno = abrir(carlos)
    apagar = {"actor": actor(ana), "id_caja": la_caja().pk, "activa": False, "ahora": ahora}
    assert codigo_de(lambda: editar_caja(**apagar)) == "caja_en_uso"
    cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo={}, ahora=ahora)
    editar_caja(**apagar)
    assert codigo_de(lambda: abrir(carlos)) == "caja_no_existe"


# --- cobrar ----------------------------------------------------------------------------------


def test_sin_turno_no_se_cobra_efectivo_pero_si_tarjeta(
    exige: None, venta: Vender, producto: Fabrica
) -> None:
    te = producto()
    assert codigo_de(lambda: venta((te, 1))) == "sin_turno"
    mixto = [PagoPedido(forma=FormaPago.DEBITO, monto=600), PagoPedido(forma=FormaPago.EFECTIVO, monto=400)]
    assert codigo_de(lambda: venta((te, 1), pagos=mixto)) == "sin_turno"
    assert venta((te, 1), forma=FormaPago.DEBITO).venta.turno is None
    te.refresh_from_db()
    assert te.stock == 9


def test_si_la_tienda_no_lo_exige_se_cobra_como_siempre(venta: Vender, producto: Fabrica) -> None:
    assert venta((producto(), 1)).venta.turno is None


def test_cada_venta_y_nota_queda_en_su_turno(
    exige: None, abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario,
    ana: Usuario, actor: DeActor, ahora: datetime,
) -> None:
    turno = abrir(carlos)
    te = producto()
    hechas = [venta((te, 1)), venta((te, 1), forma=FormaPago.CREDITO)]
    notas = [
        devolver(
            actor=actor(quien), pedido=PedidoDeDevolucion(id_venta=h.venta.pk, motivo="Roto"), ahora=ahora
        )
        for quien, h in zip((carlos, ana), hechas, strict=True)
    ]
    assert {h.venta.turno for h in hechas} == {turno}
    # Ana no tiene turno: la plata sale del cajón en que entró.
    assert {n.devolucion.turno for n in notas} == {turno}


def test_un_cajero_no_devuelve_efectivo_sin_turno(
    venta: Vender, producto: Fabrica, carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    hecha = venta((producto(), 1))
    Tienda.objects.update(exige_turno=True)
    pedido = PedidoDeDevolucion(id_venta=hecha.venta.pk, motivo="Roto")
    assert codigo_de(lambda: devolver(actor=actor(carlos), pedido=pedido, ahora=ahora)) == "sin_turno"
    assert devolver(actor=actor(ana), pedido=pedido, ahora=ahora).devolucion.turno is None


def test_con_otro_turno_que_el_suyo_no_se_vende(
    abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario, ana: Usuario,
    actor: DeActor, ahora: datetime,
) -> None:
    te = producto()
    viejo = abrir(carlos)
    cerrar_turno(actor=actor(carlos), id_turno=viejo.pk, conteo={}, ahora=ahora)
    assert codigo_de(lambda: venta((te, 1), id_turno=viejo.pk)) == "turno_cerrado"
    nuevo = abrir(carlos)
    assert codigo_de(lambda: venta((te, 1), id_turno=viejo.pk)) == "turno_cerrado"
    assert venta((te, 1), id_turno=nuevo.pk).venta.turno == nuevo


def test_el_turno_agrega_una_consulta_a_la_venta_tenga_las_lineas_que_tenga(
    abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario
) -> None:
    muchos = [producto(stock=1000) for _ in range(50)]
    venta((muchos[0], 1))

    def consultas(*lineas: tuple[Producto, int]) -> int:
        with CaptureQueriesContext(connection) as capturadas:
            venta(*lineas)
        return len(capturadas)

    venta(*[(p, 1) for p in muchos])
    sin_turno = consultas((muchos[0], 1))
    abrir(carlos)
    assert consultas((muchos[0], 1)) == consultas(*[(p, 1) for p in muchos]) == sin_turno


# --- cerrar ----------------------------------------------------------------------------------


def test_lo_esperado_es_fondo_mas_lo_que_entro_menos_lo_que_salio(
    abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario, actor: DeActor,
    ahora: datetime,
) -> None:
    turno = abrir(carlos, fondo=10_000)
    caro, barato = producto(precio=1_234, stock=50), producto(precio=990, stock=50)
    venta((caro, 1))  # 1.234 → 1.230 por la ley del redondeo
    mixto = [PagoPedido(forma=FormaPago.DEBITO, monto=500), PagoPedido(forma=FormaPago.EFECTIVO, monto=734)]
    venta((caro, 1), pagos=mixto)  # 734 → 730
    venta((barato, 2), forma=FormaPago.CREDITO)
    vuelta = venta((barato, 1))
    devolver(
        actor=actor(carlos), pedido=PedidoDeDevolucion(id_venta=vuelta.venta.pk, motivo="Roto"), ahora=ahora
    )
    for tipo, monto in ((MovimientoCaja.Tipo.INGRESO, 2_000), (MovimientoCaja.Tipo.RETIRO, 5_000)):
        mover_efectivo(
            actor=actor(carlos), id_turno=turno.pk, tipo=tipo, monto=monto, motivo="Sencillo", ahora=ahora
        )
    conteo = {"5000": 1, "1000": 3, "500": 1, "100": 4, "50": 1, "10": 1}
    z = cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo=conteo, ahora=ahora)
    assert z.totales["efectivo"] == {
        "fondo": 10_000, "ventas": 1_230 + 730 + 990, "reembolsos": 990, "ingresos": 2_000, "retiros": 5_000,
    }
    assert (z.esperado, z.contado, z.diferencia) == (8_960, 8_960, 0)
    assert (z.totales["ventas"], z.totales["devoluciones"]) == (4, 1)
    assert z.totales["vendido"] == 1_234 * 2 + 990 * 3
    z.refresh_from_db()
    assert (z.abierta_en, z.abierto_por, z.cerrado) == (None, None, ahora)


def test_el_z_es_correlativo_por_caja_y_un_cierre_que_falla_no_lo_gasta(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    otra = crear_caja(actor=actor(ana), nombre="Terraza", ahora=ahora)
    numeros = []
    for caja in (la_caja(), la_caja(), otra, la_caja()):
        turno = abrir(carlos, caja)
        cerrar = {"actor": actor(carlos), "id_turno": turno.pk, "ahora": ahora}
        assert codigo_de(lambda c=cerrar: cerrar_turno(conteo={"3": 1}, **c)) == "conteo_invalido"
        numeros.append(cerrar_turno(conteo={}, **cerrar).numero_z)
    assert numeros == [1, 2, 1, 3]


def test_el_z_lleva_la_cabeza_de_la_cadena_y_queda_en_los_registros(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, actor: DeActor, ahora: datetime
) -> None:
    turno = abrir(carlos)
    sellar_pendientes(reloj=lambda: ahora)
    cabeza = CabezaCadena.objects.get()
    z = cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo={"10000": 1}, ahora=ahora)
    assert cabeza.secuencia > 0
    assert (z.cabeza_secuencia, z.cabeza_hash) == (cabeza.secuencia, cabeza.hash)
    registro = Registro.objects.filter(tipo=TipoRegistro.CAJA, objeto_tipo="turno").latest("id")
    assert registro.usuario == carlos
    assert registro.cambios["esperado"] == [None, 10_000]
    assert "cuadra" in registro.mensaje


def test_cerrado_no_admite_nada_mas(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, actor: DeActor, ahora: datetime
) -> None:
    turno = abrir(carlos)
    quien = {"actor": actor(carlos), "id_turno": turno.pk, "ahora": ahora}
    cerrar_turno(conteo={}, **quien)
    assert codigo_de(lambda: cerrar_turno(conteo={}, **quien)) == "turno_cerrado"
    mover = {"tipo": MovimientoCaja.Tipo.RETIRO, "monto": 1, "motivo": "x", **quien}
    assert codigo_de(lambda: mover_efectivo(**mover)) == "turno_cerrado"


def test_el_ajeno_lo_cierra_un_administrador_y_nadie_mas(
    abrir: Callable[..., TurnoCaja], carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    turno = abrir(ana)
    cerrar = {"id_turno": turno.pk, "conteo": {}, "ahora": ahora}
    assert codigo_de(lambda: cerrar_turno(actor=actor(carlos), **cerrar)) == "turno_no_existe"
    cerrar_turno(actor=actor(ana), **cerrar)
    turno = abrir(carlos)
    assert cerrar_turno(actor=actor(ana), id_turno=turno.pk, conteo={}, ahora=ahora).cerrado_por == ana


def test_la_verificacion_rehace_cada_z_desde_sus_documentos(
    abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario, actor: DeActor,
    ahora: datetime,
) -> None:
    turno = abrir(carlos)
    quien = {"actor": actor(carlos), "id_turno": turno.pk, "ahora": ahora}
    vuelta = venta((producto(precio=1_234), 1))
    venta((producto(precio=987), 1))
    devolver(
        actor=actor(carlos), pedido=PedidoDeDevolucion(id_venta=vuelta.venta.pk, motivo="Roto"), ahora=ahora
    )
    for tipo, monto in ((MovimientoCaja.Tipo.INGRESO, 300), (MovimientoCaja.Tipo.RETIRO, 70_000)):
        mover_efectivo(tipo=tipo, monto=monto, motivo="x", **quien)
    assert list(problemas_de_ventas()) == []
    z = cerrar_turno(conteo={}, **quien)
    assert z.esperado < 0
    assert list(problemas_de_ventas()) == []
    TurnoCaja.objects.filter(pk=z.pk).update(esperado=z.esperado + 10, diferencia=z.diferencia - 10)
    (problema,) = problemas_de_ventas()
    assert f"turno de caja {z.pk}" in problema
    TurnoCaja.objects.filter(pk=z.pk).update(esperado=z.esperado, diferencia=z.diferencia)
    CorrelativoZ.objects.update(ultimo=7)
    (problema,) = problemas_de_ventas()
    assert "el correlativo dice 7" in problema


# --- por la API --------------------------------------------------------------------------------


def test_un_dia_de_caja_por_la_api(
    api: Api, carlos: Usuario, producto: Fabrica, cuerpo: Callable[..., dict[str, Any]], exige: None
) -> None:
    caja, te = api(carlos), producto(precio=1_990)
    assert caja.get("/turnos/actual").json()["codigo"] == "sin_turno"
    abierto = caja.post("/turnos", {"id_caja": la_caja().pk, "fondo_inicial": 5_000}).json()
    assert caja.get("/turnos/actual").json()["id_turno"] == abierto["id_turno"]
    assert caja.get("/cajas").json()[0]["turno"]["cajero"] == carlos.nombre_completo
    ruta = f"/turnos/{abierto['id_turno']}"
    assert caja.post("/ventas-detalle", cuerpo((te, 1), id_turno=abierto["id_turno"])).status_code == 201
    retiro = {"tipo": "retiro", "monto": 1_000, "motivo": "Pan"}
    assert caja.post(f"{ruta}/movimientos", retiro).status_code == 201
    for dicho in (caja.get(ruta).json(), caja.get("/turnos").json()[0], abierto):
        assert not {"esperado", "efectivo", "diferencia", "pagos"} & dicho.keys()
    clave = {"Idempotency-Key": "cierre-1"}
    conteo = {"conteo": {"5000": 1, "500": 1}, "comentario": "Faltó sencillo"}
    z = caja.post(f"{ruta}/cierre", conteo, headers=clave)
    assert z.status_code == 200
    assert (z.json()["esperado"], z.json()["contado"], z.json()["diferencia"]) == (5_990, 5_500, -490)
    otra_vez = caja.post(f"{ruta}/cierre", conteo, headers=clave)
    assert otra_vez.headers["Idempotency-Replayed"] == "true"
    assert otra_vez.json() == z.json() == caja.get(f"{ruta}/z").json()
    assert caja.get(f"{ruta}/z/pdf").content.startswith(b"%PDF")
    assert b"INFORME Z" in caja.get(f"{ruta}/z/escpos").content


@pytest.mark.parametrize(
    "conteo", [{"3": 1}, {"1000": -1}, {"1000": "x"}, {"1000": 10**9}, [], {"1000": 1.5}]
)
def test_un_conteo_malo_no_cierra(
    api: Api, carlos: Usuario, abrir: Callable[..., TurnoCaja], conteo: Any
) -> None:
    turno = abrir(carlos)
    assert api(carlos).post(f"/turnos/{turno.pk}/cierre", {"conteo": conteo}).status_code == 400
    turno.refresh_from_db()
    assert turno.abierto


# --- en el admin -------------------------------------------------------------------------------


def test_el_admin_muestra_turnos_y_cajas_y_no_adelanta_lo_esperado(
    abrir: Callable[..., TurnoCaja], venta: Vender, producto: Fabrica, carlos: Usuario, ana: Usuario,
    actor: DeActor, ahora: datetime,
) -> None:
    panel = Client()
    panel.force_login(ana)
    turno = abrir(carlos)
    venta((producto(precio=3_210), 1))
    ficha = reverse("admin:ventas_turnocaja_change", args=[turno.pk])
    assert "13.210" not in panel.get(ficha).content.decode()
    assert panel.get(reverse("admin:ventas_turnocaja_changelist"), {"estado": "abierto"}).status_code == 200
    assert "Caja 1: Carlos" in panel.get(reverse("admin:index")).content.decode()
    cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo={}, ahora=ahora)
    assert "13.210" in panel.get(ficha).content.decode()
    pdf = panel.get(reverse("admin:ventas_turnocaja_informe_z", args=[turno.pk]))
    assert pdf.content.startswith(b"%PDF")
    creada = panel.post(reverse("admin:ventas_caja_add"), {"nombre": "Terraza"})
    assert creada.status_code == 302
    assert Caja.objects.filter(nombre="Terraza", correlativo_z__ultimo=0).exists()


# --- a la vez ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_el_cierre_y_las_ventas_a_la_vez_cuadran_al_peso(
    producto: Fabrica, carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    """Una venta queda entera antes del cierre, o no queda: nunca en un Z que no la cuenta."""
    Tienda.objects.update(exige_turno=True)
    te = producto(precio=1_000, stock=1_000)
    turno = abrir_turno(actor=actor(carlos), id_caja=la_caja().pk, fondo_inicial=0, ahora=ahora)
    pedido = PedidoDeVenta(
        lineas=[LineaPedida(id_producto=te.pk, cantidad=Decimal(1))],
        pagos=[PagoPedido(forma=FormaPago.EFECTIVO)],
    )
    previa = vender(actor=actor(carlos), pedido=pedido, ahora=ahora).venta
    nota = PedidoDeDevolucion(id_venta=previa.pk, motivo="Roto")
    tareas: list[Callable[[], str]] = [
        lambda: str(vender(actor=actor(carlos), pedido=pedido, ahora=ahora).venta.turno_id) for _ in range(24)
    ]
    tareas += [
        lambda: str(cerrar_turno(actor=actor(carlos), id_turno=turno.pk, conteo={}, ahora=ahora).numero_z),
        lambda: str(devolver(actor=actor(carlos), pedido=nota, ahora=ahora).devolucion.turno_id),
    ]
    random.shuffle(tareas)
    resultados = Counter(a_la_vez(tareas))
    turno.refresh_from_db()
    vendidas = Venta.objects.filter(turno=turno).count()
    assert set(resultados) <= {str(turno.pk), "1", "sin_turno"}, resultados
    entro = sum(p.monto for p in Pago.objects.filter(venta__turno=turno))
    salio = sum(r.monto for r in Reembolso.objects.filter(devolucion__turno=turno))
    assert turno.totales["ventas"] == vendidas
    assert turno.esperado == entro - salio
    assert not Venta.objects.filter(turno=None).exists()


@pytest.mark.django_db(transaction=True)
def test_cinco_quieren_la_misma_caja_y_la_abre_uno(
    carlos: Usuario, ana: Usuario, actor: DeActor, ahora: datetime
) -> None:
    caja = la_caja()

    def abre(quien: Usuario) -> Callable[[], str]:
        return lambda: str(
            abrir_turno(actor=actor(quien), id_caja=caja.pk, fondo_inicial=0, ahora=ahora).caja_id
        )

    resultados = Counter(a_la_vez([abre(carlos), abre(ana)] * 5))
    assert resultados.pop(str(caja.pk)) == 1
    assert set(resultados) <= {"caja_ocupada", "turno_ya_abierto"}
