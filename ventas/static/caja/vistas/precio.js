/** P: otro precio para una línea. Y decir los que cambiaron solos. */

import { producto } from "../catalogo.js";
import { abrirDialogo, boton, campo } from "../dialogo.js";
import { aPesos, avisar, clp, el } from "../dom.js";
import { soyAdministrador } from "../estado.js";
import { editar, ponerPrecio, totales, venta } from "../venta.js";

export function abrirPrecio(indice) {
  const linea = venta.lineas[indice];
  if (!linea) return avisar("Elija antes una línea de la venta", "aviso");
  if (linea.precioEtiqueta !== undefined) return avisar("La etiqueta de la balanza ya trae su precio", "aviso");
  const deLaTienda = producto(linea.id_producto)?.precio ?? linea.precio_lista;
  const entrada = campo(linea.por_kilo ? "Precio del kilo" : "Precio de cada uno", {
    name: "precio", inputmode: "numeric", autofocus: true, value: String(linea.precio),
  });
  const aplicar = () => {
    const precio = aPesos(entrada.valor);
    if (!precio) return entrada.fallar("Escriba los pesos, sin decimales");
    dialogo.cerrar();
    if (linea.miscelaneo) ponerPrecioSinFicha(indice, precio);
    else ponerPrecio(indice, precio === deLaTienda ? null : precio, deLaTienda);
  };
  const dialogo = abrirDialogo({ titulo: linea.nombre, clase: "chico", teclas: { Enter: aplicar } },
    entrada.nodo,
    !linea.miscelaneo && el("p", { class: "nota" }, `El de la tienda es ${clp(deLaTienda)}.`,
      soyAdministrador() ? "" : " Otro lo aprueba un Administrador al cobrar."),
    el("div", { class: "botones" },
      linea.precioManual && boton("El de la tienda", null, () => { dialogo.cerrar(); ponerPrecio(indice, null, deLaTienda); }),
      boton("Poner", "Enter", aplicar, { class: "principal" })));
  entrada.entrada.select();
}

/** Lo que no tiene ficha no tiene otro precio que el que se escribió. */
const ponerPrecioSinFicha = (indice, precio) => editar((v) => {
  v.lineas[indice].precio = v.lineas[indice].precio_lista = precio;
  return { indice };
});

/** Lo que cambió de precio en la venta abierta, y en cuánto quedó. */
export function decirCambios(cambios) {
  if (!cambios.length) return;
  const frases = cambios.map(({ nombre, antes, ahora }) => `${nombre}: de ${clp(antes)} a ${clp(ahora)}`);
  avisar(`Cambió un precio. ${frases.join("; ")}. El total es ${clp(totales().total)}.`, "aviso");
}
