/** La página del cajero: arranque, teclas y lo que une a las vistas. */

import { ErrorDeApi, escuchar, pedirEntera, salir, SinRespuesta } from "./api.js";
import { conservar, leer, poner } from "./base.js";
import { actualizar, cambiaronDePrecio, cargar, deCodigo, producto as enCatalogo, recordar } from "./catalogo.js";
import { ajustarReloj, alSuceder, pendientes, vaciar } from "./cola.js";
import { ventaDeBoleta } from "./codigos.js";
import { abrirDialogo, campo, cerrarTodos, encima } from "./dialogo.js";
import { $, aMilesimas, avisar, cantidad } from "./dom.js";
import { cargarAjustes, estado, nombreCompleto, pedirYo, reconocerAparato, yo } from "./estado.js";
import { oirPistola } from "./pistola.js";
import { publicar, publicarPor } from "./publicar.js";
import { conectar } from "./socket.js";
import { sonar } from "./sonido.js";
import { agregar, alCambiar, cambiarCantidad, ponerPreciosAlDia, retomarBorrador, venta } from "./venta.js";
import { abrirAprobaciones, cargarAprobaciones } from "./vistas/aprobaciones.js";
import { aparcarORetomar, contarEnEspera } from "./vistas/aparcadas.js";
import { alResolverse } from "./vistas/autorizacion.js";
import { abrirBusqueda } from "./vistas/buscar.js";
import { abrirCliente, dibujarCliente } from "./vistas/cliente.js";
import { abrirCobro, repreciarCobro } from "./vistas/cobro.js";
import { abrirDesconocido, enviarLoGuardado, vendeSinFicha } from "./vistas/desconocido.js";
import { abrirDescuento, dibujarDescuento } from "./vistas/descuento.js";
import { abrirDevolucion, abrirVenta } from "./vistas/devolucion.js";
import { pedirIngreso, prepararIngreso } from "./vistas/ingreso.js";
import { dibujar, elegir, lineaElegida } from "./vistas/lineas.js";
import { abrirMenu } from "./vistas/menu.js";
import { abrirPendientes, pintarRed } from "./vistas/pendientes.js";
import { abrirPrecio, decirCambios } from "./vistas/precio.js";
import { abrirTelefono, oirPareo, pedirCodigo } from "./vistas/telefono.js";
import { abrirElTurno, abrirTurno, cargarTurno } from "./vistas/turno.js";

const CATALOGO_CADA_MS = 120000;
const TANTEAR_MS = 3000;
const ANOTAR_ACTIVIDAD_MS = 10000;

let socket = null;
let ultimoToque = Date.now();
let refrescando = null;

// --- lo escaneado -------------------------------------------------------------------

/** Un código, venga del escáner USB, del teléfono o escrito. `momento`: cuándo llegó (performance.now). */
async function leido(codigo, momento) {
  if (!estado.usuario || estado.bloqueada) return;
  const boleta = ventaDeBoleta(codigo);
  if (boleta !== null) {
    abrirVenta(boleta);
    return;
  }
  const producto = deCodigo(codigo);
  if (producto) {
    entra(producto, null, momento);
    return;
  }
  try {
    const ficha = await pedirYo("GET", `/product/barcode/${encodeURIComponent(codigo)}`);
    await entraFicha(codigo, ficha, momento);
  } catch (error) {
    sonar(false);
    const desconocido = error instanceof ErrorDeApi && error.estado === 404;
    if (desconocido) abrirDesconocido(codigo);
    else if (error instanceof SinRespuesta && vendeSinFicha()) {
      abrirDesconocido(codigo, "Sin conexión no se sabe si la tienda lo tiene. Si lo tiene, al enviar la venta se verá.");
    } else avisar(`${codigo}: ${error.message}`, "mal");
  }
}

/** Una ficha de la API; de una etiqueta de balanza trae además cuánto pesa. */
async function entraFicha(codigo, ficha, momento) {
  const etiqueta = ficha.cantidad === undefined ? null : {
    codigo, milesimas: Math.round(ficha.cantidad * 1000), precio: ficha.precio_etiqueta,
  };
  const producto = await recordar(ficha);
  if (!producto.activo) {
    sonar(false);
    avisar(`${producto.nombre} está inactivo: no se puede vender`, "mal");
    return;
  }
  entra(producto, etiqueta, momento);
}

