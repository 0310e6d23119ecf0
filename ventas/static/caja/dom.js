/** Armar la página sin texto interpretado: todo lo que viene de afuera entra como texto. */

/** Un elemento con sus propiedades (`class`, `data-…`, `onclick`…) e hijos (nodos o textos). */
export function el(etiqueta, propiedades = {}, ...hijos) {
  const nodo = document.createElement(etiqueta);
  for (const [nombre, valor] of Object.entries(propiedades)) {
    if (valor === undefined || valor === null || valor === false) continue;
    if (nombre.startsWith("on")) nodo.addEventListener(nombre.slice(2), valor);
    else if (nombre in nodo && typeof valor !== "string") nodo[nombre] = valor;
    else nodo.setAttribute(nombre, valor === true ? "" : valor);
  }
  nodo.append(...hijos.flat().filter((hijo) => hijo !== null && hijo !== undefined && hijo !== false));
  return nodo;
}

export const $ = (id) => document.getElementById(id);

const PESOS = new Intl.NumberFormat("es-CL", { maximumFractionDigits: 0 });

/** $ 12.990, como se lee en Chile. */
export const clp = (monto) => (monto < 0 ? "−$" : "$") + PESOS.format(Math.abs(monto));

/** Milésimas como cantidad: 1500 → «1,5». */
export const cantidad = (milesimas) =>
  (milesimas / 1000).toLocaleString("es-CL", { maximumFractionDigits: 3 });

/** Lo que una persona escribió como cantidad («1,5» o «1.5»), en milésimas; `null` si no es una. */
export function aMilesimas(texto) {
  const limpio = texto.trim().replace(",", ".");
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(limpio)) return null;
  return Math.round(Number(limpio) * 1000);
}

/** Pesos escritos con o sin puntos y signo; `null` si no son pesos. */
export function aPesos(texto) {
  const limpio = texto.replace(/[\s.$]/g, "");
  return /^\d{1,10}$/.test(limpio) ? Number(limpio) : null;
}

/** Sin tildes ni mayúsculas, para comparar. */
export const plano = (texto) => texto.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** RUT con puntos y guion. */
export function rutBonito(rut) {
  const cuerpo = rut.slice(0, -1).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${cuerpo}-${rut.slice(-1)}`;
}

export const hora = (iso) =>
  new Date(iso).toLocaleTimeString("es-CL", { hour: "2-digit", minute: "2-digit", hour12: false });

/** Dice algo a quien mira y a quien escucha un lector de pantalla. `tono`: bien, aviso o mal. */
export function avisar(texto, tono = "bien") {
  const lugar = $("aviso");
  // Lo que queda bajo una ventana ni se ve ni lo lee un lector de pantalla.
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(lugar);
  lugar.textContent = texto;
  lugar.dataset.tono = tono;
  clearTimeout(avisar.reloj);
  avisar.reloj = setTimeout(() => { lugar.textContent = ""; delete lugar.dataset.tono; }, 8000);
}
