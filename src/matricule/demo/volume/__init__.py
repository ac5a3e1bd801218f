"""Many invented dossiers with their history, for measuring and for trying the desk at its full size.

    matricule demo --volume 100000             students' dossiers
    matricule demo --volume 100000 --company   requests of one company

They are not made through the operations, which would take hours, but say what these would have said: the reconcilers
find nothing to mend, the chain of the journal verifies, no calendar has anything to do on that day. Everybody is told
from the demo's own people by the address (``people.DOMAIN``). Running it again adds more.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import OperationalError, connection, transaction

from matricule.accounts import staff
from matricule.accounts.models import User
from matricule.core import clock, ids, journal
from matricule.demo.volume import companies, keeping, people, times
from matricule.demo.volume.history import Made, Writer
from matricule.demo.volume.sheets import Sheets
from matricule.dossiers.models import Dossier
from matricule.dossiers.states import ENDED

log = logging.getLogger(__name__)

CHUNK = 500
"""Dossiers of one transaction."""
LOCK = 7_301_126
"""Advisory locks: with the seed for its load, with 0 for the caseworkers."""
AGAIN = 0.2
"""The share of fresh requests that come from the person before, whose earlier request ended long ago."""
CASEWORKERS = ("Ada Volume", "Basile Volume", "Clara Volume", "Denis Volume")


def make(count: int, seed: int = 1) -> Iterator[int]:
    """Make ``count`` dossiers, and yield how many there are after each chunk; the same ``seed`` makes the same ones.

    The people of a seed are numbered on from those that are there. Each chunk is whole or not there at all. Loads of
    different seeds run side by side; of the same, one waits for the other.
    """
    made = 0
    with _alone(seed):
        staff_ids = _caseworkers()
        number = _next_number(seed)
        while made < count:
            size = min(CHUNK, count - made)
            number = _chunk(size, seed, number, staff_ids)
            made += size
            yield made
    _seal()
    _analyse()


def make_requests(count: int, seed: int = 1) -> Iterator[int]:
    """Make ``count`` requests of one company as ``make`` does, and yield how many there are after each chunk."""
    made = 0
    with _alone(seed):
        staff_ids = _caseworkers()
        known = Dossier.objects.filter(organisation=companies.firm()[0]).count()
        while made < count:
            size = min(CHUNK, count - made)
            rng = Random(f"references:{seed}:{known + made}")  # noqa: S311  invented people
            companies.chunk(size, seed, known + made, staff_ids, _references(rng, clock.now(), size))
            made += size
            yield made
    _seal()
    _analyse()


@contextmanager
def _alone(seed: int) -> Iterator[None]:
    """Let nobody else load this seed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, %s)", [LOCK, seed])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK, seed])


def _chunk(count: int, seed: int, first: int, staff_ids: list[UUID]) -> int:
    """Make one chunk; return the number of the next person."""
    sheets = Sheets()
    rng = Random(f"{seed}:{first}")  # noqa: S311  invented people
    writer = Writer(sheets, staff_ids, clock.now())
    # before the transaction: PostgreSQL ends one that waits for its client (idle_in_transaction_session_timeout)
    made = _dossiers(rng, writer, seed, first, count)
    keeping.keep(sheets, writer, made)
    return first + len({one.owner.pk for one in made})


def _seal() -> None:
    """Seal what was written; when another load or the worker is at it for long, the worker seals the rest later."""
    try:
        journal.seal_pending()
    except OperationalError:  # the lock of the sealers is held longer than a statement may wait
        log.info("volume_not_sealed")


def _next_number(seed: int) -> int:
    known = User.objects.filter(email__startswith=people.address(seed, None))
    last = known.order_by("-email").values_list("email", flat=True).first()
    return people.number_in(last) + 1 if last is not None else 1


def _caseworkers() -> list[UUID]:
    """Return the invented caseworkers of the Doubs, appointed on the first call."""
    found = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, 0)", [LOCK])
        for place, name in enumerate(CASEWORKERS, start=1):
            user = User.objects.for_address(f"caseworker-{place}@{people.DOMAIN}", "fr")
            if staff.post_of(user.pk) is None:
                role = staff.Role.CASEWORKER
                staff.appoint(by="system:volume", user=user, name=name, office=people.DOUBS, role=role)
            found.append(user.pk)
    return found


def _dossiers(rng: Random, writer: Writer, seed: int, first: int, count: int) -> list[Made]:
    references = _references(rng, clock.now(), count)
    made: list[Made] = []
    number, before = first, None
    for reference in references:
        kind = times.pick(rng)
        owner = _same_owner(rng, kind, before, writer.now)
        one = writer.write(rng, people.invent(rng, seed, number), kind, reference, owner)
        number += owner is None
        before = one if owner is None else None
        made.append(one)
    return made


def _same_owner(rng: Random, kind: str, before: Made | None, now: datetime) -> User | None:
    """Return the person before, when they ask again after a request that ended long ago."""
    if before is None or kind not in {"fresh", "draft"} or rng.random() >= AGAIN:
        return None
    ended = before.dossier.ended_at
    if ended is None or times.KINDS[before.kind].state not in ENDED or now - ended < timedelta(days=45):
        return None
    return before.owner


def _references(rng: Random, now: datetime, count: int) -> list[str]:
    """Return free references; with a million of them two are equal now and then."""
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = ["".join(rng.choices(ids.ALPHABET, k=7)) for _ in range(count - len(found))]
        fresh = [ids.reference_of(now.year, chosen) for chosen in drawn]
        taken = set(Dossier.objects.filter(reference__in=fresh).values_list("reference", flat=True))
        found |= dict.fromkeys(reference for reference in fresh if reference not in taken)
    return list(found)


def _analyse() -> None:
    """Let PostgreSQL look at what came, as its own daemon would a minute later; only the owner of a table may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_has_role(current_user, relowner, 'member') from pg_class where oid = %s::regclass",
            [Dossier._meta.db_table],
        )
        if cursor.fetchone()[0]:
            cursor.execute("analyze")
