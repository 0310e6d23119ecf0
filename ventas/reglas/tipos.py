"""Las palabras con número que los clientes y el SII ya usan."""

from django.db import models


class TipoDocumento(models.IntegerChoices):
    """Lo que pide el cliente (contrato, ``id_tipodocumento``)."""

    BOLETA = 1, "boleta"
    FACTURA = 2, "factura"


class FormaPago(models.IntegerChoices):
    """Contrato, ``id_forma_pago``; la etiqueta es la que ven los clientes."""

    CREDITO = 1, "credito"
    EFECTIVO = 2, "efectivo"
    DEBITO = 3, "debito"
    PUNTOS = 4, "Puntos"


class TipoDTE(models.IntegerChoices):
    """Códigos de documento del SII."""

    FACTURA = 33, "Factura electrónica"
    FACTURA_EXENTA = 34, "Factura exenta electrónica"
    BOLETA = 39, "Boleta electrónica"
    BOLETA_EXENTA = 41, "Boleta exenta electrónica"
    NOTA_CREDITO = 61, "Nota de crédito electrónica"


def tipo_dte(documento: TipoDocumento, *, todo_exento: bool) -> TipoDTE:
    """El documento del SII que corresponde: 39 o 33; 41 o 34 si ninguna línea es afecta."""
    if documento == TipoDocumento.FACTURA:
        return TipoDTE.FACTURA_EXENTA if todo_exento else TipoDTE.FACTURA
    return TipoDTE.BOLETA_EXENTA if todo_exento else TipoDTE.BOLETA
