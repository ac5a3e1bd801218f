"""Values after submission: changed freely until a decision rests on them, then asked for or corrected (issue 4, 1, 2).

Address, phone and bank details stay free. A caseworker corrects a typing error against the paper: the old value stays,
the person is told and may object.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from matricule import repertoire
from matricule.dossiers import likeness, people, plan, standing
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Correction, Number
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import certifying
from matricule.dossiers.operations.door import Operation, first_given_name, operation

FREE = frozenset({"phone", "street", "building", "apartment", "letter_box", "postcode", "city"})
"""Values that the person changes at any time."""

RESTS_ON: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("birth_name", "usage_name", "given_names", "original_names", "sex", "birth_date", "birth_place",
         "birth_country", "nationality"),
        frozenset({"identity", "french_identity", "civil_status"}),
    ),
    **dict.fromkeys(
        ("parent1_birth_name", "parent1_given_names", "parent2_birth_name", "parent2_given_names"),
        frozenset({"civil_status"}),
    ),
    "school_name": frozenset({"enrolment"}),
    "school_uai": frozenset({"enrolment"}),
    "courses_start": frozenset({"enrolment"}),
    "arrival_date": frozenset({"visa_d", "residence_permit", "residence_receipt"}),
}  # fmt: skip
"""Each value, and the documents whose acceptance rests on it."""

OF_A_COMPANY = frozenset({"nationality_2"})
"""Values that only the people of a company's request have: a student says them in the questionnaire."""

IN_NUMBER = frozenset({"sex", "birth_date", "birth_country"})
"""Values that a number is made of: once one exists only the national register changes them (facts.md 1.1)."""


IDENTITY = frozenset({"birth_name", "given_names", "birth_place"})
"""Values that the register compares beside those the number is made of."""


class Held(Exception):
    """A decision or a number rests on this value: it is not changed here; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def held_fields(registrant: Registrant) -> frozenset[str]:
    """Return the values of a person that a decision rests on already."""
    decided = {half.code for half in standing.halves(registrant) if half.holds}
    held = {name for name, codes in RESTS_ON.items() if codes & decided}
    if registrant.numbers.filter(ended_at=None).exists():
        held |= IN_NUMBER
    return frozenset(held)


def change(actor: Actor, dossier_id: UUID, values: Mapping[str, Any]) -> None:
    """Change values of one's own dossier after submission: column -> checked value. Raises Held for a held one."""
    with operation(actor, "change_information", dossier_id) as op:
        registrant = op.principal
        changed = {name: value for name, value in values.items() if getattr(registrant, name) != value}
        held = held_fields(registrant)
        for name in changed:
            if name not in FREE and (name in held or name not in RESTS_ON):
                raise Held(name)
        if not changed:
            return
        _write(op, registrant, changed)
        op.record("information.changed", count=len(changed))


def ask_change(actor: Actor, dossier_id: UUID, field: str, new: str, why: str) -> None:
    """Ask the caisse to change a value that a decision rests on; a later wish for the same value replaces it."""
    if not new.strip() or not why.strip():
        raise ValueError("new")
    with operation(actor, "ask_change", dossier_id) as op:
        registrant = op.principal
        if field not in RESTS_ON:
            raise NotFound
        Correction.objects.filter(registrant=registrant, field=field, state=Correction.State.ASKED).delete()
        Correction.objects.create(
            registrant=registrant, field=field, old=_text(getattr(registrant, field)), new=new.strip()[:240],
            why=why.strip()[:2000], by_person=True, by=actor.uuid, at=op.now, state=Correction.State.ASKED,
        )  # fmt: skip
        op.dossier.answered_at = op.now
        op.record("change.asked", field=field)


