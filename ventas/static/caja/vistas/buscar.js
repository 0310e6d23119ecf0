/** F2: buscar un producto por su nombre o escribir su código. */

import { buscar, deCodigo } from "../catalogo.js";
import { abrirDialogo, campo } from "../dialogo.js";
import { clp, el } from "../dom.js";

/** `alElegir(producto)` lo agrega (o pregunta cuánto pesa); `alLeer(codigo, momento)`, lo que no está en la copia. */
export function abrirBusqueda(alElegir, alLeer) {
  const entrada = campo("Nombre o código", { name: "buscar", type: "search", autofocus: true });
  const lista = el("ul", { class: "lista", "aria-label": "Productos encontrados" });
  const cuenta = el("p", { class: "nota", role: "status" }, "Escriba parte del nombre; con ↑ ↓ elija, con Enter agregue.");
  let hallados = [];
  let elegido = 0;

  const tomar = (producto) => {
    dialogo.cerrar();
    alElegir(producto);
  };
  const pintar = () => {
    lista.replaceChildren(...hallados.map((producto, i) => el("li", {},
      el("button", { type: "button", class: i === elegido ? "elegida" : "", onclick: () => tomar(producto) },
        el("span", {}, producto.nombre),
        el("span", { class: "numero" }, clp(producto.precio), producto.por_kilo ? " kg" : "",
          ` · quedan ${producto.stock.toLocaleString("es-CL")}`)))));
    lista.children[elegido]?.scrollIntoView({ block: "nearest" });
  };
  entrada.entrada.addEventListener("input", () => {
    hallados = buscar(entrada.valor);
    elegido = 0;
    cuenta.textContent = !entrada.valor.trim() ? "" : hallados.length
      ? hallados.length === 1 ? "Uno encontrado" : `${hallados.length} encontrados` : "Ninguno calza; con Enter se pregunta al servidor por ese código.";
    pintar();
  });
  const mover = (paso) => {
    elegido = Math.max(0, Math.min(elegido + paso, hallados.length - 1));
    pintar();
  };
  const dialogo = abrirDialogo({
    titulo: "Buscar un producto",
    alLeer: (codigo, momento) => { dialogo.cerrar(); alLeer(codigo, momento); },
    teclas: {
      ArrowDown: () => mover(1),
      ArrowUp: () => mover(-1),
      Enter: () => {
        const codigo = entrada.valor.trim();
        const producto = deCodigo(codigo) ?? hallados[elegido];
        if (producto) tomar(producto);
        else if (codigo) { dialogo.cerrar(); alLeer(codigo, performance.now()); }
      },
    },
  }, entrada.nodo, cuenta, lista);
}
