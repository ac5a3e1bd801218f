"""Where each document of a person stands for the caisse: what is accepted, sent back, to examine, or not sent.

A half of a slot (the birth record, its translation) has its own decision. A document that is being replaced keeps its
accepted version until the new one is decided (house.md, section 2).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Prefetch

from matricule.dossiers import rows
from matricule.dossiers.case import Decision
from matricule.dossiers.models import File, Registrant, Requirement, Version

MAIN, TRANSLATION = File.Part.MAIN.value, File.Part.TRANSLATION.value


def part_of(code: str) -> str:
    """Return the half of its slot that answers the document ``code``."""
    return TRANSLATION if code == "translation" else MAIN


@dataclass(frozen=True)
class Half:
    """One half of one slot: the document asked, the version that counts, its files, the decision in force.

    ``state``: accepted, refused, to_examine, checking or missing. ``accepted`` is the decision that still holds, also
    while a newer version is examined.
    """

    code: str
    slot: str
    part: str
    phase: int
    required: bool
    blocks: bool
    version: Version | None = None
    files: list[File] = field(default_factory=list)
    decision: Decision | None = None
    accepted: Decision | None = None

    @property
    def state(self) -> str:
        """Return where this half stands."""
        if self.decision is not None:
            return "accepted" if self.decision.accepted else "refused"
        states = {file.state for file in self.files}
        if File.State.READY in states:
            return "to_examine"
        return "checking" if File.State.CHECKING in states else "missing"

    @property
    def holds(self) -> bool:
        """Tell whether the caisse has an accepted document here, be it an earlier version."""
        return self.accepted is not None

    @property
    def until(self) -> date | None:
        """Return the last day of the accepted document, None when none is printed on it."""
        return self.accepted.until if self.accepted is not None else None


def halves(registrant: Registrant) -> list[Half]:
    """Return every half that is still asked of this person, in the order of the list; one statement."""
    return of(rows.papers(registrant))


def of(papers: rows.Papers) -> list[Half]:
    """Return what ``halves`` does, from documents that were read."""
    return [_half(row, papers) for row in sorted(papers.asked, key=lambda row: (row.phase, row.position))]


def halves_of(registrant_ids: Collection[UUID]) -> dict[UUID, list[Half]]:
    """Return what ``halves`` does, for many people in as many statements as for one; no file's name is read."""
    found = {pk: rows.Papers() for pk in registrant_ids}
    for row in Requirement.objects.filter(registrant__in=registrant_ids, dropped_at=None).order_by("position"):
        found[row.registrant_id].requirements.append(row)
    for version in _versions(registrant_ids):
        papers = found[version.document.registrant_id]
        papers.versions.append(version)
        papers.files[version.pk] = list(version.files.all())
        papers.decisions[version.pk] = list(version.decisions.all())
    return {pk: of(papers) for pk, papers in found.items()}


def _versions(registrant_ids: Collection[UUID]) -> list[Version]:
    live = File.objects.filter(removed_at=None, replaced_at=None).order_by("part", "position").defer("name", "detail")
    in_force = Decision.objects.filter(superseded_at=None).defer("words", "files")
    return list(
        Version.objects.filter(document__registrant__in=registrant_ids)
        .select_related("document")
        .order_by("number")
        .prefetch_related(Prefetch("files", queryset=live), Prefetch("decisions", queryset=in_force))
    )


def _half(row: Requirement, papers: rows.Papers) -> Half:
    part = part_of(row.code)
    current = papers.current(row.slot)
    mine = [version for version in reversed(papers.versions) if version.document.slot == row.slot]
    decided = [decision for version in mine for decision in papers.decisions[version.pk] if decision.part == part]
    files = [file for file in papers.files[current.pk] if _counts(file, part)] if current is not None else []
    decision = next((one for one in decided if current is not None and one.version_id == current.pk), None)
    accepted = next((one for one in decided if one.accepted), None)
    if current is not None and decision is None and not files:  # the newer version holds the other half only
        decision = accepted
    return Half(
        code=row.code,
        slot=row.slot,
        part=part,
        phase=row.phase,
        required=row.required,
        blocks=row.blocks_submission,
        version=current,
        files=files,
        decision=decision,
        accepted=accepted,
    )


def _counts(file: File, part: str) -> bool:
    return file.part == part and file.removed_at is None and file.replaced_at is None


def ready_for_provisional(found: Iterable[Half]) -> bool:
    """Tell whether a NIA may be given: every document of phase 1 is accepted (R114-7 II and III CSS; seed 003)."""
    first = [half for half in found if half.blocks]
    return bool(first) and all(half.holds for half in first)


def complete(found: Iterable[Half], excused: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """Tell whether the file is complete: every document of phases 1 and 2 is accepted.

    ``excused``: halves whose impossibility the caisse accepted for good (R114-7 V 2 CSS).
    """
    owed = [half for half in found if half.required and half.phase <= 2]
    return bool(owed) and all(half.holds or (half.slot, half.part) in excused for half in owed)
