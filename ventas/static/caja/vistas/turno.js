/** El turno de caja: abrir con su fondo, meter y sacar dinero con un motivo, y cerrar contando a ciegas. */

import { ErrorDeApi } from "../api.js";
import { identificador, leer, poner } from "../base.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { $, aPesos, avisar, clp, el } from "../dom.js";
import { estado, nombreCompleto, pedirYo, soyAdministrador, yo } from "../estado.js";
import { centrado, imprimir, par } from "../imprimir.js";
import { sonar } from "../sonido.js";

const FORMAS = { 1: "Crédito", 2: "Efectivo", 3: "Débito", 4: "Puntos" };

/** El turno abierto de quien está en la caja, según el servidor o, sin él, según lo último que dijo. */
export async function cargarTurno() {
  const guardado = `turno:${yo()}`;
  try {
    estado.turno = await pedirYo("GET", "/turnos/actual");
    await poner("valores", estado.turno, guardado);
  } catch (error) {
    if (error instanceof ErrorDeApi) {
      estado.turno = null;
      await poner("valores", null, guardado);
    } else {
      estado.turno = (await leer("valores", guardado)) ?? null;
    }
  }
  pintarTurno();
}

function pintarTurno() {
  $("barra-caja").textContent = estado.turno?.caja ?? (estado.ajustes.exige_turno ? "Sin turno abierto" : "");
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

export async function abrirTurno() {
  let cajas;
  try {
    cajas = (await pedirYo("GET", "/cajas")).filter((caja) => caja.estado === "Activo");
  } catch (error) {
    return avisar(error.message, "mal");
  }
  const ultima = await leer("valores", "ultima_caja");
  const elegir = el("select", { id: "turno-caja" }, cajas.map((caja) => el("option", {
    value: String(caja.id_caja), selected: caja.id_caja === ultima, disabled: Boolean(caja.turno),
  }, caja.nombre + (caja.turno ? ` (la tiene ${caja.turno.cajero})` : ""))));
  const nueva = campo("Nombre de la caja", { name: "caja", value: "Caja 1" });
  const fondo = campo("Fondo inicial en el cajón", { name: "fondo", inputmode: "numeric", autofocus: true });
  const error = el("p", { class: "error", role: "alert" });
  const abrir = async () => {
    const monto = aPesos(fondo.valor);
    if (monto === null) return fondo.fallar("Cuente el cajón y escriba los pesos");
    const bien = await intentar(error, async () => {
      const caja = cajas.length ? Number(elegir.value)
        : (await pedirYo("POST", "/cajas", { cuerpo: { nombre: nueva.valor } })).id_caja;
      await ponerTurno(await pedirYo("POST", "/turnos", { cuerpo: { id_caja: caja, fondo_inicial: monto } }));
      await poner("valores", caja, "ultima_caja");
    });
    if (!bien) return;
    dialogo.cerrar();
    avisar(`Turno abierto en ${estado.turno.caja} con ${clp(monto)}`);
  };
  const dialogo = abrirDialogo({ titulo: "Abrir el turno", clase: "chico", teclas: { Enter: abrir } },
    cajas.length ? el("div", { class: "campo" }, el("label", { for: "turno-caja" }, "Caja"), elegir)
      : soyAdministrador() ? nueva.nodo : el("p", { class: "bloque aviso" }, "Todavía no hay cajas: las crea un Administrador."),
    fondo.nodo, error,
    el("div", { class: "botones" }, boton("Abrir el turno", "Enter", abrir, { class: "principal" })));
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
    titulo: tipo === "retiro" ? "Sacar dinero de la caja" : "Meter dinero a la caja", clase: "chico", teclas: { Enter: anotar },
  }, monto.nodo, motivo.nodo, error,
  el("div", { class: "botones" }, boton("Anotar", "Enter", anotar, { class: "principal" })));
}

