/** Cuando el servidor dice que no a una venta recién cobrada: qué pasó y cómo se sigue. */

import { actualizar, producto } from "../catalogo.js";
import { abrirDialogo, boton } from "../dialogo.js";
import { avisar, clp, el } from "../dom.js";
import { yo } from "../estado.js";
import { editar, totales } from "../venta.js";
import { abrirTurno } from "./turno.js";

/** La venta ya está de vuelta en la caja. `otraVez` abre de nuevo el cobro. */
export async function resolverRechazo(rechazo, otraVez) {
  if (rechazo.codigo === "precio_desactualizado") {
    await ponerPreciosAlDia();
    avisar(`Los precios cambiaron: ahora son ${clp(totales().total)}. Confírmelo con el cliente.`, "aviso");
    otraVez();
    return;
  }
  if (rechazo.codigo === "sin_turno") {
    avisar("Para cobrar en efectivo hace falta un turno abierto", "aviso");
    await abrirTurno();
    return;
  }
  const dialogo = abrirDialogo({ titulo: "La venta no se hizo", teclas: { Enter: () => dialogo.cerrar() } },
    el("div", { class: "bloque mal" }, rechazo.frases.map((frase) => el("p", {}, frase))),
    el("p", {}, "La venta sigue en la caja, tal como estaba: corríjala y cobre otra vez."),
    el("div", { class: "botones" },
      boton("Volver a la venta", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
  await dialogo.resultado;
}

/** Trae el catálogo y pone en cada línea el precio de hoy. */
async function ponerPreciosAlDia() {
  await actualizar(yo());
  await editar((v) => {
    for (const linea of v.lineas) {
      const actual = producto(linea.id_producto);
      if (actual && !linea.etiqueta) linea.precio = actual.precio;
    }
  });
}
