"""The e-mailed code: single use, ten minutes, bound to the browser that asked, five attempts counted atomically.

Sources: seed 003 (a 6-digit code at each sign-in); issue 2, section 2.3; reliability.md R32 to R35 and section 0.4
(a read-then-write counter is no counter: each attempt is one conditional UPDATE).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum

from matricule import notices
from matricule.accounts import devices
from matricule.accounts.models import LoginCode, User
from matricule.core import clock, crypto, journal

LIFETIME = timedelta(minutes=10)
MAX_ATTEMPTS = 5
PER_ADDRESS = 6
PER_NETWORK = 40
WINDOW = timedelta(minutes=15)
MAX_GUESSES = 10
"""Attempts at the codes of one address from one network in an hour (R32). Another network's are not counted with them:
nobody can shut a person out by guessing (R37)."""

GUESS_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Ticket:
    """What the asking browser keeps in its session: the code's row and the secret that binds them."""

    code_id: str
    secret: str


def clean(text: str) -> str:
    """Return the digits of a code as people paste it (spaces, hyphens and no-break spaces dropped)."""
    return "".join(c for c in text if c.isdigit() and c.isascii())


def request_code(
    address: str,
    *,
    language: str,
    network: str,
    purpose: str = "sign-in",
    kind: str = "sign_in_code",
    browser: frozenset[str] = frozenset(),
) -> Ticket:
    """Make a code for ``address``, queue its mail, and return the asking browser's ticket.

    ``network`` is the client's network prefix, hashed before it is kept; ``kind`` is the message that carries the
    code. Beyond the limits the answer is the same and no mail leaves (R35, R36): whoever asks learns nothing. A known
    person's mail is in the person's own language. ``browser``: whom it signed in before (``devices.people``). For one
    of them, what other networks asked for the address is not counted: strangers elsewhere cannot keep a person out
    (R37), and who has no such browser cannot fill a mailbox.
    """
    address = address.lower()
    now = clock.wall()
    code, secret = f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(24)
    address_index = crypto.blind_index("login-address", address)
    network_index = crypto.blind_index("login-network", network)
    with transaction.atomic():
        known = User.objects.filter(email=address).values_list("pk", "language").first()
        _one_at_a_time(address_index)
        familiar = known is not None and devices.digest(known[0]) in browser
        held = _beyond_limits(address_index, network_index, now, familiar=familiar)
        row = LoginCode(
            purpose=purpose,
            address=address,
            address_index=address_index,
            network_index=network_index,
            browser_digest=crypto.digest(secret),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        row.digest = _digest(row.pk, purpose, code)
        row.save(force_insert=True)
        journal.record(actor="anonymous", action="sign_in.code_asked", outcome="held" if held else "done")
        if not held:
            notices.send(
                kind,
                recipient_id=known[0] if known else None,
                address=address,
                language=known[1] if known else language,
                context={"code": code},
                expires_at=row.expires_at,
            )
    return Ticket(str(row.pk), secret)


def _one_at_a_time(address_index: bytes) -> None:
    """Let the codes of one address be counted and made one after the other: a race would pass the limits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(address_index[:8], signed=True)])


def _beyond_limits(address_index: bytes, network_index: bytes, now: datetime, *, familiar: bool) -> bool:
    """Tell whether this address or network asked, or guessed, too often (one statement, whatever the answer)."""
    recent, guessed = Q(created_at__gt=now - WINDOW), Q(created_at__gt=now - GUESS_WINDOW)
    here = Q(network_index=network_index)
    rows = LoginCode.objects.filter(guessed).filter(here | Q(address_index=address_index))
    counted = rows.aggregate(
        address=Count("pk", filter=recent & Q(address_index=address_index) & (here if familiar else Q())),
        network=Count("pk", filter=recent & here),
        guesses=Sum("attempts", filter=here & Q(address_index=address_index), default=0),
    )
    limits = {"address": PER_ADDRESS, "network": PER_NETWORK, "guesses": MAX_GUESSES}
    return any(counted[name] >= limit for name, limit in limits.items())


def verify(
    ticket: Ticket, text: str, *, language: str, purpose: str = "sign-in", known_only: bool = False
) -> User | None:
    """Return the person whose code this is, or None: wrong, too late, used, another browser's, or the sixth attempt.

    A person of a new address is made here, once the mailbox is proved, unless ``known_only``. Every call that may
    compare costs one attempt.
    """
    code_id = _uuid(ticket.code_id)
    if code_id is None:
        return None
    with transaction.atomic():
        user = None
        if _count_attempt(code_id, ticket.secret, purpose):
            address = _spend(code_id, purpose, clean(text))
            user = _person(address, language, known_only=known_only) if address is not None else None
        journal.record(
            actor=f"user:{user.pk}" if user else "anonymous",
            action="sign_in.code_tried",
            outcome="done" if user else "refused",
        )
    return user


def prove(ticket: Ticket, text: str, *, actor: str, purpose: str) -> str | None:
    """Return the address whose code this is, or None, like ``verify``; nobody is looked for, made or signed in.

    ``actor`` is who the journal says has tried.
    """
    code_id = _uuid(ticket.code_id)
    if code_id is None:
        return None
    with transaction.atomic():
        counted = _count_attempt(code_id, ticket.secret, purpose)
        address = _spend(code_id, purpose, clean(text)) if counted else None
        journal.record(actor=actor, action="address.code_tried", outcome="done" if address else "refused")
    return address


def _count_attempt(code_id: UUID, secret: str, purpose: str) -> bool:
    """Take one of the five attempts; False when none is left or the code is not this browser's (one statement)."""
    taken = LoginCode.objects.filter(
        pk=code_id,
        purpose=purpose,
        browser_digest=crypto.digest(secret),
        attempts__lt=MAX_ATTEMPTS,
        used_at=None,
        expires_at__gt=clock.wall(),
    ).update(attempts=F("attempts") + 1)
    return taken == 1


def _spend(code_id: UUID, purpose: str, code: str) -> str | None:
    """Use the code up, and return the address that it proves; None when it is another one or used already."""
    row = LoginCode.objects.only("digest", "address").get(pk=code_id)
    if not hmac.compare_digest(bytes(row.digest), _digest(code_id, purpose, code)):
        return None
    if not LoginCode.objects.filter(pk=code_id, used_at=None).update(used_at=clock.wall()):
        return None
    return str(row.address)


def _person(address: str, language: str, *, known_only: bool) -> User | None:
    if known_only:
        return User.objects.filter(email=address, is_active=True).first()
    user = User.objects.for_address(address, language)
    return user if user.is_active else None


def forget_old() -> int:
    """Delete codes that no longer count for anything (a day old); return how many."""
    return LoginCode.objects.filter(created_at__lt=clock.wall() - timedelta(days=1)).delete()[0]


def _digest(code_id: UUID, purpose: str, code: str) -> bytes:
    return crypto.blind_index("login-code", f"{code_id}:{purpose}:{code}")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
