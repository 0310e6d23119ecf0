/** F9: cobrar. Una forma de pago o varias, con el redondeo legal del efectivo y el vuelto a la vista. */

import { FORMA, pagar, puntosNecesarios, redondeoEfectivo } from "../dinero.js";
import { desenlace, devolverALaCaja, encolar, horaDeCaja } from "../cola.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { aPesos, avisar, clp, el } from "../dom.js";
import { estado, soyAdministrador, yo } from "../estado.js";
import { alCobrar, publicarPagada } from "../publicar.js";
import { imprimirBoleta, imprimirProvisorio } from "../imprimir.js";
import { sonar } from "../sonido.js";
import { nombreDelBorrador, pedidoDe, reemplazar, totales, venta, ventaVacia } from "../venta.js";
import { conseguir } from "./autorizacion.js";
import { resolverRechazo } from "./rechazo.js";
import { abrirTurno } from "./turno.js";

const FORMAS = [
  [FORMA.EFECTIVO, "Efectivo", "E"], [FORMA.DEBITO, "Débito", "D"],
  [FORMA.CREDITO, "Crédito", "C"], [FORMA.PUNTOS, "Puntos", "P"],
];
const NOMBRE = new Map(FORMAS);
const BILLETES = [1000, 2000, 5000, 10000, 20000];
/** Cuánto se espera al servidor antes de dar la venta por pendiente y dejar seguir. */
const ESPERA_MS = 6000;
const SIN_RED_MS = 1500;

/** Con un precio cambiado, el cobro abierto dice un total que ya no es: se abre otra vez con el nuevo. */
let reabrir = () => {};
let vigente = null;
export const repreciarCobro = () => reabrir();

