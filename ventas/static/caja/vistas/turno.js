/** El turno de caja: abrir con su fondo, ingresos y retiros con un motivo, y cerrar contando a ciegas. */

import { ErrorDeApi } from "../api.js";
import { identificador, leer, poner } from "../base.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { $, aPesos, avisar, clp, el, hora } from "../dom.js";
import { estado, pedirYo, soyAdministrador, yo } from "../estado.js";
import { sonar } from "../sonido.js";
import { venta } from "../venta.js";
import { abrirInformes, mostrarZ } from "./z.js";

const NUEVA = "nueva";

/** El turno abierto de quien está en la caja, según el servidor o, sin él, según lo último que dijo. */
export async function cargarTurno() {
  const guardado = `turno:${yo()}`;
  // Lo guardado vale mientras el servidor contesta: con la red lenta, no se pide abrir lo que está abierto.
  estado.turno = (await leer("valores", guardado)) ?? null;
  pintarTurno();
  try {
    estado.turno = await pedirYo("GET", "/turnos/actual");
    await poner("valores", estado.turno, guardado);
  } catch (error) {
    if (error instanceof ErrorDeApi) {
      estado.turno = null;
      await poner("valores", null, guardado);
    }
  }
  pintarTurno();
}

function pintarTurno() {
  $("barra-caja").textContent = estado.turno?.caja ?? (estado.ajustes.exige_turno ? "Sin turno abierto" : "");
  $("turno-rotulo").textContent = estado.turno ? "Turno" : "Abrir turno";
}

/** T: el turno abierto y lo que se hace con él; sin ninguno, abrirlo. */
export async function abrirElTurno() {
  await cargarTurno();
  if (!estado.turno) return abrirTurno();
  const { turno } = estado;
  const ir = (hacer) => () => { dialogo.cerrar(); hacer(); };
  const acciones = [
    ["Ingreso de dinero", "I", ir(() => abrirMovimiento("ingreso"))],
    ["Retiro de dinero", "R", ir(() => abrirMovimiento("retiro"))],
    ["Informes Z", "Z", ir(abrirInformes)],
    ["Contar y cerrar", "C", ir(() => cerrarTurno())],
  ];
  const dialogo = abrirDialogo({
    titulo: `Turno en ${turno.caja}`, clase: "chico",
    teclas: Object.fromEntries(acciones.map(([, tecla, hacer]) => [tecla.toLowerCase(), hacer])),
  },
  el("dl", { class: "pares" },
    el("dt", {}, `Fondo inicial, ${hora(turno.desde)}`), el("dd", {}, clp(turno.fondo_inicial)),
    turno.movimientos.flatMap((uno) => [
      el("dt", {}, `${hora(uno.fecha)} ${uno.tipo === "retiro" ? "Retiro" : "Ingreso"}: ${uno.motivo}`),
      el("dd", {}, clp(uno.tipo === "retiro" ? -uno.monto : uno.monto))])),
  el("ul", { class: "lista acciones-turno" }, acciones.map(([texto, tecla, hacer], i) =>
    el("li", {}, boton(texto, tecla, hacer, { autofocus: i === 0 })))));
}

async function ponerTurno(turno) {
  estado.turno = turno;
  await poner("valores", turno, `turno:${yo()}`);
  pintarTurno();
}

/** Corre `hacer` y, si el servidor dice que no, lo muestra en `donde`. Devuelve si salió bien. */
async function intentar(donde, hacer) {
  donde.textContent = "";
  try {
    await hacer();
    return true;
  } catch (error) {
    sonar(false);
    donde.textContent = (error.frases ?? [error.message]).join(". ");
    return false;
  }
}

/** Abre el turno; termina al cerrarse la ventana. `motivo`: por qué se pide ahora. */
export async function abrirTurno(motivo = "") {
  let cajas;
  try {
    cajas = (await pedirYo("GET", "/cajas")).filter((caja) => caja.estado === "Activo");
  } catch (error) {
    return avisar(error.message, "mal");
  }
  const crea = soyAdministrador();
  const ultima = await leer("valores", "ultima_caja");
  const libres = cajas.filter((caja) => !caja.turno);
  const elegida = libres.find((caja) => caja.id_caja === ultima) ?? libres[0];
  const elegir = el("select", { id: "turno-caja", onchange: () => mostrarNueva() },
    cajas.map((caja) => el("option", {
      value: String(caja.id_caja), selected: caja === elegida, disabled: Boolean(caja.turno),
    }, caja.nombre + (caja.turno ? ` (la tiene ${caja.turno.cajero})` : ""))),
    crea && el("option", { value: NUEVA, selected: !elegida }, "Otra, que se crea ahora"));
  const nueva = campo("Nombre de la caja", { name: "caja", value: `Caja ${cajas.length + 1}` });
  const fondo = campo("Fondo inicial en el cajón", { name: "fondo", inputmode: "numeric", autofocus: true });
  const error = el("p", { class: "error", role: "alert" });
  const mostrarNueva = () => { nueva.nodo.hidden = elegir.value !== NUEVA; };
  mostrarNueva();
  const abrir = async () => {
    const monto = aPesos(fondo.valor);
    if (monto === null) return fondo.fallar("Cuente el cajón y escriba los pesos");
    const bien = await intentar(error, async () => {
      const caja = elegir.value !== NUEVA ? Number(elegir.value)
        : (await pedirYo("POST", "/cajas", { cuerpo: { nombre: nueva.valor } })).id_caja;
      await ponerTurno(await pedirYo("POST", "/turnos", { cuerpo: { id_caja: caja, fondo_inicial: monto } }));
      await poner("valores", caja, "ultima_caja");
    });
    if (!bien) return;
    dialogo.cerrar();
    avisar(`Turno abierto en ${estado.turno.caja} con ${clp(monto)}`);
  };
  const sePuede = Boolean(elegida) || crea;
  const dialogo = abrirDialogo({ titulo: "Abrir el turno", clase: "chico", teclas: sePuede ? { Enter: abrir } : {} },
    motivo && el("p", { class: "bloque aviso" }, motivo),
    ...(sePuede
      ? [el("div", { class: "campo" }, el("label", { for: "turno-caja" }, "Caja"), elegir), nueva.nodo, fondo.nodo, error]
      : [el("p", { class: "bloque aviso" }, cajas.length
        ? `Todas las cajas están tomadas: ${cajas.map((caja) => `${caja.nombre}, ${caja.turno.cajero}`).join("; ")}.`
        : "Todavía no hay cajas: la primera la crea un Administrador, abriendo aquí su turno.")]),
    el("div", { class: "botones" },
      boton("Informes Z", null, () => { dialogo.cerrar(); abrirInformes(); }),
      sePuede && boton("Abrir el turno", "Enter", abrir, { class: "principal" })));
  await dialogo.resultado;
}

