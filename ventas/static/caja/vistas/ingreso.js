/** Entrar y desbloquear: RUT y contraseña, o PIN donde la caja ya es conocida. */

import { entrar, ErrorDeApi, pedir, SESION_TERMINADA } from "../api.js";
import { leer, poner, todos } from "../base.js";
import { $, rutBonito } from "../dom.js";
import { estado, nombreCompleto } from "../estado.js";
import { calzaAqui, recordarAqui } from "../secreto.js";

const PIN = "pin";
const CONTRASENA = "contrasena";

let alEntrar = null;
let fijo = null;
let modo = CONTRASENA;
/** Un PIN que no sirvió puede ser porque a esta caja le quitaron el permiso: la contraseña lo da otra vez. */
let fallaronPines = false;

/** `listo(sesion, {esLaMisma})` se llama cada vez que alguien entra o desbloquea (la misma sesión de antes). */
export function prepararIngreso(listo) {
  alEntrar = listo;
  $("formulario-ingreso").addEventListener("submit", async (evento) => {
    evento.preventDefault();
    const enviar = $("formulario-ingreso").querySelector("[type=submit]");
    if (enviar.disabled) return;
    enviar.disabled = true;
    try {
      await intentar();
    } finally {
      enviar.disabled = false;
    }
  });
  $("ingreso-otro").addEventListener("click", () => pedirIngreso());
  $("ingreso-modo").addEventListener("click", () => ponerModo(modo === PIN ? CONTRASENA : PIN));
}

/** Muestra la entrada. Con `usuario`, la caja está bloqueada y se espera a esa persona. */
export async function pedirIngreso(usuario = null, aviso = "") {
  fijo = usuario;
  $("caja").hidden = true;
  const rut = usuario?.rut ?? (await todos("sesiones")).at(-1)?.rut;
  // Desbloquear con PIN se puede siempre; entrar con él, sólo desde una caja conocida.
  const sirveElPin = Boolean(usuario) || Boolean(await leer("valores", "dispositivo"));
  const ultimo = await leer("valores", rut ? `modo:${rut}` : "modo");
  // Recién aquí se muestra: nada de lo que se escriba o apriete cambia después.
  $("ingreso").hidden = false;
  $("ingreso-error").textContent = aviso;
  $("ingreso-clave").value = "";
  $("ingreso-campo-rut").hidden = Boolean(usuario);
  $("ingreso-otro").hidden = !usuario;
  $("ingreso-quien").textContent = usuario
    ? `Caja bloqueada. Sigue ${nombreCompleto(usuario)}.` : "Entre con su RUT para abrir la caja";
  if (!usuario) $("ingreso-rut").value = rut ? rutBonito(rut) : "";
  $("ingreso-modo").hidden = !sirveElPin;
  ponerModo((sirveElPin && ultimo) || CONTRASENA);
  if (!rut) $("ingreso-rut").focus();
}

function ponerModo(nuevo) {
  modo = nuevo;
  const pin = modo === PIN;
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
    $("ingreso-error").textContent = modo === PIN ? "Escriba su PIN" : "Escriba su RUT y su contraseña";
    (rut ? $("ingreso-clave") : $("ingreso-rut")).focus();
    return;
  }
  try {
    const { sesion, esLaMisma } = await comprobar(rut, secreto);
    $("ingreso").hidden = true;
    $("ingreso-clave").value = "";
    await poner("valores", sesion.rut, "en_caja");
    await alEntrar(sesion, { esLaMisma });
  } catch (error) {
    $("ingreso-error").textContent = error.message;
    $("ingreso-clave").select();
  }
}

async function comprobar(rut, secreto) {
  const conQue = modo;
  const guardada = await leer("sesiones", rut);
  try {
    const misma = fijo && guardada && !guardada.vencida && (await desbloquear(guardada, conQue, secreto));
    const sesion = misma || (await entrarDeNuevo(rut, conQue, secreto));
    for (const cual of ["modo", `modo:${sesion.rut}`]) await poner("valores", conQue, cual);
    // Sin esperarla: es lenta a propósito, y quien entra ya puede vender.
    recordarAqui(sesion.rut, conQue, secreto).catch(() => {});
    return { sesion, esLaMisma: Boolean(misma) };
  } catch (error) {
    if (error instanceof ErrorDeApi) throw error;
    // Sin servidor: quien ya entró en este equipo puede seguir, si su clave calza con la que usó.
    if (!guardada) throw error;
    if (await calzaAqui(rut, conQue, secreto)) return { sesion: guardada, esLaMisma: true };
    throw new Error("Sin conexión: la clave no calza con la última que usó en este equipo");
  }
}

/** La sesión sigue abierta: basta mostrar que quien está delante es su dueño. `null` si ya no lo está. */
async function desbloquear(sesion, conQue, secreto) {
  try {
    await pedir(sesion.rut, "POST", "/verificar-pin", { cuerpo: { [conQue]: secreto } });
    return await leer("sesiones", sesion.rut);
  } catch (error) {
    if (error.codigo === SESION_TERMINADA) return null;
    throw error;
  }
}

async function entrarDeNuevo(rut, conQue, secreto) {
  const dispositivo = await leer("valores", "dispositivo");
  if (conQue === PIN && !dispositivo) {
    throw new ErrorDeApi(401, { msg: "En esta caja todavía no se entra con PIN: use su contraseña" });
  }
  let sesion;
  try {
    sesion = await entrar(rut, conQue === PIN ? { pin: secreto, dispositivo } : { contrasena: secreto });
  } catch (error) {
    if (conQue === PIN && error instanceof ErrorDeApi) fallaronPines = true;
    throw error;
  }
  if (sesion.usuario.tipo_usuario === "Cliente") {
    throw new ErrorDeApi(403, { msg: "La caja es sólo para el personal de la tienda" });
  }
  if (conQue === CONTRASENA && (!dispositivo || fallaronPines)) await conocerCaja(sesion, secreto);
  return sesion;
}

/** Deja a esta caja entre las conocidas, para que la próxima vez baste el PIN. */
async function conocerCaja(sesion, contrasena) {
  try {
    const { dispositivo } = await pedir(sesion.rut, "POST", "/dispositivos", {
      cuerpo: { nombre: `${document.body.dataset.tienda.slice(0, 50)}, ${estado.aparato}`, contrasena },
    });
    await poner("valores", dispositivo, "dispositivo");
    fallaronPines = false;
  } catch {
    // Se entra igual; el PIN quedará para la próxima vez que se use la contraseña.
  }
}
