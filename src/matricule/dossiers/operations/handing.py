"""Handing a dossier over to another office, with its whole history (issue 5, section 4; R312-1 CSS)."""

from uuid import UUID

from matricule.accounts import staff
from matricule.dossiers import telling
from matricule.dossiers.access import Actor
from matricule.dossiers.case import Note
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.states import State
from matricule.rules import offices

LONGEST = 2000
"""Characters of the reason; the form says so."""


class NobodyThere(ValueError):
    """The office is the dossier's own, or nobody works there with this service: the dossier would wait for nobody."""


def open_to(office: str) -> list[str]:
    """Return the codes of the offices that can take a dossier of ``office``: others where somebody works today."""
    return [code for code in staff.offices() if code != office]


def hand_over(actor: Actor, dossier_id: UUID, office: str, why: str, *, expects: int) -> None:
    """Give a dossier to another office: it waits there to be taken, with every decision, date, message and note.

    Nothing that the person reads or owes changes; they are told which caisse examines from now on, of a company's
    request the company and everybody who was sent with it. The reason is a private note that the other office reads.
    Raises NobodyThere, ValueError without a reason, Conflict.
    """
    reason = why.strip()
    if not reason or len(reason) > LONGEST:
        raise ValueError("why")
    with operation(actor, "hand_over", dossier_id, expects=expects) as op:
        if office not in open_to(op.dossier.office):
            raise NobodyThere(office)
        Note.objects.create(dossier=op.dossier, text=reason, by=actor.uuid, at=op.now)
        _move(op, office)


def _move(op: Operation, office: str) -> None:
    before, op.dossier.office = op.dossier.office, office
    op.dossier.caseworker_id = None
    op.record("dossier.handed_over", of=before, to=office)
    caisse = offices.name(office)
    op.notify("office_changed", {"given_name": first_given_name(op.principal), "caisse": caisse})
    if op.dossier.organisation_id is not None:
        for person in op.dossier.registrants.exclude(state__in=(State.DRAFT, State.WITHDRAWN)).order_by("position"):
            telling.moved(person, {"given_name": first_given_name(person), "caisse": caisse})
