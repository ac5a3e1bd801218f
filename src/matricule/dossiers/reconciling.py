"""The caches of the dossiers compared with what they are made of (house.md, section 2: rebuilt by a reconciler).

``label``, ``file_count`` and the end of a dossier are written by the operation that changes them. This reads them
all again: a difference is a fault of ours, reported by identifier and mended through the one door.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Count, Q

from matricule.dossiers import access, states
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations.door import operation

CHUNK = 1000
"""Dossiers compared at a time, in three statements."""


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

    @property
    def real(self) -> bool:
        """Tell whether a cache differs from what it is made of."""
        cached = (self.label, self.file_count, self.ended)
        return cached != (self.right_label, self.right_file_count, self.right_ended)

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
            with operation(access.system("reconciler"), "rebuild_caches", difference.dossier_id) as op:
                op.quiet = True
                op.record("caches.rebuilt", label=difference.right_label, files=difference.right_file_count)
        except access.NotFound:  # a draft that its owner deleted meanwhile
            continue
    return compared, found


def _chunks() -> Iterator[list[Dossier]]:
    rows = Dossier.objects.only("pk", "label", "file_count", "ended_at").order_by("pk")
    last: UUID | None = None
    while chunk := list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _compared(chunk: list[Dossier]) -> Iterator[Difference]:
    ids = [dossier.pk for dossier in chunk]
    people: dict[UUID, list[states.State]] = {}
    for dossier_id, state in Registrant.objects.filter(dossier__in=ids).values_list("dossier", "state"):
        people.setdefault(dossier_id, []).append(states.State(state))
    live = Q(removed_at=None) & ~Q(state=File.State.REFUSED)
    counts = dict(
        File.objects.filter(live, version__document__registrant__dossier__in=ids)
        .values_list("version__document__registrant__dossier")
        .annotate(n=Count("pk"))
    )
    for dossier in chunk:
        mine = people.get(dossier.pk, [])
        yield Difference(
            dossier_id=dossier.pk,
            label=dossier.label,
            right_label=states.dossier_label(mine),
            file_count=dossier.file_count,
            right_file_count=counts.get(dossier.pk, 0),
            ended=dossier.ended_at is not None,
            right_ended=states.all_ended(mine),
        )
