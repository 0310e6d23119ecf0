/**
 * Comprobar sin servidor que quien desbloquea es quien entró: se guarda una derivación lenta de su clave,
 * nunca la clave. Existe sólo donde el navegador da criptografía (https o localhost).
 */

import { leer, poner } from "./base.js";

const VUELTAS = 600000;

async function derivar(secreto, sal) {
  const llave = await crypto.subtle.importKey("raw", new TextEncoder().encode(secreto), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: sal, iterations: VUELTAS }, llave, 256);
  return new Uint8Array(bits);
}

export async function recordarAqui(rut, secreto) {
  if (!crypto.subtle) return;
  const sal = crypto.getRandomValues(new Uint8Array(16));
  await poner("valores", { sal, derivada: await derivar(secreto, sal) }, `secreto:${rut}`);
}

export async function calzaAqui(rut, secreto) {
  const guardado = crypto.subtle && (await leer("valores", `secreto:${rut}`));
  if (!guardado) return false;
  const probada = await derivar(secreto, guardado.sal);
  return probada.every((byte, i) => byte === guardado.derivada[i]);
}
