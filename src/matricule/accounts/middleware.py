"""Sessions that end after 30 minutes without activity, and tell when (house.md, decision 11; reliability.md R44)."""

from collections.abc import Callable

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from matricule.accounts import typed
from matricule.accounts.models import User
from matricule.core import clock

BACKEND = "matricule.accounts.backend.CodeBackend"

TOUCH = 60
"""Seconds between two writes of "still here": one more flush a request otherwise (stack.md, tests)."""


class SignedIn(AuthenticationMiddleware):
    """Gives ``request.user`` from the statement that read the session; what is unusual there is Django's to judge."""

    def process_request(self, request: HttpRequest) -> None:
        """Set ``request.user``, found when it is first asked for."""
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]


def _person(request: HttpRequest) -> "User | AnonymousUser":
    """Return who is signed in: an active person whose session names them, this backend, and their present hash."""
    if not hasattr(request, "_cached_user"):
        session = request.session
        named = session.get(auth.SESSION_KEY)  # reads the row, and with it the person
        found = getattr(session, "person", None)
        usual = session.get(auth.BACKEND_SESSION_KEY) == BACKEND
        if found is None or not usual or str(found.pk) != named or not _is_valid(found, session):
            found = auth.get_user(request)
        request._cached_user = found  # type: ignore[attr-defined]
    return request._cached_user  # type: ignore[attr-defined,no-any-return]


def _is_valid(person: User, session: SessionBase) -> bool:
    """Tell whether an account is active and the session was made under its present hash."""
    digest = session.get(auth.HASH_SESSION_KEY, "")
    return person.is_active and constant_time_compare(digest, person.get_session_auth_hash())


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
                typed.forget_old(request)
            request.session_ends_in = request.session.get_expiry_age()  # type: ignore[attr-defined]
        return self.get_response(request)
