/** Las horas del personal: quién está, cuánto lleva cada semana, y corregir una marca diciendo por qué. */

import { escuchar, pedir, salir } from "../api.js";
import { leer, poner } from "../base.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { $, avisar, el, rutBonito } from "../dom.js";
import { alEntrar } from "../entrada.js";
import { estado, nombreCompleto, pedirYo, soyAdministrador, yo } from "../estado.js";
import { dias, instante, lunesDe, mover, nombreDelDia, paraElegir, semanaIso } from "./semana.js";

const RESPALDO = "en_horas";

let persona = null;
let lunes = lunesDe(new Date());

// --- lo que se muestra -----------------------------------------------------------------

const duracion = (minutos) => `${Math.floor(minutos / 60)} h ${String(minutos % 60).padStart(2, "0")} min`;

async function pintar() {
  const ultimo = mover(lunes, 6);
  const [presentes, semana, marcas] = await Promise.all([
    pedirYo("GET", "/fichajes/presentes"),
    pedirYo("GET", `/fichajes/semana?rut=${persona}&semana=${semanaIso(lunes)}`),
    pedirYo("GET", `/fichajes?rut=${persona}&desde=${lunes}&hasta=${ultimo}&limit=500`),
  ]);
  pintarPresentes(presentes);
  $("semana-rotulo").textContent = `${nombreDelDia(lunes)} al ${nombreDelDia(ultimo)}`;
  $("semana-siguiente").disabled = mover(lunes, 7) > lunesDe(new Date());
  $("horas-total").textContent = duracion(semana.minutos);
  $("horas-de").textContent = semana.nombre;
  $("legal").textContent = semana.aviso;
  const porDia = agrupar(marcas);
  $("horas-dias").replaceChildren(...semana.dias.map((dia) => fila(dia, (porDia.get(dia.dia) ?? []).toReversed())));
}

function agrupar(marcas) {
  const grupos = new Map();
  for (const marca of marcas) {
    const dia = dias(marca.efectivo);
    grupos.set(dia, [...(grupos.get(dia) ?? []), marca]);
  }
  return grupos;
}

function pintarPresentes(presentes) {
  const mio = nombreCompleto(estado.usuario);
  const dentro = presentes.some((uno) => uno.nombre === mio);
  $("boton-marcar").textContent = dentro ? "Marcar mi salida" : "Marcar mi entrada";
  $("boton-marcar").dataset.tipo = dentro ? "salida" : "entrada";
  $("presentes").replaceChildren(...presentes.map((uno) => el("li", {},
    el("span", {}, uno.nombre), el("span", { class: "nota" }, `desde las ${instante(uno.desde)}`))));
  $("presentes-nadie").hidden = presentes.length > 0;
}

function fila(dia, marcas) {
  return el("tr", {},
    el("th", { scope: "row" }, nombreDelDia(dia.dia)),
    el("td", {}, marcas.length ? el("ul", { class: "marcas" }, marcas.map(marca)) : el("span", { class: "nota" }, "Sin marcas")),
    el("td", { class: "numero" }, dia.minutos ? duracion(dia.minutos) : "–",
      dia.abierto && (dia.dia === dias(new Date())
        ? el("span", { class: "en-curso" }, "en curso")
        : el("span", { class: "falta" }, "falta la salida"))));
}

function marca(una) {
  const corregida = una.motivo !== "";
  return el("li", {},
    el("span", { class: "marca-hora" }, una.tipo === "entrada" ? "Entró " : "Salió ", el("strong", {}, instante(una.efectivo))),
    corregida && el("span", { class: "nota" },
      `marcó ${instante(una.momento)} · «${una.motivo}», ${una.corregido_por}`),
    soyAdministrador() && el("button", {
      type: "button", class: "discreto", "aria-label": `Corregir la ${una.tipo} de las ${instante(una.efectivo)}`,
      onclick: () => corregir(una),
    }, "Corregir"));
}

// --- lo que se hace --------------------------------------------------------------------

