/**
 * Sirve la caja sin red. `VERSION`, `PAGINAS` y `ARCHIVOS` los antepone el servidor: una versión se guarda
 * entera o no se guarda, y las páginas y sus módulos son siempre de la misma.
 */

const ALMACEN = `caja-${VERSION}`;

self.addEventListener("install", (evento) => {
  evento.waitUntil((async () => {
    const almacen = await caches.open(ALMACEN);
    await almacen.addAll([...PAGINAS, ...ARCHIVOS].map((ruta) => new Request(ruta, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (evento) => {
  evento.waitUntil((async () => {
    const viejos = (await caches.keys()).filter((nombre) => nombre.startsWith("caja-") && nombre !== ALMACEN);
    await Promise.all(viejos.map((nombre) => caches.delete(nombre)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (evento) => {
  const { request } = evento;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const ruta = request.mode === "navigate" ? `${pathname.replace(/\/+$/, "")}/` : pathname;
  if (PAGINAS.includes(ruta) || ARCHIVOS.includes(ruta)) evento.respondWith(guardado(ruta, request));
});

async function guardado(ruta, request) {
  const almacen = await caches.open(ALMACEN);
  return (await almacen.match(ruta)) ?? fetch(request);
}
