/** Lo que un cajero no puede solo: lo aprueba un Administrador, con su PIN aquí o desde su propio equipo. */

import { ErrorDeApi } from "../api.js";
import { leer, poner } from "../base.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { clp, el } from "../dom.js";
import { pedirYo } from "../estado.js";
import { sonar } from "../sonido.js";

const SONDEO_MS = 2000;
const QUE = {
  descuento: "Descuento sobre el límite", anulacion: "Anulación", precio: "Precio distinto del de la tienda",
  devolucion_de_otro_dia: "Devolución de otro día o de otra persona", miscelaneo: "Venta de un misceláneo",
};
export const nombreDeAccion = (accion) => QUE[accion] ?? accion;

/** Los números del pedido que se va a aprobar: ése y ningún otro. */
export function detallesDe({ porcentaje, total_esperado: total, id_venta: idVenta, motivo, precios, productos }) {
  const pares = [
    ...(idVenta ? [["Venta", `N° ${idVenta}`]] : []),
    ...(porcentaje ? [["Descuento", `${porcentaje.toLocaleString("es-CL")} %`]] : []),
    ...Object.entries(precios ?? {}).map(([linea, precio]) => [`Precio de la línea ${linea}`, clp(precio)]),
    ...(productos ? [["Líneas", String(productos.length)]] : idVenta ? [["Líneas", "toda la venta"]] : []),
    ...(total === undefined ? [] : [["Total que se cobra", clp(total)]]),
    ...(motivo ? [["Motivo", motivo]] : []),
  ];
  return el("dl", { class: "pares" }, pares.flatMap(([que, cuanto]) => [el("dt", {}, que), el("dd", {}, cuanto)]));
}

/** Mira ya la que se espera, sin aguardar el próximo sondeo: llegó un aviso de que la resolvieron. */
let mirarYa = () => {};
export const alResolverse = () => mirarYa();

/**
 * Hace `pedir(extra)`; si hace falta una aprobación para `objeto`, la consigue y lo hace otra vez con ella.
 * @returns lo que `pedir` devuelva, o `null` si nadie aprobó.
 */
export async function conAutorizacion(objeto, pedir) {
  try {
    return await pedir({});
  } catch (error) {
    if (!(error instanceof ErrorDeApi) || error.codigo !== "requiere_autorizacion") throw error;
    const autorizacion = await conseguir(error, objeto);
    return autorizacion ? pedir({ autorizacion }) : null;
  }
}

/** Pide la aprobación de lo que `rechazo` ({errores: {accion, motivo}}) nombra. Devuelve su id, o `null`. */
export async function conseguir(rechazo, objeto) {
  const accion = [rechazo.errores.accion].flat()[0];
  const motivo = [rechazo.errores.motivo ?? []].flat().join(" ");
  const ultimo = (await leer("valores", "ultimo_supervisor")) ?? "";
  const rut = campo("RUT del Administrador", { name: "supervisor", value: ultimo, autofocus: !ultimo });
  const pin = campo("Su PIN", { name: "pin", type: "password", inputmode: "numeric", autofocus: Boolean(ultimo) });
  const espera = el("p", { class: "bloque", role: "status", hidden: true });
  let pedida = null;
  let reloj = null;
  const pedir = async (credencial) => {
    pin.fallar("");
    try {
      return await pedirYo("POST", "/autorizaciones", { cuerpo: { accion, objeto, ...credencial } });
    } catch (error) {
      sonar(false);
      pin.valor = "";
      pin.fallar(error.codigo === "credenciales_invalidas" ? "El RUT o el PIN no son los de un Administrador" : error.message);
      return null;
    }
  };
  const conPin = async () => {
    if (!rut.valor.trim()) return rut.fallar("Escriba el RUT del Administrador");
    rut.fallar("");
    if (!pin.valor) return pin.fallar("Que el Administrador escriba su PIN");
    const hecha = await pedir({ rut_supervisor: rut.valor, pin: pin.valor });
    if (hecha?.estado !== "aprobada") return;
    await poner("valores", rut.valor, "ultimo_supervisor");
    dialogo.cerrar(hecha.id_autorizacion);
  };
  const mirar = async () => {
    clearTimeout(reloj);
    const ahora = await pedirYo("GET", `/autorizaciones/${pedida}`).catch(() => ({ estado: "pendiente" }));
    if (ahora.estado === "aprobada") return dialogo.cerrar(pedida);
    if (ahora.estado !== "pendiente") {
      sonar(false);
      pedida = null;
      espera.className = "bloque mal";
      espera.textContent = `${ahora.supervisor ?? "Un Administrador"} no lo aprobó.`;
      aSuEquipo.disabled = false;
    } else if (Date.parse(ahora.vence) < Date.now()) {
      pedida = null;
      espera.textContent = "Nadie contestó en cinco minutos: pídala otra vez.";
      aSuEquipo.disabled = false;
    } else {
      reloj = setTimeout(mirar, SONDEO_MS);
    }
  };
  const aDistancia = async () => {
    aSuEquipo.disabled = true;
    pedida = (await pedir({}))?.id_autorizacion ?? null;
    if (!pedida) { aSuEquipo.disabled = false; return; }
    espera.hidden = false;
    espera.className = "bloque";
    espera.textContent = "Pedida. Esperando que un Administrador apruebe en su teléfono o en su caja…";
    mirar();
  };
  const aSuEquipo = boton("Pedir a su teléfono", null, aDistancia, { "data-accion": "a-distancia" });
  mirarYa = () => { if (pedida) mirar(); };
  const dialogo = abrirDialogo({ titulo: "Hace falta un Administrador", clase: "chico", teclas: { Enter: conPin } },
    el("div", { class: "bloque aviso" }, el("p", { class: "lectura-nombre" }, nombreDeAccion(accion)), el("p", {}, motivo)),
    detallesDe(objeto), rut.nodo, pin.nodo, espera,
    el("div", { class: "botones" }, aSuEquipo, boton("Aprobar", "Enter", conPin, { class: "principal" })));
  const resultado = await dialogo.resultado;
  clearTimeout(reloj);
  mirarYa = () => {};
  return resultado ?? null;
}
