"""The health addresses: alive (the process answers), ready (it can serve), full (everything behind it moves).

They are answered before sessions and host names are looked at: a monitor on the machine calls the port by its number,
and must get an answer when the database does not give one. Strangers learn only yes or no, and nothing of ``full``.
"""

import hmac
import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from matricule.core import config, health

Next = Callable[[HttpRequest], HttpResponse]


def addresses(get_response: Next) -> Next:
    """Answer /health/alive, /health/ready and /health/full; pass on everything else."""
    answers = {"/health/alive": alive, "/health/ready": ready, "/health/full": full}

    def respond(request: HttpRequest) -> HttpResponse:
        answer = answers.get(request.path_info)
        if answer is None or (answer is full and not may_see_all(request)):
            return get_response(request)
        return answer(request)

    return respond


def alive(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return JsonResponse({"alive": True})


def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether a request could be served now."""
    good = all(value == "ok" for value in health.run(health.READY).values())
    return JsonResponse({"ready": good}, status=200 if good else 503)


def full(_request: HttpRequest) -> HttpResponse:
    """Say of each part whether it moves, with a code when it does not."""
    found = health.run(health.FULL)
    good = all(value == "ok" for value in found.values())
    return JsonResponse({"healthy": good, "checks": found}, status=200 if good else 503)


def may_see_all(request: HttpRequest) -> bool:
    """Tell whether the caller is a program of this machine or holds the monitor's token.

    Behind a reverse proxy every caller seems to be on this machine: only the token counts then.
    """
    settings = config.current()
    token = settings.health_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    behind_proxy = settings.proxies or settings.proxy_ssl_header or "X-Forwarded-For" in request.headers
    return not behind_proxy and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
