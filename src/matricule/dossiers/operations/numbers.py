"""Numbers: the NIA, the national register and its answers, the NIR (issue 4, section 3; R114-7 CSS; facts.md 1).

The register gives the number in the transaction of the act, so that a dossier and its number are one. A person never
gets two: the comparison comes first, and a hit stops the act.
"""

import logging
from datetime import date
from uuid import UUID

from django.db import transaction

from matricule import repertoire
from matricule.core import crypto
from matricule.dossiers import checks, cover, likeness, queues, standing
from matricule.dossiers.access import Actor, NotFound, system
from matricule.dossiers.case import Decision, Likeness, Number, Sending
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import asking, certifying, checking, examining
from matricule.dossiers.operations.door import AlreadyDone, Operation, first_given_name, operation
from matricule.rules import deadlines

ACTOR = system("register")
log = logging.getLogger(__name__)


class NotYet(Exception):
    """Documents that the number rests on are not accepted yet."""


def issue_provisional(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, key: UUID
) -> list[Likeness]:
    """Give a person their NIA; return the likenesses that stopped it, none when the number was given.

    Raises NotYet while a document of phase 1 is not accepted or a check of the category has no answer,
    RepertoireError when the register refuses, AlreadyDone never: the same key twice gives the same number and says so
    by an empty list.
    """
    try:
        with operation(actor, "issue_provisional", dossier_id, expects=expects, key=key) as op:
            registrant = op.person(registrant_id)
            if not standing.ready_for_provisional(standing.halves(registrant)):
                raise NotYet
            if not checks.all_answered(op.dossier, registrant):
                raise NotYet
            stops = likeness.look(op, registrant)
            if stops:
                op.record("likeness.found", count=len(stops))
                return stops
            issued = repertoire.attribute(registrant.pk, likeness.identity(registrant), key, actor=str(actor))
            _keep(op, registrant, issued.number, Number.Kind.NIA)
            op.move(registrant, "issue_provisional")
            op.dossier.answered_at = None
            op.record("provisional.issued")
            op.notify("provisional_number", {"given_name": first_given_name(registrant)}, about=registrant)
            certifying.refresh(op, registrant)
    except AlreadyDone:
        return []
    return []


def _keep(op: Operation, registrant: Registrant, number: str, kind: Number.Kind) -> None:
    Number.objects.create(
        registrant=registrant,
        kind=kind,
        value=number,
        value_index=index_of(number),
        issued_at=op.now,
        certified_at=op.now if kind == Number.Kind.NIR else None,
    )


def index_of(number: str) -> bytes:
    """Return the blind index under which a number of 15 characters is found."""
    return crypto.blind_index("number", number)


def judge_likeness(actor: Actor, dossier_id: UUID, likeness_id: UUID, *, expects: int, same: bool, why: str) -> None:
    """Say whether two people side by side are one, and why. Different: the number can be given; same: it cannot.

    Raises ValueError without a reason: it is what the next colleague reads.
    """
    if not why.strip():
        raise ValueError("why")
    with operation(actor, "judge_likeness", dossier_id, expects=expects) as op:
        row = Likeness.objects.filter(pk=likeness_id, registrant__dossier=op.dossier).first()
        if row is None:
            raise NotFound
        row.verdict = Likeness.Verdict.SAME if same else Likeness.Verdict.DIFFERENT
        row.why, row.by, row.at = why.strip()[:2000], actor.uuid, op.now
        row.save()
        op.record("likeness.judged", same=same)


def send_to_register(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, key: UUID
) -> list[Likeness]:
    """Send a complete file to the national register; return the likenesses that stopped it.

    Raises NotYet while the file is not complete, a check of the category is to be answered again or there is no NIA,
    RepertoireError when the register refuses.
    """
    try:
        with operation(actor, "send_to_register", dossier_id, expects=expects, key=key) as op:
            registrant = op.person(registrant_id)
            if not standing.complete(standing.halves(registrant), queues.excused(registrant)):
                raise NotYet
            if not checks.none_reopened(op.dossier, registrant):
                raise NotYet
            stops = likeness.look(op, registrant)
            if stops:
                op.record("likeness.found", count=len(stops))
                return stops
            op.move(registrant, "send_to_register")
            sent = repertoire.submit(registrant.pk, key, actor=str(actor))
            Sending.objects.create(registrant=registrant, sent_at=op.now, answer_by=sent.limit)
            op.dossier.answered_at = None
            op.record("register.sent")
            op.notify("file_complete", {"given_name": first_given_name(registrant)}, both_languages=True)
    except AlreadyDone:
        return []
    return []


