/** Entrar y desbloquear: RUT y contraseña, o PIN donde la caja ya es conocida. */

import { entrar, ErrorDeApi } from "../api.js";
import { leer, poner, todos } from "../base.js";
import { $, rutBonito } from "../dom.js";
import { nombreCompleto } from "../estado.js";
import { calzaAqui, recordarAqui } from "../secreto.js";

let alEntrar = null;
let fijo = null;
let conPin = false;

/** `listo(sesion)` se llama cada vez que alguien entra o desbloquea. */
export function prepararIngreso(listo) {
  alEntrar = listo;
  $("formulario-ingreso").addEventListener("submit", async (evento) => {
    evento.preventDefault();
    const enviar = evento.submitter ?? $("formulario-ingreso").querySelector("[type=submit]");
    enviar.disabled = true;
    try {
      await intentar();
    } finally {
      enviar.disabled = false;
    }
  });
  $("ingreso-otro").addEventListener("click", () => pedirIngreso());
  $("ingreso-modo").addEventListener("click", () => ponerModo(!conPin));
}

/** Muestra la entrada. Con `usuario`, la caja está bloqueada y se espera a esa persona. */
export async function pedirIngreso(usuario = null, aviso = "") {
  fijo = usuario;
  $("caja").hidden = true;
  $("ingreso").hidden = false;
  $("ingreso-error").textContent = aviso;
  $("ingreso-clave").value = "";
  $("ingreso-campo-rut").hidden = Boolean(usuario);
  $("ingreso-otro").hidden = !usuario;
  $("ingreso-quien").textContent = usuario
    ? `Caja bloqueada. Sigue ${nombreCompleto(usuario)}.` : "Entre con su RUT para abrir la caja";
  const dispositivo = await leer("valores", "dispositivo");
  $("ingreso-modo").hidden = !dispositivo;
  ponerModo(Boolean(dispositivo) && Boolean(usuario?.tiene_pin ?? usuario));
  if (!usuario) {
    const [ultima] = (await todos("sesiones")).slice(-1);
    $("ingreso-rut").value = ultima ? rutBonito(ultima.rut) : "";
    if (!ultima) $("ingreso-rut").focus();
  }
}

function ponerModo(pin) {
  conPin = pin;
  $("ingreso-clave-rotulo").textContent = pin ? "PIN" : "Contraseña";
  $("ingreso-clave").inputMode = pin ? "numeric" : "text";
  $("ingreso-clave").autocomplete = pin ? "off" : "current-password";
  $("ingreso-modo").textContent = pin ? "Usar la contraseña" : "Usar el PIN";
  $("ingreso-clave").focus();
}

async function intentar() {
  const rut = (fijo?.rut ?? $("ingreso-rut").value).replace(/[.\s-]/g, "").toUpperCase();
  const secreto = $("ingreso-clave").value;
  $("ingreso-error").textContent = "";
  if (!rut || !secreto) {
    $("ingreso-error").textContent = conPin ? "Escriba su PIN" : "Escriba su RUT y su contraseña";
    (rut ? $("ingreso-clave") : $("ingreso-rut")).focus();
    return;
  }
  try {
    const sesion = await comprobar(rut, secreto);
    if (!sesion) return;
    $("ingreso").hidden = true;
    await poner("valores", sesion.rut, "en_caja");
    await alEntrar(sesion);
  } catch (error) {
    $("ingreso-error").textContent = error.message;
    $("ingreso-clave").select();
  }
}

async function comprobar(rut, secreto) {
  const dispositivo = conPin ? await leer("valores", "dispositivo") : null;
  try {
    const sesion = await entrar(rut, dispositivo ? { pin: secreto, dispositivo } : { contrasena: secreto });
    if (sesion.usuario.tipo_usuario === "Cliente") {
      throw new ErrorDeApi(403, { msg: "La caja es sólo para el personal de la tienda" });
    }
    await recordarAqui(sesion.rut, secreto);
    return sesion;
  } catch (error) {
    if (error instanceof ErrorDeApi) throw error;
    // Sin servidor: quien ya entró en este equipo puede seguir, si su clave calza con la que usó.
    const guardada = await leer("sesiones", rut);
    if (guardada && (await calzaAqui(rut, secreto))) return guardada;
    throw guardada
      ? new Error("Sin conexión: la clave no calza con la última que usó en este equipo") : error;
  }
}
