"""Signing in: by a proved mailbox only; nobody has a password here."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from matricule.accounts.models import User
from matricule.core import clock

PROOFS = "proofs"


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
