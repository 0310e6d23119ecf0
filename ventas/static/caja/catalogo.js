/** La copia del catálogo: en memoria para leer al instante, y en IndexedDB para vender sin servidor. */

import { pedirEntera } from "./api.js";
import { de, juntos, leer, todos } from "./base.js";
import { claveDeCodigo } from "./codigos.js";
import { plano } from "./dom.js";

const porId = new Map();
const porClave = new Map();
const RESULTADOS = 30;

function indexar(producto) {
  const previo = porId.get(producto.id_producto);
  for (const codigo of previo?.codigos ?? []) porClave.delete(claveDeCodigo(codigo));
  porId.set(producto.id_producto, producto);
  for (const codigo of producto.codigos) {
    const clave = claveDeCodigo(codigo);
    if (clave) porClave.set(clave, producto);
  }
}

/** Lo que se guarda de una ficha de la API. */
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

export async function cargar() {
  for (const producto of await todos("productos")) indexar(producto);
  return porId.size;
}

/** Trae todo el catálogo del servidor y reemplaza la copia. */
export async function actualizar(rut) {
  const fichas = [];
  let ruta = "/products?limit=1000&estado=Activo";
  while (ruta) {
    const { datos, cabeceras } = await pedirEntera(rut, "GET", ruta, { plazo: 30000 });
    fichas.push(...datos.map(copiar));
    ruta = siguiente(cabeceras.get("Link"));
  }
  const vigentes = new Set(fichas.map((producto) => producto.id_producto));
  await juntos(["productos", "valores"], async ({ productos, valores }) => {
    for (const id of await de(productos.getAllKeys())) if (!vigentes.has(id)) productos.delete(id);
    for (const producto of fichas) productos.put(producto);
    valores.put(new Date().toISOString(), "catalogo_al");
  });
  porId.clear();
  porClave.clear();
  fichas.forEach(indexar);
  return fichas.length;
}

function siguiente(enlaces) {
  const enlace = (enlaces ?? "").split(",").find((parte) => parte.includes('rel="next"'));
  if (!enlace) return null;
  const direccion = new URL(enlace.slice(enlace.indexOf("<") + 1, enlace.indexOf(">")), location.origin);
  return direccion.pathname + direccion.search;
}

/** Lo que llegó por otra vía (un teléfono, una consulta suelta) también queda en la copia. */
export async function recordar(ficha) {
  const producto = copiar(ficha);
  indexar(producto);
  await juntos(["productos"], ({ productos }) => de(productos.put(producto)));
  return producto;
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
