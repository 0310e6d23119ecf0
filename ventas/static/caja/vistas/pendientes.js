/** Lo vendido y aún no confirmado: qué espera a la red, qué rechazó el servidor y qué se hace con ello. */

import { pendientes, reintentar, vaciar } from "../cola.js";
import { abrirDialogo, boton } from "../dialogo.js";
import { $, avisar, clp, el, hora } from "../dom.js";
import { estado } from "../estado.js";
import { editar, reemplazar, venta } from "../venta.js";
import { conseguir } from "./autorizacion.js";

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
  const botones = [
    boton("Intentar otra vez", null, async () => { await reintentar(salida.orden); await pintar(); }, { "data-accion": "reintentar" }),
    boton("Corregir en la caja", null, () => corregir(salida, cerrar)),
  ];
  if (rechazo.codigo === "requiere_autorizacion") {
    botones.push(boton("Pedir la aprobación", null, async () => { if (await autorizar(salida)) await pintar(); }, { class: "principal" }));
  }
  return el("li", { class: "apartada" }, cabeza,
    el("div", { class: "bloque mal" }, rechazo.frases.map((frase) => el("p", {}, frase)),
      el("p", {}, "El cliente ya se fue con esta venta: no se borra, decida usted.")),
    el("div", { class: "botones" }, botones));
}

/** La deja en la caja para corregirla; la apartada sigue guardada hasta que la corregida se cobre. */
function corregir(salida, cerrar) {
  if (venta.lineas.length) return avisar("Termine antes la venta que está en la caja, o déjela en espera (F8)", "aviso");
  cerrar();
  reemplazar({ ...structuredClone(salida.venta), corrige: salida.orden });
  return editar(() => ({ indice: 0 }));
}

/** Tal como se vendió, aprobada por un Administrador. */
async function autorizar(salida) {
  const autorizacion = await conseguir(salida.rechazo, salida.cuerpo);
  if (!autorizacion) return false;
  await reintentar(salida.orden, { autorizacion });
  return true;
}

export function pintarRed() {
  const partes = [estado.enLinea ? "En línea" : "Sin conexión"];
  if (estado.pendientes) partes.push(`${estado.pendientes} por enviar`);
  if (estado.conflictos) partes.push(`${estado.conflictos} por resolver`);
  $("estado-red-texto").textContent = partes.join(" · ");
  $("estado-red").dataset.estado = estado.conflictos ? "mal" : estado.enLinea && !estado.pendientes ? "bien" : "aviso";
}
