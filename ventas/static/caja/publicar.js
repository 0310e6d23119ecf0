/** La venta abierta, a la pantalla del cliente y a los otros equipos de quien está en la caja. */

import { totales, venta } from "./venta.js";

const ESPERA_MS = 150;
const LINEAS = 200;
/** Cuánto queda a la vista lo pagado, si nadie empieza otra venta. */
const PAGADA_MS = 20000;

/** La pantalla de este mismo equipo: sigue la venta también sin servidor. */
const pantalla = new BroadcastChannel("venta_en_curso");
let decir = () => {};
let cobrando = false;
let pagada = null;
let reloj = null;
let olvido = null;

/** `como(venta)` la manda al servidor, si hay conexión. */
export function publicarPor(como) {
  decir = como;
}

export function alCobrar(empieza) {
  cobrando = empieza;
  publicar();
}

/** Lo recién pagado: queda en la pantalla hasta la próxima venta. Montos en CLP. */
export function publicarPagada(vendida, { pagado, vuelto }) {
  pagada = { ...comoPublica(vendida), estado: "pagada", pagado, vuelto };
  clearTimeout(olvido);
  olvido = setTimeout(() => { pagada = null; publicar(); }, PAGADA_MS);
  publicar();
}

export function publicar() {
  if (venta.lineas.length) pagada = null;
  const actual = pagada ?? { ...comoPublica(venta), estado: !venta.lineas.length ? "vacia" : cobrando ? "pagando" : "en_curso" };
  pantalla.postMessage(actual);
  clearTimeout(reloj);
  reloj = setTimeout(() => decir(actual), ESPERA_MS);
}

function comoPublica(v) {
  const suma = totales(v);
  return {
    total: suma.total,
    descuento: suma.subtotal - suma.total,
    lineas: v.lineas.slice(0, LINEAS).map((linea, i) => ({
      id_producto: linea.id_producto, nombre: linea.nombre, cantidad: linea.milesimas / 1000,
      precio: linea.precio, subtotal: suma.subtotales[i],
      ...(linea.precioManual ? { precio_manual: true } : {}),
    })),
  };
}
