/** Lo vendido y aún no confirmado: qué espera a la red, qué rechazó el servidor y qué se hace con ello. */

import { pendientes, reintentar, vaciar } from "../cola.js";
import { abrirDialogo, boton } from "../dialogo.js";
import { $, avisar, clp, el, hora } from "../dom.js";
import { estado, soyAdministrador } from "../estado.js";
import { editar, preciosDe, reemplazar, venta } from "../venta.js";
import { conseguir } from "./autorizacion.js";
import { abrirTurno, cargarTurno } from "./turno.js";

export async function abrirPendientes() {
  const lugar = el("ul", { class: "lista" });
  const pintar = async () => {
    const salidas = await pendientes();
    lugar.replaceChildren(...(salidas.length
      ? salidas.map((salida) => fila(salida, pintar, () => dialogo.cerrar()))
      : [el("li", { class: "bloque" }, "Todo lo vendido en esta caja ya está en el servidor.")]));
  };
  const dialogo = abrirDialogo({ titulo: "Ventas por enviar" },
    el("p", { class: "nota" }, estado.enLinea
      ? "Hay conexión: lo que espera sale solo, en orden." : "Sin conexión. Cada venta está guardada en este equipo y saldrá sola, una vez."),
    lugar,
    el("div", { class: "botones" }, boton("Enviar ahora", null, async () => { await vaciar(); await pintar(); })));
  await pintar();
}

function fila(salida, pintar, cerrar) {
  const { rechazo } = salida;
  const que = salida.venta.lineas.map((linea) => linea.nombre).join(", ");
  const cabeza = el("div", { class: "fila" },
    el("span", {}, `${hora(salida.desde)} · ${que}`), el("strong", {}, clp(salida.total)));
  if (!rechazo) return el("li", {}, cabeza);
  const { texto, hacer, consejo } = SALIDAS[rechazo.codigo] ?? {};
  return el("li", { class: "apartada" }, cabeza,
    el("div", { class: "bloque mal" }, frasesDe(salida).map((frase) => el("p", {}, frase)),
      el("p", {}, "El cliente ya se fue con esta venta: no se borra, decida usted."), consejo && el("p", {}, consejo)),
    el("div", { class: "botones" },
      boton("Intentar otra vez", null, async () => { await reintentar(salida.orden); await pintar(); }, { "data-accion": "reintentar" }),
      boton("Corregir en la caja", null, () => corregir(salida, cerrar)),
      texto && boton(texto, null, async () => { if (await hacer(salida)) await pintar(); }, { class: "principal", "data-accion": "resolver" })));
}

const frasesDe = ({ rechazo, total }) => (rechazo.codigo === "precio_desactualizado"
  ? [`Los precios cambiaron: ahora serían ${clp(rechazo.cuerpo.total_con_iva)}, y se cobraron ${clp(total)}.`] : rechazo.frases);

/** Cómo se resuelve cada rechazo sin cambiar lo que el cliente se llevó y pagó. */
const PEDIR = { texto: "Pedir la aprobación", hacer: (salida) => autorizar(salida, {}) };
const CON_TURNO = { texto: "Abrir el turno y enviarla", hacer: enSuTurno };
const SALIDAS = {
  requiere_autorizacion: PEDIR,
  autorizacion_invalida: PEDIR,
  sin_turno: CON_TURNO,
  turno_cerrado: CON_TURNO,
  precio_desactualizado: { texto: "Dejarla al precio cobrado", hacer: alPrecioCobrado },
  stock_insuficiente: {
    consejo: "Si de verdad salió, en el sistema falta mercadería: un Administrador ajusta el stock o ingresa la compra, y se intenta otra vez.",
  },
};

/** La deja en la caja para corregirla; la apartada sigue guardada hasta que la corregida se cobre. */
function corregir(salida, cerrar) {
  if (venta.lineas.length) return avisar("Termine antes la venta que está en la caja, o déjela en espera (F8)", "aviso");
  cerrar();
  reemplazar({ ...structuredClone(salida.venta), corrige: salida.orden });
  return editar(() => ({ indice: 0 }));
}

/** Tal como se vendió, con `cambios` en el pedido y aprobada por un Administrador. */
async function autorizar(salida, cambios) {
  const cuerpo = { ...salida.cuerpo, ...cambios };
  delete cuerpo.autorizacion;
  const autorizacion = await conseguir(rechazoDe(salida, cuerpo), cuerpo);
  if (!autorizacion) return false;
  await reintentar(salida.orden, { ...cambios, autorizacion });
  return true;
}

/** Qué hay que aprobar: lo que dijo el servidor o, si el precio se deja a mano, eso. */
const rechazoDe = (salida, cuerpo) => (cuerpo.precios
  ? { errores: { accion: ["precio"], motivo: ["El que se cobró sin conexión"] } }
  : salida.rechazo.errores.accion ? salida.rechazo : { errores: { accion: ["descuento"] } });

/** El cliente pagó el precio de antes: se registra a ése, si un Administrador lo aprueba. */
async function alPrecioCobrado(salida) {
  const precios = preciosDe(salida.venta, () => true);
  if (!soyAdministrador()) return autorizar(salida, { precios });
  await reintentar(salida.orden, { precios });
  return true;
}

/** La venta entra al turno de ahora: el suyo ya se cerró, o no había. */
async function enSuTurno(salida) {
  await cargarTurno();
  if (!estado.turno) await abrirTurno("La venta se cobró en efectivo: entra al turno que abra ahora.");
  if (!estado.turno) return false;
  await reintentar(salida.orden, { id_turno: estado.turno.id_turno });
  return true;
}

export function pintarRed() {
  const partes = [estado.enLinea ? "En línea" : "Sin conexión"];
  if (estado.pendientes) partes.push(`${estado.pendientes} por enviar`);
  if (estado.conflictos) partes.push(`${estado.conflictos} por resolver`);
  $("estado-red-texto").textContent = partes.join(" · ");
  $("estado-red").dataset.estado = estado.conflictos ? "mal" : estado.enLinea && !estado.pendientes ? "bien" : "aviso";
}