export function abrirCobro(alLeer) {
  const suma = totales();
  const { total } = suma;
  const { valor_punto: valorPunto } = estado.ajustes;
  const partes = [];
  let forma = FORMA.EFECTIVO;
  let dividido = false;
  let cobrando = false;

  const falta = () => total - partes.reduce((n, parte) => n + parte.monto, 0);
  const monto = () => (dividido && cuanto.valor.trim() ? aPesos(cuanto.valor) ?? 0 : falta());

  const cuanto = campo("¿Cuánto con esta forma? (vacío, lo que falta)", { name: "monto", inputmode: "numeric" });
  const recibido = campo("Efectivo recibido", { name: "recibido", inputmode: "numeric", autofocus: true });
  const formas = el("div", { class: "formas", role: "group", "aria-label": "Forma de pago" },
    FORMAS.map(([valor, nombre, tecla]) => boton(nombre, tecla, () => ponerForma(valor), {
      "aria-pressed": "false", "data-forma": String(valor),
    })));
  const billetes = el("div", { class: "billetes", role: "group", "aria-label": "Efectivo entregado" });
  const hechas = el("dl", { class: "pares" });
  const aPagar = el("p", { class: "monto-grande" });
  const detalle = el("p", { class: "nota", role: "status" });
  const vuelto = el("p", { role: "status", class: "vuelto-previsto" });
  const error = el("p", { class: "error", role: "alert" });
  const confirmar = boton("Cobrar", "Enter", () => aceptar(), { class: "principal grande", "data-accion": "confirmar" });
  const dividir = boton("Dividir en varias formas", "M", () => {
    dividido = !dividido;
    cuanto.valor = "";
    pintar();
    (dividido ? cuanto : recibido).entrada.focus();
  }, { "aria-pressed": "false" });

  const puntos = () => venta.cliente?.puntos ?? 0;
  const conRedondeo = () => monto() + (forma === FORMA.EFECTIVO ? redondeoEfectivo(monto()) : 0);

  function ponerForma(nueva) {
    forma = nueva;
    error.textContent = "";
    pintar();
    if (forma === FORMA.EFECTIVO) recibido.entrada.focus();
    else if (dividido) cuanto.entrada.focus();
    else confirmar.focus();
  }

  function pintar() {
    for (const b of formas.children) b.setAttribute("aria-pressed", String(Number(b.dataset.forma) === forma));
    dividir.setAttribute("aria-pressed", String(dividido));
    cuanto.nodo.hidden = !dividido;
    const enEfectivo = forma === FORMA.EFECTIVO;
    recibido.nodo.hidden = billetes.hidden = !enEfectivo;
    hechas.replaceChildren(...partes.flatMap((parte) =>
      [el("dt", {}, NOMBRE.get(parte.forma)), el("dd", {}, clp(parte.monto))]));
    hechas.hidden = !partes.length;
    aPagar.textContent = clp(conRedondeo());
    const textos = [];
    if (partes.length || dividido) textos.push(`faltan ${clp(falta())} de ${clp(total)}`);
    else if (enEfectivo && redondeoEfectivo(monto())) textos.push(`total ${clp(total)}, redondeo legal ${clp(redondeoEfectivo(monto()))}`);
    if (forma === FORMA.PUNTOS) {
      textos.push(venta.cliente
        ? `${puntosNecesarios(monto(), valorPunto)} puntos de ${puntos()}` : "para pagar con puntos, elija antes el cliente (F4)");
    }
    detalle.textContent = textos.join(" · ");
    const entregado = aPesos(recibido.valor);
    vuelto.textContent = enEfectivo && entregado !== null && monto()
      ? (entregado >= conRedondeo() ? `Vuelto ${clp(entregado - conRedondeo())}` : `Faltan ${clp(conRedondeo() - entregado)}`) : "";
    billetes.replaceChildren(
      boton(`Justo ${clp(conRedondeo())}`, null, () => tomarBillete(conRedondeo())),
      ...BILLETES.filter((billete) => billete > conRedondeo()).map((billete) => boton(clp(billete), null, () => tomarBillete(billete))));
    const completa = monto() === falta();
    confirmar.firstChild.textContent = completa ? "Cobrar" : "Agregar este pago";
    confirmar.disabled = cobrando;
  }

  function tomarBillete(billete) {
    recibido.valor = String(billete);
    pintar();
    confirmar.focus();
  }

  function parteActual() {
    const parte = { forma, monto: monto() };
    if (parte.monto <= 0 && total > 0) throw new RangeError("Escriba cuánto se paga con esta forma");
    if (parte.monto > falta()) throw new RangeError(`Sólo faltan ${clp(falta())}`);
    if (forma === FORMA.PUNTOS && !venta.cliente) throw new RangeError("Para pagar con puntos, elija antes el cliente (F4)");
    if (forma === FORMA.PUNTOS && puntosNecesarios(parte.monto, valorPunto) > puntos()) {
      throw new RangeError(`Al cliente le quedan ${puntos()} puntos`);
    }
    if (forma === FORMA.EFECTIVO) {
      parte.recibido = recibido.valor.trim() ? aPesos(recibido.valor) : conRedondeo();
      if (parte.recibido === null) throw new RangeError("Escriba los pesos recibidos, sin decimales");
    }
    return parte;
  }

  async function aceptar() {
    if (cobrando) return;
    error.textContent = "";
    try {
      const parte = parteActual();
      if (parte.monto < falta()) {
        if (parte.recibido !== undefined && parte.recibido < conRedondeo()) throw new RangeError(`Faltan ${clp(conRedondeo() - parte.recibido)}`);
        partes.push(parte);
        cuanto.valor = recibido.valor = "";
        pintar();
        cuanto.entrada.focus();
        return;
      }
      const { pagos, falta: faltan } = pagar(total, [...partes, parte], valorPunto);
      if (faltan) throw new RangeError(`Faltan ${clp(faltan)} en efectivo`);
      exigirConexion();
      cobrando = true;
      pintar();
      if (await conTurno(pagos)) await vender(pagos);
    } catch (problema) {
      if (!(problema instanceof RangeError)) throw problema;
      error.textContent = problema.message;
      sonar(false);
    } finally {
      cobrando = false;
      pintar();
    }
  }

  /** Lo que aprueba un Administrador no se puede pedir sin conexión, y después el cliente ya se fue. */
  function exigirConexion() {
    if (estado.enLinea || soyAdministrador()) return;
    const { limite_descuento_cajero: limite } = estado.ajustes;
    if (venta.porcentaje > limite * 100) {
      throw new RangeError(`Sin conexión no hay a quién pedir la aprobación: el descuento puede ser hasta ${limite} %`);
    }
    if (venta.lineas.some((linea) => linea.precioManual)) {
      throw new RangeError("Sin conexión no hay a quién pedir la aprobación de un precio puesto a mano");
    }
  }

  /** Si la tienda exige turno y no lo hay, lo abre aquí mismo. Sin red se vende igual: se resuelve al volver. */
  async function conTurno(pagos) {
    const enEfectivo = pagos.some((pago) => pago.forma === FORMA.EFECTIVO);
    if (!enEfectivo || !estado.ajustes.exige_turno || estado.turno || !estado.enLinea) return true;
    await abrirTurno("Para cobrar en efectivo hace falta un turno abierto. La venta sigue en la caja.");
    return Boolean(estado.turno);
  }

  async function vender(pagos) {
    const cuerpo = pedidoDe(venta, pagos.map(comoPedido), { horaDeCaja: horaDeCaja(), idTurno: estado.turno?.id_turno });
    const copia = structuredClone(venta);
    let suceso = await mandar(copia, cuerpo);
    if (suceso.rechazo?.codigo === "requiere_autorizacion") {
      const autorizacion = await conseguir(suceso.rechazo, cuerpo);
      if (!autorizacion) return;
      suceso = await mandar(copia, { ...cuerpo, autorizacion });
    }
    dialogo.cerrar();
    if (suceso.resultado === "rechazada") await resolverRechazo(suceso.rechazo, () => abrirCobro(alLeer));
    else mostrarVuelto({ copia, suma, pagos, hecha: suceso.hecha, alLeer });
  }

  /** Guarda y manda; si el servidor la rechaza ahí mismo, la venta vuelve a la caja. */
  async function mandar(copia, cuerpo) {
    const limpia = ventaVacia();
    const clave = await encolar({ rut: yo(), cuerpo, venta: copia, total }, nombreDelBorrador(), limpia);
    const suceso = await desenlace(clave, estado.enLinea ? ESPERA_MS : SIN_RED_MS);
    if (suceso.resultado === "rechazada") {
      reemplazar(await devolverALaCaja(clave, nombreDelBorrador()));
      sonar(false);
    } else {
      reemplazar(limpia);
    }
    return suceso;
  }

  recibido.entrada.addEventListener("input", pintar);
  cuanto.entrada.addEventListener("input", pintar);
  const letras = Object.fromEntries(FORMAS.map(([valor, , tecla]) => [tecla.toLowerCase(), () => ponerForma(valor)]));
  const dialogo = abrirDialogo({
    titulo: "Cobrar",
    alLeer: () => avisar("Termine este cobro, o ciérrelo con Esc, antes de escanear", "aviso"),
    teclas: {
      ...letras,
      m: () => dividir.click(),
      f9: () => tomarBillete(conRedondeo()),
      Enter: () => {
        const foco = document.activeElement;
        if (foco?.tagName === "BUTTON" && foco !== confirmar) foco.click();
        else aceptar();
      },
    },
  },
  formas,
  el("div", { class: "bloque" }, el("p", {}, "A pagar"), aPagar, detalle, hechas),
  cuanto.nodo, recibido.nodo, billetes, vuelto, error,
  el("div", { class: "botones" }, dividir, confirmar));
  pintar();
  recibido.entrada.focus();
  alCobrar(true);
  vigente = dialogo;
  reabrir = () => {
    if (cobrando) return;
    dialogo.cerrar();
    abrirCobro(alLeer);
  };
  dialogo.resultado.then(() => {
    if (vigente !== dialogo) return;
    reabrir = () => {};
    alCobrar(false);
  });
}

