/** Quién está en la caja y con qué reglas: lo que las vistas comparten. */

import { pedir } from "./api.js";
import { identificador, leer, poner } from "./base.js";

/** Lo que rige mientras el servidor no diga otra cosa. */
const AJUSTES = {
  valor_punto: 1, pesos_por_punto: 100, bloqueo_minutos: 5, exige_turno: false, limite_descuento_cajero: 100,
  denominaciones: [20000, 10000, 5000, 2000, 1000, 500, 100, 50, 10],
};

export const estado = {
  /** @type {{rut: string, nombre: string, tipo_usuario: string} | null} */
  usuario: null,
  ajustes: AJUSTES,
  turno: null,
  enLinea: true,
  pendientes: 0,
  conflictos: 0,
  bloqueada: false,
  aparato: "",
};

export const yo = () => estado.usuario.rut;
export const soyAdministrador = () => estado.usuario?.tipo_usuario === "Administrador";
export const nombreCompleto = (usuario) => `${usuario.nombre} ${usuario.apellido}`.trim();

/** Pide a la API en nombre de quien está en la caja. */
export const pedirYo = (metodo, ruta, opciones) => pedir(yo(), metodo, ruta, opciones);

/** El nombre de este equipo dentro de cada sesión: estable, para que el pareo con el teléfono dure. */
export async function reconocerAparato(clase) {
  const clave = `aparato:${clase}`;
  estado.aparato = (await leer("valores", clave)) ?? `${clase}-${identificador().slice(0, 8)}`;
  await poner("valores", estado.aparato, clave);
}

/** Las reglas de la tienda: del servidor, o las últimas que dijo. */
export async function cargarAjustes() {
  try {
    await poner("valores", await pedirYo("GET", "/caja/ajustes"), "ajustes");
  } catch {
    // Sin servidor rigen las últimas.
  }
  estado.ajustes = { ...AJUSTES, ...((await leer("valores", "ajustes")) ?? {}) };
}
