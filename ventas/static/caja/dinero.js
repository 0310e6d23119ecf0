/**
 * Dinero en pesos enteros: la misma regla que el servidor (`inventario/base/dinero.py`, `ventas/reglas`).
 *
 * Puro. Cantidades en milésimas (de unidad o de kilo) y porcentajes en centésimas de punto: así todo es
 * entero. BigInt donde un producto pasa de 2^53. `ventas/tests/test_dinero_js.py` compara ambos lados.
 */

export const IVA_GENERAL = 1900;
export const FORMA = { CREDITO: 1, EFECTIVO: 2, DEBITO: 3, PUNTOS: 4 };

/** División entera de no negativos, mitad hacia arriba. */
function dividir(numerador, divisor) {
  const [n, d] = [BigInt(numerador), BigInt(divisor)];
  return Number((2n * n + d) / (2n * d));
}

const por = (a, b) => BigInt(a) * BigInt(b);
const sumar = (montos) => montos.reduce((suma, monto) => suma + monto, 0);

/** CLP de `milesimas` a `precio` CLP por unidad o kilo. */
export const subtotal = (milesimas, precio) => dividir(por(milesimas, precio), 1000);

/** `monto` CLP menos `centesimas` de % (0 a 10.000). */
export const menosPorcentaje = (monto, centesimas) => dividir(por(monto, 10000 - centesimas), 10000);

/** Neto contenido en `afecto` CLP, a `tasa` centésimas de %. */
export const netoDe = (afecto, tasa = IVA_GENERAL) => dividir(por(afecto, 10000), 10000 + tasa);

/** IVA que una factura agrega a `neto` CLP. */
export const ivaSobre = (neto, tasa = IVA_GENERAL) => dividir(por(neto, tasa), 10000);

/** Ajuste (de -5 a +4 CLP) de la Ley 20.956 al pagar `monto` en efectivo. */
export function redondeoEfectivo(monto) {
  const ultimo = monto % 10;
  return ultimo > 5 ? 10 - ultimo : 0 - ultimo;
}

/** Reparte `total` en proporción a `pesos` sin perder un peso: resto mayor, a igual resto el primero. */
export function repartir(total, pesos) {
  const suma = BigInt(sumar(pesos));
  if (suma === 0n) {
    if (total) throw new RangeError("no hay a quién repartir");
    return pesos.map(() => 0);
  }
  const partes = pesos.map((peso) => Number(por(total, peso) / suma));
  const restos = pesos.map((peso) => por(total, peso) % suma);
  const orden = pesos.map((_, i) => i).sort((a, b) => {
    if (restos[a] === restos[b]) return a - b;
    return restos[a] > restos[b] ? -1 : 1;
  });
  for (const i of orden.slice(0, total - sumar(partes))) partes[i] += 1;
  return partes;
}

/** CLP de una línea antes del descuento al documento; el precio impreso en la balanza manda. */
export function subtotalDe(linea) {
  return linea.precioEtiqueta ?? subtotal(linea.milesimas, linea.precio);
}

/**
 * El documento de `lineas` ({milesimas, precio, exenta, precioEtiqueta}).
 * @param {{factura?: boolean, porcentaje?: number, tasa?: number}} opciones en centésimas de %.
 */
export function cobrar(lineas, { factura = false, porcentaje = 0, tasa = IVA_GENERAL } = {}) {
  const subtotales = lineas.map(subtotalDe);
  const pesos = [...subtotales];
  const afectas = [...lineas.keys()].filter((i) => !lineas[i].exenta);
  const exentas = [...lineas.keys()].filter((i) => lineas[i].exenta);
  const suma = (grupo) => sumar(grupo.map((i) => pesos[i]));
  const exento = menosPorcentaje(suma(exentas), porcentaje);
  let neto, iva, afecto;
  if (factura) {
    for (const i of afectas) pesos[i] = netoDe(subtotales[i], tasa);
    neto = menosPorcentaje(suma(afectas), porcentaje);
    iva = ivaSobre(neto, tasa);
    afecto = neto + iva;
  } else {
    afecto = menosPorcentaje(suma(afectas), porcentaje);
    neto = netoDe(afecto, tasa);
    iva = afecto - neto;
  }
  const totales = subtotales.map(() => 0);
  for (const [monto, grupo] of [[afecto, afectas], [exento, exentas]]) {
    repartir(monto, grupo.map((i) => pesos[i])).forEach((parte, n) => { totales[grupo[n]] = parte; });
  }
  return {
    subtotales, totales, afecto, exento, neto, iva, subtotal: sumar(subtotales), total: afecto + exento,
  };
}

/** Puntos que cubren `monto` CLP, hacia arriba. */
export const puntosNecesarios = (monto, valorPunto) => Math.ceil(monto / valorPunto);

/**
 * Resuelve los pagos ({forma, monto, recibido?}) de `total`: redondeo y vuelto de cada forma.
 * @returns {{pagos: object[], falta: number}} `falta`: CLP en efectivo que aún no se entregan.
 * @throws {RangeError} si no suman el total, o uno es cero y el total no.
 */
export function pagar(total, pedidos, valorPunto) {
  const porForma = new Map();
  for (const { forma, monto, recibido } of pedidos) {
    if (monto === 0 && total) throw new RangeError("Cada pago debe ser mayor que cero");
    const previo = porForma.get(forma) ?? { forma, monto: 0, recibido: null };
    porForma.set(forma, {
      forma,
      monto: previo.monto + monto,
      recibido: recibido == null ? previo.recibido : (previo.recibido ?? 0) + recibido,
    });
  }
  const suma = sumar([...porForma.values()].map((pago) => pago.monto));
  if (suma !== total) throw new RangeError(`Suman ${suma} y el total es ${total}`);
  const pagos = [...porForma.values()].map((pago) => resolver(pago, valorPunto));
  return { pagos, falta: Math.max(0, ...pagos.map((pago) => -pago.vuelto)) };
}

function resolver({ forma, monto, recibido }, valorPunto) {
  if (forma === FORMA.PUNTOS) {
    return { forma, monto, redondeo: 0, vuelto: 0, puntos: puntosNecesarios(monto, valorPunto) };
  }
  if (forma !== FORMA.EFECTIVO) return { forma, monto, redondeo: 0, vuelto: 0, puntos: 0 };
  const redondeo = redondeoEfectivo(monto);
  const vuelto = recibido == null ? 0 : recibido - (monto + redondeo);
  return { forma, monto, redondeo, recibido, vuelto, puntos: 0 };
}