def take_answers() -> int:
    """Take every answer of the register that has come, one transaction each; return how many were taken."""
    with transaction.atomic():
        due = [(answer.id, answer.subject_id) for answer in repertoire.answers_due()]
    return sum(_take(answer_id, subject_id) for answer_id, subject_id in due)


def _take(answer_id: UUID, subject_id: UUID) -> bool:
    """Take one answer: the dossier is locked first, as every act does; one that fails is left for the next round."""
    dossier_id = Registrant.objects.filter(pk=subject_id).values_list("dossier_id", flat=True).first()
    try:
        with transaction.atomic():
            if dossier_id is None:  # a person of another service of the same register
                repertoire.take(answer_id, actor=str(ACTOR))
                return True
            with operation(ACTOR, "register_answer", dossier_id) as op:
                registrant = op.person(subject_id)
                _apply(op, registrant, repertoire.take(answer_id, actor=str(ACTOR)))
    except repertoire.NoAnswer:  # another worker took it meanwhile
        return False
    except Exception:
        log.exception("register_answer dossier=%s", dossier_id)
        return False
    return True


def _apply(op: Operation, registrant: Registrant, answer: repertoire.Answer) -> None:
    sending = Sending.objects.filter(registrant=registrant, answered_at=None).first()
    if sending is not None:
        sending.answer, sending.reason = answer.kind, answer.reason or answer.document
        sending.words, sending.answered_at = dict(answer.text or {}), op.now
        sending.save()
    if answer.kind == "certified":
        registrant.numbers.filter(ended_at=None).update(kind=Number.Kind.NIR, certified_at=op.now)
        _registered(op, registrant)
    elif answer.kind == "known" and answer.number is not None and not _held_here(registrant, answer.number.number):
        registrant.numbers.filter(ended_at=None).update(ended_at=op.now)
        _keep(op, registrant, answer.number.number, Number.Kind.NIR)
        _registered(op, registrant)
    else:
        _returned(op, registrant, answer)
    op.record("register.answer_applied", kind=answer.kind)


def _held_here(registrant: Registrant, number: str) -> bool:
    """Tell whether another person of ours holds this number: a caseworker looks before anybody is told."""
    rows = Number.objects.filter(value_index=index_of(number), ended_at=None)
    return rows.exclude(registrant=registrant).exists()


def _registered(op: Operation, registrant: Registrant) -> None:
    op.move(registrant, "register")
    op.dossier.answered_at = None
    op.dossier.space_closes_on = closing_day(op)
    op.notify("definitive_number", {"given_name": first_given_name(registrant)}, about=registrant)
    certifying.definitive(op, registrant)


def closing_day(op: Operation) -> date:
    """Return the day on which the space closes: 3 months after the number, or with it by setting (seed 003)."""
    today = deadlines.paris_day(op.now)
    return today if cover.closes_with_number() else deadlines.space_until(today)


def _returned(op: Operation, registrant: Registrant, answer: repertoire.Answer) -> None:
    """Take a file back: the caisse looks at it again; what the register needs is asked of the person at once."""
    op.move(registrant, "register_returns")
    op.dossier.answered_at = op.now
    half = next((one for one in standing.halves(registrant) if one.code == answer.document), None)
    if half is None or half.version is None or not answer.text:
        op.notify("register_returned", {"given_name": first_given_name(registrant)})
        return
    half.version.decisions.filter(part=half.part, superseded_at=None).update(superseded_at=op.now)
    words = {language: f"{text} {SEND_BY[language]}" for language, text in answer.text.items()}
    Decision.objects.create(
        version=half.version, part=half.part, accepted=False, reason="register", words=words, files=[], at=op.now
    )
    examining.settle(half.version)
    checking.reopen(op, registrant, half.slot, half.part)
    asking.open_ask(op, registrant, [asking.Wanted(half.slot, half.part, half.code, "register", words)], None)


SEND_BY = {"fr": "Envoyez-la avant le {date}.", "en": "Please send it by {date}."}
"""The end of a sentence of the register, with the day for which ``rules.refusals.dated`` puts the date."""


def reveal(actor: Actor, dossier_id: UUID, registrant_id: UUID) -> str | None:
    """Return a person's number of 15 characters and journal that it was shown, or None (issue 4, section 3)."""
    with operation(actor, "reveal_number", dossier_id) as op:
        op.quiet = True
        registrant = op.person(registrant_id)
        row = registrant.numbers.filter(ended_at=None).first()
        if row is None:
            return None
        op.record("number.revealed", kind=row.kind)
        return str(row.value)