function entra(producto, etiqueta, momento) {
  if (producto.por_kilo && !etiqueta) {
    pedirCantidad(producto.nombre, "Kilos", (milesimas) => agregar(producto, milesimas));
    return;
  }
  agregar(producto, 1000, etiqueta);
  medir(momento);
}

/** Suena cuando la línea ya se pintó, y deja en el navegador cuánto pasó desde que llegó lo leído. */
function medir(momento) {
  requestAnimationFrame(() => {
    const canal = new MessageChannel();
    canal.port1.onmessage = () => {
      performance.measure("lectura", { start: momento, end: performance.now() });
      sonar(true);
    };
    canal.port2.postMessage(null);
  });
}

function alLeer(codigo, momento) {
  const dialogo = encima();
  if (!dialogo) leido(codigo, momento);
  else if (dialogo.alLeer) dialogo.alLeer(codigo, momento);
  else avisar("Cierre esta ventana (Esc) antes de escanear", "aviso");
}

// --- acciones -----------------------------------------------------------------------

function pedirCantidad(titulo, rotulo, poner) {
  const entrada = campo(rotulo, { name: "cantidad", inputmode: "decimal", autofocus: true });
  const dialogo = abrirDialogo({ titulo, clase: "chico", teclas: { Enter: () => {
    const milesimas = aMilesimas(entrada.valor);
    if (milesimas === null) return entrada.fallar("Escriba un número, como 3 o 0,250");
    dialogo.cerrar();
    poner(milesimas);
  } } }, entrada.nodo);
}

function escribirCantidad(indice = lineaElegida()) {
  const linea = venta.lineas[indice];
  if (!linea || linea.etiqueta) return;
  pedirCantidad(linea.nombre, linea.por_kilo ? "Kilos" : `Unidades (hay ${cantidad(linea.milesimas)})`, (milesimas) => {
    if (!linea.por_kilo && milesimas % 1000) avisar("Se vende por unidades enteras", "mal");
    else cambiarCantidad(indice, milesimas);
  });
}

function paso(signo) {
  const linea = venta.lineas[lineaElegida()];
  if (linea && !linea.por_kilo && !linea.etiqueta) cambiarCantidad(lineaElegida(), linea.milesimas + signo * 1000);
}

const TECLAS = {
  F1: () => abrirTelefono(socket),
  F2: () => abrirBusqueda((producto) => entra(producto, null, performance.now()), leido),
  F3: () => escribirCantidad(),
  F4: abrirCliente,
  F6: abrirDescuento,
  F7: abrirDevolucion,
  F8: aparcarORetomar,
  F9: () => venta.lineas.length && abrirCobro(leido),
  F10: () => abrirMenu(cerrarSesion),
  F11: () => bloquear(),
  Delete: () => lineaElegida() >= 0 && cambiarCantidad(lineaElegida(), 0),
  ArrowDown: () => elegir(lineaElegida() + 1),
  ArrowUp: () => elegir(Math.max(0, lineaElegida() - 1)),
};
const SUELTAS = {
  "+": () => paso(1), "-": () => paso(-1), p: () => abrirPrecio(lineaElegida()), t: () => abrirElTurno(),
};

function prepararTeclas() {
  document.addEventListener("keydown", (evento) => {
    const hacer = TECLAS[evento.key];
    if (!hacer || evento.ctrlKey || evento.altKey || evento.metaKey) return;
    // Las de función nunca hacen lo del navegador mientras la caja está abierta, tampoco bajo una ventana.
    if (evento.key.startsWith("F")) evento.preventDefault();
    if (!estado.usuario || estado.bloqueada || encima()) return;
    evento.preventDefault();
    hacer();
  });
  oirPistola(alLeer, (tecla) => {
    if (estado.usuario && !estado.bloqueada && !encima()) SUELTAS[tecla.toLowerCase()]?.();
  });
  for (const [id, tecla] of Object.entries({
    "boton-buscar": "F2", "boton-cantidad": "F3", "boton-cliente": "F4", "boton-descuento": "F6",
    "boton-devolver": "F7", "boton-aparcar": "F8", "boton-cobrar": "F9", "boton-menu": "F10",
    "boton-bloquear": "F11", "boton-telefono": "F1",
  })) $(id).addEventListener("click", () => TECLAS[tecla]());
  $("boton-precio").addEventListener("click", SUELTAS.p);
  $("boton-turno").addEventListener("click", SUELTAS.t);
  $("boton-aprobar").addEventListener("click", abrirAprobaciones);
  $("estado-red").addEventListener("click", abrirPendientes);
  $("lineas").addEventListener("click", (evento) => {
    const boton = evento.target.closest("[data-accion=cantidad]");
    if (boton) escribirCantidad(Number(boton.dataset.indice));
  });
}

