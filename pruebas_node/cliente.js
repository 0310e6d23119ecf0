// Un dispositivo con el socket.io-client de npm, sin retoques, manejado por líneas de JSON.
//   node cliente.js URL TOKEN [websocket|polling|…]
// Entra:  {"evento": "scan_request", "datos": {…}}   (con "acuse": true, espera la respuesta)
// Sale:   {"evento": "…", "datos": …} por cada evento, y "connect", "disconnect", "connect_error", "acuse".
const { io } = require("socket.io-client");
const readline = require("node:readline");

const [url, token, transportes] = process.argv.slice(2);
const decir = (evento, datos) => console.log(JSON.stringify({ evento, datos: datos ?? null }));

const socket = io(url, {
  auth: { token },
  reconnectionDelay: 200,
  reconnectionDelayMax: 1000,
  ...(transportes ? { transports: transportes.split(",") } : {}),
});

socket.on("connect", () => decir("connect", { transporte: socket.io.engine.transport.name }));
socket.io.on("open", () => {
  socket.io.engine.on("upgrade", (t) => decir("upgrade", { transporte: t.name }));
});
socket.on("disconnect", (motivo) => decir("disconnect", { motivo }));
socket.on("connect_error", (e) => decir("connect_error", { msg: e.message, datos: e.data }));
socket.onAny((evento, datos) => decir(evento, datos));

readline.createInterface({ input: process.stdin }).on("line", (linea) => {
  const { evento, datos, acuse } = JSON.parse(linea);
  if (acuse) socket.emit(evento, datos, (respuesta) => decir("acuse", respuesta));
  else socket.emit(evento, datos);
}).on("close", () => { socket.close(); process.exit(0); });
