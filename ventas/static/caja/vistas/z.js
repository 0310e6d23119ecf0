/** Los informes Z: el que sale de un cierre, y los de antes; en pantalla y en el rollo. */

import { abrirDialogo, boton } from "../dialogo.js";
import { avisar, clp, el, hora } from "../dom.js";
import { pedirYo, soyAdministrador } from "../estado.js";
import { centrado, imprimir, par } from "../imprimir.js";
import { cerrarTurno } from "./turno.js";

const FORMAS = { 1: "Crédito", 2: "Efectivo", 3: "Débito", 4: "Puntos" };
const CUANTOS = 30;

const fechaYHora = (iso) => `${new Date(iso).toLocaleDateString("es-CL")} ${hora(iso)}`;

/** Los turnos de antes: cada cajero ve los suyos; un Administrador, todos, y cierra el que quedó abierto. */
export async function abrirInformes() {
  let turnos;
  try {
    turnos = await pedirYo("GET", `/turnos?limit=${CUANTOS}`);
  } catch (error) {
    return avisar(error.message, "mal");
  }
  const abrir = async (turno) => {
    dialogo.cerrar();
    if (!turno.cerrado) return cerrarTurno(turno);
    try {
      mostrarZ(await pedirYo("GET", `/turnos/${turno.id_turno}/z`));
    } catch (error) {
      avisar(error.message, "mal");
    }
  };
  const filas = turnos.filter((turno) => turno.cerrado || soyAdministrador()).map((turno, i) => el("li", {},
    el("button", { type: "button", autofocus: i === 0, onclick: () => abrir(turno) },
      el("span", {}, `${turno.caja} · ${turno.cajero} · ${fechaYHora(turno.desde)}`),
      el("strong", {}, turno.cerrado ? `Z ${turno.numero_z}` : "Abierto: contar y cerrar"))));
  const dialogo = abrirDialogo({ titulo: "Informes Z" },
    filas.length ? el("ul", { class: "lista" }, filas) : el("p", { class: "bloque" }, "Todavía no se cierra ningún turno."));
}

/** El Z, en pantalla y por imprimir. */
export function mostrarZ(z) {
  const filas = [
    ["Ventas", `${z.ventas} · ${clp(z.vendido)}`],
    ["Devoluciones", `${z.devoluciones} · ${clp(z.devuelto)}`],
    ...z.pagos.map((pago) => [`Pagado con ${FORMAS[pago.id_forma_pago].toLowerCase()}`, clp(pago.monto)]),
    ...z.reembolsos.map((pago) => [`Devuelto en ${FORMAS[pago.id_forma_pago].toLowerCase()}`, clp(-pago.monto)]),
    ["Fondo inicial", clp(z.efectivo.fondo)],
    ["Ingresos", clp(z.efectivo.ingresos)],
    ["Retiros", clp(-z.efectivo.retiros)],
    ["Debía haber", clp(z.esperado)],
    ["Se contó", clp(z.contado)],
  ];
  const diferencia = z.diferencia === 0 ? "Cuadra" : z.diferencia > 0 ? "Sobra" : "Falta";
  const dialogo = abrirDialogo({
    titulo: `Informe Z ${z.numero_z}`, teclas: { i: () => imprimirZ(z, filas, diferencia), Enter: () => dialogo.cerrar() },
  },
  el("div", { class: `bloque ${z.diferencia ? "aviso" : ""}` }, el("p", {}, diferencia),
    el("p", { class: "monto-grande" }, clp(Math.abs(z.diferencia)))),
  el("dl", { class: "pares" }, filas.flatMap(([rotulo, valor]) => [el("dt", {}, rotulo), el("dd", {}, valor)])),
  z.comentario && el("p", { class: "bloque" }, z.comentario),
  el("p", { class: "nota" }, `${z.caja} · ${z.cajero} · ${fechaYHora(z.desde)} a ${fechaYHora(z.cerrado)}`),
  el("p", { class: "nota sello" }, `Registros sellados hasta el ${z.cabeza_registros.secuencia}: ${z.cabeza_registros.hash}`),
  el("div", { class: "botones" }, boton("Imprimir", "I", () => imprimirZ(z, filas, diferencia)),
    boton("Listo", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
}

function imprimirZ(z, filas, diferencia) {
  const contadas = Object.entries(z.conteo).map(([valor, cuantos]) => [Number(valor), cuantos])
    .sort(([una], [otra]) => otra - una);
  imprimir([
    centrado(document.body.dataset.tienda, "fuerte"), centrado(`INFORME Z N° ${z.numero_z}`, "grande"),
    par("Caja", z.caja), par("Cajero", z.cajero),
    par("Abierto", fechaYHora(z.desde)), par("Cerrado", fechaYHora(z.cerrado)),
    { clase: "raya" }, ...filas.map(([rotulo, valor]) => par(rotulo, valor)),
    par(diferencia.toUpperCase(), clp(Math.abs(z.diferencia)), "grande"),
    { clase: "raya" }, ...contadas.map(([valor, cuantos]) => par(`${clp(valor)} × ${cuantos}`, clp(valor * cuantos))),
    ...(z.efectivo.ingresos || z.efectivo.retiros ? [{ clase: "raya" }] : []),
    ...z.movimientos.map((uno) => par(`${uno.tipo === "retiro" ? "Retiro" : "Ingreso"}: ${uno.motivo}`, clp(uno.tipo === "retiro" ? -uno.monto : uno.monto))),
    { clase: "raya" }, ...z.folios.map((f) => par(`${f.documento} (${f.cuantos})`, `${f.desde} a ${f.hasta}`)),
    ...(z.comentario ? [{ clase: "parrafo", texto: z.comentario }] : []),
    centrado(`Registros ${z.cabeza_registros.secuencia}`), centrado(z.cabeza_registros.hash),
  ]);
}
