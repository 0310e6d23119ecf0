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
    // Uno solo: con otro a medio abrir, cada lectura llegaría dos veces.
    soltar(socket);
    const este = new WebSocket(direccion, ["bearer", sesion.acceso]);
    socket = este;
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
      // Un saludo rechazado no dice por qué: lo más común es un acceso vencido.
      if (!entro || code === SESION_TERMINADA) await renovar(rut, sesion.acceso).catch(() => {});
      if (cerrado || socket !== este) return;
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
      soltar(socket);
      alCambiar(false);
    },
  };
}

/** No se le oye más. Cerrar uno que todavía se abre es para el navegador una falla, y la anota: se espera. */
function soltar(socket) {
  if (!socket) return;
  socket.onmessage = null;
  socket.onclose = null;
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}