function corregir(una) {
  const momento = campo("Hora que cuenta", { name: "momento", type: "datetime-local", value: paraElegir(una.efectivo), autofocus: true });
  const motivo = campo("Por qué (queda a la vista)", { name: "motivo", maxlength: "200" });
  const guardar = async () => {
    momento.fallar("");
    motivo.fallar("");
    if (!momento.valor) return momento.fallar("Elija el día y la hora");
    if (!motivo.valor.trim()) return motivo.fallar("Escriba por qué se corrige");
    try {
      const { msg } = await pedirYo("POST", `/fichajes/${una.id_fichaje}/correccion`, {
        cuerpo: { momento: momento.valor, motivo: motivo.valor.trim() },
      });
      dialogo.cerrar();
      avisar(msg);
      await refrescar();
    } catch (error) {
      (error.errores?.motivo ? motivo : momento).fallar((error.frases ?? [error.message]).join(". "));
    }
  };
  const dialogo = abrirDialogo(
    { titulo: `Corregir la ${una.tipo} de ${una.nombre}`, clase: "chico", teclas: { Enter: guardar } },
    el("p", { class: "nota" }, `Se marcó a las ${instante(una.momento)}, y eso no se borra.`),
    momento.nodo, motivo.nodo,
    el("div", { class: "botones" }, boton("Corregir", "Enter", guardar, { class: "principal" })));
}

async function marcar() {
  try {
    const { msg } = await pedirYo("POST", "/fichajes", { cuerpo: { tipo: $("boton-marcar").dataset.tipo } });
    avisar(msg);
  } catch (error) {
    avisar(error.message, "mal");
  }
  await refrescar();
}

const refrescar = () => pintar().catch((error) => avisar(error.message, "mal"));

function irA(nuevo) {
  lunes = nuevo;
  return refrescar();
}

// --- página ------------------------------------------------------------------------

async function abrirHoras(usuario) {
  estado.usuario = usuario;
  persona = usuario.rut;
  $("ingreso").hidden = true;
  $("horas").hidden = false;
  $("quien").textContent = nombreCompleto(usuario);
  if (soyAdministrador()) await cargarPersonas();
  await refrescar();
}

/** Un Administrador mira y corrige las de todos; un Cajero, las suyas. */
async function cargarPersonas() {
  const [cajeros, administradores] = await Promise.all(["Cajero", "Administrador"].map((tipo) =>
    pedirYo("GET", `/users?tipo_usuario=${tipo}&estado=Activo&limit=500`)));
  const todos = [...administradores, ...cajeros].sort((a, b) =>
    nombreCompleto(a).localeCompare(nombreCompleto(b), "es"));
  $("persona").replaceChildren(...todos.map((uno) =>
    el("option", { value: uno.rut, selected: uno.rut === persona }, `${nombreCompleto(uno)} (${rutBonito(uno.rut)})`)));
  $("persona-campo").hidden = false;
}

function pedirClave() {
  $("horas").hidden = true;
  $("ingreso").hidden = false;
  $("ingreso-rut").focus();
}

function preparar() {
  alEntrar(async (sesion) => {
    if (sesion.usuario.tipo_usuario === "Cliente") {
      await salir(sesion.rut);
      throw new Error("Esta página es de quienes trabajan en la tienda");
    }
    await poner("valores", sesion.rut, RESPALDO);
    $("ingreso-clave").value = "";
    await abrirHoras(sesion.usuario);
  });
  $("persona").addEventListener("change", () => { persona = $("persona").value; refrescar(); });
  $("semana-anterior").addEventListener("click", () => irA(mover(lunes, -7)));
  $("semana-siguiente").addEventListener("click", () => irA(mover(lunes, 7)));
  $("boton-marcar").addEventListener("click", marcar);
  $("boton-salir").addEventListener("click", async () => {
    // La sesión de la caja no es de esta página: salir de aquí no la cierra.
    if ((await leer("valores", "en_caja")) !== yo()) await salir(yo());
    await poner("valores", null, RESPALDO);
    location.assign("/caja/");
  });
  escuchar({ sesionPerdida: pedirClave });
}

/** Quien está en la caja, si no está bloqueada; si no, quien entró aquí. */
async function quienEsta() {
  const enCaja = (await leer("valores", "bloqueada")) ? null : await leer("valores", "en_caja");
  for (const rut of [enCaja, await leer("valores", RESPALDO)]) {
    const sesion = rut && (await leer("sesiones", rut));
    if (sesion && !sesion.vencida) return sesion;
  }
  return null;
}

preparar();
const sesion = await quienEsta();
if (sesion) {
  // La ficha de la sesión puede ser vieja: el rol lo dice el servidor.
  const usuario = await pedir(sesion.rut, "GET", "/profile").catch(() => sesion.usuario);
  await abrirHoras(usuario);
} else pedirClave();
