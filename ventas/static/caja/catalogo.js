/** La copia del catálogo: en memoria para leer al instante, y en IndexedDB para vender sin servidor. */

import { pedir } from "./api.js";
import { de, juntos, leer, todos } from "./base.js";
import { claveDeCodigo } from "./codigos.js";
import { plano } from "./dom.js";

const porId = new Map();
const porClave = new Map();
const RESULTADOS = 30;

function quitar(id) {
  for (const codigo of porId.get(id)?.codigos ?? []) porClave.delete(claveDeCodigo(codigo));
  porId.delete(id);
}

function indexar(producto) {
  quitar(producto.id_producto);
  porId.set(producto.id_producto, producto);
  for (const codigo of producto.codigos) {
    const clave = claveDeCodigo(codigo);
    if (clave) porClave.set(clave, producto);
  }
}

/** Lo que se guarda de una ficha de la API (`/product/…`, o la que trae un teléfono). */
function copiar(ficha) {
  return {
    id_producto: ficha.id_producto,
    nombre: ficha.nombre,
    buscable: plano(ficha.nombre),
    codigos: [ficha.codigo_barras, ...(ficha.codigos_barras ?? [])].filter(Boolean),
    precio: ficha.precio_final,
    precio_lista: ficha.precio_venta,
    stock: ficha.stock,
    por_kilo: ficha.unidad === "kg",
    exenta: ficha.clase_tributaria === "exento",
    activo: ficha.estado_producto === "Activo",
  };
}

/** Lo mismo, de una fila de `/caja/catalogo`. */
const deFila = (fila) => ({
  id_producto: fila.id_producto,
  nombre: fila.nombre,
  buscable: plano(fila.nombre),
  codigos: fila.codigos,
  precio: fila.precio_final,
  precio_lista: fila.precio_venta,
  stock: fila.stock,
  por_kilo: fila.unidad === "kg",
  exenta: fila.exento,
  activo: true,
});

export async function cargar() {
  const inicio = performance.now();
  for (const producto of await todos("productos")) indexar(producto);
  performance.measure("copia", { start: inicio, end: performance.now(), detail: porId.size });
}

/** Trae lo que cambió desde la última vez (o todo, si el servidor lo dice) y lo deja en la copia. */
export async function actualizar(rut) {
  const inicio = performance.now();
  const marca = (await leer("valores", "catalogo_marca")) ?? "";
  const nuevo = await pedir(rut, "GET", `/caja/catalogo?desde=${encodeURIComponent(marca)}`, { plazo: 30000 });
  const filas = nuevo.productos.map(deFila);
  await juntos(["productos", "valores"], ({ productos, valores }) => {
    if (nuevo.completo) productos.clear();
    for (const producto of filas) productos.put(producto);
    for (const id of nuevo.retirados) productos.delete(id);
    valores.put(nuevo.marca, "catalogo_marca");
    valores.put(new Date().toISOString(), "catalogo_al");
  });
  if (nuevo.completo) {
    porId.clear();
    porClave.clear();
  }
  filas.forEach(indexar);
  nuevo.retirados.forEach(quitar);
  performance.measure("catalogo", { start: inicio, end: performance.now(), detail: filas.length });
}

/** Lo que llegó por otra vía (un teléfono, una consulta suelta) también queda en la copia. */
export async function recordar(ficha) {
  const producto = copiar(ficha);
  indexar(producto);
  await juntos(["productos"], ({ productos }) => de(productos.put(producto)));
  return producto;
}

/** Lo que dice un aviso de precios: `{id_producto, precio_final}` de cada producto, CLP. */
export async function cambiaronDePrecio(avisados) {
  const cambiados = avisados.flatMap(({ id_producto: id, precio_final: precio }) =>
    (porId.has(id) ? [{ ...porId.get(id), precio }] : []));
  cambiados.forEach(indexar);
  await juntos(["productos"], ({ productos }) => { for (const uno of cambiados) productos.put(uno); });
}

export const producto = (id) => porId.get(id);
export const deCodigo = (codigo) => porClave.get(claveDeCodigo(codigo));
export const copiadoAl = () => leer("valores", "catalogo_al");

/** Productos con todas las palabras de `texto` en el nombre, o cuyo código parte así. */
export function buscar(texto) {
  const palabras = plano(texto).split(/\s+/).filter(Boolean);
  if (!palabras.length) return [];
  const hallados = [];
  for (const candidato of porId.values()) {
    const porNombre = palabras.every((palabra) => candidato.buscable.includes(palabra));
    if (candidato.activo && (porNombre || candidato.codigos.some((c) => c.startsWith(texto.trim())))) {
      hallados.push(candidato);
      if (hallados.length === RESULTADOS) break;
    }
  }
  return hallados;
}
