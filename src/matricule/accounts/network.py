"""Where a request comes from, as coarse as the limits need (reliability.md R36: client headers are ignored)."""

import ipaddress

from django.http import HttpRequest

from matricule.core import config


def network_of(request: HttpRequest) -> str:
    """Return the client's network: /24 of IPv4, /48 of IPv6, read from the last trusted hop only."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = config.current().proxies
    if hops:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= hops:
            address = forwarded[-hops]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        # a dual-stack socket shows every IPv4 client so: one /48 would hold them all
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))
