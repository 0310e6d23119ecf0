/**
 * El escáner USB escribe como un teclado: una ráfaga de teclas y Enter, esté donde esté el foco.
 *
 * Se reconoce por su velocidad, que ninguna mano alcanza. Lo que la ráfaga alcanzó a escribir en un campo
 * se deshace, y su Enter no aprieta ningún botón.
 */

const ENTRE_TECLAS_MS = 45;
const LARGO_MINIMO = 3;

/**
 * @param {(codigo: string, momento: number) => void} alLeer `momento`: `performance.now()` del Enter.
 * @param {(tecla: string) => void} alTeclear una tecla suelta (no parte de una ráfaga) fuera de un campo.
 */
export function oirPistola(alLeer, alTeclear) {
  let teclas = "";
  let ultima = 0;
  let campo = null;
  let antes = "";
  let suelta = null;

  document.addEventListener("keydown", (evento) => {
    if (evento.ctrlKey || evento.altKey || evento.metaKey || evento.isComposing) return;
    const ahora = evento.timeStamp;
    if (ahora - ultima > ENTRE_TECLAS_MS) teclas = "";
    if (evento.key === "Enter") {
      const codigo = teclas;
      teclas = "";
      if (codigo.length < LARGO_MINIMO) return;
      evento.preventDefault();
      evento.stopImmediatePropagation();
      clearTimeout(suelta);
      if (campo) {
        campo.value = antes;
        campo.dispatchEvent(new Event("input", { bubbles: true }));
      }
      alLeer(codigo, ahora);
      return;
    }
    if (evento.key.length !== 1) {
      if (evento.key !== "Shift") teclas = "";
      return;
    }
    if (!teclas) {
      campo = esCampo(evento.target) ? evento.target : null;
      antes = campo ? campo.value : "";
    }
    teclas += evento.key;
    ultima = ahora;
    clearTimeout(suelta);
    if (teclas.length === 1 && !campo) {
      const tecla = evento.key;
      suelta = setTimeout(() => alTeclear(tecla), ENTRE_TECLAS_MS);
    }
    // Un espacio o una letra de la ráfaga no debe apretar el botón que tenga el foco.
    if (teclas.length > 1 && !campo) evento.preventDefault();
  }, true);
}

const esCampo = (nodo) => nodo instanceof HTMLInputElement || nodo instanceof HTMLTextAreaElement;
