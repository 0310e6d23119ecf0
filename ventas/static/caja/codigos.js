/** Códigos de barras como los compara el servidor (`productos/reglas.py`), y las boletas escaneadas. */

const LARGOS_GTIN = new Set([8, 12, 13, 14]);
const CODIGO = /^[0-9A-Z][0-9A-Z./+-]{0,47}$/;
const BOLETA = /^BOLETA-(\d{1,12})$/;

/** GTIN-14 si tiene largo de GTIN, si no en mayúsculas; `null` si no puede ser un código. */
export function claveDeCodigo(codigo) {
  const limpio = codigo.trim().toUpperCase();
  if (!CODIGO.test(limpio)) return null;
  if (!/^\d+$/.test(limpio) || !LARGOS_GTIN.has(limpio.length)) return limpio;
  return verificador(limpio.slice(0, -1)) === Number(limpio.at(-1)) ? limpio.padStart(14, "0") : null;
}

function verificador(cuerpo) {
  const suma = [...cuerpo].reverse().reduce((s, digito, i) => s + Number(digito) * (i % 2 ? 1 : 3), 0);
  return (10 - (suma % 10)) % 10;
}

/** El id de la venta, si lo leído es el código de una boleta impresa aquí; si no, `null`. */
export function ventaDeBoleta(codigo) {
  const partes = BOLETA.exec(codigo.trim().toUpperCase());
  return partes ? Number(partes[1]) : null;
}
