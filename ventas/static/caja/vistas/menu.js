/** F10: lo que se hace pocas veces al día. */

import { abrirDialogo, boton, confirmar } from "../dialogo.js";
import { el } from "../dom.js";
import { estado, soyAdministrador } from "../estado.js";
import { abrirAprobaciones } from "./aprobaciones.js";
import { abrirDesconocido, vendeSinFicha } from "./desconocido.js";
import { abrirDevolucion } from "./devolucion.js";
import { abrirPendientes } from "./pendientes.js";
import { abrirPin } from "./pin.js";
import { abrirElTurno } from "./turno.js";
import { abrirInformes } from "./z.js";

/** 1 a 9, y 0 la décima. */
const tecla = (i) => String((i + 1) % 10);

export function abrirMenu(cerrarSesion) {
  const opciones = [
    [estado.turno ? "Turno de caja" : "Abrir el turno", abrirElTurno],
    ["Informes Z", abrirInformes],
    ...(soyAdministrador() ? [["Por aprobar", abrirAprobaciones]] : []),
    ...(vendeSinFicha() ? [["Vender sin ficha", () => abrirDesconocido()]] : []),
    ["Últimas boletas", abrirDevolucion],
    ["Ventas por enviar", abrirPendientes],
    ["Horas del personal", () => open("/caja/horas/", "horas")],
    ["Pantalla del cliente", () => open("/caja/cliente/", "cliente")],
    ["Mi PIN", abrirPin],
    ["Salir de la caja", async () => {
      const detalle = estado.turno ? "El turno sigue abierto: podrá retomarlo al volver a entrar." : "Para volver hará falta la contraseña.";
      if (await confirmar("Salir de la caja", detalle, { si: "Salir", no: "Quedarme" })) await cerrarSesion();
    }],
  ];
  const teclas = Object.fromEntries(opciones.map(([, hacer], i) => [tecla(i), () => elegir(hacer)]));
  const elegir = (hacer) => { dialogo.cerrar(); hacer(); };
  const dialogo = abrirDialogo({ titulo: "Menú", clase: "chico", teclas },
    el("ul", { class: "lista" }, opciones.map(([texto, hacer], i) =>
      el("li", {}, boton(texto, tecla(i), () => elegir(hacer), { autofocus: i === 0 })))));
}
