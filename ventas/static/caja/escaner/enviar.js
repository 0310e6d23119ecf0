/** Mandar a aprobar, desde el teléfono, un código que nadie conoce: nombre, precio y foto. */

import { pedir } from "../api.js";
import { abrirDialogo, campo } from "../dialogo.js";
import { aPesos, avisar, el } from "../dom.js";
import { sonar } from "../sonido.js";

/** Puntos del lado mayor de la foto que se manda: la de una cámara pesaría diez veces más. */
const LADO_MAXIMO = 1280;
const PLAZO_MS = 60000;

/** Abre el formulario; mientras está abierto, lo que la cámara ve no se lee. `alEnviar(pendiente)`. */
export function abrirEnvio(rut, codigo, alEnviar) {
  const nombre = campo("Qué es", { name: "nombre", maxlength: "120", autofocus: true });
  const precio = campo("Precio sugerido (opcional)", { name: "precio", inputmode: "numeric" });
  const foto = el("input", { id: "campo-foto", type: "file", accept: "image/*", capture: "environment" });
  const rotulo = el("label", { for: "campo-foto" }, "Sacar una foto (opcional)");
  const vista = el("img", { class: "foto-previa", alt: "La foto que se enviará", hidden: true });
  const boton = el("button", { type: "submit", class: "principal grande" }, "Enviar a aprobar");
  const error = el("p", { class: "error", role: "alert" });
  foto.addEventListener("change", () => {
    URL.revokeObjectURL(vista.src);
    vista.hidden = !foto.files.length;
    rotulo.textContent = foto.files.length ? "Sacar otra foto" : "Sacar una foto (opcional)";
    if (foto.files.length) vista.src = URL.createObjectURL(foto.files[0]);
  });
  const enviar = async (evento) => {
    evento.preventDefault();
    nombre.fallar("");
    precio.fallar("");
    error.textContent = "";
    const pesos = aPesos(precio.valor);
    if (!nombre.valor.trim()) return nombre.fallar("Escriba qué es");
    if (precio.valor.trim() && !pesos) return precio.fallar("Escriba pesos, sin decimales");
    boton.disabled = true;
    try {
      const cuerpo = new FormData();
      cuerpo.set("codigo_barras", codigo);
      cuerpo.set("nombre", nombre.valor.trim());
      if (pesos) cuerpo.set("precio_sugerido", String(pesos));
      if (foto.files.length) cuerpo.set("foto", await reducir(foto.files[0]), "foto.jpg");
      const pendiente = await pedir(rut, "POST", "/productos-pendientes", { cuerpo, plazo: PLAZO_MS });
      URL.revokeObjectURL(vista.src);
      dialogo.cerrar();
      sonar(true);
      avisar(pendiente.msg);
      alEnviar(pendiente);
    } catch (falla) {
      error.textContent = (falla.frases ?? [falla.message]).join(". ");
      boton.disabled = false;
    }
  };
  const dialogo = abrirDialogo({ titulo: "Enviar a aprobar" },
    el("form", { novalidate: true, onsubmit: enviar },
      el("p", { class: "nota" }, `Código ${codigo}. Un Administrador le hará su ficha.`),
      nombre.nodo, precio.nodo,
      el("div", { class: "campo archivo" }, foto, rotulo, vista),
      error, el("div", { class: "botones" }, boton)));
}

/** Más chica y derecha; si el navegador no la sabe abrir, va como está y el servidor dirá. */
async function reducir(archivo) {
  let imagen;
  try {
    imagen = await createImageBitmap(archivo, { imageOrientation: "from-image" });
  } catch {
    return archivo;
  }
  const escala = Math.min(1, LADO_MAXIMO / Math.max(imagen.width, imagen.height));
  const lienzo = document.createElement("canvas");
  lienzo.width = Math.round(imagen.width * escala);
  lienzo.height = Math.round(imagen.height * escala);
  const pincel = lienzo.getContext("2d");
  // Un JPEG no tiene transparencia: lo transparente quedaría negro.
  pincel.fillStyle = "#fff";
  pincel.fillRect(0, 0, lienzo.width, lienzo.height);
  pincel.drawImage(imagen, 0, 0, lienzo.width, lienzo.height);
  return new Promise((bien) => lienzo.toBlob(bien, "image/jpeg", 0.82));
}
