"""Sending a person for certification, and taking the answer that comes later (issue 4, section 3; facts.md 1.5, 1.6).

The embedded repertoire decides its answer when the person is sent, from its own data (``standin``), and gives it
``standin.delay()`` later in business time. The law gives the real one two months (R114-7 VI CSS): a limit to show.
"""

from uuid import UUID

from matricule.core import clock, journal
from matricule.repertoire import rows, standin
from matricule.repertoire.errors import AlreadyCertified, AlreadySubmitted, NoAnswer, NoNumber, RequestReused
from matricule.repertoire.models import Holder, Submission
from matricule.repertoire.values import Answer, AnswerKind, Identity, Issued, Sent, as_text
from matricule.rules import deadlines


def submit(subject_id: UUID, request_id: UUID, documents_complete: bool = True, *, actor: str) -> Sent:
    """Send the person for certification; the same request again changes nothing and returns the same sending.

    ``documents_complete`` is False when the civil-status document did not go with it: the repertoire will ask for it.
    After a refusal, or once a document was asked for, the person can be sent again and gets the next answer.

    Raises ``NoNumber`` without a NIA in use, ``AlreadyCertified``, ``AlreadySubmitted`` while an answer is awaited,
    ``RequestReused`` when the request stands for somebody else.
    """
    rows.alone(subject_id)
    again = Submission.objects.filter(request_id=request_id).first()
    if again is not None:
        if again.subject_id != subject_id:
            raise RequestReused
        return _sent(again)
    holder = rows.live(subject_id)
    if holder is None:
        raise NoNumber
    if holder.kind == Holder.Kind.NIR:
        raise AlreadyCertified
    earlier = list(Submission.objects.filter(subject_id=subject_id).order_by("round"))
    if any(one.taken_at is None and one.withdrawn_at is None for one in earlier):
        raise AlreadySubmitted
    row = _new(holder, request_id, documents_complete, earlier)
    row.save(force_insert=True)
    journal.record(
        actor=actor,
        action="register.submitted",
        subject=("person", subject_id),
        detail={"round": row.round, "complete": documents_complete},
    )
    return _sent(row)


def answers_due(*, limit: int = 100) -> list[Answer]:
    """Return the answers that have come and were not taken, oldest first, each locked for the caller's transaction.

    What another worker holds is passed over. One transaction an answer (``limit=1``) keeps a fault with its own
    person. A caller whose other acts lock a row of its own before they call ``submit`` or ``deactivate`` keeps that
    order here too: it asks in one transaction, then locks its row and takes in a second one (``take`` looks again).
    Raises TransactionManagementError outside a transaction.
    """
    due = Submission.objects.select_for_update(skip_locked=True).filter(
        taken_at=None, withdrawn_at=None, due_at__lte=clock.now()
    )
    return [_answer(row) for row in due.order_by("due_at", "pk")[:limit]]


def take(answer_id: UUID, *, actor: str) -> Answer:
    """Mark an answer taken, and let it have its effect on the number; return the answer.

    Certified: the NIA keeps its digits and becomes the NIR. Known: the NIA ends, pointing to the other number, which
    the person has from now on. Refused, needs a document: the number stays as it is.

    Raises ``NoAnswer`` when it is unknown, not due, taken before, or no longer expected.
    """
    subject_id = Submission.objects.filter(pk=answer_id).values_list("subject_id", flat=True).first()
    if subject_id is None:
        raise NoAnswer
    rows.alone(subject_id)
    row = Submission.objects.select_for_update().get(pk=answer_id)
    now = clock.now()
    if row.taken_at is not None or row.withdrawn_at is not None or row.due_at > now:
        raise NoAnswer
    row.taken_at = now
    row.save(update_fields=["taken_at"])
    answer = _answer(row)
    if answer.kind == "certified":
        _certify(subject_id)
    elif answer.number is not None:
        _give_way(subject_id, answer.number.number)
    code = answer.reason or answer.document or None
    journal.record(
        actor=actor,
        action="register.answered",
        subject=("person", subject_id),
        detail={"kind": answer.kind, "code": code, "round": row.round},
    )
    return answer


def _new(holder: Holder, request_id: UUID, complete: bool, earlier: list[Submission]) -> Submission:
    now = clock.now()
    told = sum(one.documents_complete for one in earlier)
    chosen = standin.choose(Identity.from_json(holder.identity), told, complete=complete)
    return Submission(
        request_id=request_id,
        subject_id=holder.subject_id,
        round=len(earlier) + 1,
        documents_complete=complete,
        sent_at=now,
        due_at=now + standin.delay(),
        kind=chosen.kind,
        detail=chosen.as_json(),
    )


def _certify(subject_id: UUID) -> None:
    holder = rows.live(subject_id)
    if holder is None:
        raise NoNumber
    holder.kind = Holder.Kind.NIR
    holder.certified_at = clock.now()
    holder.save(update_fields=["kind", "certified_at"])


def _give_way(subject_id: UUID, number: str) -> None:
    """End the NIA for the number under which the person is known; its row is made when the repertoire had none."""
    mine = rows.live(subject_id)
    if mine is None:
        raise NoNumber
    now = clock.now()
    mine.ended_at, mine.end_reason = now, "known"
    mine.save(update_fields=["ended_at", "end_reason"])
    other = Holder.objects.filter(number_index=rows.number_index(number)).first()
    if other is None:
        identity = Identity.from_json(mine.identity)
        other = rows.new_holder(subject_id, identity, number, kind="nir", source=Holder.Source.ANSWERED, now=now)
        other.save(force_insert=True)
    mine.replaced_by = other
    mine.save(update_fields=["replaced_by"])


def _sent(row: Submission) -> Sent:
    return Sent(row.pk, row.sent_at, row.due_at, deadlines.register_until(row.sent_at))


def _answer(row: Submission) -> Answer:
    detail = row.detail
    kind: AnswerKind = row.kind  # type: ignore[assignment]
    number = Issued(detail["number"], "nir", row.due_at) if detail.get("number") else None
    return Answer(
        id=row.pk,
        subject_id=row.subject_id,
        kind=kind,
        sent_at=row.sent_at,
        due_at=row.due_at,
        reason=detail.get("reason", ""),
        document=detail.get("document", ""),
        text=as_text(detail),
        number=number,
    )
