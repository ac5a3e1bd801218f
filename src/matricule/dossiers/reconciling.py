"""The caches of the dossiers compared with what they are made of (house.md, section 2: rebuilt by a reconciler).

``label``, ``file_count``, ``queue``, ``postcode`` and the end of a dossier are written by the operation that changes
them, with the queue the counts of its office, and of a company's request its lines in the list and the counts of its
labels. This reads them all again: a difference is a fault of ours, reported by identifier and mended through the one
door.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from matricule.core import journal
from matricule.dossiers import access, counting, labels, lines, queues, states
from matricule.dossiers.case import Number
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations.door import operation

CHUNK = 1000
"""Dossiers compared at a time, in a constant number of statements."""

ACTOR = access.system("reconciler")


@dataclass(frozen=True)
class Difference:
    """One dossier whose caches are wrong, and what they should say."""

    dossier_id: UUID
    label: str
    right_label: str
    file_count: int
    right_file_count: int
    ended: bool
    right_ended: bool
    queue: str = ""
    right_queue: str = ""
    lines: bool = True
    """Whether a company's list says of it what it should."""
    place: bool = True
    """Whether its postcode is that of its first person, once it was sent."""

    @property
    def real(self) -> bool:
        """Tell whether a cache differs from what it is made of."""
        cached = (self.label, self.file_count, self.ended, self.queue)
        right = (self.right_label, self.right_file_count, self.right_ended, self.right_queue)
        return cached != right or not (self.lines and self.place)

    def as_json(self) -> dict[str, str | int | bool]:
        """Return the difference with its identifier as text; it names nobody."""
        return {**asdict(self), "dossier_id": str(self.dossier_id)}


def compare() -> tuple[int, list[Difference]]:
    """Return how many dossiers were compared, and the differences found; nothing is changed."""
    compared, found = 0, []
    for chunk in _chunks():
        compared += len(chunk)
        found += [difference for difference in _compared(chunk) if difference.real]
    return compared, found


def rebuild() -> tuple[int, list[Difference]]:
    """Mend every difference through the door, where each is looked at again under its lock; return as ``compare``."""
    compared, found = compare()
    for difference in found:
        try:
            with operation(ACTOR, "rebuild_caches", difference.dossier_id) as op:
                op.quiet = True
                op.record("caches.rebuilt", label=difference.right_label, files=difference.right_file_count)
        except access.NotFound:  # a draft that its owner deleted meanwhile
            continue
    return compared, found


def recount() -> list[counting.Miscount]:
    """Mend the counts of the offices that differ from their dossiers; return what was wrong, journaled."""
    return _mended(queues.COUNTS, "queues")


def recount_labels() -> list[counting.Miscount]:
    """Mend the counts of the companies' labels that differ; return what was wrong, journaled."""
    return _mended(labels.COUNTS, "labels")


def _mended(counts: counting.Counts, what: str) -> list[counting.Miscount]:
    """Mend a table of counts; nothing is locked while nothing is wrong."""
    if not counts.miscounted():
        return []
    with transaction.atomic():
        found = counts.recount()
        if found:
            journal.record(actor=str(ACTOR), action="counts.rebuilt", detail={what: len(found)})
    return found


def _chunks() -> Iterator[list[Dossier]]:
    columns = (
        "pk", "label", "file_count", "ended_at", "queue", "submitted_at", "answered_at", "caseworker_id",
        "organisation_id", "own_reference", "opened_at", "postcode",
    )  # fmt: skip
    rows = Dossier.objects.only(*columns).order_by("pk")
    last: UUID | None = None
    while chunk := list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _compared(chunk: list[Dossier]) -> Iterator[Difference]:
    ids = [dossier.pk for dossier in chunk]
    people: dict[UUID, list[Registrant]] = {}
    rows = Registrant.objects.filter(dossier__in=ids).only("pk", "dossier", "state", "position", "postcode")
    for person in rows.order_by("dossier", "position"):
        people.setdefault(person.dossier_id, []).append(person)
    numbered = set(
        Number.objects.filter(registrant__dossier__in=ids, ended_at=None).values_list("registrant", flat=True)
    )
    live = Q(removed_at=None) & ~Q(state=File.State.REFUSED)
    counts = dict(
        File.objects.filter(live, version__document__registrant__dossier__in=ids)
        .values_list("version__document__registrant__dossier")
        .annotate(n=Count("pk"))
    )
    standing, unlisted = queues.queues_of(chunk, people), set(lines.differing(chunk))
    for dossier in chunk:
        mine = people.get(dossier.pk, [])
        found = [states.State(person.state) for person in mine]
        yield Difference(
            dossier_id=dossier.pk,
            label=dossier.label,
            right_label=states.dossier_label(found, [person.pk in numbered for person in mine]),
            file_count=dossier.file_count,
            right_file_count=counts.get(dossier.pk, 0),
            ended=dossier.ended_at is not None,
            right_ended=states.all_ended(found),
            queue=dossier.queue,
            right_queue=standing[dossier.pk],
            lines=dossier.pk not in unlisted,
            place=dossier.postcode == (mine[0].postcode if mine and dossier.submitted_at is not None else ""),
        )
