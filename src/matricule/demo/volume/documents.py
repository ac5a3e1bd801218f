"""What one person of a volume was asked for and sent, and what the caisse decided on it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from matricule.core import clock, crypto
from matricule.demo.volume import times
from matricule.demo.volume.sheets import Sheets, fresh
from matricule.dossiers import deadlines, standing
from matricule.dossiers.case import Decision
from matricule.dossiers.models import Document, Dossier, File, Page, Registrant, Requirement, Version
from matricule.dossiers.operations.examining import NUMBERED, TIMED
from matricule.dossiers.people import listed_name
from matricule.matching import passport_key
from matricule.rules import catalogue, refusals
from matricule.rules.requirements import RequirementRule

EARLY = 0.5
"""The share of documents of phases 2 and 3 that came with the deposit."""
DECIDED = frozenset({"examined", "answered", "awaiting", "reminded", "closed", "reopened"}) | times.WITH_NUMBER
WHOLE = frozenset({"complete", "at_register", "registered"})
"""Histories in which every document was sent and accepted."""

Refused = tuple[str, str, dict[str, str]]


class Documents:
    """The rows of one person's documents. ``files``: how many count; ``decisions``: slot, half, accepted."""

    def __init__(
        self,
        sheets: Sheets,
        new_id: Callable[[], UUID],
        rng: Random,
        person: Registrant,
        rules: Sequence[RequirementRule],
        caseworker: UUID | None,
        route: str = "student",
    ) -> None:
        """Prepare the documents that ``rules`` ask of ``person``, named as on this route."""
        self.route = route
        self.sheets, self.id, self.rng, self.person, self.rules = sheets, new_id, rng, person, rules
        self.caseworker = caseworker
        self.files = 0
        self.counts: dict[tuple[str, str], int] = {}
        self.decisions: list[tuple[str, str, bool]] = []
        self.refused: Refused | None = None

    def write(self, kind: str, when: Mapping[str, datetime]) -> None:
        """Make the rows of a history of this kind."""
        slots: dict[str, list[RequirementRule]] = {}
        for position, rule in enumerate(self.rules):
            row = fresh(Requirement, id=self.id(), registrant_id=self.person.pk, code=rule.code, slot=rule.slot)
            row.phase, row.required, row.blocks_submission = rule.phase, rule.required, rule.blocks_submission
            row.position = position
            self.sheets.add(row)
            slots.setdefault(rule.slot, []).append(rule)
        bad = self.rng.choice([slot for slot, rules in slots.items() if rules[0].blocks_submission])
        for slot, rules in slots.items():
            self._slot(slot, rules, kind, when, bad=slot == bad and kind in times.ASKED)

    def _slot(
        self, slot: str, rules: list[RequirementRule], kind: str, when: Mapping[str, datetime], *, bad: bool
    ) -> None:
        blocks = any(rule.blocks_submission for rule in rules)
        sent = self._sent(kind, when, blocks=blocks)
        if sent is None:
            return
        decided = self._decided(kind, when, blocks=blocks)
        document = self.sheets.add(fresh(Document, id=self.id(), registrant_id=self.person.pk, slot=slot))
        codes = [rule.code for rule in rules]
        version = self._version(document, 1, sent, codes, submitted="submitted" in when)
        for code in codes:
            files = self._files(version, code, sent)
            if decided is not None:
                self._decide(version, code, files, decided, accepted=not bad)
        if bad and kind == "answered":
            version.replaced_at = when["answered"]
            again = self._version(document, 2, when["answered"], codes, submitted=True)
            for code in codes:
                self._files(again, code, when["answered"])

    def _sent(self, kind: str, when: Mapping[str, datetime], *, blocks: bool) -> datetime | None:
        """Return when a document came, None when it did not."""
        if kind == "draft":
            return when["opened"] if self.rng.random() < EARLY else None
        if blocks or kind in WHOLE:
            return when["submitted"] - timedelta(minutes=1)
        if kind == "more_sent":
            return when["more"]
        if kind in {"fresh", "examined", "rejected", "withdrawn"} and self.rng.random() < EARLY:
            return when["submitted"] - timedelta(minutes=1)
        return None

    def _decided(self, kind: str, when: Mapping[str, datetime], *, blocks: bool) -> datetime | None:
        """Return when the caisse decided on a document, None when it did not."""
        if kind not in DECIDED or (not blocks and kind not in WHOLE):
            return None
        first = when.get("asked") or when.get("issued") or when["decided"]
        return first if blocks else when.get("sent") or when["decided"]

    def _version(self, document: Document, number: int, at: datetime, codes: list[str], *, submitted: bool) -> Version:
        row = fresh(Version, id=self.id(), document_id=document.pk, number=number, opened_at=at)
        row.sent_at = at if submitted else None
        if "translation" in codes:
            row.translator_kind, row.translator_name, row.translator_place = "sworn", "Martine Volume", "Besançon"
        return self.sheets.add(row)

    def _files(self, version: Version, code: str, at: datetime) -> list[File]:
        part = standing.part_of(code)
        pages = self.rng.choice((1, 1, 1, 2))
        file = fresh(
            File, id=self.id(), version_id=version.pk, part=part, position=1, state=File.State.READY, added_at=at
        )
        file.name, file.kind, file.verdict = f"specimen-{code.replace('_', '-')}.pdf", "pdf", "ok"
        file.size, file.sha256 = self.rng.randrange(80_000, 900_000), f"{self.rng.getrandbits(256):064x}"
        file.page_count = pages
        self.sheets.add(file)
        for number in range(1, pages + 1):
            self.sheets.add(fresh(Page, id=self.id(), file_id=file.pk, number=number, position=number))
        self.files += 1
        key = (version_slot(code, self.rules), part)
        self.counts[key] = self.counts.get(key, 0) + (version.number == 1)
        return [file]

    def _decide(self, version: Version, code: str, files: list[File], at: datetime, *, accepted: bool) -> None:
        slot, part = version_slot(code, self.rules), standing.part_of(code)
        row = fresh(
            Decision, id=self.id(), version_id=version.pk, part=part, accepted=accepted, by=self.caseworker, at=at
        )
        row.files = [[str(file.pk), file.sha256] for file in files]
        if not accepted:
            row.reason, row.words = "blurred", sentence(code, self.route)
            self.refused = (code, slot, row.words)
        elif code in TIMED:
            row.until = at.date() + timedelta(days=500)
        if accepted and code in NUMBERED:
            self.person.paper_number = f"{self.rng.choice('KLMPRTVX')}{self.rng.randrange(10**8):08d}"
            self.person.paper_index = crypto.blind_index("paper-number", passport_key(self.person.paper_number))
        self.sheets.add(row)
        self.decisions.append((slot, part, accepted))

    def receipt(self, dossier: Dossier, person: Registrant) -> dict[str, Any]:
        """Return what the receipt of the deposit says (as dossiers.receipts reads it from the rows)."""
        assert dossier.submitted_at is not None
        sent: list[dict[str, Any]] = []
        later: list[dict[str, Any]] = []
        for rule in sorted(self.rules, key=lambda rule: rule.phase):
            words = catalogue.entry("student", rule.code).name
            count = self.counts.get((rule.slot, standing.part_of(rule.code)), 0)
            entry = {"fr": words["fr"], "en": words["en"], "files": count, "phase": rule.phase}
            (sent if count else later).append(entry)
        target = deadlines.first_decision_target(dossier)
        return {
            "reference": dossier.reference,
            "name": listed_name(person),
            "birth_date": person.birth_date,
            "school": person.school_name,
            "courses_start": person.courses_start.isoformat() if person.courses_start else "",
            "submitted_at": dossier.submitted_at.astimezone(clock.PARIS).isoformat(timespec="minutes"),
            "target": target.isoformat() if target else "",
            "target_days": deadlines.first_decision_days(),
            "sent": sent,
            "later": later,
        }


def version_slot(code: str, rules: Sequence[RequirementRule]) -> str:
    """Return the slot of a document's code."""
    return next(rule.slot for rule in rules if rule.code == code)


@cache
def sentence(code: str, route: str = "student") -> dict[str, str]:
    """Return what a person reads of a document that was sent back as blurred, in both languages."""
    words = catalogue.entry(route, code).name
    return refusals.sentence(refusals.get("blurred"), {"part": "text"}, document=words, day=lambda day, _: str(day))
