"""Sessions that end after 30 minutes without activity, and tell when (house.md, decision 11; reliability.md R44)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from matricule.core import clock

TOUCH = 60
"""Seconds between two writes of "still here": one more flush a request otherwise (stack.md, tests)."""


class SessionClock:
    """Slides the end of a signed-in session, once a minute, and gives pages ``request.session_ends_in`` (seconds)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if request.user.is_authenticated:
            now = int(clock.wall().timestamp())
            seen = request.session.get("seen", 0)
            if now - seen >= TOUCH:
                request.session["seen"] = now
            request.session_ends_in = settings.SESSION_COOKIE_AGE  # type: ignore[attr-defined]
        return self.get_response(request)
