/** Lo que otras cajas piden y un Administrador aprueba desde lo suyo: su teléfono o su propia caja. */

import { abrirDialogo, boton, encima } from "../dialogo.js";
import { $, avisar, el, hora } from "../dom.js";
import { pedirYo, soyAdministrador } from "../estado.js";
import { sonar } from "../sonido.js";
import { detallesDe, nombreDeAccion } from "./autorizacion.js";

let pendientes = [];

/** Pregunta qué espera una aprobación y lo deja en el botón; con `mostrar`, además lo abre. */
export async function cargarAprobaciones({ mostrar = false } = {}) {
  if (!soyAdministrador()) return pintar([]);
  try {
    const todas = await pedirYo("GET", "/autorizaciones?limit=50");
    pintar(todas.filter((una) => una.estado === "pendiente" && Date.parse(una.vence) > Date.now()));
  } catch {
    // Sin servidor no hay qué aprobar; al volver, el aviso llega otra vez.
    return;
  }
  if (!mostrar || !pendientes.length) return;
  sonar(true);
  // A media venta no se tapa nada: el botón queda a la vista.
  if (!encima()) abrirAprobaciones();
  else avisar(`${pendientes[0].solicitante} pide una aprobación`, "aviso");
}

function pintar(nuevas) {
  pendientes = nuevas;
  $("boton-aprobar").hidden = !pendientes.length;
  $("aprobar-rotulo").textContent = `Por aprobar (${pendientes.length})`;
}

export async function abrirAprobaciones() {
  const lugar = el("ul", { class: "lista", "aria-live": "polite" });
  const dibujar = () => lugar.replaceChildren(...(pendientes.length
    ? pendientes.map((una) => fila(una, alResolver))
    : [el("li", { class: "bloque" }, "No queda nada por aprobar.")]));
  const alResolver = async () => {
    await cargarAprobaciones();
    if (pendientes.length) dibujar();
    else dialogo.cerrar();
  };
  const dialogo = abrirDialogo({ titulo: "Piden su aprobación", clase: "chico" }, lugar);
  dibujar();
  lugar.querySelector("button")?.focus();
}

function fila(una, alResolver) {
  const resolver = async (como) => {
    try {
      const { msg } = await pedirYo("POST", `/autorizaciones/${una.id_autorizacion}/${como}`);
      avisar(msg, como === "aprobar" ? "bien" : "aviso");
    } catch (error) {
      sonar(false);
      avisar(error.message, "mal");
    }
    await alResolver();
  };
  return el("li", { class: "apartada" },
    el("div", { class: "bloque aviso" },
      el("p", { class: "lectura-nombre" }, nombreDeAccion(una.accion)),
      el("p", {}, `${una.solicitante}, ${hora(una.creada)}`),
      el("p", {}, una.resumen)),
    detallesDe(una.objeto),
    el("div", { class: "botones" },
      boton("Rechazar", null, () => resolver("rechazar"), { "data-accion": "rechazar" }),
      boton("Aprobar", null, () => resolver("aprobar"), { class: "principal", "data-accion": "aprobar" })));
}