export function cerrarTurno() {
  if (estado.pendientes + estado.conflictos) {
    return avisar("Hay ventas por enviar: el turno se cierra cuando estén todas en el servidor", "aviso");
  }
  const campos = estado.ajustes.denominaciones.map((valor, i) => {
    const uno = campo(`${clp(valor)} ×`, { name: `den-${valor}`, inputmode: "numeric", autofocus: i === 0 });
    return { valor, uno };
  });
  const contado = el("p", { class: "monto-grande", role: "status" }, clp(0));
  const comentario = campo("Comentario (si hace falta)", { name: "comentario", maxlength: "500" });
  const error = el("p", { class: "error", role: "alert" });
  const contar = () => Object.fromEntries(campos.map(({ valor, uno }) => [String(valor), aPesos(uno.valor || "0")]));
  const suma = () => Object.entries(contar()).reduce((n, [valor, cuantos]) => n + Number(valor) * (cuantos ?? 0), 0);
  for (const { uno } of campos) uno.entrada.addEventListener("input", () => { contado.textContent = clp(suma()); });
  const cerrar = async () => {
    const malo = campos.find(({ uno }) => uno.valor && aPesos(uno.valor) === null);
    if (malo) return malo.uno.fallar("Debe ser un número");
    let z;
    const bien = await intentar(error, async () => {
      z = await pedirYo("POST", `/turnos/${estado.turno.id_turno}/cierre`, {
        cuerpo: { conteo: contar(), comentario: comentario.valor.trim() },
      });
      await ponerTurno(null);
    });
    if (!bien) return;
    dialogo.cerrar();
    mostrarZ(z);
  };
  const dialogo = abrirDialogo({ titulo: "Cerrar el turno", teclas: { Enter: cerrar } },
    el("p", { class: "bloque" }, "Cuente lo que hay en el cajón, con el fondo. Cuánto debía haber se sabe después de guardar el conteo."),
    el("div", { class: "denominaciones" }, campos.map(({ uno }) => uno.nodo)),
    el("div", { class: "bloque" }, el("p", {}, "Contado"), contado),
    comentario.nodo, error,
    el("div", { class: "botones" }, boton("Guardar el conteo y cerrar", "Enter", cerrar, { class: "principal", "data-accion": "cerrar-turno" })));
}

/** El Z, en pantalla y por imprimir. */
export function mostrarZ(z) {
  const filas = [
    ["Ventas", `${z.ventas} · ${clp(z.vendido)}`],
    ["Devoluciones", `${z.devoluciones} · ${clp(z.devuelto)}`],
    ...z.pagos.map((pago) => [FORMAS[pago.id_forma_pago], clp(pago.monto)]),
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
  el("p", { class: "nota" }, `${z.caja} · ${z.cajero} · registros sellados hasta el ${z.cabeza_registros.secuencia}`),
  el("div", { class: "botones" }, boton("Imprimir", "I", () => imprimirZ(z, filas, diferencia)),
    boton("Listo", "Enter", () => dialogo.cerrar(), { class: "principal", autofocus: true })));
}

function imprimirZ(z, filas, diferencia) {
  imprimir([
    centrado(document.body.dataset.tienda, "fuerte"), centrado(`INFORME Z N° ${z.numero_z}`, "grande"),
    par("Caja", z.caja), par("Cajero", z.cajero ?? nombreCompleto(estado.usuario)),
    par("Abierto", new Date(z.desde).toLocaleString("es-CL")), par("Cerrado", new Date(z.cerrado).toLocaleString("es-CL")),
    { clase: "raya" }, ...filas.map(([rotulo, valor]) => par(rotulo, valor)),
    par(diferencia.toUpperCase(), clp(Math.abs(z.diferencia)), "grande"),
    { clase: "raya" }, ...Object.entries(z.conteo).filter(([, n]) => n).map(([valor, n]) => par(`${clp(Number(valor))} × ${n}`, clp(valor * n))),
    { clase: "raya" }, ...z.folios.map((f) => par(`${f.documento} (${f.cuantos})`, `${f.desde} a ${f.hasta}`)),
    centrado(`Registros ${z.cabeza_registros.secuencia}`), centrado(z.cabeza_registros.hash),
  ]);
}
