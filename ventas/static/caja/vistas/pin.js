/** Poner o cambiar el PIN propio: con él se desbloquea la caja y se entra desde ella. */

import { poner } from "../base.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { avisar, el } from "../dom.js";
import { pedirYo, yo } from "../estado.js";
import { recordarAqui } from "../secreto.js";

export function abrirPin() {
  const secreto = { type: "password", inputmode: "numeric", maxlength: "8" };
  const nuevo = campo("PIN nuevo, de 4 a 8 números", { ...secreto, name: "pin-nuevo", autofocus: true });
  const otra = campo("El mismo PIN otra vez", { ...secreto, name: "pin-otra-vez" });
  const clave = campo("Su contraseña", { name: "pin-clave", type: "password", autocomplete: "current-password" });
  const guardar = async () => {
    for (const uno of [nuevo, otra, clave]) uno.fallar("");
    if (!/^\d{4,8}$/.test(nuevo.valor)) return nuevo.fallar("Son de 4 a 8 números");
    if (otra.valor !== nuevo.valor) return otra.fallar("No es el mismo");
    if (!clave.valor) return clave.fallar("Escriba su contraseña");
    try {
      await pedirYo("PUT", `/users/${yo()}/pin`, { cuerpo: { pin: nuevo.valor, contrasena: clave.valor } });
    } catch (error) {
      const delPin = error.errores?.pin;
      return delPin ? nuevo.fallar(delPin.join(". ")) : clave.fallar(error.message);
    }
    await poner("valores", "pin", `modo:${yo()}`);
    recordarAqui(yo(), "pin", nuevo.valor).catch(() => {});
    dialogo.cerrar();
    avisar("PIN guardado: con él se desbloquea esta caja");
  };
  const dialogo = abrirDialogo({ titulo: "Mi PIN", clase: "chico", teclas: { Enter: guardar } },
    nuevo.nodo, otra.nodo, clave.nodo,
    el("div", { class: "botones" }, boton("Guardar", "Enter", guardar, { class: "principal" })));
}
