"""Sessions in the database, hashed and encrypted (reliability.md 5.2; stack.md, allauth).

The row's key is the SHA-256 of the cookie's value, so that a copy of the table opens no session; the data is sealed
with the session key ring, so that nothing a visitor typed lies there in clear.
"""

import hashlib
import json
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection

from matricule.accounts.models import Session, User
from matricule.core import clock, crypto, keys
from matricule.core.rows import Table

_SESSION, _PERSON = Table(Session), Table(User)
_READ = (
    "select {session}, {person} from accounts_session s left join accounts_user p on p.id = s.user_id"
    " where s.session_key = %s and s.expire_date > %s"
)


@cache
def _read() -> str:
    return _READ.format(session=_SESSION.columns("s"), person=_PERSON.columns("p"))


class SessionStore(DatabaseStore):
    """Django's database store over the ``accounts.Session`` table.

    ``person`` is who was signed in when the row was read, in the same statement; ``accounts.middleware`` checks it.
    """

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table of the sessions."""
        return Session

    @staticmethod
    def row_key(session_key: str) -> str:
        """Return the stored form of a cookie's value."""
        return hashlib.sha256(session_key.encode()).hexdigest()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the sealed form of the session's data."""
        text = json.dumps(session_dict, separators=(",", ":")).encode()
        return crypto.seal(keys.current().sessions, text, b"session").hex()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the data of a sealed session; one that no longer opens (rotated key, damage) is an empty session."""
        try:
            token = bytes.fromhex(session_data if isinstance(session_data, str) else session_data.decode())
            data: dict[str, Any] = json.loads(crypto.unseal(keys.current().sessions, token, b"session"))
        except (ValueError, crypto.BadToken):
            return {}
        return data

    def exists(self, session_key: str) -> bool:
        """Tell whether a session with this cookie value exists."""
        return Session.objects.filter(session_key=self.row_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save for ``data``."""
        user = data.get("_auth_user_id")
        return Session(
            session_key=self.row_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=UUID(user) if user else None,
        )

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session of this cookie value, or the current one."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=self.row_key(key)).delete()

    def get_expiry_date(self, **given: Any) -> datetime:
        """Return when the session ends without a further sign of life, in wall time."""
        date: datetime = super().get_expiry_date(**{"modification": clock.wall(), **given})
        return date

    def _get_session_from_db(self) -> Session | None:
        key = self.row_key(self.session_key or "")
        with connection.cursor() as cursor:
            cursor.execute(_read(), [key, clock.wall()])
            found = cursor.fetchone()
        row = None if found is None else _SESSION.row(found[: _SESSION.width])
        if row is None:
            self._session_key = None
        else:
            person = _PERSON.row(found[_SESSION.width :])
            self.person = person if person.pk is not None else None
        return row


def forget_ended() -> int:
    """Delete the sessions that ended by themselves; return how many."""
    return Session.objects.filter(expire_date__lt=clock.wall()).delete()[0]


def end_all(user_id: UUID) -> int:
    """End every session of a person at once (reliability.md R45); return how many there were."""
    return Session.objects.filter(user_id=user_id).delete()[0]


def end_others(user_id: UUID, session_key: str | None) -> int:
    """End every session of a person but the one of this cookie value; return how many were ended."""
    rows = Session.objects.filter(user_id=user_id)
    if session_key is not None:
        rows = rows.exclude(session_key=SessionStore.row_key(session_key))
    return rows.delete()[0]
