/** F1: conectar un teléfono, escaneando el QR de la pantalla o escribiendo su código. */

import { abrirDialogo, boton } from "../dialogo.js";
import { $, avisar, el } from "../dom.js";
import qrcode from "../terceros/qrcode.js";

let dialogo = null;
let conectado = "";

export function abrirTelefono(socket) {
  const lugar = el("div", { "aria-live": "polite" }, el("p", {}, "Pidiendo un código…"));
  dialogo = abrirDialogo({ titulo: "Conectar un teléfono", clase: "chico" },
    conectado && el("p", { class: "bloque" }, `Ahora escanea el teléfono de ${conectado}.`),
    lugar,
    conectado && el("div", { class: "botones" },
      boton("Desconectar", null, () => { socket.decir("pair_end"); dialogo.cerrar(); })));
  dialogo.lugar = lugar;
  dialogo.resultado.then(() => { dialogo = null; });
  pedirCodigo(socket);
}

/** Pide el código si la ventana lo espera; sin conexión, se pide apenas vuelva. */
export function pedirCodigo(socket) {
  if (dialogo && !socket.decir("pair_request")) {
    dialogo.lugar.replaceChildren(el("p", { class: "error" }, "Sin conexión con el servidor; se pedirá apenas vuelva."));
  }
}

/** Lo que el servidor dice del pareo. Devuelve si el evento era de esto. */
export function oirPareo(evento, datos) {
  if (evento === "pair_code") mostrarCodigo(datos.codigo);
  else if (evento === "paired") conectar(datos.con ?? datos.telefono ?? "otra persona");
  else if (evento === "pair_ended") conectar("");
  else return false;
  return true;
}

function mostrarCodigo(codigo) {
  if (!dialogo) return;
  const direccion = `${location.origin}/escaner/#${codigo}`;
  const dibujo = qrcode(0, "M");
  dibujo.addData(direccion);
  dibujo.make();
  dialogo.lugar.replaceChildren(
    el("p", {}, "Con el teléfono, apunte la cámara a este código:"),
    el("img", { class: "qr", src: dibujo.createDataURL(6, 0), alt: `Código QR para conectar: ${direccion}` }),
    el("p", {}, `o abra ${location.host}/escaner y escriba:`),
    el("p", { class: "codigo-corto" }, codigo),
    el("p", { class: "nota" }, "Vale por dos minutos."));
}

function conectar(quien) {
  conectado = quien;
  $("telefono").hidden = !quien;
  $("telefono").textContent = quien ? `Escanea también el teléfono de ${quien}` : "";
  dialogo?.cerrar();
  avisar(quien ? `Teléfono de ${quien} conectado` : "El teléfono se desconectó", quien ? "bien" : "aviso");
}
