/** Cuando el servidor dice que no a una venta recién cobrada: qué pasó y cómo se sigue. */

import { actualizar, producto } from "../catalogo.js";
import { abrirDialogo, boton } from "../dialogo.js";
import { avisar, clp, el } from "../dom.js";
import { estado, yo } from "../estado.js";
import { ponerPreciosAlDia, totales } from "../venta.js";
import { abrirTurno, cargarTurno } from "./turno.js";

/** La venta ya está de vuelta en la caja. `otraVez` abre de nuevo el cobro. */
export async function resolverRechazo(rechazo, otraVez) {
  if (rechazo.codigo === "precio_desactualizado") {
    await actualizar(yo());
    ponerPreciosAlDia((id) => producto(id)?.precio);
    avisar(`Los precios cambiaron: ahora son ${clp(totales().total)}. Confírmelo con el cliente.`, "aviso");
    otraVez();
    return;
  }
  if (["sin_turno", "turno_cerrado"].includes(rechazo.codigo)) {
    await cargarTurno();
    if (!estado.turno) await abrirTurno(`${rechazo.frases[0]}. La venta sigue en la caja.`);
    if (estado.turno) otraVez();
    return;
  }
  const dialogo = abrirDialogo({ titulo: "La venta no se hizo", teclas: { Enter: () => dialogo.cerrar() } },
    el("div", { class: "bloque mal" }, rechazo.frases.map((frase) => el("p", {}, frase))),
    el("p", {}, "La venta sigue en la caja, tal como estaba: corríjala y cobre otra vez."),
    el("div", { class: "botones" },
      boton("Volver a la venta", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
  await dialogo.resultado;
}
