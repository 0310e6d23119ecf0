/** El WebSocket de la tienda (`/ws/escaneo/`), siempre intentando estar conectado. */

import { leer } from "./base.js";
import { renovar } from "./api.js";

const ESPERAS_MS = [500, 1000, 2000, 5000, 10000];
const SESION_TERMINADA = 4401;

/**
 * @param {string} rut de quién es la sesión.
 * @param {string} aparato nombre de este aparato dentro de la sesión: estable entre recargas.
 * @param {(evento: string, datos: any, momento: number) => void} alRecibir
 * @param {(conectado: boolean) => void} alCambiar
 * @returns {{decir: (evento: string, datos?: object) => boolean, cerrar: () => void}}
 */
export function conectar(rut, aparato, alRecibir, alCambiar = () => {}) {
  let socket = null;
  let cerrado = false;
  let fallas = 0;
  let reloj = null;

  async function abrir() {
    clearTimeout(reloj);
    const sesion = await leer("sesiones", rut);
    if (cerrado || !sesion || sesion.vencida) return;
    const esquema = location.protocol === "https:" ? "wss" : "ws";
    const direccion = `${esquema}://${location.host}/ws/escaneo/?dispositivo=${encodeURIComponent(aparato)}`;
    let entro = false;
    socket = new WebSocket(direccion, ["bearer", sesion.acceso]);
    socket.onopen = () => {
      entro = true;
      fallas = 0;
      alCambiar(true);
    };
    socket.onmessage = (mensaje) => {
      const { evento, datos } = JSON.parse(mensaje.data);
      alRecibir(evento, datos, mensaje.timeStamp);
    };
    socket.onclose = async ({ code }) => {
      alCambiar(false);
      if (cerrado) return;
      // Un saludo rechazado no dice por qué: lo más común es un acceso vencido.
      if (!entro || code === SESION_TERMINADA) await renovar(rut, sesion.acceso).catch(() => {});
      reloj = setTimeout(abrir, ESPERAS_MS[Math.min(fallas, ESPERAS_MS.length - 1)]);
      fallas += 1;
    };
  }

  const reabrir = () => { if (socket?.readyState !== WebSocket.OPEN) abrir(); };
  addEventListener("online", reabrir);
  abrir();
  return {
    decir(evento, datos = {}) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify({ evento, datos }));
      return true;
    },
    cerrar() {
      cerrado = true;
      clearTimeout(reloj);
      removeEventListener("online", reabrir);
      socket?.close();
    },
  };
}
