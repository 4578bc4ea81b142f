"""Who is asking, as far as limits are concerned. The limits themselves are counted by ``services.rates``."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

HOUSEHOLD_BITS = 64


def client_address(request: Request) -> str:
    """Give the network address of whoever asks; an IPv6 network counts as one, because a household has all of it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/{HOUSEHOLD_BITS}", strict=False))
    return host
