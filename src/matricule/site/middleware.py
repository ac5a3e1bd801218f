"""The outermost layers of every answer: one log line without personal data, and the headers of every route."""

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from matricule.core.ids import uuid7

Next = Callable[[HttpRequest], HttpResponse]
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|M\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}|\d{1,4}|[a-z][a-z_-]{0,40}")
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join(f"{feature}=()" for feature in FEATURES)


def headers(get_response: Next) -> Next:
    """Add what Django has no setting for: Permissions-Policy, CORP, and no caching of a view's answer (R57, R68)."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return respond


def request_log(get_response: Next) -> Next:
    """Write one line per request; give its id in the answer, so that a person can quote it to the support."""
    log = structlog.get_logger("matricule.request")

    def respond(request: HttpRequest) -> HttpResponse:
        begin = time.monotonic()
        request_id = str(uuid7())
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = get_response(request)
            response["X-Request-Id"] = request_id
            place = loggable_path(request)
            if not place.startswith(("/static/", "/health/")):
                spent = round((time.monotonic() - begin) * 1000)
                log.info("request", method=request.method, path=place, status=response.status_code, milliseconds=spent)
            return response
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    return respond


def loggable_path(request: HttpRequest) -> str:
    """Return the path when all its variable parts are ids, else its pattern; never what a visitor typed (R69)."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return next((place for place in ("/static/", "/health/") if request.path.startswith(place)), "(no such page)")
    values = [*match.args, *match.kwargs.values()]
    if all(ID.fullmatch(str(value)) for value in values):
        return request.path
    return f"/{match.route}"
