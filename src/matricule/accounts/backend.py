"""Signing in: by a proved mailbox only; nobody has a password here."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from matricule.accounts.models import User
from matricule.core import clock, config

PROOFS = "proofs"
STAFF, STAFF_SINCE = "staff", "staff_since"
STAFF_IDLE = 15 * 60
"""Seconds without activity after which a session at the desk ends."""

STEP_UP = timedelta(minutes=5)
"""How long a proof counts before an act on a number (issue 4, section 2)."""

STAFF_LONGEST = 12 * 3600
"""Seconds after which a session at the desk ends whatever happens."""

STRONG = frozenset({"passkey", "app"})
"""Proofs with which somebody acts for a company: an e-mailed code alone is none (house.md 4.11)."""


class CodeBackend(BaseBackend):
    """Finds the person of a session; ``authenticate`` never succeeds, since a code is verified in ``codes``."""

    def get_user(self, user_id: object) -> User | None:
        """Return the active person of this id, or None (a disabled account ends at the next request, R45)."""
        try:
            return User.objects.filter(pk=UUID(str(user_id)), is_active=True).first()
        except (ValueError, ValidationError):
            return None


def sign_in(request: HttpRequest, user: User, method: str) -> None:
    """Open a signed-in session with a new key (R43), and note which proof was given, and when, in wall time."""
    login(request, user, backend="matricule.accounts.backend.CodeBackend")
    request.session[PROOFS] = {method: clock.wall().timestamp()}


def open_staff_session(request: HttpRequest, user: User, method: str) -> None:
    """Open a session at the desk: it ends after 15 minutes without activity and after 12 hours (house.md 4.11)."""
    sign_in(request, user, method)
    request.session[STAFF] = True
    request.session[STAFF_SINCE] = clock.wall().timestamp()
    request.session.set_expiry(STAFF_IDLE)


def is_staff_session(request: HttpRequest) -> bool:
    """Tell whether this session was opened at the desk and is younger than 12 hours."""
    since = request.session.get(STAFF_SINCE, 0)
    return bool(request.session.get(STAFF)) and clock.wall().timestamp() - since < STAFF_LONGEST


def is_strong_session(request: HttpRequest) -> bool:
    """Tell whether this session was opened with a passkey or an app's code (the demo's click only in demo mode)."""
    strong = STRONG | {"demo"} if config.current().demo else STRONG
    return bool(strong & set(request.session.get(PROOFS, {})))


def prove_again(request: HttpRequest, method: str) -> None:
    """Note a fresh proof of the signed-in person."""
    request.session[PROOFS] = {**request.session.get(PROOFS, {}), method: clock.wall().timestamp()}


def sign_out(request: HttpRequest) -> None:
    """End this browser's session."""
    logout(request)


def proved_within(request: HttpRequest, methods: frozenset[str], within: timedelta) -> bool:
    """Tell whether one of ``methods`` was proved in this session less than ``within`` ago (step-up, R46).

    A check of our own: a person who has only the e-mailed code never passes where a passkey is asked for
    (stack.md, allauth: the library lets code-only people through).
    """
    proofs = request.session.get(PROOFS, {})
    oldest = (clock.wall() - within).timestamp()
    return any(proofs.get(method, 0) >= oldest for method in methods)
