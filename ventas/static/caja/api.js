/** La API de la tienda, en nombre de una persona con sesión en este equipo. */

import { aSolas, borrar, leer, poner } from "./base.js";

const PLAZO_MS = 10000;
export const SESION_TERMINADA = "sesion_terminada";
/** Estados en que el servidor (o lo que hay delante) no contestó de verdad: se intenta otra vez. */
const PASAJEROS = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Los 401 que hablan de la clave que alguien escribió, y no de la sesión con que se pide. */
const DE_LA_CLAVE = new Set(["credenciales_invalidas", "cuenta_inactiva"]);

/** El servidor contestó que no: `codigo` es la palabra estable, `message` la frase para la persona. */
export class ErrorDeApi extends Error {
  constructor(estado, cuerpo) {
    super(cuerpo.msg || `El servidor contestó ${estado}`);
    this.estado = estado;
    this.codigo = cuerpo.codigo || "";
    this.errores = cuerpo.errores || {};
    this.cuerpo = cuerpo;
  }

  /** La frase y el detalle de cada error, para mostrar. */
  get frases() {
    return [this.message, ...Object.values(this.errores).flat().filter((f) => typeof f === "string")];
  }
}

/** No hubo respuesta: sin red, sin servidor, o tardó demasiado. Nadie sabe si lo pedido se hizo. */
export class SinRespuesta extends Error {
  constructor() {
    super("No hay conexión con el servidor");
  }
}

let alPerderSesion = () => {};
let alCambiarRed = () => {};

export function escuchar({ sesionPerdida, red }) {
  alPerderSesion = sesionPerdida ?? alPerderSesion;
  alCambiarRed = red ?? alCambiarRed;
}

/** Pide sin sesión. Devuelve la `Response`, o lanza `SinRespuesta`. */
async function llamar(metodo, ruta, { cuerpo, cabeceras = {}, plazo = PLAZO_MS } = {}) {
  const corte = new AbortController();
  const reloj = setTimeout(() => corte.abort(), plazo);
  const esFormulario = cuerpo instanceof FormData;
  try {
    const respuesta = await fetch(ruta, {
      method: metodo,
      headers: cuerpo !== undefined && !esFormulario
        ? { "Content-Type": "application/json", ...cabeceras } : cabeceras,
      body: esFormulario ? cuerpo : cuerpo === undefined ? undefined : JSON.stringify(cuerpo),
      signal: corte.signal,
      cache: "no-store",
      credentials: "omit",
    });
    if ([502, 503, 504].includes(respuesta.status)) throw new SinRespuesta();
    // El cuerpo también puede no llegar nunca.
    const leida = await leerCuerpo(respuesta);
    alCambiarRed(true);
    return leida;
  } catch {
    alCambiarRed(false);
    throw new SinRespuesta();
  } finally {
    clearTimeout(reloj);
  }
}

async function leerCuerpo(respuesta) {
  const esJson = (respuesta.headers.get("Content-Type") || "").startsWith("application/json");
  const datos = esJson ? await respuesta.json() : await respuesta.blob();
  return { estado: respuesta.status, bien: respuesta.ok, datos, cabeceras: respuesta.headers };
}

function exigir({ estado, bien, datos }) {
  if (bien) return datos;
  throw new ErrorDeApi(estado, datos instanceof Blob ? {} : datos);
}

export const esPasajero = (error) =>
  error instanceof SinRespuesta || (error instanceof ErrorDeApi && PASAJEROS.has(error.estado));

/** Entra y guarda la sesión en este equipo. `credencial`: {contrasena} o {pin, dispositivo}. */
export async function entrar(rut, credencial) {
  const datos = exigir(await llamar("POST", "/login", { cuerpo: { rut, ...credencial } }));
  const sesion = {
    rut: datos.usuario.rut,
    usuario: datos.usuario,
    acceso: datos.access_token,
    refresco: datos.refresh_token,
  };
  await poner("sesiones", sesion);
  return sesion;
}

/** Cierra la sesión aquí y en el servidor, si contesta. */
export async function salir(rut) {
  const sesion = await leer("sesiones", rut);
  if (!sesion) return;
  await borrar("sesiones", rut);
  try {
    await llamar("POST", "/logout", {
      cuerpo: { refresh_token: sesion.refresco },
      cabeceras: { Authorization: `Bearer ${sesion.acceso}` },
    });
  } catch {
    // Sin servidor no hay cómo avisarle; el refresco ya no está en este equipo.
  }
}

/**
 * Pide en nombre de `rut`. Un acceso vencido se renueva una vez.
 * @throws {ErrorDeApi|SinRespuesta}
 */
export async function pedir(rut, metodo, ruta, opciones = {}) {
  return exigir(await pedirEntera(rut, metodo, ruta, opciones));
}

/** Como `pedir`, con las cabeceras de la respuesta: `{datos, cabeceras}`. */
export async function pedirEntera(rut, metodo, ruta, { cuerpo, clave, plazo } = {}) {
  const sesion = await leer("sesiones", rut);
  if (!sesion) throw sinSesion(rut);
  const intento = (acceso) => llamar(metodo, ruta, {
    cuerpo, plazo,
    cabeceras: { Authorization: `Bearer ${acceso}`, ...(clave ? { "Idempotency-Key": clave } : {}) },
  });
  let respuesta = await intento(sesion.acceso);
  if (sesionRechazada(respuesta)) respuesta = await intento(await renovar(rut, sesion.acceso));
  if (sesionRechazada(respuesta)) throw sinSesion(rut);
  exigir(respuesta);
  return respuesta;
}

const sesionRechazada = ({ estado, datos }) => estado === 401 && !DE_LA_CLAVE.has(datos.codigo);

/** Un acceso nuevo. El refresco sirve una sola vez: las pestañas se turnan, y la segunda usa el de la primera. */
export function renovar(rut, vencido) {
  return aSolas(`sesion:${rut}`, async () => {
    const sesion = await leer("sesiones", rut);
    if (!sesion) throw sinSesion(rut);
    if (sesion.acceso !== vencido) return sesion.acceso;
    const { estado, bien, datos } = await llamar("POST", "/token/refresh", {
      cuerpo: { refresh_token: sesion.refresco },
    });
    if (estado === 401) {
      await poner("sesiones", { ...sesion, vencida: true });
      throw sinSesion(rut);
    }
    exigir({ estado, bien, datos });
    await poner("sesiones", { ...sesion, acceso: datos.access_token, refresco: datos.refresh_token });
    return datos.access_token;
  });
}

function sinSesion(rut) {
  alPerderSesion(rut);
  return new ErrorDeApi(401, { msg: "La sesión terminó: entre otra vez", codigo: SESION_TERMINADA });
}
