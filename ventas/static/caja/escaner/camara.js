/** Leer códigos con la cámara: el lector del navegador donde lo hay, y si no, el que viene con la tienda. */

const FORMATOS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code"];
const FORMATOS_ZXING = ["EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code39", "ITF", "QRCode"];
const ENTRE_CUADROS_MS = 60;
/** El mismo código, sin dejar de verse, cuenta una vez; para contarlo de nuevo hay que apartarlo. */
const APARTADO_MS = 1200;
const ANCHO_MAXIMO = 1280;

async function detectorPropio() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const hay = await globalThis.BarcodeDetector.getSupportedFormats();
  if (!hay.includes("ean_13")) return null;
  const detector = new globalThis.BarcodeDetector({ formats: FORMATOS.filter((f) => hay.includes(f)) });
  return async (video) => (await detector.detect(video)).map((hallado) => hallado.rawValue);
}

async function detectorDeLaTienda() {
  const { prepareZXingModule, readBarcodes } = await import("./zxing/reader.js");
  await prepareZXingModule({
    overrides: { locateFile: (archivo) => new URL(`./zxing/${archivo}`, import.meta.url).href },
    fireImmediately: true,
  });
  const lienzo = document.createElement("canvas");
  const pincel = lienzo.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const escala = Math.min(1, ANCHO_MAXIMO / video.videoWidth);
    lienzo.width = Math.round(video.videoWidth * escala);
    lienzo.height = Math.round(video.videoHeight * escala);
    pincel.drawImage(video, 0, 0, lienzo.width, lienzo.height);
    const hallados = await readBarcodes(pincel.getImageData(0, 0, lienzo.width, lienzo.height), {
      formats: FORMATOS_ZXING, maxNumberOfSymbols: 1, tryHarder: true,
    });
    return hallados.map((hallado) => hallado.text);
  };
}

/**
 * Enciende la cámara en `video` y llama a `alLeer(codigo, momento)` por cada código que aparece.
 * @returns {Promise<() => void>} apagarla.
 * @throws {Error} con la frase para la persona.
 */
export async function encender(video, alLeer) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error("Este navegador sólo presta la cámara en páginas seguras (https). Escriba el código a mano.");
  }
  let flujo;
  try {
    flujo = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    throw new Error(error.name === "NotAllowedError"
      ? "No dio permiso para usar la cámara. Puede darlo en los ajustes del navegador, o escribir el código."
      : "No se pudo abrir la cámara. Escriba el código a mano.");
  }
  video.srcObject = flujo;
  await video.play();
  const detectar = (await detectorPropio()) ?? (await detectorDeLaTienda());
  let encendida = true;
  const vistos = new Map();
  (async () => {
    while (encendida) {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
        const ahora = performance.now();
        for (const codigo of await detectar(video)) {
          if (ahora - (vistos.get(codigo) ?? -Infinity) > APARTADO_MS) alLeer(codigo, ahora);
          vistos.set(codigo, performance.now());
        }
      }
      await new Promise((bien) => setTimeout(bien, ENTRE_CUADROS_MS));
    }
  })();
  return () => {
    encendida = false;
    for (const pista of flujo.getTracks()) pista.stop();
    video.srcObject = null;
  };
}
