/** La venta en curso de esta pestaña: se guarda a cada cambio, así una recarga o un corte no la pierde. */

import { leer, poner } from "./base.js";
import { cobrar } from "./dinero.js";

const BORRADORES = 8;
/** Lo que se espera a que se suelte el de esta misma pestaña; más, y lo tiene otra, duplicada de ésta. */
const SOLTARLO_MS = 2000;
const oyentes = new Set();

/** `cliente`: {id_usuario, rut, nombre, puntos}; `porcentaje` en centésimas de %. */
const vacia = () => ({ lineas: [], cliente: null, porcentaje: 0, corrige: null });

export let venta = vacia();
let borrador = "borrador:0";

/**
 * Cada pestaña escribe su propio borrador, y recargada vuelve al suyo. Al abrir la caja de nuevo, la primera
 * pestaña retoma el primero.
 */
async function elegirBorrador() {
  if (!navigator.locks) return;
  const suyo = sessionStorage.getItem("borrador");
  // La página de antes de recargar puede no haberlo soltado todavía.
  if (!suyo || !(await tomarBorrador(suyo, { signal: AbortSignal.timeout(SOLTARLO_MS) }))) {
    for (let n = 0; n < BORRADORES; n += 1) {
      if (await tomarBorrador(`borrador:${n}`, { ifAvailable: true })) break;
    }
  }
  sessionStorage.setItem("borrador", borrador);
}

/** Lo deja tomado mientras viva la pestaña. Falso si otra lo tiene. */
async function tomarBorrador(nombre, opciones) {
  const mio = await new Promise((bien) => {
    navigator.locks.request(nombre, opciones, (candado) => {
      bien(Boolean(candado));
      return candado ? new Promise(() => {}) : undefined;
    }).catch(() => bien(false));
  });
  if (mio) borrador = nombre;
  return mio;
}

export async function retomarBorrador() {
  await elegirBorrador();
  venta = (await leer("valores", borrador)) ?? vacia();
  anunciar();
}

export const nombreDelBorrador = () => borrador;
export const alCambiar = (oyente) => oyentes.add(oyente);

function anunciar(cambio = {}) {
  for (const oyente of oyentes) oyente(cambio);
}

/** Aplica `cambiar(venta)`, lo muestra y lo guarda. */
export function editar(cambiar) {
  const cambio = cambiar(venta) ?? {};
  anunciar(cambio);
  return poner("valores", venta, borrador);
}

/** Otra venta en su lugar, ya guardada por quien llama (en la misma transacción que lo demás). */
export function reemplazar(otra = vacia()) {
  venta = otra;
  anunciar({ reemplazada: true });
}

export const ventaVacia = vacia;

/** Agrega un producto: suma a su línea si ya está, o abre una al final. Devuelve su posición. */
export function agregar(producto, milesimas = 1000, etiqueta = null) {
  let indice;
  editar((v) => {
    indice = etiqueta ? -1 : v.lineas.findIndex(
      (l) => l.id_producto === producto.id_producto && !l.etiqueta && !l.precioManual && l.precio === producto.precio);
    if (indice >= 0) v.lineas[indice].milesimas += milesimas;
    else indice = v.lineas.push(lineaDe(producto, milesimas, etiqueta)) - 1;
    return { indice };
  });
  return indice;
}

function lineaDe(producto, milesimas, etiqueta) {
  return {
    id_producto: producto.id_producto,
    codigo: producto.codigos[0] ?? "",
    nombre: producto.nombre,
    precio: producto.precio,
    precio_lista: producto.precio_lista,
    por_kilo: producto.por_kilo,
    exenta: producto.exenta,
    milesimas: etiqueta ? etiqueta.milesimas : milesimas,
    precioEtiqueta: etiqueta?.precio ?? undefined,
    etiqueta: etiqueta?.codigo ?? null,
  };
}

export function cambiarCantidad(indice, milesimas) {
  return editar((v) => {
    if (milesimas <= 0) v.lineas.splice(indice, 1);
    else v.lineas[indice].milesimas = milesimas;
    return { indice: Math.min(indice, v.lineas.length - 1) };
  });
}

/** Un precio puesto a mano en una línea, CLP por unidad o kilo; `null`, el de la tienda otra vez. */
export function ponerPrecio(indice, precio, deLaTienda) {
  return editar((v) => {
    v.lineas[indice].precioManual = precio !== null;
    v.lineas[indice].precio = precio ?? deLaTienda;
    return { indice };
  });
}

/**
 * Pone a cada línea el precio que rige, según `precioDe(id)` (CLP, o `undefined` si no se sabe).
 * @returns {{nombre: string, antes: number, ahora: number}[]} lo que cambió.
 */
export function ponerPreciosAlDia(precioDe) {
  const cambios = [];
  const cambia = (linea) => {
    const ahora = precioDe(linea.id_producto);
    return !linea.precioManual && linea.precioEtiqueta === undefined && ahora !== undefined && ahora !== linea.precio;
  };
  if (!venta.lineas.some(cambia)) return cambios;
  editar((v) => {
    for (const linea of v.lineas.filter(cambia)) {
      const ahora = precioDe(linea.id_producto);
      cambios.push({ nombre: linea.nombre, antes: linea.precio, ahora });
      linea.precio = ahora;
    }
  });
  return cambios;
}

/** Totales de la venta en curso (ver `dinero.cobrar`). */
export const totales = (v = venta) => cobrar(v.lineas, { porcentaje: v.porcentaje });

/** El cuerpo de `POST /ventas-detalle`. `pagos`: [{id_forma_pago, monto, recibido?}]. */
export function pedidoDe(v, pagos, { horaDeCaja, idTurno }) {
  const precios = preciosDe(v, (linea) => linea.precioManual);
  return {
    id_tipodocumento: 1,
    ...(v.cliente ? { id_cliente: v.cliente.id_usuario } : {}),
    ...(v.porcentaje ? { porcentaje: v.porcentaje / 100 } : {}),
    ...(idTurno ? { id_turno: idTurno } : {}),
    hora_de_caja: horaDeCaja,
    total_esperado: totales(v).total,
    pagos,
    ...(Object.keys(precios).length ? { precios } : {}),
    productos: v.lineas.map(pedidoDeLinea),
  };
}

function pedidoDeLinea(linea) {
  if (linea.etiqueta) return { codigo_barras: linea.etiqueta, cantidad: 1 };
  const cantidad = linea.milesimas / 1000;
  if (!linea.miscelaneo) return { id_producto: linea.id_producto, cantidad };
  return {
    miscelaneo: true, nombre: linea.nombre, precio: linea.precio, cantidad,
    ...(linea.codigo ? { codigo_barras: linea.codigo } : {}),
  };
}

/** Número de línea (desde 1) → CLP, de las líneas que `cuales` diga; la etiqueta ya trae su precio. */
export const preciosDe = (v, cuales) => Object.fromEntries(v.lineas.flatMap((linea, i) =>
  (linea.precioEtiqueta === undefined && !linea.miscelaneo && cuales(linea) ? [[String(i + 1), linea.precio]] : [])));
