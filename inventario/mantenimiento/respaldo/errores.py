"""Lo que puede impedir un respaldo o una restauración."""


class ErrorDeRespaldo(Exception):
    """No se pudo; el texto es para mostrarse y dice qué hacer."""


class ArchivoMalo(ErrorDeRespaldo):
    """El archivo está roto, o no es un respaldo de este sistema."""