// --- estado de la red y de lo pendiente -----------------------------------------------

async function contarPendientes() {
  const salidas = await pendientes();
  estado.conflictos = salidas.filter((salida) => salida.estado === "conflicto").length;
  estado.pendientes = salidas.length - estado.conflictos;
  pintarRed();
}

function ponerRed(enLinea) {
  if (estado.enLinea === enLinea) return;
  estado.enLinea = enLinea;
  pintarRed();
  if (!enLinea || !estado.usuario) return;
  vaciar();
  enviarLoGuardado();
}

/** Mientras no haya conexión, se pregunta algo liviano: cualquier respuesta la da por vuelta. */
function tantear() {
  if (estado.usuario && !estado.enLinea) pedirYo("GET", "/profile").catch(() => {});
}

/** Trae lo que cambió del catálogo; varias llamadas a la vez son una. */
function refrescarCatalogo() {
  refrescando ??= traerCatalogo().finally(() => { refrescando = null; });
  return refrescando;
}

async function traerCatalogo() {
  if (!estado.usuario) return;
  try {
    await actualizar(yo());
  } catch {
    // Sin servidor se sigue con la copia; el estado de la red ya lo dice.
    return;
  }
  repreciar();
}

/** Un producto de la venta abierta cambió de precio: la línea también, y se dice. */
function repreciar() {
  const cambios = ponerPreciosAlDia((id) => enCatalogo(id)?.precio);
  if (!cambios.length) return;
  decirCambios(cambios);
  repreciarCobro();
}

async function notificada({ id, tipo, titulo, mensaje, datos }) {
  if (tipo === "precio") {
    await cambiaronDePrecio(datos.productos);
    repreciar();
    refrescarCatalogo();
  } else if (tipo === "autorizacion") {
    alResolverse();
    await cargarAprobaciones({ mostrar: datos.estado === "pendiente" && !estado.bloqueada });
  } else if (tipo === "mensaje") avisar(`${titulo}: ${mensaje}`, "aviso");
  else return;
  socket?.decir("notificacion_leida", { id });
}

/** Pone la página, y la pantalla del cliente, al día con la venta. */
function mostrar(cambio) {
  dibujar(cambio);
  dibujarCliente();
  dibujarDescuento();
  contarEnEspera();
  publicar();
}

// --- entrar, bloquear, salir ----------------------------------------------------------

async function abrirCaja(sesion) {
  estado.usuario = sesion.usuario;
  estado.bloqueada = false;
  $("barra-cajero").textContent = nombreCompleto(sesion.usuario);
  $("caja").hidden = false;
  mostrar();
  socket?.cerrar();
  socket = conectar(sesion.rut, estado.aparato, recibir, (conectado) => {
    if (!conectado) return;
    ponerRed(true);
    mostrar();
    refrescarCatalogo();
    pedirCodigo(socket);
    cargarAprobaciones({ mostrar: !estado.bloqueada });
  });
  await contarPendientes();
  vaciar();
  enviarLoGuardado();
  refrescarCatalogo();
  await cargarAjustes();
  await cargarTurno();
  if (estado.ajustes.exige_turno && !estado.turno && estado.enLinea) abrirTurno();
  pedirEntera(sesion.rut, "GET", "/profile").then(({ cabeceras }) => ajustarReloj(cabeceras.get("Date"))).catch(() => {});
}

