"""From the questionnaire to the receipt: open a draft, keep what is typed, submit, delete the draft.

Sources: seed 003 (steps 2 and 3), issue 2 section 2, house.md section 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from matricule.core import clock, config, crypto, journal, vault
from matricule.core.ids import new_reference
from matricule.dossiers import labels, likeness, plan, queues, receipts, rows
from matricule.dossiers.access import Actor
from matricule.dossiers.models import Dossier, File, Registrant, Version
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.states import IllegalMove, State
from matricule.rules import offices

SITTING = timedelta(minutes=30)
"""An autosave is journaled once per sitting of a person (house.md, section 2), which ends after this silence."""

MAX_TYPED = 400
"""Longest value kept for one field, in characters; longer input is cut by the form before it comes here."""


class NotReady(Exception):
    """The deposit cannot be submitted yet; ``reasons`` are the codes of what is missing (see plan.obstacles)."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("the deposit is not complete")
        self.reasons = reasons


@dataclass
class Saved:
    """What an autosave did: the fields kept, and those that another window had changed (name -> its value)."""

    kept: list[str] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)

    def take(self, held: Mapping[str, str], changes: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        """Return what is kept of ``changes`` (name -> value the page last knew, value now) over what is ``held``."""
        for name, (known, value) in changes.items():
            if held.get(name, "") in (known, value):
                self.kept.append(name)
            else:
                self.conflicts[name] = held.get(name, "")
        return {name: changes[name][1][:MAX_TYPED] for name in self.kept}


def open_draft(actor: Actor, owner_id: UUID, route: str, answers: Mapping[str, Any]) -> Dossier:
    """Return the open dossier of this person on this route, made from the questionnaire's answers on the first call.

    One person has one open dossier a route (a person never gets two numbers): fifty calls at once give one.
    A draft that exists keeps its typed values; new answers replace the old ones and its list of documents follows.
    """
    existing = _open_dossier(owner_id, route)
    if existing is None:
        try:
            return _make_draft(actor, owner_id, route, answers)
        except IntegrityError:
            existing = _open_dossier(owner_id, route)
            if existing is None:
                raise
    if existing.submitted_at is None and answers and dict(existing.answers) != dict(answers):
        change_answers(actor, existing.pk, answers)
        existing.refresh_from_db()
    return existing


def _open_dossier(owner_id: UUID, route: str) -> Dossier | None:
    rows = Dossier.objects.filter(owner_id=owner_id, route=route, ended_at=None, organisation=None)
    return rows.first()


def _make_draft(actor: Actor, owner_id: UUID, route: str, answers: Mapping[str, Any]) -> Dossier:
    now = clock.now()
    with transaction.atomic():
        dossier = Dossier.objects.create(
            reference=new_reference(now.year), route=route, owner_id=owner_id, answers=dict(answers), opened_at=now
        )
        registrant = Registrant.objects.create(dossier=dossier)
        plan.sync(registrant, route, answers, now)
        journal.record(
            actor=str(actor), action="draft.opened", subject=("dossier", dossier.pk), detail={"route": route}
        )
    return dossier


def change_answers(actor: Actor, dossier_id: UUID, answers: Mapping[str, Any]) -> None:
    """Replace the questionnaire's answers of a draft; the list of documents follows, no file is removed.

    Where they differ from what the form says, the page of the civil status is to be looked at again.
    """
    with operation(actor, "save_section", dossier_id) as op:
        only_draft(op)
        op.dossier.answers = dict(answers)
        registrant = op.principal
        plan.sync(registrant, op.dossier.route, answers, op.now)
        if plan.disagreements(op.dossier, registrant):
            registrant.sections_done = [name for name in registrant.sections_done if name != plan.CIVIL_STATUS]
            registrant.save(update_fields=["sections_done"])
        op.record("answers.changed")


def save_typed(
    actor: Actor, dossier_id: UUID, changes: Mapping[str, tuple[str, str]], *, person_id: UUID | None = None
) -> Saved:
    """Keep values as typed, field by field (autosave): name -> (value the page last knew, value now).

    No version step; a field that another window or a colleague changed is left alone and reported; journaled once a
    sitting of whoever types. ``person_id``: of whom it is typed (None: the principal). Raises NotFound for somebody of
    another dossier.
    """
    saved = Saved()
    with operation(actor, "save_answers", dossier_id) as op:
        registrant = op.person(person_id)
        only_draft(op, registrant)
        op.quiet = True
        registrant.typed.update(saved.take(registrant.typed, changes))
        if saved.kept:
            registrant.typed_at = op.now
            registrant.save(update_fields=["typed", "typed_at"])
        note_sitting(op, saved)
    return saved


def note_sitting(op: Operation, saved: Saved) -> None:
    """Journal an autosave, once a sitting of this person."""
    if _sits_down(op):
        op.record("draft.edited", fields=len(saved.kept))


def _sits_down(op: Operation) -> bool:
    """Tell whether a sitting of this person begins with what they typed now, and keep that it goes on.

    Each person has their own: what a colleague types meanwhile would stand in the journal as typed by whoever began.
    """
    going_on = {who: at for who, at in op.dossier.sittings.items() if op.now - datetime.fromisoformat(at) <= SITTING}
    op.dossier.sittings = {**going_on, op.actor.id: op.now.isoformat()}
    return op.actor.id not in going_on


def save_section(
    actor: Actor, dossier_id: UUID, section: str, typed: Mapping[str, str], checked: Mapping[str, Any] | None
) -> None:
    """Keep one page of the form: ``typed`` always, ``checked`` (column values) when every field was good."""
    with operation(actor, "save_section", dossier_id) as op:
        only_draft(op)
        registrant = op.principal
        registrant.typed.update({name: value[:MAX_TYPED] for name, value in typed.items()})
        registrant.typed_at = op.now
        done = [name for name in registrant.sections_done if name != section]
        if checked is not None:
            for name, value in checked.items():
                setattr(registrant, name, value)
            done.append(section)
            _follow_answers(op, registrant)
        registrant.sections_done = done
        op.gather().update(registrant, ["typed", "typed_at", "sections_done", *(checked or ())])
        op.record("section.saved", section=section, complete=checked is not None)


def _follow_answers(op: Operation, registrant: Registrant) -> None:
    """Let what the person typed replace the questionnaire's answers, and the list of documents follow."""
    answers = plan.merged(op.dossier.answers, registrant)
    if answers != op.dossier.answers:
        op.dossier.answers = answers
        plan.sync(registrant, op.dossier.route, answers, op.now)


def save_bank_details(actor: Actor, dossier_id: UUID, iban: str, *, confirmed: bool) -> None:
    """Keep the IBAN (checked by the caller with rules.numbers) and that the person confirmed it is in their name.

    Free at any moment, before and after submission (issue 2, section 2.4; issue 4, section 1).
    """
    with operation(actor, "save_bank_details", dossier_id) as op:
        keep_iban(op.principal, iban, op.now if confirmed else None)
        op.record("bank_details.saved", confirmed=confirmed)


def keep_iban(person: Registrant, iban: str, confirmed_at: datetime | None) -> None:
    """Write the IBAN of a person of a locked dossier ("": none), and when it was confirmed to be theirs."""
    person.iban = person.typed["iban"] = iban
    person.iban_index = crypto.blind_index("iban", iban) if iban else None
    person.iban_confirmed_at = confirmed_at
    person.save(update_fields=["iban", "iban_index", "iban_confirmed_at", "typed"])


def save_bank_typed(actor: Actor, dossier_id: UUID, text: str) -> None:
    """Keep an IBAN as typed while it is not right yet: what a person typed is not lost."""
    with operation(actor, "save_bank_details", dossier_id) as op:
        op.quiet = True
        registrant = op.principal
        registrant.typed["iban"] = text[:MAX_TYPED]
        registrant.save(update_fields=["typed"])


def submit(actor: Actor, dossier_id: UUID, *, expects: int, key: UUID) -> None:
    """Submit the deposit: everything sent is dated, the receipt is made, the person is told in both languages.

    Raises NotReady with what is missing, Conflict when the page is stale, AlreadyDone for the same key again.
    """
    with operation(actor, "submit", dossier_id, expects=expects, key=key) as op:
        registrant = op.principal
        papers = op.papers = rows.papers(registrant)
        reasons = plan.obstacles(op.dossier, registrant, papers)
        if reasons:
            raise NotReady(reasons)
        op.step(registrant, "submit")
        likeness.index(registrant)
        batch = op.gather()
        batch.update(registrant, ["state", "person_index", "name_key"])
        op.dossier.submitted_at = op.now
        op.dossier.office = offices.for_student(registrant.postcode, one_for_all=config.current().one_student_office)
        for version in _date_sent(papers, op.now):
            batch.update(version, ["sent_at"])
        op.dossier.receipt = receipts.read(op.dossier, registrant, papers)
        op.record("dossier.submitted")
        op.notify("deposit_receipt", {"given_name": first_given_name(registrant)}, both_languages=True)
        op.defer("dossiers.receipt", dossier_id=str(dossier_id))


def _date_sent(papers: rows.Papers, now: datetime) -> list[Version]:
    """Date every version that holds a file in order: it is sent now; return those that changed."""
    sent = [version for version in papers.versions if version.sent_at is None and _holds(papers.files[version.pk])]
    for version in sent:
        version.sent_at = now
    return sent


def _holds(files: list[File]) -> bool:
    return any(file.removed_at is None and file.state == File.State.READY for file in files)


def delete_draft(actor: Actor, dossier_id: UUID, *, expects: int, key: UUID | None = None) -> None:
    """Delete a draft after one confirmation: the keys of its files are erased at once, its rows go (house.md 2)."""
    with operation(actor, "delete_draft", dossier_id, expects=expects, key=key) as op:
        only_draft(op)
        files = File.objects.filter(version__document__registrant__dossier=op.dossier).exclude(blob=None)
        count = 0
        for blob in files.values_list("blob", flat=True):
            if blob is not None:
                vault.erase(blob)
                count += 1
        op.record("draft.deleted", files=count)
        op.notify("draft_deleted", {"given_name": first_given_name(op.principal)})
        queues.forget(op.dossier)
        labels.forget(op.dossier)
        op.dossier.delete()


def only_draft(op: Operation, person: Registrant | None = None) -> None:
    """Raise IllegalMove for a dossier that was sent: what follows is for drafts.

    ``person``: somebody of a request, who may be a draft while the others were sent (operations.requesting).
    """
    if op.dossier.submitted_at is not None and (person is None or State(person.state) is not State.DRAFT):
        raise IllegalMove(op.name, State(op.principal.state))
