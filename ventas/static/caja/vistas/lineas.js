/** Las líneas de la venta y el total: sólo se redibuja lo que cambió. */

import { $, cantidad, clp, el } from "../dom.js";
import { redondeoEfectivo } from "../dinero.js";
import { cambiarCantidad, totales, venta } from "../venta.js";

let elegida = -1;

export const lineaElegida = () => elegida;

export function elegir(indice) {
  elegida = Math.max(-1, Math.min(indice, venta.lineas.length - 1));
  [...$("lineas").children].forEach((nodo, i) => {
    if (i === elegida) nodo.setAttribute("aria-current", "true");
    else nodo.removeAttribute("aria-current");
  });
  $("lineas").children[elegida]?.scrollIntoView({ block: "nearest" });
}

/** Pone la página al día con la venta. `cambio.indice`: la línea que cambió. */
export function dibujar({ indice } = {}) {
  const suma = totales();
  const lista = $("lineas");
  while (lista.children.length > venta.lineas.length) lista.lastChild.remove();
  venta.lineas.forEach((linea, i) => {
    const anterior = lista.children[i];
    const huella = JSON.stringify([linea, suma.subtotales[i]]);
    if (anterior?.dataset.huella === huella) return;
    const nodo = fila(linea, i, suma.subtotales[i]);
    nodo.dataset.huella = huella;
    if (anterior) anterior.replaceWith(nodo);
    else lista.append(nodo);
    nodo.classList.toggle("nueva", i === indice);
  });
  $("cuenta-vacia").hidden = venta.lineas.length > 0;
  dibujarTotal(suma);
  elegir(indice ?? (elegida < 0 ? venta.lineas.length - 1 : elegida));
}

function dibujarTotal(suma) {
  $("total").textContent = clp(suma.total);
  const piezas = venta.lineas.reduce((n, l) => n + (l.por_kilo || l.etiqueta ? 1 : l.milesimas / 1000), 0);
  const redondeo = redondeoEfectivo(suma.total);
  const partes = [];
  if (piezas) partes.push(`${piezas} ${piezas === 1 ? "producto" : "productos"}`);
  if (suma.total !== suma.subtotal) partes.push(`antes ${clp(suma.subtotal)}`);
  if (redondeo) partes.push(`en efectivo ${clp(suma.total + redondeo)}`);
  $("total-detalle").textContent = partes.join(" · ");
  $("boton-cobrar").disabled = !venta.lineas.length;
}

function fila(linea, i, subtotal) {
  const unidad = linea.por_kilo ? " el kilo" : " c/u";
  const paso = linea.por_kilo || linea.etiqueta ? null : 1000;
  return el("li", { class: "linea", onclick: () => elegir(i) },
    el("div", {},
      el("p", { class: "linea-nombre" }, linea.nombre),
      el("p", { class: "linea-precio" }, linea.miscelaneo ? "misceláneo · " : "", clp(linea.precio), unidad,
        linea.precioManual ? " · precio puesto a mano" : linea.precio < linea.precio_lista ? ` (antes ${clp(linea.precio_lista)})` : "")),
    el("div", { class: "linea-cuanto" },
      paso && el("button", {
        type: "button", "aria-label": `Una unidad menos de ${linea.nombre}`,
        onclick: () => cambiarCantidad(i, linea.milesimas - paso),
      }, "−"),
      el("button", {
        type: "button", class: "linea-cantidad", "data-accion": "cantidad", "data-indice": String(i),
        "aria-label": `Cantidad de ${linea.nombre}: ${cantidad(linea.milesimas)}${linea.por_kilo ? " kilos" : ""}`,
        disabled: Boolean(linea.etiqueta),
      }, cantidad(linea.milesimas), linea.por_kilo ? " kg" : ""),
      paso && el("button", {
        type: "button", "aria-label": `Una unidad más de ${linea.nombre}`,
        onclick: () => cambiarCantidad(i, linea.milesimas + paso),
      }, "+")),
    el("p", { class: "linea-subtotal" }, clp(subtotal)),
    el("button", {
      type: "button", class: "linea-quitar discreto", "aria-label": `Quitar ${linea.nombre}`,
      onclick: () => cambiarCantidad(i, 0),
    }, "✕"));
}
