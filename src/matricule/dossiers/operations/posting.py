"""Noting a RIB that came by post, and taking that back when it was an error (issue 5, section 2; seed 003).

Until the people of a company's request have a space of their own, and once a student's has closed, bank details come
on paper. The caseworker who opens the letter types the IBAN: what waits for it waits no longer.
"""

from datetime import date, datetime
from uuid import UUID

from matricule.core import clock
from matricule.dossiers import posted
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import AskItem
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import asking, deposit
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.posted import RIB, PostedRib
from matricule.dossiers.standing import MAIN

LONGEST = 200
"""Characters of where the paper is; the form says so."""


def note_rib(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, iban: str, *, expects: int, arrived_on: date, place: str
) -> None:
    """Note that a person's RIB came by post; ``iban`` was checked by the caller (rules.numbers), ``place`` says where
    the paper is.

    It answers an ask for it, and takes the place of one that came before. The person is told, and the company that
    something changed. Raises ValueError for a day to come, and for no place or a longer one.
    """
    where = place.strip()
    if not where or len(where) > LONGEST:
        raise ValueError("place")
    if arrived_on > clock.today():
        raise ValueError("arrived_on")
    with operation(actor, "note_rib", dossier_id, expects=expects) as op:
        person = op.person(registrant_id)
        PostedRib.objects.filter(registrant=person, ended_at=None).update(ended_at=op.now)
        confirmed = person.iban_confirmed_at
        before = {"iban": person.iban, "confirmed_at": confirmed.isoformat() if confirmed is not None else ""}
        deposit.keep_iban(person, iban, op.now)
        PostedRib.objects.create(
            registrant=person, arrived_on=arrived_on, place=where, iban_index=person.iban_index, before=before,
            by=op.actor.uuid, at=op.now,
        )  # fmt: skip
        op.record("rib.arrived", role=person.role)
        waited = op.dossier.answered_at
        asking.answered(op, person, RIB, MAIN)
        op.dossier.answered_at = waited  # the caseworker has it in hand: nothing new is to be looked at
        op.notify("rib_arrived", {"given_name": first_given_name(person)}, about=person)


def undo_rib(actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int) -> None:
    """Take back that a RIB came by post: what stood in its place stands again, and who was told is told.

    An ask that is still open waits for it again; one that ended by it does not come back, the caseworker asks anew. An
    IBAN that the person typed since stays. Raises NotFound when none is noted.
    """
    with operation(actor, "undo_rib", dossier_id, expects=expects) as op:
        person = op.person(registrant_id)
        row = posted.of([person.pk]).get(person.pk)
        if row is None:
            raise NotFound
        row.ended_at = op.now
        row.save(update_fields=["ended_at"])
        if person.iban_index is not None and bytes(person.iban_index) == bytes(row.iban_index):
            _restore(person, row)
        _wait_again(op, person)
        op.record("rib.undone", role=person.role)
        op.notify("rib_not_arrived", {"given_name": first_given_name(person)}, about=person)


def _restore(person: Registrant, row: PostedRib) -> None:
    confirmed = row.before["confirmed_at"]
    deposit.keep_iban(person, row.before["iban"], datetime.fromisoformat(confirmed) if confirmed else None)


def _wait_again(op: Operation, person: Registrant) -> None:
    items = AskItem.objects.filter(ask__registrant=person, ask__state="open", slot=RIB, part=MAIN)
    items.update(answered_at=None)
