/** El teléfono: escanea para una caja, dice precios, cuenta el inventario y manda lo que el catálogo no tiene. */

import { ErrorDeApi, escuchar, pedir, salir } from "../api.js";
import { identificador, leer, poner } from "../base.js";
import { encima } from "../dialogo.js";
import { $, aMilesimas, avisar, cantidad, clp, el } from "../dom.js";
import { alEntrar } from "../entrada.js";
import { estado, nombreCompleto, reconocerAparato } from "../estado.js";
import { conectar } from "../socket.js";
import { sonar } from "../sonido.js";
import { abrirAprobaciones, cargarAprobaciones } from "../vistas/aprobaciones.js";
import { encender } from "./camara.js";
import { abrirEnvio } from "./enviar.js";

const MODOS = ["caja", "precio", "conteo"];

let socket = null;
let apagar = null;
let modo = "caja";
let pareada = null;
let conteo = null;
/** Los códigos leídos con la caja y aún sin respuesta: código → cuándo. */
const enviados = new Map();

const rut = () => estado.usuario.rut;

// --- lo leído ------------------------------------------------------------------------

async function leido(codigo, momento = performance.now()) {
  // Con una ventana abierta, lo que la cámara siga viendo no le borra lo escrito.
  if (encima()) return;
  codigo = codigo.trim();
  const pareo = /\/escaner\/?#(\d{6})$/.exec(codigo)?.[1];
  if (pareo) return unir(pareo);
  if (!codigo || codigo.includes("://")) return;
  if (modo === "caja") return paraLaCaja(codigo, momento);
  if (modo === "conteo") return contar(codigo);
  try {
    mostrar(codigo, await pedir(rut(), "GET", `/product/barcode/${encodeURIComponent(codigo)}`));
  } catch (error) {
    noEsta(codigo, error);
  }
}

function paraLaCaja(codigo, momento) {
  enviados.set(codigo, momento);
  if (!socket.decir("barcode_scanned", { barcode: codigo, rut: rut() })) {
    sonar(false);
    avisar("Sin conexión con la tienda: no se envió", "mal");
  }
}

function mostrar(codigo, ficha, nota = "") {
  sonar(true);
  $("lectura").replaceChildren(
    el("p", { class: "lectura-nombre" }, ficha.nombre),
    el("p", { class: "monto-grande" }, clp(ficha.precio_etiqueta ?? ficha.precio_final), ficha.unidad === "kg" && !ficha.precio_etiqueta ? " el kilo" : ""),
    ficha.descuento ? el("p", {}, `Antes ${clp(ficha.precio_venta)}, ${ficha.descuento} % menos`) : "",
    el("p", { class: "nota" }, `${codigo} · quedan ${ficha.stock.toLocaleString("es-CL")} ${ficha.unidad}`, nota && ` · ${nota}`));
}

function noEsta(codigo, error, { desconocido = error instanceof ErrorDeApi && error.estado === 404 } = {}) {
  sonar(false);
  $("lectura").replaceChildren(
    el("p", { class: "lectura-nombre" }, codigo),
    el("p", { class: "error" }, desconocido ? "No está en el catálogo" : error.message),
    ...(desconocido ? [el("div", { class: "botones" }, el("button", {
      type: "button", class: "principal", id: "enviar-a-aprobar", onclick: () => abrirEnvio(rut(), codigo, enviado),
    }, "Enviar a aprobar"))] : []));
}

function enviado(pendiente) {
  $("lectura").replaceChildren(
    el("p", { class: "lectura-nombre" }, pendiente.nombre),
    el("p", { class: "nota" }, `${pendiente.codigo_barras} · ${pendiente.msg}`));
}

// --- para la caja ------------------------------------------------------------------

function recibir(evento, datos) {
  if (evento === "barcode_result") {
    enviados.delete(datos.barcode);
    if (datos.producto) mostrar(datos.barcode, { ...datos.producto, precio_etiqueta: datos.precio_etiqueta }, pareada ? "enviado a la caja" : "");
    else noEsta(datos.barcode, new Error(datos.msg), { desconocido: true });
  } else if (evento === "paired") {
    pareada = datos.con ?? "la caja";
    pintarPareo();
    sonar(true);
  } else if (evento === "pair_ended") {
    pareada = null;
    pintarPareo();
    avisar("El pareo terminó", "aviso");
  } else if (evento === "notificacion" && datos.tipo === "autorizacion") {
    cargarAprobaciones({ mostrar: datos.datos.estado === "pendiente" });
    socket.decir("notificacion_leida", { id: datos.id });
  } else if (evento === "error") {
    sonar(false);
    avisar(datos.msg, "mal");
  }
}

function unir(codigo) {
  ponerModo("caja");
  if (!socket.decir("pair_join", { codigo })) porUnir = codigo;
}

let porUnir = null;

function pintarPareo() {
  $("pareo-estado").textContent = pareada ? `Conectado a la caja de ${pareada}` : "Sin caja: lo leído va a todos sus equipos";
  $("formulario-pareo").hidden = Boolean(pareada);
  $("pareo-terminar").hidden = !pareada;
}

// --- conteo de inventario --------------------------------------------------------------