function recibir(evento, datos, momento) {
  if (oirPareo(evento, datos)) return;
  if (evento === "venta_pedida") publicar();
  else if (evento === "notificacion") notificada(datos);
  else if (evento.startsWith("barcode_update_")) delTelefono(datos, momento);
}

/** Lo que leyó un teléfono entra como lo de la pistola: a la ventana de encima, o a la venta. */
function delTelefono(datos, momento) {
  if (!estado.usuario || estado.bloqueada) return;
  tocar();
  if (encima()) return alLeer(datos.barcode, momento);
  if (!datos.producto) {
    sonar(false);
    avisar(`${datos.barcode}: ${datos.msg}`, "mal");
    if (vendeSinFicha()) abrirDesconocido(datos.barcode);
    return;
  }
  entraFicha(datos.barcode, { ...datos.producto, cantidad: datos.cantidad, precio_etiqueta: datos.precio_etiqueta }, momento);
}

/** Desbloqueada por la misma persona: todo está donde lo dejó. */
function volver() {
  estado.bloqueada = false;
  $("caja").hidden = false;
  vaciar();
  cargarAprobaciones({ mostrar: true });
}

async function bloquear(aviso = "") {
  if (estado.bloqueada || !estado.usuario) return;
  estado.bloqueada = true;
  cerrarTodos();
  $("aviso").textContent = "";
  await poner("valores", true, "bloqueada");
  pedirIngreso(estado.usuario, aviso);
}

function tocar() {
  // Lo escrito en el equipo es para después de un corte: no hace falta cada tecla.
  if (Date.now() - ultimoToque > ANOTAR_ACTIVIDAD_MS) poner("valores", Date.now(), "actividad");
  ultimoToque = Date.now();
}

const abandonada = (desde, minutos) => Date.now() - desde > minutos * 60000;

/** Se bloquea sola cuando nadie la toca, también si el equipo estuvo dormido. */
function vigilarAbandono() {
  for (const evento of ["keydown", "pointerdown"]) document.addEventListener(evento, tocar, true);
  setInterval(() => {
    if (abandonada(ultimoToque, estado.ajustes.bloqueo_minutos)) bloquear();
  }, 5000);
}

/** Si la página se cerró (o se cayó) con la caja abierta y nadie volvió a tiempo. */
async function quedoAbandonada() {
  const minutos = (await leer("valores", "ajustes"))?.bloqueo_minutos ?? estado.ajustes.bloqueo_minutos;
  return abandonada((await leer("valores", "actividad")) ?? Date.now(), minutos);
}

async function cerrarSesion() {
  socket?.cerrar();
  await salir(yo());
  await poner("valores", null, "en_caja");
  estado.usuario = null;
  pedirIngreso();
}

async function arrancar() {
  await reconocerAparato("caja");
  await cargar();
  await retomarBorrador();
  alCambiar(mostrar);
  publicarPor((enCurso) => socket?.decir("venta_en_curso", enCurso));
  alSuceder((suceso) => {
    contarPendientes();
    if (suceso.resultado === "demora") ponerRed(false);
  });
  escuchar({ red: ponerRed, sesionPerdida: (rut) => {
    if (estado.usuario?.rut === rut) bloquear("La sesión terminó: entre otra vez");
  } });
  addEventListener("offline", () => ponerRed(false));
  addEventListener("online", vaciar);
  setInterval(refrescarCatalogo, CATALOGO_CADA_MS);
  setInterval(tantear, TANTEAR_MS);
  prepararTeclas();
  vigilarAbandono();
  prepararIngreso(async (sesion, { esLaMisma }) => {
    ultimoToque = Date.now();
    await poner("valores", ultimoToque, "actividad");
    await poner("valores", false, "bloqueada");
    if (esLaMisma && estado.usuario?.rut === sesion.rut) volver();
    else await abrirCaja(sesion);
  });
  conservar();
  const rut = await leer("valores", "en_caja");
  const sesion = rut && (await leer("sesiones", rut));
  const cerrada = (await leer("valores", "bloqueada")) || (await quedoAbandonada());
  if (sesion && !cerrada && !sesion.vencida) await abrirCaja(sesion);
  else pedirIngreso(sesion?.usuario ?? null);
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register("/caja/sw.js", { scope: "/caja" });
  }
}

arrancar();
