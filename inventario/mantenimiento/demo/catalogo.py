"""El almacén de muestra: su gente y unos 150 productos en 10 categorías, con precios de barrio (CLP)."""

from dataclasses import dataclass
from decimal import Decimal

from stdnum import ean

from inventario.base.actor import Rol

# Por categoría: nombre y precio con IVA. Los «por kg» se pesan; los demás van por unidad.
_CATALOGO: dict[str, dict[str, int]] = {
    "Panadería": {
        "Marraqueta por kg": 2190, "Hallulla por kg": 2290, "Pan amasado por kg": 2990,
        "Dobladita por kg": 3190, "Pan de molde blanco 550 g": 2390, "Pan de molde integral 550 g": 2690,
        "Pan pita 8 unidades": 1790, "Pan de completo 10 unidades": 1990, "Queque de vainilla 250 g": 1690,
        "Berlín con crema": 990, "Empanada de pino": 2200, "Empanada de queso": 1500,
        "Sopaipillas 10 unidades": 2100, "Tostadas 160 g": 1590, "Bizcocho para torta 500 g": 2990,
    },
    "Frutas y verduras": {
        "Plátano por kg": 1390, "Manzana fuji por kg": 1490, "Naranja por kg": 1290, "Limón por kg": 1890,
        "Palta hass por kg": 5990, "Tomate larga vida por kg": 1790, "Papa por kg": 1190,
        "Cebolla por kg": 1190, "Zanahoria por kg": 990, "Pimentón rojo por kg": 2990,
        "Lechuga costina": 1190, "Cilantro paquete": 590, "Ajo 3 unidades": 990, "Zapallo italiano": 690,
        "Choclo 2 unidades": 1490,
    },
    "Fiambrería y quesos": {
        "Queso gauda laminado por kg": 11990, "Queso mantecoso por kg": 12990, "Queso fresco 350 g": 3490,
        "Jamón de pierna por kg": 8990, "Jamón de pavo por kg": 9490, "Mortadela lisa por kg": 4990,
        "Salame ahumado por kg": 13990, "Vienesas 5 unidades": 1290, "Vienesas 20 unidades": 3990,
        "Longaniza por kg": 6990, "Paté de ternera 125 g": 990, "Queso crema 227 g": 2490,
        "Quesillo 320 g": 2390, "Tocino laminado 150 g": 2890, "Chorizo parrillero 400 g": 3590,
    },
    "Lácteos y huevos": {
        "Leche entera 1 L": 1190, "Leche semidescremada 1 L": 1190, "Leche descremada 1 L": 1190,
        "Leche sin lactosa 1 L": 1490, "Leche con chocolate 200 ml": 590, "Yogur frutilla 115 g": 350,
        "Yogur vainilla 115 g": 350, "Yogur griego natural 110 g": 690, "Mantequilla con sal 250 g": 2990,
        "Margarina 250 g": 1290, "Crema espesa 200 ml": 1390, "Manjar 250 g": 1690,
        "Leche condensada 397 g": 1990, "Huevos grandes 12 unidades": 3690,
        "Huevos grandes 30 unidades": 7990,
    },
    "Abarrotes": {
        "Arroz grado 1 1 kg": 1590, "Arroz grado 2 1 kg": 1290, "Azúcar granulada 1 kg": 1390,
        "Sal fina 1 kg": 690, "Harina sin polvos 1 kg": 1190, "Fideos espagueti 400 g": 890,
        "Fideos corbata 400 g": 890, "Salsa de tomate 200 g": 490, "Aceite de maravilla 900 ml": 2390,
        "Porotos tórtola 1 kg": 3290, "Lentejas 5 mm 1 kg": 2590, "Atún lomitos en agua 160 g": 1690,
        "Jurel en conserva 425 g": 2190, "Té en bolsitas 100 unidades": 2990, "Café instantáneo 170 g": 5990,
        "Avena instantánea 500 g": 1590, "Mermelada de damasco 250 g": 1190, "Mayonesa 400 g": 2190,
        "Kétchup 400 g": 1590, "Caldo de gallina 8 unidades": 1390,
    },
    "Bebidas": {
        "Bebida cola 3 L": 3190, "Bebida cola 1,5 L": 1990, "Bebida cola lata 350 ml": 990,
        "Bebida de limón 1,5 L": 1890, "Bebida de naranja 1,5 L": 1890, "Agua mineral con gas 1,6 L": 1190,
        "Agua mineral sin gas 1,6 L": 1190, "Agua mineral sin gas 500 ml": 790,
        "Néctar de durazno 1,5 L": 1690,
        "Néctar de manzana 200 ml": 390, "Jugo en polvo de frambuesa": 250, "Bebida isotónica 750 ml": 1590,
        "Energética 473 ml": 1990, "Cerveza lager lata 470 ml": 1190, "Vino tinto cabernet 750 ml": 4490,
    },
    "Dulces y snacks": {
        "Chocolate de leche 115 g": 1990, "Barra de chocolate con maní 30 g": 650, "Alfajor bañado": 550,
        "Galletas de vino 155 g": 790, "Galletas de soda 140 g": 750, "Galletas rellenas 120 g": 990,
        "Papas fritas corte americano 250 g": 2290, "Ramitas de queso 250 g": 1890, "Maní salado 200 g": 1790,
        "Cabritas dulces 150 g": 1290, "Chicle de menta": 300, "Caramelos surtidos 400 g": 2490,
        "Helado de agua": 600, "Helado de vainilla 1 L": 3490, "Gomitas 80 g": 890,
    },
    "Limpieza": {
        "Detergente líquido 3 L": 8990, "Detergente en polvo 800 g": 3490, "Suavizante 1 L": 2490,
        "Cloro tradicional 1 L": 1190, "Lavaloza limón 750 ml": 2290, "Limpiapisos lavanda 900 ml": 1990,
        "Desinfectante en aerosol 360 ml": 3990, "Esponja multiuso 3 unidades": 1290,
        "Bolsas de basura 70 × 90 10 unidades": 1390, "Toalla de papel 3 rollos": 2490,
        "Paños multiuso 3 unidades": 1390, "Guantes de goma talla M": 1490, "Virutilla 8 unidades": 990,
        "Insecticida 360 ml": 3990, "Fósforos 10 cajas": 990,
    },
    "Aseo personal": {
        "Papel higiénico doble hoja 4 rollos": 2290, "Papel higiénico doble hoja 12 rollos": 5990,
        "Champú 400 ml": 3490, "Acondicionador 400 ml": 3490, "Jabón de tocador 3 unidades": 1990,
        "Pasta de dientes 90 g": 1890, "Cepillo de dientes": 1490, "Desodorante en barra 50 g": 2990,
        "Toallas higiénicas 8 unidades": 1690, "Pañales talla G 20 unidades": 7990,
        "Toallitas húmedas 80": 2190,
        "Algodón 100 g": 1290, "Máquina de afeitar 2 unidades": 1990, "Alcohol gel 250 ml": 1990,
        "Cotonitos 100 unidades": 990,
    },
    "Servicios y varios": {
        "Carga tarjeta Bip! $1.000": 1000, "Carga tarjeta Bip! $5.000": 5000, "Carbón 2,5 kg": 3990,
        "Encendedor": 690, "Pilas AA 4 unidades": 2490, "Ampolleta LED 9 W": 1990, "Velas 6 unidades": 1490,
        "Cuaderno universitario 100 hojas": 1790, "Lápiz pasta azul": 350, "Cinta adhesiva": 690,
    },
}
PROVEEDORES: dict[str, set[str]] = {
    "Distribuidora Los Andes": {"Abarrotes", "Bebidas", "Dulces y snacks"},
    "Frutícola San Pedro": {"Panadería", "Frutas y verduras"},
    "Lácteos y Fiambres del Sur": {"Fiambrería y quesos", "Lácteos y huevos"},
    "Comercial Aseo Total": {"Limpieza", "Aseo personal", "Servicios y varios"},
}
"""De cada proveedor, las categorías que trae."""

