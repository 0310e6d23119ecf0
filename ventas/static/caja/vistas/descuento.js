/** F6: descuento a toda la venta. Sobre el límite del cajero, lo aprueba un Administrador al cobrar. */

import { menosPorcentaje } from "../dinero.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { $, clp, el } from "../dom.js";
import { estado, soyAdministrador } from "../estado.js";
import { editar, totales, venta } from "../venta.js";

const comoTexto = (centesimas) => (centesimas / 100).toLocaleString("es-CL");

export function abrirDescuento() {
  const entrada = campo("Descuento a toda la venta (%)", {
    name: "descuento", inputmode: "decimal", autofocus: true, value: venta.porcentaje ? comoTexto(venta.porcentaje) : "",
  });
  const { subtotal } = totales();
  const previo = el("p", { class: "monto-grande", role: "status" }, clp(totales().total));
  const nota = el("p", { class: "nota" });
  const leer = () => {
    const texto = entrada.valor.trim().replace(",", ".") || "0";
    const centesimas = /^\d{1,3}(\.\d{1,2})?$/.test(texto) ? Math.round(Number(texto) * 100) : NaN;
    return centesimas <= 10000 ? centesimas : null;
  };
  entrada.entrada.addEventListener("input", () => {
    const centesimas = leer();
    if (centesimas === null) return;
    previo.textContent = clp(menosPorcentaje(subtotal, centesimas));
    const limite = estado.ajustes.limite_descuento_cajero ?? 100;
    nota.textContent = !soyAdministrador() && centesimas > limite * 100
      ? `Sobre ${limite} % lo aprueba un Administrador al cobrar.` : "";
  });
  const aplicar = () => {
    const centesimas = leer();
    if (centesimas === null) return entrada.fallar("Escriba un porcentaje de 0 a 100");
    dialogo.cerrar();
    editar((v) => { v.porcentaje = centesimas; });
  };
  const dialogo = abrirDialogo({ titulo: "Descuento", clase: "chico", teclas: { Enter: aplicar } },
    entrada.nodo, previo, nota,
    el("div", { class: "botones" }, boton("Aplicar", "Enter", aplicar, { class: "principal" })));
}

export function dibujarDescuento() {
  $("resumen-descuento").hidden = !venta.porcentaje;
  $("resumen-descuento").textContent = `Descuento de ${comoTexto(venta.porcentaje)} %: −${clp(totales().subtotal - totales().total)}`;
}
