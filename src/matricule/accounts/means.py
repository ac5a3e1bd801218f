"""The means by which somebody signs in: one more passkey, another app, one taken away, never the last (issue 5, 1).

The caller asked for a fresh proof before. Each change is journaled and told by mail, since whoever holds an open
session could make it: a person who did not must hear of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from matricule import notices
from matricule.accounts import passkeys, sessions, staff, totp
from matricule.accounts.models import User
from matricule.accounts.organisation_notices import NOTIFICATIONS
from matricule.core import journal


class LastMeans(Exception):
    """Without this one the person could not sign in any more."""


class NoSuchMeans(Exception):
    """The person has no such passkey or app, or has it no more."""


@dataclass(frozen=True)
class Key:
    """One passkey as its person reads of it."""

    id: UUID
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Means:
    """What opens the door to somebody; ``app_since`` is None without an app."""

    keys: list[Key]
    app_since: datetime | None

    @property
    def count(self) -> int:
        """Return how many means there are."""
        return len(self.keys) + (self.app_since is not None)


def of(user_id: UUID) -> Means:
    """Return what opens the door to a person; two statements."""
    rows = passkeys.Passkey.objects.filter(user_id=user_id).order_by("made_at", "pk")
    app = totp.Authenticator.objects.filter(user_id=user_id).exclude(proved_at=None).first()
    return Means([Key(row.pk, row.made_at, row.used_at) for row in rows], app.proved_at if app is not None else None)


def removable(user_id: UUID) -> set[str]:
    """Return what may be taken away: "passkey", "app". Staff keep a passkey, for no app may be enough at the desk."""
    found = of(user_id)
    if found.count < 2:
        return set()
    last_key = len(found.keys) == 1 and staff.post_of(user_id) is not None
    return ({"passkey"} if found.keys and not last_key else set()) | ({"app"} if found.app_since else set())


def add_passkey(request: HttpRequest, user_id: UUID, answer: str) -> None:
    """Keep one more passkey, which the browser has made; raises BadPasskey."""
    with _changing(user_id) as user:
        passkeys.register(request, user, answer)
        _tell(user, "sign_in_added")


def prove_app(user_id: UUID, code: str) -> bool:
    """Let an app count once it shows its code, in the place of the one before; tell whether the code was right.

    ``totp.begin_another`` gave its secret. Until then the app before goes on.
    """
    with _changing(user_id) as user:
        good = totp.prove_another(user_id, code)
        if good:
            _tell(user, "sign_in_added")
    return good


def remove_passkey(user_id: UUID, key_id: UUID, *, keep_session: str | None) -> None:
    """Take one passkey away, and end the person's other sessions; raises LastMeans, NoSuchMeans."""
    with _changing(user_id) as user:
        row = passkeys.Passkey.objects.filter(user=user, pk=key_id).first()
        if row is None:
            raise NoSuchMeans
        if "passkey" not in removable(user_id):
            raise LastMeans
        row.delete()
        _removed(user, "passkey.taken_away", keep_session)


def remove_app(user_id: UUID, *, keep_session: str | None) -> None:
    """Take the app away, and end the person's other sessions; raises LastMeans, NoSuchMeans."""
    with _changing(user_id) as user:
        if not totp.is_proved(user_id):
            raise NoSuchMeans
        if "app" not in removable(user_id):
            raise LastMeans
        totp.forget(user_id)
        _removed(user, "app.taken_away", keep_session)


@contextmanager
def _changing(user_id: UUID) -> Iterator[User]:
    """Lock the person's row: of two changes at once the second sees what the first left."""
    with transaction.atomic():
        yield User.objects.select_for_update().get(pk=user_id)


def _removed(user: User, action: str, keep_session: str | None) -> None:
    journal.record(actor=f"user:{user.pk}", action=action, subject=("user", user.pk))
    sessions.end_others(user.pk, keep_session)
    _tell(user, "sign_in_removed")


def _tell(user: User, kind: str) -> None:
    notices.send(
        kind, recipient_id=user.pk, address=user.email, language=user.language, context={"path": NOTIFICATIONS}
    )  # fmt: skip
