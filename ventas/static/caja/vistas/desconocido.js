/** Lo que se lee y nadie conoce: se envía a aprobar y, si la tienda lo permite, se vende igual. */

import { esPasajero } from "../api.js";
import { de, juntos, leer } from "../base.js";
import { claveDeCodigo } from "../codigos.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { aPesos, avisar, el } from "../dom.js";
import { estado, pedirYo } from "../estado.js";
import { editar } from "../venta.js";

/** Topes del servidor (`ventas/reglas/cobro.py`). */
const PRECIO_MAXIMO = 1000000;
const GUARDADO = "por_aprobar";

export const vendeSinFicha = () => Boolean(estado.ajustes.permite_miscelaneo);

/**
 * Pregunta qué hacer con `codigo`; vacío, vende algo que no tiene código.
 * @param {string} nota por qué se pregunta, si no es porque nadie lo conoce.
 */
export function abrirDesconocido(codigo = "", nota = "") {
  if (codigo && claveDeCodigo(codigo) === null) {
    avisar(`${codigo}: no se leyó bien, escanéelo otra vez`, "mal");
    return;
  }
  const nombre = campo("Qué es", { name: "nombre", maxlength: "120", autofocus: true });
  const precio = campo(vendeSinFicha() ? "Precio" : "Precio sugerido", { name: "precio", inputmode: "numeric" });
  const avisarle = el("input", { type: "checkbox", id: "enviar-a-aprobar", checked: true });
  const leer = (exigirPrecio) => {
    nombre.fallar("");
    precio.fallar("");
    const pesos = aPesos(precio.valor);
    if (!nombre.valor.trim()) return nombre.fallar("Escriba qué es");
    if (!precio.valor.trim() && !exigirPrecio) return { nombre: nombre.valor.trim(), precio: null };
    if (!pesos || pesos > PRECIO_MAXIMO) return precio.fallar("Escriba un precio de $1 a $1.000.000");
    return { nombre: nombre.valor.trim(), precio: pesos };
  };
  const vender = () => {
    const datos = leer(true);
    if (!datos) return;
    dialogo.cerrar();
    agregarSinFicha({ ...datos, codigo });
    if (codigo && avisarle.checked) enviar(codigo, datos);
  };
  const soloEnviar = () => {
    const datos = leer(false);
    if (!datos) return;
    dialogo.cerrar();
    enviar(codigo, datos);
  };
  const dialogo = abrirDialogo(
    { titulo: codigo ? `${codigo}: no está en el catálogo` : "Vender sin ficha", clase: "chico",
      teclas: { Enter: vendeSinFicha() ? vender : soloEnviar } },
    nota && el("p", { class: "nota" }, nota),
    nombre.nodo, precio.nodo,
    codigo && vendeSinFicha() && el("p", {},
      el("label", { class: "marca", for: "enviar-a-aprobar" }, avisarle, " Enviar a un Administrador para que le haga ficha")),
    el("div", { class: "botones" },
      vendeSinFicha()
        ? boton("Vender así", "Enter", vender, { class: "principal" })
        : boton("Enviar a aprobar", "Enter", soloEnviar, { class: "principal" })));
}

/** Una línea sin ficha: suma a la suya si es lo mismo al mismo precio. */
function agregarSinFicha({ codigo, nombre, precio }) {
  return editar((v) => {
    let indice = v.lineas.findIndex(
      (l) => l.miscelaneo && l.codigo === codigo && l.nombre === nombre && l.precio === precio);
    if (indice >= 0) v.lineas[indice].milesimas += 1000;
    else {
      indice = v.lineas.push({
        miscelaneo: true, id_producto: null, codigo, nombre, precio, precio_lista: precio,
        por_kilo: false, exenta: false, milesimas: 1000, etiqueta: null,
      }) - 1;
    }
    return { indice };
  });
}

async function enviar(codigo, { nombre, precio }) {
  const cuerpo = { codigo_barras: codigo, nombre, ...(precio ? { precio_sugerido: precio } : {}) };
  await guardar((todos) => [...todos.filter((uno) => uno.codigo_barras !== codigo), cuerpo]);
  await enviarLoGuardado();
}

/** Manda lo que quedó por aprobar cuando no había red; repetirlo no lo duplica. */
export async function enviarLoGuardado() {
  for (const cuerpo of (await leer("valores", GUARDADO)) ?? []) {
    try {
      avisar((await pedirYo("POST", "/productos-pendientes", { cuerpo })).msg);
    } catch (error) {
      if (esPasajero(error)) {
        avisar("Se enviará a aprobar cuando vuelva la conexión", "aviso");
        return;
      }
      if (error.codigo !== "codigo_conocido") avisar(`No se envió a aprobar: ${error.message}`, "aviso");
    }
    await guardar((todos) => todos.filter((uno) => uno.codigo_barras !== cuerpo.codigo_barras));
  }
}

const guardar = (cambiar) => juntos(["valores"], async ({ valores }) => {
  valores.put(cambiar((await de(valores.get(GUARDADO))) ?? []), GUARDADO);
});
