"""The numbers of a chunk of a volume: orders drawn together, held by the embedded repertoire like any other."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import connection

from matricule.core import crypto, ids, journal
from matricule.demo.volume.history import Made, Writer
from matricule.demo.volume.sheets import Sheets, fresh
from matricule.dossiers import likeness
from matricule.dossiers.operations.numbers import index_of
from matricule.repertoire import rows, standin
from matricule.repertoire.models import Holder, Intent, Submission
from matricule.repertoire.values import Identity
from matricule.rules.numbers import building

_RESERVE = """
insert into repertoire_counter as counter (prefix_index, last)
select * from unnest(%s::bytea[], %s::integer[])
on conflict (prefix_index) do update set last = counter.last + excluded.last
returning prefix_index, last
"""


def give(sheets: Sheets, writer: Writer, made: Sequence[Made]) -> list[journal.Draft]:
    """Give their number to the people of a chunk who have one; return what the journal says of it.

    In the transaction of the chunk. Orders that loaded people hold already are passed over.
    """
    people = [(one, likeness.identity(one.registrant)) for one in made if one.has_number]
    prefixes = [
        building.prefix(identity.sex, identity.born, identity.birth_country, identity.birth_commune)
        for _, identity in people
    ]
    drawn = _drawn(Counter(prefixes))
    entries = []
    for (one, identity), first in zip(people, prefixes, strict=True):
        number = next(drawn[first])
        _hold(sheets, one, identity, number)
        writer.number_of(one, number, index_of(number))
        subject = ("person", one.registrant.pk)
        entries.append(journal.Draft("system:volume", "number.attributed", subject, {"kind": "nia"}))
    return entries


def _drawn(wanted: Counter[str]) -> dict[str, Iterator[str]]:
    """Reserve as many free numbers behind each prefix as are wanted."""
    found: dict[str, list[str]] = {first: [] for first in wanted}
    while missing := {
        first: wanted[first] - len(found[first]) for first in wanted if wanted[first] > len(found[first])
    }:
        drawn = {first: _numbers(first, last, missing[first]) for first, last in _reserve(missing).items()}
        indexes = {rows.number_index(number): number for numbers in drawn.values() for number in numbers}
        held = Holder.objects.filter(number_index__in=list(indexes)).values_list("number_index", flat=True)
        taken = {indexes[bytes(index)] for index in held}
        for first, numbers in drawn.items():
            found[first] += [number for number in numbers if number not in taken]
    return {first: iter(numbers) for first, numbers in found.items()}


def _reserve(missing: dict[str, int]) -> dict[str, int]:
    """Move the counters on, in a fixed order so that two loads never wait for each other; return where they stand."""
    indexes = {crypto.blind_index("repertoire.prefix", first): first for first in missing}
    ordered = sorted(indexes)
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [ordered, [missing[indexes[index]] for index in ordered]])
        return {indexes[bytes(index)]: last for index, last in cursor.fetchall()}


def _numbers(first: str, last: int, count: int) -> list[str]:
    return [building.number(first, order) for order in range(last - count + 1, last + 1)]


def _hold(sheets: Sheets, one: Made, identity: Identity, number: str) -> None:
    """Write the repertoire's rows: the intent, the holder, and the sending for certification."""
    when, subject = one.when, one.registrant.pk
    source = Holder.Source.ATTRIBUTED
    holder = rows.new_holder(subject, identity, number, kind="nia", source=source, now=when["issued"])
    certified = when["ended"] if one.kind == "registered" else None
    if certified is not None:
        holder.kind, holder.certified_at = Holder.Kind.NIR, certified
    sheets.add(holder)
    asked = fresh(Intent, request_id=ids.uuid7(), subject_id=subject, asked_at=when["issued"], holder_id=holder.pk)
    sheets.add(asked)
    if "sent" not in when:
        return
    answer = standin.CERTIFIED if certified is not None else standin.choose(identity, 0, complete=True)
    sending = fresh(Submission, request_id=ids.uuid7(), subject_id=subject, round=1, documents_complete=True)
    sending.sent_at, sending.due_at = when["sent"], when["sent"] + standin.delay()
    sending.kind, sending.detail, sending.taken_at = answer.kind, answer.as_json(), certified
    sheets.add(sending)
