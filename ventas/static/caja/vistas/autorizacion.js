/** Lo que un cajero no puede solo: lo aprueba un Administrador, con su PIN aquí o desde su teléfono. */

import { ErrorDeApi } from "../api.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { el } from "../dom.js";
import { pedirYo } from "../estado.js";
import { sonar } from "../sonido.js";

const SONDEO_MS = 2000;
const QUE = {
  descuento: "Descuento sobre el límite", anulacion: "Anulación", precio: "Precio distinto del de la tienda",
  devolucion_de_otro_dia: "Devolución de otro día", miscelaneo: "Venta de un misceláneo",
};

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
  const rut = campo("RUT del Administrador", { name: "supervisor", autofocus: true });
  const pin = campo("Su PIN", { name: "pin", type: "password", inputmode: "numeric" });
  const estado = el("p", { class: "nota", role: "status" });
  let reloj = null;
  const pedir = async (credencial) => {
    pin.fallar("");
    try {
      return await pedirYo("POST", "/autorizaciones", { cuerpo: { accion, objeto, ...credencial } });
    } catch (error) {
      sonar(false);
      pin.fallar(error.message);
      return null;
    }
  };
  const conPin = async () => {
    const hecha = await pedir({ rut_supervisor: rut.valor, pin: pin.valor });
    if (hecha?.estado === "aprobada") dialogo.cerrar(hecha.id_autorizacion);
  };
  const aDistancia = async () => {
    const hecha = await pedir({});
    if (!hecha) return;
    estado.textContent = "Esperando que un Administrador apruebe desde su equipo…";
    const mirar = async () => {
      const ahora = await pedirYo("GET", `/autorizaciones/${hecha.id_autorizacion}`).catch(() => hecha);
      if (ahora.estado === "aprobada") dialogo.cerrar(hecha.id_autorizacion);
      else if (ahora.estado === "pendiente") reloj = setTimeout(mirar, SONDEO_MS);
      else estado.textContent = "No lo aprobó.";
    };
    mirar();
  };
  const dialogo = abrirDialogo({
    titulo: "Hace falta un Administrador", clase: "chico",
    teclas: { Enter: () => (document.activeElement?.tagName === "BUTTON" ? document.activeElement.click() : conPin()) },
  },
  el("p", { class: "bloque aviso" }, QUE[accion] ?? accion, motivo && `: ${motivo}`),
  rut.nodo, pin.nodo, estado,
  el("div", { class: "botones" },
    boton("Pedir a su teléfono", null, aDistancia),
    boton("Aprobar", "Enter", conPin, { class: "principal" })));
  const resultado = await dialogo.resultado;
  clearTimeout(reloj);
  return resultado ?? null;
}
