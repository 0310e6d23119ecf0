/** La pantalla del cliente: sigue la venta de la caja, por el servidor o, en el mismo equipo, sin él. */

import { leer } from "./base.js";
import { $, cantidad, clp, el } from "./dom.js";
import { conectar } from "./socket.js";

const ULTIMAS = 9;

function mostrar({ lineas, total, descuento = 0, estado, vuelto = 0 }) {
  const pagada = estado === "pagada";
  const hay = lineas.length > 0 && !pagada;
  $("saludo").hidden = hay;
  $("saludo").textContent = pagada ? "¡Gracias por su compra!" : "Bienvenido";
  $("cliente-lineas").hidden = !hay;
  $("cliente-lineas").replaceChildren(...(hay ? filas(lineas, descuento) : []));
  $("rotulo").textContent = pagada ? (vuelto ? `Pagado ${clp(total)} · su vuelto` : "Pagado") : "Total";
  $("cliente-total").textContent = clp(pagada && vuelto ? vuelto : total);
}

function filas(lineas, descuento) {
  const ultimas = lineas.slice(-ULTIMAS);
  const antes = lineas.length - ultimas.length;
  return [
    antes > 0 && fila("", `y ${antes} más arriba`, ""),
    ...ultimas.map((linea) => fila(cantidad(Math.round(linea.cantidad * 1000)), linea.nombre, clp(linea.subtotal))),
    descuento > 0 && fila("", "Descuento", clp(-descuento)),
  ].filter(Boolean);
}

const fila = (cuanto, que, monto) =>
  el("li", { class: "cliente-linea" }, el("span", {}, cuanto), el("span", {}, que), el("span", {}, monto));

async function arrancar() {
  new BroadcastChannel("venta_en_curso").onmessage = ({ data }) => mostrar(data);
  const rut = await leer("valores", "en_caja");
  if (!rut) {
    $("saludo").textContent = "Entre a la caja en este equipo, y esta pantalla la seguirá.";
    return;
  }
  const socket = conectar(rut, "pantalla-cliente", (evento, datos) => {
    if (evento === "venta_en_curso") mostrar(datos);
  }, (conectado) => { if (conectado) socket.decir("venta_pedida"); });
}

mostrar({ lineas: [], total: 0, estado: "vacia" });
arrancar();
