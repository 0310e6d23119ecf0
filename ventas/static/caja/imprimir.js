/**
 * Imprime en el rollo de 80 mm desde el navegador. Los renglones los arma el servidor (los mismos del PDF y
 * de ESC/POS); sin servidor sale un comprobante provisorio. Con `--kiosk-printing` no pregunta nada.
 */

import { $, cantidad, clp, el, hora } from "./dom.js";
import { estado, nombreCompleto, pedirYo } from "./estado.js";

const SVG = "http://www.w3.org/2000/svg";

export async function imprimirBoleta(idVenta) {
  imprimir((await pedirYo("GET", `/boleta/${idVenta}/renglones`)).renglones);
}

export async function imprimirNota(idDevolucion) {
  imprimir((await pedirYo("GET", `/notacredito/${idDevolucion}/renglones`)).renglones);
}

/** Lo que se entrega cuando la venta aún no llega al servidor: no tiene folio. */
export function imprimirProvisorio(venta, totales, pagos) {
  imprimir([
    centrado(document.body.dataset.tienda, "fuerte"),
    centrado("COMPROBANTE PROVISORIO – SIN FOLIO", "aviso"),
    par("Fecha", `${new Date().toLocaleDateString("es-CL")} ${hora(new Date())}`),
    par("Atendió", nombreCompleto(estado.usuario)),
    { clase: "raya" },
    ...venta.lineas.flatMap((linea, i) => [
      { clase: "parrafo", texto: linea.nombre },
      par(`  ${cantidad(linea.milesimas)} × ${clp(linea.precio)}`, clp(totales.subtotales[i])),
    ]),
    { clase: "raya" },
    par("TOTAL", clp(totales.total), "grande"),
    ...pagos.map((pago) => par(pago.nombre, clp(pago.monto + pago.redondeo))),
    centrado("La boleta se emite al volver la conexión."),
  ]);
}

export const centrado = (texto, estilo = "normal") => ({ clase: "centrado", texto, estilo });
export const par = (rotulo, valor, estilo = "normal") => ({ clase: "par", rotulo, valor, estilo });

/** Imprime `renglones` ({clase: centrado|parrafo|par|raya|barras, …}). */
export function imprimir(renglones) {
  $("recibo").replaceChildren(...renglones.map(renglon));
  window.print();
}

function renglon(r) {
  const clase = `r-${r.clase} r-${r.estilo ?? "normal"}`;
  if (r.clase === "par") return el("p", { class: clase }, el("span", {}, r.rotulo), el("span", {}, r.valor));
  if (r.clase === "barras") return el("div", { class: clase }, barras(r.anchos), el("p", { class: "r-centrado" }, r.texto));
  return el("p", { class: clase }, r.texto ?? "");
}

/** Code 128 dibujado: `anchos` alterna barra y espacio, en módulos. */
function barras(anchos) {
  const total = anchos.reduce((a, b) => a + b, 0);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${total} 20`);
  svg.setAttribute("preserveAspectRatio", "none");
  let x = 0;
  anchos.forEach((ancho, i) => {
    if (i % 2 === 0) {
      const barra = document.createElementNS(SVG, "rect");
      for (const [nombre, valor] of Object.entries({ x, y: 0, width: ancho, height: 20 })) {
        barra.setAttribute(nombre, valor);
      }
      svg.append(barra);
    }
    x += ancho;
  });
  return svg;
}
