"""The employee's word on a company: "it is my employer", or "I do not know it" (issue 5, section 1; ADR 16).

Anybody can open an account for any SIRET. A link to the employee's own address, which works once, and their birth
date show that the employee stands behind the request: its numbers are shown to the company from then on, those of its
other requests are not. An address that somebody of the company reads proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from matricule.accounts import organisations
from matricule.accounts.organisations import Company
from matricule.core import clock, crypto
from matricule.dossiers import people, telling
from matricule.dossiers.access import Actor, NotFound, system
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations.door import Operation, first_given_name, operation
from matricule.dossiers.told import Told
from matricule.rules import offices

LIFETIME = timedelta(days=30)
TRIES = 5
"""Birth dates that may be typed wrong behind one link."""

MOST = 3
"""Links to one person of a request at most, whoever asks for another one."""

PLACE = "/{language}/employee/{token}/"
KIND = "employee_filed"
ACTOR = system("employee")


class CannotWrite(Exception):
    """No other link is sent: the person has confirmed, or as many links as may be sent were."""


@dataclass(frozen=True)
class Asked:
    """What an open link is about: the company as it calls itself, the caisse, and whether an answer here counts.

    ``proves``: a confirmation opens the numbers of the request; where somebody said not to know the company, only a
    document does. ``own``: the address is one that somebody of the company reads. ``member``: who is asked is of the
    family of somebody whom the company employs.
    """

    company: Company
    office: str
    sent_at: datetime
    proves: bool
    own: bool
    member: bool


def token_of(told_id: UUID) -> str:
    """Return the secret of a link; it is made again from the row and a key that is not in the database."""
    return crypto.blind_index("employee-link", str(told_id)).hex()


def write_first(op: Operation, person: Registrant) -> None:
    """Write to somebody of a request that was sent, with a link; nothing to a minor, or to who has no address."""
    if not telling.address_of(person):
        return
    until = op.now + LIFETIME
    row = Told(registrant=person, kind=KIND, at=op.now, expires_at=until)
    token = token_of(row.pk)
    row.digest = crypto.digest(token)
    context = {
        "given_name": first_given_name(person),
        "caisse": offices.name(op.dossier.office),
        "until_on": until.astimezone(clock.PARIS).date().isoformat(),
        "path": PLACE.format(language=telling.language_of(person), token=token),
    }
    telling.write(person, KIND, context, row)
    op.about(person)
    op.record("employee.written", role=person.role)


def may_write(dossier: Dossier, links: int) -> bool:
    """Tell whether somebody of a request who got so many links can be sent another one; the first one always can."""
    return links == 0 or (dossier.confirmed_at is None and links < MOST)


def write_again(actor: Actor, dossier_id: UUID, person_id: UUID, email: str, *, key: UUID, language: str = "") -> None:
    """Write to somebody of a sent request again, at an address that the company may correct; the old link is over.

    Or for the first time, where no address was given before. ``language``: in which (fr, en; "": as before). Raises
    NotFound for a draft and for a minor of the family, AlreadyDone for the same key again, CannotWrite when the
    company is confirmed or three links were sent. Who said not to know the company is written to like everybody:
    nothing here tells the company.
    """
    with operation(actor, "write_employee", dossier_id, key=key) as op:
        person = op.person(person_id)
        if not (person.is_sent and people.is_told(person)):
            raise NotFound
        links = Told.objects.filter(registrant=person, digest__isnull=False)
        if not may_write(op.dossier, links.count()):
            raise CannotWrite
        place = (email, language or person.language)
        if place != (person.email, person.language):
            person.email, person.language = place
            person.save(update_fields=["email", "language"])
            op.record("employee.address_changed", role=person.role)
        links.filter(answer=Told.Answer.NONE).update(answer=Told.Answer.REPLACED, answered_at=op.now)
        write_first(op, person)


def asked_by(token: str) -> Asked | None:
    """Return what an open link is about; None alike for one that is unknown, used, replaced or over."""
    row = _open(token)
    if row is None:
        return None
    dossier = row.registrant.dossier
    if dossier.organisation is None or dossier.submitted_at is None:
        return None
    company = organisations.company(dossier.organisation)
    own = organisations.reads(company.id, row.registrant.email)
    settled = company.is_proved or dossier.confirmed_at is not None or dossier.unknown_at is not None
    return Asked(
        company=company,
        office=dossier.office,
        sent_at=dossier.submitted_at,
        proves=row.registrant.role == people.PRINCIPAL and not own and not settled,
        own=own,
        member=people.stands_as(dossier, row.registrant) != people.PRINCIPAL,
    )


def confirm(token: str, birth_date: str) -> str:
    """Let the employee confirm the company with their birth date (YYYY-MM-DD, 00 for what nobody knows).

    Return "confirmed"; "wrong" for another birth date, which five times spends the link; "over" for a link that opens
    nothing, or whose answer would prove nothing.
    """
    row = _open(token)
    if row is None:
        return "over"
    with operation(ACTOR, "confirm_company", row.registrant.dossier_id) as op:
        op.quiet = True
        asked, held = asked_by(token), Told.objects.select_for_update().get(pk=row.pk)
        if asked is None or not asked.proves:
            return "over"
        if row.registrant.birth_date != birth_date:
            held.tries += 1
            if held.tries >= TRIES:
                held.answer, held.answered_at = Told.Answer.SPENT, op.now
            held.save(update_fields=["tries", "answer", "answered_at"])
            op.record("employee.birth_date_typed", "refused")
            return "wrong" if held.answer == Told.Answer.NONE else "over"
        _answer(held, Told.Answer.CONFIRMED, op)
        op.dossier.confirmed_at = op.now
        op.record("employee.confirmed")
        op.notify("request_confirmed", {})
    return "confirmed"


def disown(token: str) -> bool:
    """Take "I do not know this company": the caisse is told, the company is not; False for a link that is over."""
    row = _open(token)
    if row is None:
        return False
    with operation(ACTOR, "disown_company", row.registrant.dossier_id) as op:
        op.quiet = True
        held = Told.objects.select_for_update().get(pk=row.pk)
        if held.answer != Told.Answer.NONE:
            return False
        _answer(held, Told.Answer.UNKNOWN, op)
        op.dossier.unknown_at = op.dossier.answered_at = op.now
        op.record("employee.disowned", role=row.registrant.role)
    return True


def _answer(held: Told, answer: Told.Answer, op: Operation) -> None:
    held.answer, held.answered_at = answer, op.now
    held.save(update_fields=["answer", "answered_at"])


def _open(token: str) -> Told | None:
    rows = Told.objects.filter(digest=crypto.digest(token), answer=Told.Answer.NONE, expires_at__gt=clock.now())
    return rows.select_related("registrant__dossier__organisation").first()