_EXENTOS = ("Carga tarjeta Bip!",)
_AGOTADOS = {"Empanada de pino", "Vino tinto cabernet 750 ml", "Pañales talla G 20 unidades"}
_POR_AGOTARSE = {
    "Leche entera 1 L", "Marraqueta por kg", "Huevos grandes 12 unidades", "Azúcar granulada 1 kg",
    "Papel higiénico doble hoja 4 rollos", "Bebida cola 3 L", "Palta hass por kg", "Carbón 2,5 kg",
}
# Días que faltan para vencer, desde hoy: algunos ya vencieron, otros vencen esta semana.
_DURACION = {
    "Panadería": 3, "Fiambrería y quesos": 18, "Lácteos y huevos": 14, "Abarrotes": 400,
    "Bebidas": 240, "Dulces y snacks": 150,
}
_VENCEN = {"Yogur vainilla 115 g": -2, "Quesillo 320 g": 0, "Crema espesa 200 ml": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Oferta:
    """Descuento de muestra: ``porcentaje`` que rige hasta ``dias`` días desde hoy (``None``: sin fin)."""

    porcentaje: int
    dias: int | None


_OFERTAS = {
    "Detergente líquido 3 L": Oferta(porcentaje=20, dias=0),
    "Bebida cola 1,5 L": Oferta(porcentaje=10, dias=0),
    "Yogur frutilla 115 g": Oferta(porcentaje=30, dias=-1),
    "Café instantáneo 170 g": Oferta(porcentaje=15, dias=-20),
    "Arroz grado 1 1 kg": Oferta(porcentaje=10, dias=7),
    "Champú 400 ml": Oferta(porcentaje=25, dias=15),
    "Galletas de vino 155 g": Oferta(porcentaje=5, dias=None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ficha:
    """Un producto de muestra. ``precio`` en CLP con IVA; ``queda`` en unidades o kilos, al día de hoy."""

    nombre: str
    categoria: str
    precio: int
    codigo: str
    codigo_balanza: str | None
    por_kilo: bool
    exento: bool
    queda: Decimal
    minimo: Decimal
    vence_en: int | None
    oferta: Oferta | None

    @property
    def costo(self) -> Decimal:
        """CLP sin IVA: margen de almacén, cerca de un 30 % del precio neto."""
        return Decimal(round(self.precio / (1 if self.exento else 1.19) * 0.7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Alguien de la tienda de muestra, con un RUT inventado y bien formado."""

    rut: str
    nombre: str
    apellido: str
    rol: Rol


PERSONAS = [
    Persona(rut="76543216", nombre="Rosa", apellido="Fuentes", rol=Rol.ADMINISTRADOR),
    Persona(rut="90123459", nombre="Héctor", apellido="Muñoz", rol=Rol.ADMINISTRADOR),
    Persona(rut="112345671", nombre="Marcela", apellido="Peña", rol=Rol.ADMINISTRADOR),
    Persona(rut="152345674", nombre="Camila", apellido="Rojas", rol=Rol.CAJERO),
    Persona(rut="163456788", nombre="Diego", apellido="Núñez", rol=Rol.CAJERO),
    Persona(rut="174567891", nombre="Javiera", apellido="Soto", rol=Rol.CAJERO),
    Persona(rut="98765433", nombre="Luis", apellido="Carrasco", rol=Rol.CLIENTE),
    Persona(rut="123456009", nombre="Ana María", apellido="Iturra", rol=Rol.CLIENTE),
    Persona(rut="187654327", nombre="Benjamín", apellido="Vergara", rol=Rol.CLIENTE),
]


def fichas() -> list[Ficha]:
    """El catálogo entero, con códigos de tienda (prefijo 20, nunca el 24 de la balanza)."""
    nombres = [(categoria, nombre) for categoria, grupo in _CATALOGO.items() for nombre in grupo]
    return [
        _ficha(numero, categoria, nombre, _CATALOGO[categoria][nombre])
        for numero, (categoria, nombre) in enumerate(nombres, start=1)
    ]


def categorias() -> list[str]:
    return list(_CATALOGO)


def _ficha(numero: int, categoria: str, nombre: str, precio: int) -> Ficha:
    por_kilo = nombre.endswith("por kg")
    cuerpo = f"20{numero:010d}"
    minimo = Decimal(4 if por_kilo else 6)
    if nombre in _AGOTADOS:
        queda = Decimal(0)
    elif nombre in _POR_AGOTARSE:
        queda = minimo / 2
    else:
        # Un stock cualquiera, pero el mismo cada vez.
        queda = minimo + 3 + numero * 7 % 40
    return Ficha(
        nombre=nombre,
        categoria=categoria,
        precio=precio,
        codigo=cuerpo + ean.calc_check_digit(cuerpo),
        codigo_balanza=f"{numero:05d}" if por_kilo else None,
        por_kilo=por_kilo,
        exento=nombre.startswith(_EXENTOS),
        queda=queda,
        minimo=minimo,
        vence_en=_vence_en(numero, categoria, nombre),
        oferta=_OFERTAS.get(nombre),
    )


def _vence_en(numero: int, categoria: str, nombre: str) -> int | None:
    duracion = _DURACION.get(categoria)
    return _VENCEN.get(nombre, duracion and duracion + numero % 5)