const comoPedido = ({ forma, monto, recibido }) => ({
  id_forma_pago: forma, monto, ...(recibido == null ? {} : { recibido }),
});

/** Lo que sigue a una venta: el vuelto, grande, y la boleta. Escanear empieza la siguiente. */
function mostrarVuelto({ copia, suma, pagos, hecha, alLeer }) {
  sonar(true);
  const vuelto = pagos.reduce((n, pago) => n + pago.vuelto, 0);
  publicarPagada(copia, { vuelto, pagado: pagos.reduce((n, pago) => n + (pago.recibido ?? pago.monto), 0) });
  const imprimir = async () => {
    if (!hecha) {
      imprimirProvisorio(copia, suma, pagos.map((pago) => ({ ...pago, nombre: NOMBRE.get(pago.forma) })));
      return;
    }
    try {
      await imprimirBoleta(hecha.id_venta);
    } catch (error) {
      avisar(`No se pudo imprimir: ${error.message}`, "mal");
    }
  };
  const dialogo = abrirDialogo({
    titulo: hecha ? `Boleta ${hecha.folio}` : "Venta guardada, por enviar",
    clase: "chico",
    alLeer: (codigo, momento) => { dialogo.cerrar(); alLeer(codigo, momento); },
    teclas: { i: imprimir, Enter: () => dialogo.cerrar() },
  },
  el("div", { class: "vuelto" }, el("p", {}, vuelto ? "Vuelto" : "Pagado"),
    el("p", { class: "monto-grande" }, clp(vuelto || suma.total))),
  el("dl", { class: "pares" },
    el("dt", {}, "Total"), el("dd", {}, clp(suma.total)),
    pagos.flatMap((pago) => [el("dt", {}, NOMBRE.get(pago.forma)), el("dd", {}, clp(pago.recibido ?? pago.monto))]),
    hecha?.puntos_ganados ? [el("dt", {}, "Puntos ganados"), el("dd", {}, String(hecha.puntos_ganados))] : []),
  !hecha && el("p", { class: "bloque aviso" },
    "Quedó guardada en este equipo y se enviará sola, una vez, apenas el servidor conteste.",
    estado.ajustes.exige_turno && !estado.turno && " Falta abrir su turno: la caja lo pedirá entonces."),
  el("div", { class: "botones" },
    boton(hecha ? "Imprimir la boleta" : "Imprimir provisorio", "I", imprimir, { "data-accion": "imprimir" }),
    boton("Siguiente venta", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
}
