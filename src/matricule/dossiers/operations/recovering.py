"""A lost mailbox: asked for without signing in, answered by two people who check the papers (issue 4, section 1).

The present address is told at every step and can stop it; after the confirmation it still has 24 hours, which the
account keeps (accounts.address_changes). Nobody learns from the page whether a dossier exists: what is written there
is compared by a job, and forgotten.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from matricule.accounts import address_changes
from matricule.core import clock, crypto, jobs, journal
from matricule.core.ids import parse_reference
from matricule.dossiers.access import Actor, NotFound, system
from matricule.dossiers.case import Message
from matricule.dossiers.mailbox import LostMailbox, Recovery
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.matching import passport_key

PER_NETWORK = 5
"""Forms of one network in an hour; beyond it the answer is the same and nothing is kept (R35, R36)."""

WINDOW = timedelta(hours=1)
KEPT = timedelta(days=1)
"""How long we know that a form came from a network."""

SEEN = ("counter", "video", "post")
"""How an identity document was looked at."""

JOB, OBJECTION = system("lost_mailbox"), system("objection")


class SamePerson(Exception):
    """Whoever proposed an address does not confirm it."""


class OtherPaper(Exception):
    """The number on the document shown is not that of the document of the dossier."""


def ask(said: Mapping[str, str], *, network: str) -> None:
    """Take a form of the public page; the same statements whatever it names, and no answer.

    ``said``: reference, birth_date (YYYY-MM-DD), new_address, phone, words, as the form checked them.
    """
    index = index_of(network)
    now = clock.wall()
    with transaction.atomic():
        held = LostMailbox.objects.filter(network_index=index, at__gt=now - WINDOW).count() >= PER_NETWORK
        row = LostMailbox.objects.create(
            said={} if held else dict(said), network_index=index, at=now, matched_at=now if held else None
        )
        journal.record(actor="anonymous", action="mailbox.form_sent", outcome="held" if held else "done")
        if not held:
            jobs.defer("dossiers.lost_mailbox", lost_id=str(row.pk))


def index_of(network: str) -> bytes:
    """Return what is kept of a network: forms from it can be counted, it cannot be read."""
    return crypto.blind_index("lost-mailbox-network", network)


def match(lost_id: UUID) -> None:
    """Compare one form with the dossiers, and forget it; a second form while one is open changes nothing."""
    with transaction.atomic():
        lost = LostMailbox.objects.select_for_update().filter(pk=lost_id, matched_at=None).first()
        if lost is None:
            return
        dossier = _dossier_of(lost.said)
        if dossier is not None:
            with operation(JOB, "ask_mailbox", dossier.pk) as op:
                _ask(op, lost.said)
        lost.said, lost.matched_at = {}, clock.wall()
        lost.save(update_fields=["said", "matched_at"])


def _dossier_of(said: Mapping[str, str]) -> Dossier | None:
    """Return the dossier of a student that was sent and that a form names with the right birth date."""
    reference = parse_reference(str(said.get("reference", "")))
    rows = Dossier.objects.filter(reference=reference or "", route="student").exclude(submitted_at=None)
    dossier = rows.first()
    if dossier is None or dossier.registrants.get(position=1).birth_date != said.get("birth_date"):
        return None
    return dossier


def _ask(op: Operation, said: Mapping[str, str]) -> None:
    op.quiet = True
    if Recovery.objects.filter(dossier=op.dossier, state__in=Recovery.OPEN).exists():
        op.record("mailbox.asked", "held")
        return
    row = Recovery.objects.create(
        dossier=op.dossier,
        state=Recovery.State.ASKED,
        new_address=said["new_address"],
        phone=said["phone"],
        words=said["words"],
        asked_at=op.now,
    )
    op.dossier.answered_at = op.now
    op.record("mailbox.asked")
    _tell(op, row, "mailbox_lost_asked")


def propose(actor: Actor, dossier_id: UUID, *, expects: int, address: str, seen: str, paper_number: str) -> None:
    """Propose an address after looking at an identity document; a colleague confirms it.

    ``paper_number`` is the number on the document shown; where the dossier has one it is the same, else OtherPaper.
    Raises ValueError without a number or a way, CannotChange for an address that cannot become the person's.
    """  # fmt: skip
    key = passport_key(paper_number)
    if not key or seen not in SEEN:
        raise ValueError("paper_number")
    with operation(actor, "propose_address", dossier_id, expects=expects) as op:
        _of_a_student(op)
        known = passport_key(op.principal.paper_number) if op.principal.paper_number else key
        if known != key:
            raise OtherPaper
        address_changes.check(op.dossier.owner_id, address)
        row = _open(op) or Recovery(dossier=op.dossier, asked_at=op.now)
        row.state, row.new_address, row.seen = Recovery.State.PROPOSED, address, seen
        row.proposed_by, row.proposed_at = actor.uuid, op.now
        row.save()
        op.dossier.answered_at = op.now
        op.record("mailbox.proposed", seen=seen)
        _tell(op, row, "mailbox_lost_proposed")


def confirm(actor: Actor, dossier_id: UUID, *, expects: int) -> None:
    """Confirm what a colleague proposed: from now on the present address has 24 hours to object.

    Raises SamePerson for whoever proposed it, CannotChange as ``propose`` does, NotFound when nothing is proposed.
    """
    with operation(actor, "confirm_address", dossier_id, expects=expects) as op:
        row = _open(op)
        if row is None or row.state != Recovery.State.PROPOSED:
            raise NotFound
        if row.proposed_by == actor.uuid:
            raise SamePerson
        change = address_changes.begin(op.dossier.owner_id, row.new_address, by=str(actor), by_caisse=True)
        row.change_id = change.pk
        _end(op, row, Recovery.State.CONFIRMED, actor.uuid)
        op.record("mailbox.confirmed")
        _tell(op, row, "mailbox_lost_confirmed")


def refuse(actor: Actor, dossier_id: UUID, *, expects: int, why: str) -> None:
    """Turn a request down, or take a proposal back; ``why`` stays at the caisse. Raises ValueError without it."""
    if not why.strip():
        raise ValueError("why")
    with operation(actor, "refuse_address", dossier_id, expects=expects) as op:
        row = _open(op)
        if row is None:
            raise NotFound
        row.why = why.strip()[:2000]
        _end(op, row, Recovery.State.REFUSED, actor.uuid)
        op.record("mailbox.refused")
        op.notify("address_kept", {"given_name": first_given_name(op.principal)})


def stop(recovery_id: UUID) -> bool:
    """Stop a recovery from the present address, at any step before the change is made; tell whether it was under way.

    The caller checked the mark of the message (``address_changes.is_mark``).
    """
    found = Recovery.objects.filter(pk=recovery_id).first()
    if found is None or not still_waits(recovery_id):
        return False
    with operation(OBJECTION, "stop_mailbox", found.dossier_id) as op:
        op.quiet = True
        row = Recovery.objects.select_for_update().get(pk=recovery_id)
        if row.state == Recovery.State.CONFIRMED:
            going = row.change_id is not None and address_changes.stop(row.change_id, by=str(OBJECTION), tell=False)
        else:
            going = row.state in Recovery.OPEN
        if going:
            _end(op, row, Recovery.State.STOPPED, None)
            op.record("mailbox.stopped")
            op.notify("address_kept", {"given_name": first_given_name(op.principal)})
    return going


def still_waits(recovery_id: UUID) -> bool:
    """Tell whether a recovery can still be stopped."""
    row = Recovery.objects.filter(pk=recovery_id).first()
    if row is None:
        return False
    if row.state == Recovery.State.CONFIRMED:
        return row.change_id is not None and address_changes.still_waits(row.change_id)
    return row.state in Recovery.OPEN


def forget_forms() -> int:
    """Delete what says that forms came, a day later; return how many."""
    return LostMailbox.objects.filter(at__lt=clock.wall() - KEPT).exclude(matched_at=None).delete()[0]


def _of_a_student(op: Operation) -> None:
    """Raise NotFound for a company's request: its members have addresses of their own."""
    if op.dossier.route != "student":
        raise NotFound


def _open(op: Operation) -> Recovery | None:
    return Recovery.objects.filter(dossier=op.dossier, state__in=Recovery.OPEN).first()


def _end(op: Operation, row: Recovery, state: Recovery.State, by: UUID | None) -> None:
    """End the part of the caisse: what was written for it is forgotten, and nothing waits here any more."""
    row.state, row.ended_by, row.ended_at = state, by, op.now
    row.phone, row.words, row.new_address = "", "", ""
    row.save()
    if not Message.objects.filter(dossier=op.dossier, from_caisse=False, done_at=None).exists():
        op.dossier.answered_at = None


def _tell(op: Operation, row: Recovery, kind: str) -> None:
    path = address_changes.STOP.format(row.pk, address_changes.mark_of(row.pk))
    op.notify(kind, {"given_name": first_given_name(op.principal), "path": path})
