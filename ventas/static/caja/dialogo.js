/** Ventanas sobre la caja: una pila, con el foco adentro; Esc cierra. Lo escaneado va a la de encima. */

import { el } from "./dom.js";

const pila = [];

export const encima = () => pila.at(-1);

/** Al bloquear: nada queda sobre la entrada. */
export function cerrarTodos() {
  while (pila.length) encima().cerrar();
}

/**
 * Abre una ventana.
 * @param {{titulo: string, clase?: string, cerrable?: boolean, alLeer?: (codigo: string) => void,
 *   teclas?: Record<string, () => void>}} opciones `teclas`: tecla → qué hace, sólo mientras está encima.
 * @param {...Node} cuerpo
 * @returns {{nodo: HTMLDialogElement, cerrar: (valor?: any) => void, resultado: Promise<any>}}
 */
export function abrirDialogo({ titulo, clase = "", cerrable = true, alLeer, teclas = {} }, ...cuerpo) {
  const id = `dialogo-${Date.now()}-${pila.length}`;
  let responder;
  const resultado = new Promise((bien) => { responder = bien; });
  const cerrar = (valor) => {
    const lugar = pila.indexOf(dialogo);
    if (lugar < 0) return;
    pila.splice(lugar, 1);
    nodo.close();
    const aviso = nodo.querySelector("#aviso");
    if (aviso) (encima()?.nodo ?? document.body).append(aviso);
    nodo.remove();
    responder(valor);
  };
  const nodo = el("dialog", { class: `dialogo ${clase}`, "aria-labelledby": id },
    el("header", { class: "dialogo-cabeza" },
      el("h2", { id }, titulo),
      cerrable && el("button", { type: "button", class: "discreto", onclick: () => cerrar() },
        "Cerrar ", el("kbd", {}, "Esc"))),
    el("div", { class: "dialogo-cuerpo" }, ...cuerpo));
  // Esc también aquí: un campo de búsqueda se lo queda para borrarse.
  const dialogo = { nodo, cerrar, resultado, alLeer, teclas: cerrable ? { Escape: () => cerrar(), ...teclas } : teclas };
  nodo.addEventListener("cancel", (evento) => {
    evento.preventDefault();
    if (cerrable) cerrar();
  });
  document.body.append(nodo);
  pila.push(dialogo);
  nodo.showModal();
  nodo.querySelector("[autofocus]")?.focus();
  return dialogo;
}

// En el documento y no en la ventana: al imprimir, el foco se le puede ir.
document.addEventListener("keydown", (evento) => {
  const teclas = encima()?.teclas ?? {};
  const hacer = teclas[evento.key] ?? teclas[evento.key.toLowerCase()];
  if (!hacer || evento.ctrlKey || evento.altKey || evento.metaKey) return;
  // Enter sobre un botón aprieta ese botón, y no el principal.
  if (evento.key === "Enter" && document.activeElement?.matches("button:not(.principal)")) return;
  evento.preventDefault();
  evento.stopImmediatePropagation();
  hacer();
});

/** Un campo con su etiqueta y el lugar de su error. */
export function campo(etiqueta, propiedades = {}) {
  const id = `campo-${propiedades.name}`;
  const entrada = el("input", { id, autocomplete: "off", "aria-describedby": `${id}-error`, ...propiedades });
  const error = el("p", { id: `${id}-error`, class: "error", role: "alert" });
  // Lo que se está corrigiendo ya no es un error.
  entrada.addEventListener("input", () => {
    error.textContent = "";
    entrada.setAttribute("aria-invalid", "false");
  });
  const nodo = el("div", { class: "campo" }, el("label", { for: id }, etiqueta), entrada, error);
  return {
    nodo,
    entrada,
    get valor() { return entrada.value; },
    set valor(texto) { entrada.value = texto; },
    fallar(texto) {
      error.textContent = texto;
      entrada.setAttribute("aria-invalid", texto ? "true" : "false");
      if (texto) entrada.focus();
    },
  };
}

/** Un botón con la tecla que lo aprieta. */
export function boton(texto, tecla, onclick, propiedades = {}) {
  return el("button", { type: "button", onclick, ...propiedades },
    el("span", {}, texto), tecla && el("kbd", {}, tecla));
}

/** Pregunta algo de sí o no. */
export async function confirmar(titulo, texto, { si = "Sí", no = "No" } = {}) {
  const dialogo = abrirDialogo({ titulo, clase: "chico" },
    el("p", {}, texto),
    el("div", { class: "botones" },
      boton(no, "Esc", () => dialogo.cerrar(false)),
      boton(si, "Enter", () => dialogo.cerrar(true), { class: "principal", autofocus: true })));
  return Boolean(await dialogo.resultado);
}
