"""The browsers that a person signed in from before (reliability.md R42, R37).

A new one is told to the person; a known one gets its code whatever strangers elsewhere ask for that address.

A browser is remembered by a signed cookie that names people by digest only; it opens nothing.
"""

import hashlib
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from matricule import notices
from matricule.accounts.models import User
from matricule.core import journal

SALT = "matricule.device.v1"
YEAR = 365 * 24 * 3600
PEOPLE = 5
"""People remembered in one browser: a shared computer in a residence has several."""


def cookie_name() -> str:
    """Return the name of the cookie, bound to this host where the service speaks TLS."""
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def known(request: HttpRequest, user: User) -> bool:
    """Tell whether this browser signed ``user`` in before."""
    return digest(user.pk) in _read(request)


def people(request: HttpRequest) -> frozenset[str]:
    """Return the digests of whom this browser signed in before; none for a cookie that is not ours."""
    return frozenset(_read(request))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember in the browser that it signed ``user`` in."""
    mine = digest(user.pk)
    kept = [mine, *(other for other in _read(request) if other != mine)][:PEOPLE]
    response.set_cookie(
        cookie_name(),
        signing.dumps(kept, salt=SALT),
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def tell(user: User, path: str) -> None:
    """Tell a person of a sign-in from a browser that is new to them, in the space and by e-mail."""
    with transaction.atomic():
        journal.record(actor=f"user:{user.pk}", action="sign_in.new_device", subject=("user", user.pk))
        notices.send(
            "new_device_sign_in",
            recipient_id=user.pk,
            address=user.email,
            language=user.language,
            context={"path": path},
        )


def _read(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def digest(user_id: UUID) -> str:
    """Return the name under which a browser remembers a person."""
    return hashlib.sha256(f"{SALT}:{user_id}".encode()).hexdigest()[:24]
