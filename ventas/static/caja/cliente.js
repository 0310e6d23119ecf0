/** La pantalla del cliente: sigue la venta de la caja, por el servidor o, en el mismo equipo, sin él. */

import { leer } from "./base.js";
import { $, cantidad, clp, el } from "./dom.js";
import { conectar } from "./socket.js";

const ULTIMAS = 9;

function mostrar({ lineas, total, estado }) {
  const hay = lineas.length > 0;
  $("saludo").hidden = hay || estado === "pagada";
  $("cliente-lineas").hidden = !hay;
  $("cliente-lineas").replaceChildren(...lineas.slice(-ULTIMAS).map((linea) => el("li", { class: "cliente-linea" },
    el("span", {}, cantidad(Math.round(linea.cantidad * 1000))), el("span", {}, linea.nombre), el("span", {}, clp(linea.subtotal)))));
  $("rotulo").textContent = estado === "pagada" ? "Pagado. ¡Gracias!" : "Total";
  $("cliente-total").textContent = clp(total);
}

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
