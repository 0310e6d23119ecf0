/** Entrar con RUT y contraseña a una página que no es la caja (la caja tiene además su PIN: `vistas/ingreso.js`). */

import { entrar } from "./api.js";
import { $ } from "./dom.js";

/** `listo(sesion)` se llama con quien entró; lo que lance se dice junto al formulario. */
export function alEntrar(listo) {
  $("formulario-ingreso").addEventListener("submit", async (evento) => {
    evento.preventDefault();
    $("ingreso-error").textContent = "";
    try {
      await listo(await entrar($("ingreso-rut").value, { contrasena: $("ingreso-clave").value }));
    } catch (error) {
      $("ingreso-error").textContent = error.message;
      $("ingreso-clave").focus();
    }
  });
}
