"""Asking a person for documents, and taking the answer (issue 4, sections 2 and 5; seed 003).

A person has one open ask. What is asked meanwhile opens a new one that carries what is still due: its date only moves
later, and its reminders begin again. A document that is accepted is never asked again by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from matricule.core import i18n
from matricule.dossiers import people, standing, telling
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Ask, AskItem, Impossibility
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.states import State
from matricule.rules import deadlines, refusals


@dataclass(frozen=True)
class Wanted:
    """One half of a slot that is asked for: the document, the reason, and the sentence in both languages."""

    slot: str
    part: str
    code: str
    reason: str
    words: Mapping[str, str]


def ask(
    actor: Actor,
    dossier_id: UUID,
    registrant_id: UUID,
    *,
    expects: int,
    codes: Mapping[str, tuple[str, Mapping[str, str]]],
    days: int | None = None,
) -> None:
    """Ask for documents that were not sent: document code -> (reason, fields of the reason).

    One that was sent back and is not asked any more is asked again with the reason and the words of its decision.
    ``days`` lengthens the delay. Raises NotFound for a code that this person does not owe, BadField for a wrong field,
    ValueError for a delay shorter than the rule's.
    """
    with operation(actor, "ask", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        owed = {half.code: half for half in standing.halves(registrant)}
        if not codes or not codes.keys() <= owed.keys():
            raise NotFound
        wanted = [
            _sent_back(owed[code]) or wanted_of(op, registrant, owed[code], reason, fields)
            for code, (reason, fields) in codes.items()
        ]
        open_ask(op, registrant, wanted, days)
        op.record("documents.asked", count=len(wanted), days=days or deadlines.table()["silence"]["days"])


def lengthen(actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, days: int) -> None:
    """Give a person more time: the open ask is due ``days`` after it was made. Raises ValueError for fewer days."""
    with operation(actor, "lengthen", dossier_id, expects=expects) as op:
        row = Ask.objects.filter(registrant=op.person(registrant_id), state=Ask.State.OPEN).first()
        if row is None:
            raise NotFound
        if days <= row.days:
            raise ValueError("a caseworker lengthens a delay, never shortens it")
        calendar = deadlines.silence(row.asked_at, days=days)
        row.days, row.due_on, row.held_at = days, max(row.due_on, calendar.due_day), None
        row.save(update_fields=["days", "due_on", "held_at"])
        op.record("ask.lengthened", days=days)
        tell(op, "documents_asked", row)


def open_ask(op: Operation, registrant: Registrant, wanted: list[Wanted], days: int | None) -> Ask:
    """Open an ask for ``wanted`` and for what an ask that is still open waits for, and tell the person."""
    before = Ask.objects.filter(registrant=registrant, state=Ask.State.OPEN).first()
    items = {(one.slot, one.part): one for one in wanted}
    if before is not None:
        for item in before.items.filter(answered_at=None):
            kept = Wanted(item.slot, item.part, item.code, item.reason, item.words)
            items.setdefault((item.slot, item.part), kept)
        before.state, before.ended_at = Ask.State.DROPPED, op.now
        before.save(update_fields=["state", "ended_at"])
    length, due_on = term(op.now, days, before)
    row = Ask.objects.create(
        registrant=registrant,
        asked_at=op.now,
        days=length,
        due_on=due_on,
        by=None if op.actor.kind == "system" else op.actor.uuid,
    )
    AskItem.objects.bulk_create(
        AskItem(
            ask=row, slot=one.slot, part=one.part, code=one.code, reason=one.reason, words=dict(one.words),
            asked_at=op.now,
        )
        for one in items.values()
    )  # fmt: skip
    if State(registrant.state) in MOVED_BY_ASK and waits_here(op, row):
        op.move(registrant, "ask")
    tell(op, "documents_asked", row)
    return row


def term(now: datetime, days: int | None, before: Ask | None) -> tuple[int, date]:
    """Return the days and the due day of an ask made ``now``: a delay that runs (``before``) is never shortened.

    ``days`` None: those of the rule.
    """
    length = max(days or deadlines.table()["silence"]["days"], before.days if before is not None else 0)
    due_day = deadlines.silence(now, days=length).due_day
    return length, max(due_day, before.due_on) if before is not None else due_day


MOVED_BY_ASK = frozenset({State.EXAMINED, State.REOPENED, State.REMINDED})
"""States that an ask moves: once a NIA exists only the law's clock applies, and an ask changes no state."""


def _sent_back(half: standing.Half) -> Wanted | None:
    """Return what the decision on a half that was sent back asks for; None for every other half."""
    if half.state != "refused" or half.decision is None:
        return None
    return Wanted(half.slot, half.part, half.code, half.decision.reason, half.decision.words)


