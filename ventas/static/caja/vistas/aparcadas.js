/** F8: dejar la venta en espera, o retomar una. Viven en este equipo, y ninguna se pierde al apagarlo. */

import { de, juntos, todos } from "../base.js";
import { producto } from "../catalogo.js";
import { abrirDialogo } from "../dialogo.js";
import { $, avisar, clp, el, hora } from "../dom.js";
import { nombreDelBorrador, ponerPreciosAlDia, reemplazar, totales, venta, ventaVacia } from "../venta.js";
import { decirCambios } from "./precio.js";

export async function aparcarORetomar() {
  if (venta.lineas.length) await aparcar();
  else await elegirEnEspera();
}

async function aparcar() {
  const copia = structuredClone(venta);
  const limpia = ventaVacia();
  await juntos(["aparcadas", "valores"], ({ aparcadas, valores }) => {
    aparcadas.add({ venta: copia, total: totales(copia).total, momento: new Date().toISOString() });
    valores.put(limpia, nombreDelBorrador());
  });
  reemplazar(limpia);
  await contarEnEspera();
  avisar("Venta en espera. Con F8 se retoma.");
}

async function elegirEnEspera() {
  const espera = await todos("aparcadas");
  if (!espera.length) return avisar("No hay ventas en espera", "aviso");
  if (espera.length === 1) return retomar(espera[0]);
  const dialogo = abrirDialogo({ titulo: "Ventas en espera" },
    el("ul", { class: "lista" }, espera.map((una, i) => el("li", {},
      el("button", { type: "button", autofocus: i === 0, onclick: () => { dialogo.cerrar(); retomar(una); } },
        el("span", {}, `${hora(una.momento)} · ${una.venta.cliente?.nombre ?? una.venta.lineas[0].nombre}`
          + (una.venta.lineas.length > 1 ? ` y ${una.venta.lineas.length - 1} más` : "")),
        el("strong", {}, clp(una.total)))))));
}

async function retomar({ id, venta: guardada }) {
  const tomada = await juntos(["aparcadas", "valores"], async ({ aparcadas, valores }) => {
    // Otra pestaña pudo retomarla antes.
    if (!(await de(aparcadas.get(id)))) return false;
    aparcadas.delete(id);
    valores.put(guardada, nombreDelBorrador());
    return true;
  });
  if (tomada) {
    reemplazar(guardada);
    decirCambios(ponerPreciosAlDia((id) => producto(id)?.precio));
  } else avisar("Esa venta ya se retomó en otra ventana", "aviso");
  await contarEnEspera();
}

export async function contarEnEspera() {
  const cuantas = (await todos("aparcadas")).length;
  $("aparcar-rotulo").textContent = venta.lineas.length || !cuantas ? "En espera" : `Retomar (${cuantas})`;
}
