"""Filing what the invented company asks for: each request by the acts of a member, as at the screens of the portal."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from matricule.accounts import organisations
from matricule.accounts.models import User
from matricule.core import clock
from matricule.demo import company, documents, employees, sending, stories
from matricule.demo.days import ago
from matricule.demo.employees import Employee, Filed
from matricule.dossiers import access, people
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import deposit, requesting
from matricule.rules.employer import contract

EXAMINERS = {"salarie": "irene", "passeport_talent": "samia"}
"""Who examines each category: the people of the Doubs for who lives there, Paris the categories of its own."""

DRAFTED_AGO = 12
"""Days since the drafts that were not sent were written: one whose work began meanwhile was waiting for that day."""


def load(filed: Filed) -> str:
    """File one request and let the caisse do what it did since; return its state, or "kept" when it was filed before.

    A draft that a load left unfinished is deleted and begun again: it is nobody's work.
    """
    member, company_id = _member(filed)
    actor = access.member(member.pk)
    before = Dossier.objects.filter(organisation=company_id, own_reference=filed.own_reference).first()
    if before is not None:
        if before.submitted_at is not None or (filed.state == "draft" and _whole(before)):
            return "kept"
        deposit.delete_draft(actor, before.pk, expects=before.version)
    today, story = clock.today(), stories.REQUESTS.get(filed.state)
    with ago(story.sent_ago if story is not None else DRAFTED_AGO):
        dossier_id = _draft(actor, company_id, filed, today)
    if story is not None:
        with transaction.atomic():  # sent and examined, or neither
            with ago(story.sent_ago):
                version = Dossier.objects.values_list("version", flat=True).get(pk=dossier_id)
                requesting.send(actor, dossier_id, expects=version, key=uuid4())
            case = stories.case_of(dossier_id, _shown(filed, today), filed)
            stories.play(story, case, EXAMINERS[filed.category])
    return filed.state


def _member(filed: Filed) -> tuple[User, UUID]:
    """Return who files a request, and for which company."""
    email = next(member.email for member in company.TEAM if member.key == filed.by)
    user = User.objects.get(email=email)
    return user, organisations.memberships_of(user.pk)[0].company.id


def _whole(dossier: Dossier) -> bool:
    """Tell whether a draft waits for nothing but the member who sends it, or the first day of work."""
    missing = people.obstacles(dossier, dossier.registrants.order_by("position"))
    return not missing or people.only_waits(missing)


def _draft(actor: access.Actor, company_id: UUID, filed: Filed, today: date) -> UUID:
    said = {"ever_in_france": "no", "has_number": "no", "answer": "may_register"}
    dossier = requesting.open_request(actor, company_id, filed.category, {}, key=uuid4(), past=said)
    requesting.change_request(
        actor, dossier.pk, category=filed.category, answers={}, own_reference=filed.own_reference
    )
    for employee in filed.people:
        if employee.role == people.PRINCIPAL:
            person_id = dossier.registrants.get(position=1).pk
        else:
            person_id = requesting.add_person(actor, dossier.pk, employee.role, key=uuid4(), past=said)
        for name, values in sections_of(filed, employee, today).items():
            typed = {field: ("", text) for field, text in sending.typed_of(values).items()}
            requesting.save_section(actor, dossier.pk, person_id, name, typed, values)
        _send_papers(actor, filed, employee, dossier.pk, person_id, today)
    return dossier.pk


def _send_papers(
    actor: access.Actor, filed: Filed, employee: Employee, dossier_id: UUID, person_id: UUID, today: date
) -> None:
    """Draw and send what one person has of what is asked."""
    drawn = employees.drawn(filed, employee, today=today)
    asked = dict(Registrant.objects.get(pk=person_id).requirements.filter(dropped_at=None).values_list("code", "slot"))
    for number, paper in enumerate(employees.papers(employee), start=1):
        if paper.requirement in asked:
            data = documents.draw(paper.kind, drawn, seed=number, fmt=paper.fmt, flaw=paper.flaw)
            slot = asked[paper.requirement]
            said = "contract" if slot == contract.DOCUMENT else ""
            sending.add(actor, dossier_id, slot, File.Part.MAIN, paper.name, data, person_id, said)


def _shown(filed: Filed, today: date) -> tuple[stories.Shown, ...]:
    return tuple(
        stories.Shown(today + timedelta(days=one.until) if one.title else None, one.paper) for one in filed.people
    )


def sections_of(filed: Filed, employee: Employee, today: date) -> dict[str, dict[str, Any]]:
    """Return the checked values of the pages about one person."""
    head = employee.role == people.PRINCIPAL
    home = {"street": filed.street, "postcode": filed.postcode, "city": filed.city} if head else {}
    pages: dict[str, dict[str, Any]] = {
        "civil_status": {
            "birth_name": employee.birth_name,
            "usage_name": "",
            "given_names": employee.given_names,
            "original_names": "",
            "sex": employee.sex,
            "birth_date": employee.birth_date.isoformat(),
            "birth_place": employee.birth_place,
            "birth_country": employee.country,
            "nationality": employee.country,
            "document_language": employee.language,
        },
        "parents": {
            "parent1_birth_name": employee.mother[0],
            "parent1_given_names": employee.mother[1],
            "parent2_birth_name": employee.father[0],
            "parent2_given_names": employee.father[1],
        },
        "contact": home | {"email": employee.email, "language": employee.writes},
        "stay": {
            "title_kind": employee.title,
            "title_until": today + timedelta(days=employee.until) if employee.title else None,
        },
        "work": {"contract_start": today + timedelta(days=filed.contract)},
    }
    own = (people.CONTACT,) if employee.email else ()
    return {name: pages[name] for name in dict.fromkeys((*people.sections_of(employee.role), *own))}
