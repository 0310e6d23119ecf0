/**
 * Comprobar sin servidor que quien desbloquea es quien entró: se guarda una derivación lenta de su clave,
 * nunca la clave. Existe sólo donde el navegador da criptografía (https o localhost).
 */

import { leer, poner } from "./base.js";

const VUELTAS = 600000;
const INTENTOS = 5;
const ESPERA_MS = 60000;

async function derivar(secreto, sal) {
  const llave = await crypto.subtle.importKey("raw", new TextEncoder().encode(secreto), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: sal, iterations: VUELTAS }, llave, 256);
  return new Uint8Array(bits);
}

/** `tipo`: «pin» o «contrasena»; cada uno se recuerda aparte. */
export async function recordarAqui(rut, tipo, secreto) {
  if (!crypto.subtle) return;
  const sal = crypto.getRandomValues(new Uint8Array(16));
  await poner("valores", { sal, derivada: await derivar(secreto, sal) }, `secreto:${tipo}:${rut}`);
}

/**
 * @returns si `secreto` es el último que sirvió en este equipo.
 * @throws {Error} hubo demasiados intentos: hay que esperar, o que vuelva la conexión.
 */
export async function calzaAqui(rut, tipo, secreto) {
  const guardado = crypto.subtle && (await leer("valores", `secreto:${tipo}:${rut}`));
  if (!guardado) return false;
  const cuenta = `intentos:${rut}`;
  const { fallas, desde } = (await leer("valores", cuenta)) ?? { fallas: 0, desde: 0 };
  if (fallas >= INTENTOS && Date.now() - desde < ESPERA_MS) {
    throw new Error("Demasiados intentos sin conexión: espere un minuto");
  }
  const probada = await derivar(secreto, guardado.sal);
  const calza = probada.every((byte, i) => byte === guardado.derivada[i]);
  await poner("valores", calza ? { fallas: 0, desde: 0 } : { fallas: fallas + 1, desde: Date.now() }, cuenta);
  return calza;
}