async function cargarConteos() {
  const abiertos = (await pedir(rut(), "GET", "/conteos")).filter((uno) => uno.estado === "abierto");
  $("conteo-elegir").replaceChildren(...abiertos.map((uno) =>
    el("option", { value: String(uno.id_conteo) }, uno.nombre + (uno.categoria ? ` (${uno.categoria})` : ""))));
  conteo = abiertos[0]?.id_conteo ?? null;
  $("conteo-nota").textContent = abiertos.length
    ? "Cada lectura suma la cantidad de abajo." : "No hay ningún conteo abierto: lo abre un Administrador.";
}

async function contar(codigo) {
  if (!conteo) return avisar("Elija antes un conteo", "aviso");
  const milesimas = aMilesimas($("conteo-cantidad").value);
  if (milesimas === null) return avisar("La cantidad debe ser un número", "mal");
  try {
    const hecha = await pedir(rut(), "POST", `/conteos/${conteo}/lecturas`, {
      cuerpo: { codigo_barras: codigo, cantidad: milesimas / 1000 }, clave: identificador(),
    });
    sonar(true);
    $("conteo-cantidad").value = "1";
    $("lectura").replaceChildren(
      el("p", { class: "lectura-nombre" }, hecha.nombre),
      el("p", { class: "monto-grande" }, cantidad(Math.round(hecha.contado * 1000))),
      el("p", { class: "nota" }, `contados hasta ahora · se sumó ${hecha.cantidad.toLocaleString("es-CL")}`));
  } catch (error) {
    noEsta(codigo, error);
  }
}

// --- página ------------------------------------------------------------------------

function ponerModo(nuevo) {
  modo = nuevo;
  for (const uno of MODOS) {
    $(`modo-${uno}`).setAttribute("aria-pressed", String(uno === modo));
    $(`panel-${uno}`).hidden = uno !== modo;
  }
  $("lectura").replaceChildren(el("p", { class: "nota" }, "Apunte la cámara a un código de barras."));
  if (modo === "conteo") cargarConteos().catch((error) => avisar(error.message, "mal"));
}

async function prenderCamara() {
  $("camara-nota").textContent = "";
  try {
    apagar = await encender($("video"), leido);
    $("camara").dataset.estado = "encendida";
  } catch (error) {
    $("camara-nota").textContent = error.message;
    delete $("camara").dataset.estado;
  }
  $("boton-camara").textContent = apagar ? "Apagar la cámara" : "Encender la cámara";
}

async function abrirEscaner(sesion) {
  estado.usuario = sesion.usuario;
  $("ingreso").hidden = true;
  $("escaner").hidden = false;
  $("quien").textContent = nombreCompleto(sesion.usuario);
  socket?.cerrar();
  socket = conectar(sesion.rut, estado.aparato, recibir, (conectado) => {
    $("red").textContent = conectado ? "En línea" : "Sin conexión";
    $("red").dataset.estado = conectado ? "bien" : "mal";
    if (conectado) cargarAprobaciones({ mostrar: true });
    if (conectado && porUnir) {
      socket.decir("pair_join", { codigo: porUnir });
      porUnir = null;
    }
  });
  pintarPareo();
  ponerModo("caja");
  const codigo = /^#(\d{6})$/.exec(location.hash)?.[1];
  if (codigo) {
    porUnir = codigo;
    history.replaceState(null, "", location.pathname);
  }
  await prenderCamara();
}

function preparar() {
  for (const uno of MODOS) $(`modo-${uno}`).addEventListener("click", () => ponerModo(uno));
  alEntrar(async (sesion) => {
    await poner("valores", sesion.rut, "en_escaner");
    await abrirEscaner(sesion);
  });
  $("formulario-pareo").addEventListener("submit", (evento) => {
    evento.preventDefault();
    unir($("pareo-codigo").value.trim());
  });
  $("pareo-terminar").addEventListener("click", () => socket.decir("pair_end"));
  $("formulario-codigo").addEventListener("submit", (evento) => {
    evento.preventDefault();
    leido($("codigo-a-mano").value);
    $("codigo-a-mano").value = "";
  });
  $("conteo-elegir").addEventListener("change", () => { conteo = Number($("conteo-elegir").value); });
  $("boton-camara").addEventListener("click", () => {
    if (!apagar) return prenderCamara();
    apagar();
    apagar = null;
    delete $("camara").dataset.estado;
    $("boton-camara").textContent = "Encender la cámara";
  });
  $("boton-aprobar").addEventListener("click", abrirAprobaciones);
  $("boton-salir").addEventListener("click", async () => {
    apagar?.();
    socket?.cerrar();
    await salir(rut());
    await poner("valores", null, "en_escaner");
    location.reload();
  });
  escuchar({ sesionPerdida: pedirClave });
  addEventListener("hashchange", () => {
    const codigo = /^#(\d{6})$/.exec(location.hash)?.[1];
    if (codigo && socket) unir(codigo);
  });
}

function pedirClave() {
  $("escaner").hidden = true;
  $("ingreso").hidden = false;
  $("ingreso-rut").focus();
}

async function arrancar() {
  await reconocerAparato("escaner");
  preparar();
  const guardado = await leer("valores", "en_escaner");
  const sesion = guardado && (await leer("sesiones", guardado));
  if (sesion && !sesion.vencida) await abrirEscaner(sesion);
  else pedirClave();
}

arrancar();