def answer_change(
    actor: Actor, dossier_id: UUID, correction_id: UUID, *, expects: int, value: Any, words: str = ""
) -> None:
    """Answer a change that was asked for, or an objection: ``value`` is the checked value, None refuses with a reason.

    Raises Held for a value that a number is made of, ValueError for a refusal without a reason.
    """
    with operation(actor, "answer_change", dossier_id, expects=expects) as op:
        row = Correction.objects.filter(
            pk=correction_id,
            registrant__dossier=op.dossier,
            state__in=(Correction.State.ASKED, Correction.State.OBJECTED),
        ).first()
        if row is None:
            raise NotFound
        if value is None and not words.strip():
            raise ValueError("words")
        if value is not None:
            _not_in_number(row.registrant, row.field)
            _write(op, row.registrant, {row.field: value})
        row.state = Correction.State.REFUSED if value is None else Correction.State.DONE
        row.answered_at, row.answered_by, row.words = op.now, actor.uuid, words.strip()[:2000]
        row.save()
        op.dossier.answered_at = None
        op.record("change.answered", field=row.field, accepted=value is not None)
        op.notify("change_answered", {"given_name": first_given_name(row.registrant)})


def may(field: str, dossier: Dossier) -> bool:
    """Tell whether this dossier's people have a value that is corrected against a paper."""
    return field in RESTS_ON or (field in OF_A_COMPANY and dossier.organisation_id is not None)


def correct(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, field: str, value: Any, why: str
) -> None:
    """Correct a typing error against the paper. The old value is kept, the person is told and may object.

    ``value`` is checked by the caller. Raises Held for a value that a number is made of, ValueError without a reason,
    NotFound for what this dossier's people do not have.
    """
    if not why.strip():
        raise ValueError("why")
    with operation(actor, "correct", dossier_id, expects=expects) as op:
        if not may(field, op.dossier):
            raise NotFound
        registrant = op.person(registrant_id)
        _not_in_number(registrant, field)
        old = getattr(registrant, field)
        if old == value:
            return
        _write(op, registrant, {field: value})
        Correction.objects.create(
            registrant=registrant, field=field, old=_text(old), new=_text(value), why=why.strip()[:2000],
            by_person=False, by=actor.uuid, at=op.now, state=Correction.State.DONE,
        )  # fmt: skip
        op.record("information.corrected", field=field)
        op.notify("value_corrected", {"given_name": first_given_name(registrant)})


def object_to(actor: Actor, dossier_id: UUID, correction_id: UUID, words: str) -> None:
    """Say that a correction is not right; the caseworker sees it and answers. Raises ValueError without words."""
    if not words.strip():
        raise ValueError("words")
    with operation(actor, "object", dossier_id) as op:
        row = Correction.objects.filter(
            pk=correction_id, registrant__dossier=op.dossier, by_person=False, state=Correction.State.DONE
        ).first()
        if row is None:
            raise NotFound
        row.state, row.words = Correction.State.OBJECTED, words.strip()[:2000]
        row.save(update_fields=["state", "words"])
        op.dossier.answered_at = op.now
        op.record("correction.objected", field=row.field)


def _not_in_number(registrant: Registrant, field: str) -> None:
    if field in IN_NUMBER and Number.objects.filter(registrant=registrant, ended_at=None).exists():
        raise Held(field)


def _write(op: Operation, registrant: Registrant, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(registrant, name, value)
    likeness.index(registrant)
    registrant.save()
    number = registrant.numbers.filter(ended_at=None).first()
    if number is not None and number.kind == Number.Kind.NIA and values.keys() & IDENTITY:
        repertoire.correct(registrant.pk, likeness.identity(registrant), actor=str(op.actor))
    _follow(op, registrant, values)
    if values.keys() - FREE:
        certifying.renew(op, registrant, values.keys())


def _follow(op: Operation, registrant: Registrant, values: Mapping[str, Any]) -> None:
    """Let the list of documents follow: a student's by the questionnaire's answers, a company's by each person."""
    if op.dossier.organisation_id is not None:
        if values.keys() & {*plan.FROM_FORM, *OF_A_COMPANY}:
            people.sync(op.dossier, registrant, op.now)
        return
    answers = plan.merged(op.dossier.answers, registrant)
    if answers != op.dossier.answers:
        op.dossier.answers = answers
        plan.sync(registrant, op.dossier.route, answers, op.now)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
