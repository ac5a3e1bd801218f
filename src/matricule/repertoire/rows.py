"""What the modules of the repertoire share: indexes, the lock of a person, rows as values."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from matricule import matching
from matricule.core.crypto import blind_index
from matricule.repertoire.models import Holder
from matricule.repertoire.values import Identity, Issued, Kind
from matricule.rules.numbers.shape import clean


def number_index(number: str) -> bytes:
    """Return the blind index of a number of 15 characters, as people write it."""
    return blind_index("repertoire.number", clean(number))


def exact_indexes(identity: Identity) -> list[bytes]:
    """Return the blind indexes of the names, birth and country to look for; none for a name without any letter."""
    return [blind_index("repertoire.exact", key) for key in matching.search_keys(identity)]


def passport_index(identity: Identity) -> bytes | None:
    """Return the blind index of the passport number, or None when there is none."""
    key = matching.passport_key(identity.passport)
    return blind_index("repertoire.passport", key) if key else None


def own_indexes(identity: Identity) -> tuple[bytes, bytes | None]:
    """Return the two blind indexes under which a person is found: names with birth, and passport."""
    return blind_index("repertoire.exact", matching.exact_key(identity)), passport_index(identity)


def new_holder(
    subject_id: UUID,
    identity: Identity,
    number: str,
    *,
    kind: Kind,
    source: Holder.Source,
    now: datetime,
) -> Holder:
    """Return an unsaved row: this person holds this number from ``now`` on."""
    exact, passport = own_indexes(identity)
    return Holder(
        subject_id=subject_id,
        kind=kind,
        source=source,
        number=clean(number),
        number_index=number_index(number),
        identity=identity.as_json(),
        exact_index=exact,
        passport_index=passport,
        since=now,
        certified_at=now if kind == "nir" else None,
    )


def issued(row: Holder) -> Issued:
    """Return the number of a row as a value."""
    return Issued(row.number, "nir" if row.kind == Holder.Kind.NIR else "nia", row.certified_at or row.since)


def live(subject_id: UUID) -> Holder | None:
    """Return the row of the number that the person holds now, locked."""
    return Holder.objects.select_for_update().filter(subject_id=subject_id, ended_at=None).first()


def alone(subject_id: UUID) -> None:
    """Hold the lock of this person until the transaction ends; raise TransactionManagementError outside one."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the repertoire is called inside the transaction of the act")
    number = int.from_bytes(hashlib.sha256(b"repertoire:" + subject_id.bytes).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
