/** Lo que la caja guarda en este equipo (IndexedDB): sobrevive a recargas, cortes y cierres a la fuerza. */

const NOMBRE = "inventario-caja";
const VERSION = 1;

let abierta = null;

function abrir() {
  abierta ??= new Promise((bien, mal) => {
    const pedido = indexedDB.open(NOMBRE, VERSION);
    pedido.onupgradeneeded = () => {
      const base = pedido.result;
      base.createObjectStore("valores");
      base.createObjectStore("productos", { keyPath: "id_producto" });
      base.createObjectStore("sesiones", { keyPath: "rut" });
      base.createObjectStore("salidas", { keyPath: "orden", autoIncrement: true })
        .createIndex("clave", "clave", { unique: true });
      base.createObjectStore("aparcadas", { keyPath: "id", autoIncrement: true });
    };
    pedido.onsuccess = () => bien(pedido.result);
    pedido.onerror = () => mal(pedido.error);
  });
  return abierta;
}

/** El resultado de un pedido de IndexedDB. */
export const de = (pedido) => new Promise((bien, mal) => {
  pedido.onsuccess = () => bien(pedido.result);
  pedido.onerror = () => mal(pedido.error);
});

/**
 * Corre `hacer` en una transacción de escritura sobre `almacenes`; termina cuando ya está en el disco.
 * `hacer` recibe los almacenes por nombre, y sólo puede esperar pedidos de esa misma transacción.
 */
export async function juntos(almacenes, hacer) {
  const base = await abrir();
  const transaccion = base.transaction(almacenes, "readwrite", { durability: "strict" });
  const lista = new Promise((bien, mal) => {
    transaccion.oncomplete = bien;
    transaccion.onerror = () => mal(transaccion.error);
    transaccion.onabort = () => mal(transaccion.error ?? new Error("transacción deshecha"));
  });
  const resultado = await hacer(
    Object.fromEntries(almacenes.map((nombre) => [nombre, transaccion.objectStore(nombre)])),
  );
  // Dicho ya, lo escrito queda aunque la página se recargue o se cierre antes de saberlo.
  transaccion.commit();
  await lista;
  return resultado;
}

export async function leer(almacen, clave) {
  return de((await abrir()).transaction(almacen).objectStore(almacen).get(clave));
}

export async function todos(almacen) {
  return de((await abrir()).transaction(almacen).objectStore(almacen).getAll());
}

export const poner = (almacen, valor, clave) => juntos([almacen], (en) => void en[almacen].put(valor, clave));

export const borrar = (almacen, clave) => juntos([almacen], (en) => void en[almacen].delete(clave));

/** Que el navegador no bote lo guardado cuando le falte espacio. */
export async function conservar() {
  await navigator.storage?.persist?.();
}

/**
 * Corre `hacer` sin que otra pestaña de esta caja esté en lo mismo. Sin Web Locks (http sin cifrar), una
 * fila con vencimiento hace de candado.
 * @returns el resultado, o `undefined` si otra pestaña lo tiene y `esperar` es falso.
 */
export async function aSolas(nombre, hacer, { esperar = true } = {}) {
  if (navigator.locks) {
    return navigator.locks.request(nombre, { ifAvailable: !esperar }, (candado) =>
      candado ? hacer() : undefined);
  }
  const yo = identificador();
  while (!(await tomar(nombre, yo))) {
    if (!esperar) return undefined;
    await new Promise((bien) => setTimeout(bien, 200));
  }
  const renovar = setInterval(() => tomar(nombre, yo), 3000);
  try {
    return await hacer();
  } finally {
    clearInterval(renovar);
    await borrar("valores", `candado:${nombre}`);
  }
}

const tomar = (nombre, yo) => juntos(["valores"], async ({ valores }) => {
  const actual = await de(valores.get(`candado:${nombre}`));
  if (actual && actual.quien !== yo && actual.vence > Date.now()) return false;
  valores.put({ quien: yo, vence: Date.now() + 10000 }, `candado:${nombre}`);
  return true;
});

/** Un id al azar (UUID v4); `crypto.randomUUID` no existe en http sin cifrar. */
export function identificador() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
