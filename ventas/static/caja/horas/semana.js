/** Días y semanas de la tienda, estén donde estén el navegador y su reloj. Un día es `AAAA-MM-DD`. */

const ZONA = "America/Santiago";
const DIA = new Intl.DateTimeFormat("en-CA", { timeZone: ZONA, year: "numeric", month: "2-digit", day: "2-digit" });
const HORA = new Intl.DateTimeFormat("es-CL", { timeZone: ZONA, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const NOMBRE = new Intl.DateTimeFormat("es-CL", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

/** El día de la tienda en que cae un instante. */
export const dias = (iso) => DIA.format(new Date(iso));
/** La hora de la tienda: «08:58». */
export const instante = (iso) => HORA.format(new Date(iso));
/** «lun, 23 nov». */
export const nombreDelDia = (dia) => NOMBRE.format(new Date(`${dia}T00:00:00Z`)).replaceAll(".", "");
/** El valor de un campo `datetime-local`, en la hora de la tienda. */
export const paraElegir = (iso) => `${dias(iso)}T${instante(iso)}`;

export function mover(dia, cuantos) {
  const fecha = new Date(`${dia}T00:00:00Z`);
  fecha.setUTCDate(fecha.getUTCDate() + cuantos);
  return fecha.toISOString().slice(0, 10);
}

/** Lunes 0 … domingo 6. */
const deLaSemana = (dia) => (new Date(`${dia}T00:00:00Z`).getUTCDay() + 6) % 7;

export function lunesDe(fecha) {
  const hoy = DIA.format(fecha);
  return mover(hoy, -deLaSemana(hoy));
}

/** La semana ISO de un lunes: «2026-W48». El año es el de su jueves. */
export function semanaIso(lunes) {
  const jueves = mover(lunes, 3);
  const anio = jueves.slice(0, 4);
  const primero = new Date(`${anio}-01-01T00:00:00Z`);
  const numero = Math.floor((new Date(`${jueves}T00:00:00Z`) - primero) / 86400000 / 7) + 1;
  return `${anio}-W${String(numero).padStart(2, "0")}`;
}
