/** F7, o escanear una boleta: ver una venta, imprimirla otra vez o devolver lo que traen. */

import { esPasajero } from "../api.js";
import { identificador } from "../base.js";
import { deCodigo } from "../catalogo.js";
import { ventaDeBoleta } from "../codigos.js";
import { ultimas } from "../cola.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { avisar, cantidad, clp, el, hora } from "../dom.js";
import { pedirYo, soyAdministrador } from "../estado.js";
import { imprimirBoleta, imprimirNota } from "../imprimir.js";
import { sonar } from "../sonido.js";
import { conAutorizacion } from "./autorizacion.js";

const MOTIVOS = ["Venía malo o vencido", "Se arrepintió", "Error al cobrar"];
const FORMAS = { 1: "Crédito", 2: "Efectivo", 3: "Débito", 4: "Puntos" };

export async function abrirDevolucion() {
  const lista = el("ul", { class: "lista" });
  const dialogo = abrirDialogo({
    titulo: "Devolución y boletas",
    alLeer: (codigo) => {
      const id = ventaDeBoleta(codigo);
      if (id === null) return avisar("Eso no es una boleta de esta tienda", "mal");
      dialogo.cerrar();
      abrirVenta(id);
    },
  },
  el("p", { class: "bloque" }, "Escanee el código de barras de la boleta, o elija una de las últimas ventas de esta caja."), lista);
  const ventas = (await ultimas()).slice(0, 12);
  lista.replaceChildren(...ventas.map((una) => el("li", {},
    el("button", { type: "button", onclick: () => { dialogo.cerrar(); abrirVenta(una.id_venta); } },
      el("span", {}, `Boleta ${una.folio} · ${hora(una.fecha)}`), el("strong", {}, clp(una.total))))));
}

export async function abrirVenta(idVenta) {
  let boleta;
  try {
    boleta = await pedirYo("GET", `/boleta/${idVenta}`);
  } catch (error) {
    if (error.estado === 404 && !soyAdministrador()) return abrirVentaAjena(idVenta);
    sonar(false);
    return avisar(error.message, "mal");
  }
  const { venta, productos } = boleta;
  const vuelven = productos.map(() => 0);
  const filas = productos.map((linea, i) => fila(linea, (milesimas) => { vuelven[i] = milesimas; }));
  const razon = elMotivo();
  const error = el("p", { class: "error", role: "alert" });
  const devolver = devolucion(idVenta, razon, error, () => {
    const partes = vuelven.flatMap((milesimas, i) => (milesimas ? [{ numero_linea: i + 1, cantidad: milesimas / 1000 }] : []));
    if (!partes.length) throw new RangeError("Elija qué se devuelve");
    return { productos: partes };
  }, () => dialogo.cerrar());
  const dialogo = abrirDialogo({ titulo: `Boleta ${venta.folio}` },
    el("dl", { class: "pares bloque" },
      el("dt", {}, `${new Date(venta.fecha_venta).toLocaleDateString("es-CL")} ${hora(venta.fecha_venta)}, ${venta.cajero}`),
      el("dd", {}, clp(venta.total_con_iva)),
      venta.devuelto ? [el("dt", {}, "Ya devuelto"), el("dd", {}, clp(venta.devuelto))] : []),
    el("h3", {}, "¿Qué se devuelve?"), el("ul", { class: "lista" }, filas),
    ...razon.nodos, error,
    el("div", { class: "botones" },
      boton("Imprimir la boleta", null, () => imprimirBoleta(idVenta)),
      boton("Todo", null, () => filas.forEach((una) => una.querySelector("[data-todo]").click())),
      boton("Devolver", null, devolver, { class: "principal", "data-accion": "devolver" })));
}

/**
 * La boleta es de otra persona y su detalle no se ve: vuelve lo que se escanee ahora, o todo, y lo aprueba un
 * Administrador.
 */
