"""What the rules ask of a registrant, kept as rows, and what still stands before submission.

The rules themselves are in ``matricule.rules``; here their answer for one person is stored, so that a list once shown
does not change under the person's feet: only an answer of theirs changes it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from matricule.core import clock
from matricule.core.batch import Batch
from matricule.dossiers import rows
from matricule.dossiers.models import Document, Dossier, File, Registrant, Requirement, Version
from matricule.rules import orientation, requirements

SECTIONS = ("civil_status", "parents", "contact", "studies")
"""The pages of step 2, in order; each must be complete before submission (seed 003, step 2)."""

CIVIL_STATUS = "civil_status"
"""The page that asks again what the questionnaire asked."""

FROM_FORM = ("nationality", "birth_country", "birth_date")
"""What the form asks again more exactly than the questionnaire: the form's value counts."""


def sync(registrant: Registrant, route: str, answers: Mapping[str, Any], now: datetime) -> None:
    """Make the stored requirements those that the rules give for ``answers``.

    A requirement that falls away is dated, never deleted, and its files stay (nothing a person sent is lost).
    """
    facts = orientation.load(route).facts(answers, on=clock.today())
    store(registrant, requirements.requirements_for(route, facts, on=clock.today()), now)


def store(registrant: Registrant, rules: Iterable[requirements.RequirementRule], now: datetime) -> None:
    """Make the stored requirements of a person those of ``rules`` (see ``sync``)."""
    stored = {row.code: row for row in registrant.requirements.all()}
    for position, rule in enumerate(rules):
        row = stored.pop(rule.code, None) or Requirement(registrant=registrant, code=rule.code)
        row.slot, row.phase, row.required = rule.slot, rule.phase, rule.required
        row.blocks_submission, row.position, row.dropped_at = rule.blocks_submission, position, None
        row.save()
    for row in stored.values():
        if row.dropped_at is None:
            row.dropped_at = now
            row.save(update_fields=["dropped_at"])


def merged(answers: Mapping[str, Any], registrant: Registrant) -> dict[str, Any]:
    """Return ``answers`` with what the form says more exactly."""
    result = dict(answers)
    for name in FROM_FORM:
        if value := getattr(registrant, name):
            result[name] = value
    return result


def disagreements(dossier: Dossier, registrant: Registrant) -> list[str]:
    """Return the fields in which the questionnaire's answers differ from the page of the civil status.

    Only new answers to the questionnaire can make one: the page replaces the answers when it is saved.
    """
    pairs = ((name, dossier.answers.get(name), getattr(registrant, name)) for name in FROM_FORM)
    return [name for name, answered, written in pairs if answered and written and answered != written]


def obstacles(dossier: Dossier, registrant: Registrant, papers: rows.Papers | None = None) -> list[str]:
    """Return the codes of what stands before submission, in the order of the pages; empty when it can be sent.

    ``answers:open`` when the form opened a question of the questionnaire again, ``outcome:<slug>`` when the answers
    now lead elsewhere, ``section:<name>``, ``document:<slot>`` for the documents of phase 1 (those of phases 2 and 3
    may come later: seed 003). ``papers``: the documents of the person, when the caller read them.
    """
    papers = papers or rows.papers(registrant)
    ready = ready_slots(registrant, papers)
    blocking = dict.fromkeys(row.slot for row in papers.asked if row.blocks_submission)
    return obstacles_of(dossier, registrant, [slot for slot in blocking if slot not in ready])


def obstacles_of(dossier: Dossier, registrant: Registrant, lacking: Iterable[str]) -> list[str]:
    """Return the codes of ``obstacles`` for a caller who read which documents of phase 1 are not ready."""
    done = set(registrant.sections_done) - ({CIVIL_STATUS} if disagreements(dossier, registrant) else set())
    sections = [f"section:{name}" for name in SECTIONS if name not in done]
    return open_answers(dossier) + sections + [f"document:{slot}" for slot in lacking]


def open_answers(dossier: Dossier) -> list[str]:
    """Return ``answers:open`` or ``outcome:<slug>`` when the answers do not lead to a registration (see obstacles)."""
    end = orientation.load(dossier.route).outcome(dossier.answers, on=clock.today())
    if end is None:
        return ["answers:open"]
    return [] if end.kind == "register" else [f"outcome:{end.slug}"]


def ready_slots(registrant: Registrant, papers: rows.Papers | None = None) -> set[str]:
    """Return the slots whose current version holds at least one file in order."""
    papers = papers or rows.papers(registrant)
    current = [version for version in papers.versions if version.replaced_at is None]
    return {version.document.slot for version in current if any(answers(file) for file in papers.files[version.pk])}


def answers(file: File) -> bool:
    """Tell whether a file is in order and stands for the original of its document."""
    return (
        file.state == File.State.READY
        and file.part == File.Part.MAIN
        and file.removed_at is None
        and file.replaced_at is None
    )


def current_version(registrant: Registrant, slot: str, now: datetime) -> Version:
    """Return the version that a new file of ``slot`` joins, made when there is none yet."""
    versions = Version.objects.select_related("document")
    version = next(iter(versions.filter(document__registrant=registrant, document__slot=slot, replaced_at=None)), None)
    if version is not None:
        return version
    batch = Batch()
    version = first_version(registrant, slot, now, batch)
    batch.run()
    return version


def first_version(registrant: Registrant, slot: str, now: datetime, batch: Batch) -> Version:
    """Return a new document's first version, written with the others of ``batch``."""
    document = Document(registrant=registrant, slot=slot)
    version = Version(document=document, opened_at=now, number=1)
    batch.insert(document, version)
    return version
