/** F4: el cliente de la venta, por su RUT o su nombre. */

import { abrirDialogo, boton, campo } from "../dialogo.js";
import { $, avisar, el, rutBonito } from "../dom.js";
import { nombreCompleto, pedirYo } from "../estado.js";
import { editar, venta } from "../venta.js";

const comoCliente = (usuario) => ({
  id_usuario: usuario.id_usuario, rut: usuario.rut, nombre: nombreCompleto(usuario), puntos: usuario.puntos,
});

export function abrirCliente() {
  const entrada = campo("RUT o nombre", { name: "cliente", autofocus: true, value: venta.cliente?.rut ?? "" });
  const lista = el("ul", { class: "lista" });
  const poner = (cliente) => {
    dialogo.cerrar();
    editar((v) => { v.cliente = cliente; });
    if (cliente) avisar(`${cliente.nombre}: ${cliente.puntos.toLocaleString("es-CL")} puntos`);
  };
  const buscar = async () => {
    entrada.fallar("");
    const texto = entrada.valor.trim();
    if (!texto) return entrada.fallar("Escriba un RUT o un nombre");
    const esRut = /^[\d.]+-?[\dkK]$/.test(texto);
    const consulta = esRut ? texto.replace(/[.-]/g, "").toUpperCase() : texto;
    try {
      const clientes = (await pedirYo("GET",
        `/users?tipo_usuario=Cliente&estado=Activo&limit=20&buscar=${encodeURIComponent(consulta)}`)).map(comoCliente);
      const exacto = clientes.find((cliente) => esRut && cliente.rut === consulta);
      if (exacto || clientes.length === 1) return poner(exacto ?? clientes[0]);
      lista.replaceChildren(...clientes.map((cliente) => el("li", {},
        el("button", { type: "button", onclick: () => poner(cliente) },
          el("span", {}, cliente.nombre), el("span", {}, rutBonito(cliente.rut))))));
      if (!clientes.length) entrada.fallar("No hay un cliente así");
    } catch (error) {
      entrada.fallar(error.message);
    }
  };
  const dialogo = abrirDialogo({ titulo: "Cliente", clase: "chico", teclas: { Enter: () => {
    if (document.activeElement?.tagName === "BUTTON") document.activeElement.click();
    else buscar();
  } } },
  entrada.nodo, lista,
  el("div", { class: "botones" },
    venta.cliente && boton("Sin cliente", null, () => poner(null)),
    boton("Buscar", "Enter", buscar, { class: "principal" })));
}

export function dibujarCliente() {
  const { cliente } = venta;
  $("resumen-cliente").hidden = !cliente;
  if (cliente) {
    $("resumen-cliente").textContent =
      `${cliente.nombre} · ${rutBonito(cliente.rut)} · ${cliente.puntos.toLocaleString("es-CL")} puntos`;
  }
}
