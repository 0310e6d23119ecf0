/**
 * Lo vendido y aún no confirmado por el servidor.
 *
 * Una venta se escribe aquí ANTES de mandarse, con su Idempotency-Key: pase lo que pase después, o el
 * servidor ya la tiene o sale de nuevo, y nunca dos veces. Salen en orden y de a una, aunque haya varias
 * pestañas. Lo que el servidor rechaza queda apartado hasta que una persona decida: nada se borra solo.
 */

import { ErrorDeApi, esPasajero, pedir } from "./api.js";
import { aSolas, de, identificador, juntos, leer, todos } from "./base.js";

const ESPERAS_MS = [1000, 2000, 4000, 8000, 15000];
const ULTIMAS = 50;

const canal = new BroadcastChannel("caja");
const oyentes = new Set();
let fallas = 0;
let reloj = null;
let enFila = false;
let desfase = 0;

canal.onmessage = ({ data }) => avisarAqui(data);

function avisarAqui(suceso) {
  for (const oyente of oyentes) oyente(suceso);
}

function publicar(suceso) {
  avisarAqui(suceso);
  canal.postMessage(suceso);
}

/** `oyente({clave, resultado: "hecha"|"rechazada"|"demora"|"sin_sesion"|"encolada", …})`. */
export function alSuceder(oyente) {
  oyentes.add(oyente);
  return () => oyentes.delete(oyente);
}

/** Cuánto se aparta el reloj de este equipo del de la tienda, según la cabecera `Date`. */
export function ajustarReloj(cabecera) {
  const suya = Date.parse(cabecera ?? "");
  if (!Number.isNaN(suya)) desfase = suya - Date.now();
}

/** La hora de la tienda, un poco hacia atrás: una venta nunca es del futuro. */
export const horaDeCaja = () => new Date(Date.now() + desfase - 1000).toISOString();

/**
 * Guarda una venta por enviar y deja limpio el borrador, en una sola transacción.
 * @param {{rut: string, cuerpo: object, venta: object, total: number}} salida
 * @param {string} borrador la clave del borrador que reemplaza.
 * @param {object} vacia lo que queda en el borrador.
 */
export async function encolar(salida, borrador, vacia) {
  const clave = identificador();
  await juntos(["salidas", "valores"], ({ salidas, valores }) => {
    salidas.add({ ...salida, clave, estado: "pendiente", desde: new Date().toISOString() });
    if (salida.venta.corrige) salidas.delete(salida.venta.corrige);
    valores.put(vacia, borrador);
  });
  publicar({ clave, resultado: "encolada" });
  vaciar();
  return clave;
}

/** Espera qué fue de la venta `clave`, a lo más `plazo` ms; «demora» si aún no se sabe. */
export function desenlace(clave, plazo) {
  return new Promise((bien) => {
    const terminar = (suceso) => {
      clearTimeout(limite);
      dejar();
      bien(suceso);
    };
    const limite = setTimeout(() => terminar({ clave, resultado: "demora" }), plazo);
    const dejar = alSuceder((suceso) => {
      if (suceso.clave === clave && suceso.resultado !== "encolada") terminar(suceso);
    });
  });
}

export const pendientes = () => todos("salidas");

/** Manda lo pendiente, en orden. Varias llamadas a la vez son una. */
export async function vaciar() {
  if (enFila) return;
  enFila = true;
  clearTimeout(reloj);
  await aSolas("cola", async () => {
    enFila = false;
    const sinSesion = new Set();
    while (await mandarPrimera(sinSesion));
  });
}

/** Manda la primera pendiente de quien tenga sesión. Falso: no quedan, o el servidor no contesta. */
async function mandarPrimera(sinSesion) {
  const salida = (await todos("salidas")).find(
    (una) => una.estado === "pendiente" && !sinSesion.has(una.rut));
  if (!salida) return false;
  try {
    const hecha = await pedir(salida.rut, "POST", "/ventas-detalle", {
      cuerpo: salida.cuerpo, clave: salida.clave, plazo: 20000,
    });
    fallas = 0;
    await asentar(salida, hecha);
    publicar({ clave: salida.clave, resultado: "hecha", hecha });
    return true;
  } catch (error) {
    if (esPasajero(error)) {
      publicar({ clave: salida.clave, resultado: "demora" });
      reloj = setTimeout(vaciar, ESPERAS_MS[Math.min(fallas, ESPERAS_MS.length - 1)]);
      fallas += 1;
      return false;
    }
    if (!(error instanceof ErrorDeApi)) throw error;
    if (error.estado === 401) {
      sinSesion.add(salida.rut);
      publicar({ clave: salida.clave, resultado: "sin_sesion" });
      return true;
    }
    await apartar(salida, error);
    return true;
  }
}

const asentar = (salida, hecha) => juntos(["salidas", "valores"], async ({ salidas, valores }) => {
  salidas.delete(salida.orden);
  const ultimas = (await de(valores.get("ultimas"))) ?? [];
  ultimas.unshift({
    id_venta: hecha.id_venta, folio: hecha.folio, total: hecha.total_con_iva, fecha: hecha.fecha_venta,
    vuelto: hecha.vuelto,
  });
  valores.put(ultimas.slice(0, ULTIMAS), "ultimas");
});

async function apartar(salida, error) {
  const rechazo = {
    codigo: error.codigo, frases: error.frases, errores: error.errores, cuerpo: error.cuerpo,
    estado: error.estado, momento: new Date().toISOString(),
  };
  await juntos(["salidas"], ({ salidas }) => de(salidas.put({ ...salida, estado: "conflicto", rechazo })));
  publicar({ clave: salida.clave, resultado: "rechazada", rechazo });
}

export const ultimas = async () => (await leer("valores", "ultimas")) ?? [];

/** Vuelve a intentar una apartada, tal cual o con otro cuerpo (entonces, con otra clave: es otro pedido). */
export async function reintentar(orden, cambios = null) {
  await juntos(["salidas"], async ({ salidas }) => {
    const salida = await de(salidas.get(orden));
    const nueva = cambios
      ? { cuerpo: { ...salida.cuerpo, ...cambios }, clave: identificador() } : {};
    salidas.put({ ...salida, ...nueva, estado: "pendiente", rechazo: undefined });
  });
  publicar({ resultado: "encolada" });
  return vaciar();
}

/** Saca una rechazada de la cola y la pone de vuelta en el borrador, en una sola transacción. */
export async function devolverALaCaja(clave, borrador) {
  const venta = await juntos(["salidas", "valores"], async ({ salidas, valores }) => {
    const salida = await de(salidas.index("clave").get(clave));
    salidas.delete(salida.orden);
    valores.put(salida.venta, borrador);
    return salida.venta;
  });
  publicar({ resultado: "encolada" });
  return venta;
}
