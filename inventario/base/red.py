"""De una dirección IP a la red que se cuenta y se frena. Puro."""

import ipaddress

RED_DESCONOCIDA = "desconocida"


def red_de(ip: str) -> str:
    """La red que se frena: la dirección IPv4, o los 64 bits que un solo cliente IPv6 tiene a su gusto."""
    try:
        direccion = ipaddress.ip_address(ip)
    except ValueError:
        return RED_DESCONOCIDA
    if direccion.version == 4:
        return str(direccion)
    if direccion.ipv4_mapped:
        return str(direccion.ipv4_mapped)
    return str(ipaddress.ip_network((direccion, 64), strict=False))