def wanted_of(
    op: Operation, registrant: Registrant, half: standing.Half, reason: str, fields: Mapping[str, str]
) -> Wanted:
    """Return what is asked for in words; raises BadField when the reason does not fit or a field is wrong."""
    found = refusals.get(reason)
    if not found.fits(frozenset({half.code, half.slot}), half.part):
        raise refusals.BadField("reason")
    name = people.words_of(op.dossier, registrant, half.code).name
    words = refusals.sentence(found, fields, document=name, day=_written)
    return Wanted(half.slot, half.part, half.code, reason, words)


def _written(day: date, language: str) -> str:
    with i18n.in_language(language):
        return i18n.format_date(day)


def answered(op: Operation, registrant: Registrant, slot: str, part: str) -> None:
    """Note that a half that was asked for holds an answer: a file in order, or the reason why there is none.

    When nothing is left the ask ends, and the dossier is the caisse's turn again. It is that too when only what an
    employee sends by post is left: the ask stays open for it.
    """
    row = Ask.objects.filter(registrant=registrant, state=Ask.State.OPEN).first()
    if row is None:
        return
    if not row.items.filter(slot=slot, part=part, answered_at=None).update(answered_at=op.now):
        return
    left = row.items.filter(answered_at=None).exists()
    if left and waits_here(op, row):
        return
    if not left:
        row.state, row.ended_at = Ask.State.ANSWERED, op.now
        row.save(update_fields=["state", "ended_at"])
    op.dossier.answered_at = op.now
    if State(registrant.state) in {State.AWAITING, State.REMINDED}:
        op.move(registrant, "answer")
    op.record("ask.answered")


def cannot_get(
    actor: Actor, dossier_id: UUID, slot: str, part: str, *, why: str, lasting: bool, person_id: UUID | None = None
) -> None:
    """Tell the caisse that a document cannot be had, why, and whether for good (R114-7 V CSS). It answers an ask.

    ``why`` has 20 to 2000 characters (the form says so). Raises NotFound for a half that is not asked, ValueError for
    a text of another length.
    """
    text = why.strip()
    if not 20 <= len(text) <= 2000:
        raise ValueError("why")
    with operation(actor, "cannot_get", dossier_id) as op:
        registrant = op.person(person_id)
        half = half_of(registrant, slot, part)
        if half.state == "accepted":
            raise NotFound
        Impossibility.objects.update_or_create(
            registrant=registrant, slot=slot, part=part, answer=Impossibility.Answer.OPEN,
            defaults={"lasting": lasting, "why": text, "said_at": op.now},
        )  # fmt: skip
        op.record("impossibility.said", slot=slot, lasting=lasting)
        answered(op, registrant, slot, part)
        op.dossier.answered_at = op.now


def answer_impossibility(
    actor: Actor, dossier_id: UUID, impossibility_id: UUID, *, expects: int, accepted: bool, words: str
) -> None:
    """Decide on a document that cannot be had: accepted, the file goes on without it; refused, it is asked again."""
    with operation(actor, "answer_impossibility", dossier_id, expects=expects) as op:
        row = Impossibility.objects.filter(
            pk=impossibility_id, registrant__dossier=op.dossier, answer=Impossibility.Answer.OPEN
        ).first()
        if row is None:
            raise NotFound
        row.answer = Impossibility.Answer.ACCEPTED if accepted else Impossibility.Answer.REFUSED
        row.answered_at, row.answered_by, row.words = op.now, op.actor.uuid, words.strip()[:2000]
        row.save()
        op.dossier.answered_at = None
        op.record("impossibility.answered", accepted=accepted)
        registrant = row.registrant
        if not accepted:
            half = half_of(registrant, row.slot, row.part)
            open_ask(op, registrant, [wanted_of(op, registrant, half, "not_sent", {})], None)
        op.notify("impossibility_answered", {"given_name": first_given_name(registrant)})


def half_of(registrant: Registrant, slot: str, part: str) -> standing.Half:
    """Return one half that is asked of this person; raise NotFound when there is none."""
    found = next((half for half in standing.halves(registrant) if (half.slot, half.part) == (slot, part)), None)
    if found is None:
        raise NotFound
    return found


def tell(op: Operation, kind: str, row: Ask) -> UUID | None:
    """Tell who sends it what an ask waits for, and by when; return the mail that a closure must see proved.

    In a company's request the company is told of what it sends, and the person, at their own address, of the rest.
    """
    words = {"given_name": first_given_name(row.registrant), "due_on": row.due_on.isoformat()}
    if op.dossier.organisation_id is None:
        return op.notify(kind, words)
    codes = set(row.items.filter(answered_at=None).values_list("code", flat=True))
    mail_id = telling.documents(row.registrant, kind, codes & people.BY_PERSON, words)
    return op.notify(kind, words) if codes - people.BY_PERSON or not codes else mail_id


def waits_here(op: Operation, row: Ask) -> bool:
    """Tell whether an ask waits for somebody who can answer here: what a company's employee sends comes by post."""
    left = row.items.filter(answered_at=None)
    return op.dossier.organisation_id is None or left.exclude(code__in=people.BY_PERSON).exists()
