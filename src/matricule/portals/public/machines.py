"""Two short texts for programs: what a search engine may list, and whom to tell of a weakness."""

from datetime import datetime, timedelta
from datetime import time as clock_time

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from matricule.core import clock, config
from matricule.portals import gate

PRIVATE = ("/fr/student/", "/en/student/", "/space/", "/hooks/", "/health/")
"""Addresses that say nothing to a search engine; who may read them is decided by ``portals.gate``, not here."""
QUESTIONS = ("/fr/student/questions/", "/en/student/questions/")
GOOD_FOR = timedelta(days=180)
"""How long the text about weaknesses holds from the day on which it is read (RFC 9116: less than a year)."""


@gate.public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines list the pages that explain; nothing of a demo (RFC 9309)."""
    if config.current().demo:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = [
            "User-agent: *",
            *(f"Allow: {path}" for path in QUESTIONS),
            *(f"Disallow: {path}" for path in PRIVATE),
        ]
    return _text(lines)


@gate.public
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); 404 while the operator has set no address to write to."""
    settings = config.current()
    if not settings.contact_address:
        return HttpResponse(status=404)
    day = (clock.wall() + GOOD_FOR).date()
    ends = datetime.combine(day, clock_time()).isoformat() + "Z"
    return _text(
        [
            f"Contact: mailto:{settings.contact_address}",
            f"Expires: {ends}",
            "Preferred-Languages: fr, en",
            f"Canonical: {settings.address}/.well-known/security.txt",
        ]
    )


def _text(lines: list[str]) -> HttpResponse:
    response = HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