export function abrirMovimiento(tipo) {
  const monto = campo("Monto", { name: "monto-movimiento", inputmode: "numeric", autofocus: true });
  const motivo = campo("Motivo", { name: "motivo-movimiento", maxlength: "200" });
  const error = el("p", { class: "error", role: "alert" });
  const clave = identificador();
  const anotar = async () => {
    const pesos = aPesos(monto.valor);
    if (!pesos) return monto.fallar("Escriba los pesos");
    if (!motivo.valor.trim()) return motivo.fallar("Escriba el motivo");
    const bien = await intentar(error, () => pedirYo("POST", `/turnos/${estado.turno.id_turno}/movimientos`, {
      cuerpo: { tipo, monto: pesos, motivo: motivo.valor.trim() }, clave,
    }));
    if (!bien) return;
    dialogo.cerrar();
    avisar(`${tipo === "retiro" ? "Retiro" : "Ingreso"} de ${clp(pesos)} anotado`);
  };
  const dialogo = abrirDialogo({
    titulo: tipo === "retiro" ? "Retiro de dinero" : "Ingreso de dinero", clase: "chico", teclas: { Enter: anotar },
  }, monto.nodo, motivo.nodo, error,
  el("div", { class: "botones" }, boton("Anotar", "Enter", anotar, { class: "principal" })));
}

/** Cuenta el cajón y cierra; el propio o, un Administrador, el que otra persona dejó abierto. */
export function cerrarTurno(turno = estado.turno) {
  const propio = turno.id_turno === estado.turno?.id_turno;
  if (propio && estado.pendientes + estado.conflictos) {
    return avisar("Hay ventas por enviar: el turno se cierra cuando estén todas en el servidor", "aviso");
  }
  if (propio && venta.lineas.length) {
    return avisar("Hay una venta en la caja: termínela o déjela en espera (F8) antes de cerrar el turno", "aviso");
  }
  const campos = estado.ajustes.denominaciones.map((valor, i) => {
    const uno = campo(`${clp(valor)} ×`, { name: `den-${valor}`, inputmode: "numeric", autofocus: i === 0 });
    return { valor, uno };
  });
  const contado = el("p", { class: "monto-grande", role: "status" }, clp(0));
  const comentario = campo("Comentario (si hace falta)", { name: "comentario", maxlength: "500" });
  const error = el("p", { class: "error", role: "alert" });
  // Repetir el mismo conteo, si la respuesta se perdió, trae el mismo Z.
  let clave = identificador();
  const contar = () => Object.fromEntries(campos.map(({ valor, uno }) => [String(valor), aPesos(uno.valor || "0")]));
  const suma = () => Object.entries(contar()).reduce((n, [valor, cuantos]) => n + Number(valor) * (cuantos ?? 0), 0);
  for (const { uno } of campos) {
    uno.entrada.addEventListener("input", () => {
      contado.textContent = clp(suma());
      clave = identificador();
    });
  }
  comentario.entrada.addEventListener("input", () => { clave = identificador(); });
  const cerrar = async () => {
    const malo = campos.find(({ uno }) => uno.valor && aPesos(uno.valor) === null);
    if (malo) return malo.uno.fallar("Debe ser un número");
    let z;
    const bien = await intentar(error, async () => {
      z = await pedirYo("POST", `/turnos/${turno.id_turno}/cierre`, {
        cuerpo: { conteo: contar(), comentario: comentario.valor.trim() }, clave,
      });
      if (propio) await ponerTurno(null);
    });
    if (!bien) return;
    dialogo.cerrar();
    mostrarZ(z);
  };
  const dialogo = abrirDialogo({ titulo: `Cerrar el turno en ${turno.caja}`, teclas: { Enter: cerrar } },
    el("p", { class: "bloque" }, "Cuente lo que hay en el cajón, con el fondo. Cuánto debía haber se sabe después de guardar el conteo."),
    el("div", { class: "denominaciones" }, campos.map(({ uno }) => uno.nodo)),
    el("div", { class: "bloque" }, el("p", {}, "Contado"), contado),
    comentario.nodo, error,
    el("div", { class: "botones" }, boton("Guardar el conteo y cerrar", "Enter", cerrar, { class: "principal", "data-accion": "cerrar-turno" })));
}
