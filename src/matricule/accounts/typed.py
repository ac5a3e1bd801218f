"""What was typed in a form when a fresh proof was asked for, kept until its page shows it again (R46; wording.md 6).

It lies in the session of whoever typed it: sealed like all of it, deleted with it at sign-out, for another person
never there, and in no address. It is taken once, and after a quarter of an hour it is gone.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, QueryDict

from matricule.core import clock

TYPED = "typed"
KEPT_FOR = timedelta(minutes=15)
"""As long as a session at the desk lives without activity."""

MOST = 5
"""Forms of one session that are kept at once, in as many windows; the oldest makes place."""

LONGEST = 32_000
"""Characters of one form, encoded: several times what the longest fields of the service hold."""

NEVER = ("csrfmiddlewaretoken", "credential", "code")
"""What proves something once, and nothing later, is not kept."""


def keep(request: HttpRequest, place: str) -> None:
    """Keep what ``request`` brought to the page at ``place``; what is longer than a form can be is not kept."""
    given = request.POST.copy()
    for name in NEVER:
        given.pop(name, None)
    text = given.urlencode()
    if len(text) <= LONGEST:
        others = [row for row in _rows(request) if row[0] != place]
        _write(request, [*others[1 - MOST :], [place, clock.wall().timestamp(), text]])


def has(request: HttpRequest, place: str) -> bool:
    """Tell whether something typed waits for the page at ``place``."""
    return any(row[0] == place for row in _rows(request))


def take(request: HttpRequest, place: str) -> QueryDict | None:
    """Return what was typed at ``place``, and keep it no longer; None where nothing waits."""
    rows = _rows(request)
    found = next((row for row in rows if row[0] == place), None)
    if found is None:
        return None
    _write(request, [row for row in rows if row is not found])
    return QueryDict(found[2])


def forget_old(request: HttpRequest) -> None:
    """Delete what nobody came back for in time."""
    if TYPED in request.session:
        _write(request, _rows(request))


def _rows(request: HttpRequest) -> list[Any]:
    """Return what is kept and not too old, the oldest first: place, moment, text."""
    since = (clock.wall() - KEPT_FOR).timestamp()
    return [row for row in request.session.get(TYPED, []) if row[1] > since]


def _write(request: HttpRequest, rows: list[Any]) -> None:
    if rows:
        request.session[TYPED] = rows
    else:
        request.session.pop(TYPED, None)