function abrirVentaAjena(idVenta) {
  const traidos = new Map();
  const lista = el("ul", { class: "lista", "aria-live": "polite" });
  const anotar = (codigo) => {
    if (ventaDeBoleta(codigo) !== null) return;
    traidos.set(codigo, (traidos.get(codigo) ?? 0) + 1);
    sonar(true);
    lista.replaceChildren(...[...traidos].map(([uno, cuantos]) => el("li", { class: "fila" },
      el("span", {}, deCodigo(uno)?.nombre ?? uno), el("strong", {}, `${cuantos}`))));
  };
  const razon = elMotivo();
  const error = el("p", { class: "error", role: "alert" });
  const cerrar = () => dialogo.cerrar();
  const loTraido = devolucion(idVenta, razon, error, () => {
    if (!traidos.size) throw new RangeError("Escanee lo que se devuelve");
    return { productos: [...traidos].map(([codigo, cantidad]) => ({ codigo_barras: codigo, cantidad })) };
  }, cerrar);
  const toda = devolucion(idVenta, razon, error, () => ({}), cerrar);
  const dialogo = abrirDialogo({ titulo: "Boleta de otra persona", alLeer: anotar },
    el("p", { class: "bloque aviso" }, "Esta venta no es suya: escanee lo que el cliente trae de vuelta, y lo aprueba un Administrador."),
    lista, ...razon.nodos, error,
    el("div", { class: "botones" },
      boton("Devolver toda la venta", null, toda),
      boton("Devolver", null, loTraido, { class: "principal", "data-accion": "devolver" })));
}

/** El campo del motivo y los más usados: `{nodos, campo}`. */
function elMotivo() {
  const motivo = campo("Motivo", { name: "motivo", maxlength: "200" });
  return {
    campo: motivo,
    nodos: [motivo.nodo, el("div", { class: "billetes" }, MOTIVOS.map((texto) =>
      boton(texto, null, () => { motivo.valor = texto; motivo.fallar(""); })))],
  };
}

/**
 * Lo que hace el botón de devolver. `queVuelve()` da el resto del pedido, o lanza RangeError con lo que falta.
 * Una misma devolución se manda siempre con la misma clave: repetirla no devuelve dos veces.
 */
function devolucion(idVenta, { campo: motivo }, error, queVuelve, cerrar) {
  let clave = identificador();
  return async () => {
    error.textContent = "";
    try {
      const cuerpo = { motivo: motivo.valor.trim(), ...queVuelve() };
      if (!cuerpo.motivo) return motivo.fallar("Escriba o elija un motivo");
      const hecha = await conAutorizacion({ id_venta: idVenta, ...cuerpo }, (extra) => {
        if (extra.autorizacion) clave = identificador();
        return pedirYo("POST", `/ventas/${idVenta}/devolucion`, { cuerpo: { ...cuerpo, ...extra }, clave });
      });
      if (!hecha) return;
      cerrar();
      mostrarHecha(hecha);
    } catch (problema) {
      sonar(false);
      if (!esPasajero(problema)) clave = identificador();
      error.textContent = (problema.frases ?? [problema.message]).join(". ");
    }
  };
}

/** Una línea de la boleta con cuánto vuelve de ella. */
function fila(linea, alCambiar) {
  const tope = Math.round(linea.cantidad * 1000);
  const paso = tope % 1000 ? tope : 1000;
  let vuelve = 0;
  const cuanto = el("strong", { "aria-live": "polite" });
  const poner = (milesimas) => {
    vuelve = Math.max(0, Math.min(milesimas, tope));
    cuanto.textContent = `${cantidad(vuelve)} de ${cantidad(tope)}`;
    alCambiar(vuelve);
  };
  poner(0);
  return el("li", { class: "fila" },
    el("span", {}, `${linea.nombre} · ${clp(linea.precio_unitario)}`),
    el("span", { class: "linea-cuanto" },
      boton("−", null, () => poner(vuelve - paso), { "aria-label": `Menos de ${linea.nombre}` }), cuanto,
      boton("+", null, () => poner(vuelve + paso), { "aria-label": `Más de ${linea.nombre}` }),
      boton("Todo", null, () => poner(tope), { "data-todo": "", "aria-label": `Todo de ${linea.nombre}` })));
}

function mostrarHecha(hecha) {
  sonar(true);
  const efectivo = hecha.reembolsos.filter((r) => r.id_forma_pago === 2).reduce((n, r) => n + r.monto + r.redondeo, 0);
  const imprimir = () => imprimirNota(hecha.id_devolucion).catch((error) => avisar(error.message, "mal"));
  const dialogo = abrirDialogo({
    titulo: `Nota de crédito ${hecha.folio}`, clase: "chico", teclas: { i: imprimir, Enter: () => dialogo.cerrar() },
  },
  el("div", { class: "vuelto" }, el("p", {}, efectivo ? "Entregue en efectivo" : "Devuelto"),
    el("p", { class: "monto-grande" }, clp(efectivo || hecha.total_con_iva))),
  el("dl", { class: "pares" }, hecha.reembolsos.flatMap((r) =>
    [el("dt", {}, FORMAS[r.id_forma_pago]), el("dd", {}, r.puntos ? `${r.puntos} puntos` : clp(r.monto + r.redondeo))])),
  el("div", { class: "botones" }, boton("Imprimir", "I", imprimir),
    boton("Listo", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
}
