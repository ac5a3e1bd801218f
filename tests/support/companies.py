"""Invented companies, their people and their requests, made through the operations that the product itself uses."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from matricule.accounts.models import User
from matricule.accounts.organisations import Member, Membership, Organisation, Part
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import access, people
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import confirming, files, requesting
from matricule.dossiers.told import Told
from matricule.rules.employer import contract
from tests.support import factories as make

SIRET = "73282932000074"

EMPLOYEE: dict[str, dict[str, Any]] = {
    "civil_status": {
        "birth_name": "Okonkwo",
        "usage_name": "",
        "given_names": "Adaeze Ifeoma",
        "sex": "F",
        "birth_date": "1990-05-17",
        "birth_place": "Lagos",
        "birth_country": "NG",
        "nationality": "NG",
        "document_language": "en",
    },
    "parents": {
        "parent1_birth_name": "Okafor",
        "parent1_given_names": "Ngozi",
        "parent2_birth_name": "Okonkwo",
        "parent2_given_names": "Emeka",
    },
    "contact": {
        "street": "8 rue de la République",
        "postcode": "25000",
        "city": "Besançon",
        "phone": "+33612345679",
        "email": "adaeze@example.org",
        "language": "en",
    },
    "stay": {"title_kind": "csp", "title_until": date(2028, 6, 30)},
    "work": {"contract_start": date(2026, 11, 2)},
}
"""The employee's pages, as columns."""

NEW_HERE = {"ever_in_france": "no", "has_number": "no", "answer": "may_register", "notes": []}
"""The past in France of somebody who has none."""

SPOUSE = {
    **EMPLOYEE["civil_status"],
    "birth_name": "Bello",
    "given_names": "Tunde",
    "sex": "M",
    "birth_date": "1988-01-09",
}
CHILD = {**EMPLOYEE["civil_status"], "birth_name": "Bello", "given_names": "Zainab", "birth_date": "2019-08-30"}
BROTHER = {**CHILD, "given_names": "Kayode", "sex": "M", "birth_date": "2021-03-11"}


def a_company(name: str = "Atelier Doubs", siret: str = SIRET) -> Organisation:
    """Return a company."""
    return Organisation.objects.create(
        siret=siret, name=name, street="1 quai Vauban", postcode="25000", city="Besançon", created_at=clock.now()
    )


def a_member(company: Organisation, user: User | None = None, role: str = Part.MEMBER, **changes: Any) -> User:
    """Return a person who acts for a company."""
    user = user or make.a_user()
    given = {"name": "Dominique Faure", "joined_at": clock.now(), **changes}
    Membership.objects.create(organisation=company, user=user, role=role, **given)
    return user


def leave(company: Organisation, user: User) -> None:
    """End a person's place in a company."""
    Membership.objects.filter(organisation=company, user=user).update(removed_at=clock.now())


def actor_of(dossier: Dossier) -> access.Actor:
    """Return the member who opened a request."""
    return access.member(dossier.owner_id)


def a_request(company: Organisation | None = None, user: User | None = None, category: str = "salarie") -> Dossier:
    """Return a fresh request of a company."""
    company = company or a_company()
    user = user or a_member(company)
    return requesting.open_request(access.member(user.pk), company.pk, category, {}, key=uuid4(), past=NEW_HERE)


def owned(member: Member, make_one: Callable[..., Dossier] = a_request, **more: Any) -> Dossier:
    """Return a request that a member of a company opened, as ``make_one`` of this module makes it."""
    organisation = Organisation.objects.get(pk=member.company.id)
    return make_one(organisation, User.objects.get(pk=member.user_id), **more)


def fill(dossier: Dossier, person: Registrant, civil: dict[str, Any] | None = None) -> None:
    """Fill the pages of one person."""
    for name in people.sections_of(person.role):
        checked = dict(EMPLOYEE[name])
        if name == "civil_status" and civil is not None:
            checked = dict(civil)
        requesting.save_section(actor_of(dossier), dossier.pk, person.pk, name, {}, checked)


def added(dossier: Dossier, role: str = "spouse", civil: dict[str, Any] | None = None) -> Registrant:
    """Add somebody to a request and fill their pages; ``civil``: who they are, the spouse or child of this module."""
    person_id = requesting.add_person(actor_of(dossier), dossier.pk, role, key=uuid4(), past=NEW_HERE)
    fill(dossier, Registrant.objects.get(pk=person_id), civil or (CHILD if role == "child" else SPOUSE))
    return Registrant.objects.get(pk=person_id)


def with_family(dossier: Dossier) -> list[UUID]:
    """Add a spouse and two children, their pages filled; return their ids."""
    family = (("spouse", SPOUSE), ("child", CHILD), ("child", BROTHER))
    return [added(dossier, role, civil).pk for role, civil in family]


def send_documents(dossier: Dossier) -> None:
    """Send one file for each document of phase 1 of each person."""
    for person in dossier.registrants.order_by("position"):
        for slot in people.lacking(person):
            send_document(dossier, person, slot)


def send_document(dossier: Dossier, person: Registrant, slot: str, part: str = "main", **more: Any) -> UUID:
    """Send one file for a document of somebody of a request, saying what it is where that is asked; return its id."""
    said = "contract" if slot == contract.DOCUMENT and person.role == people.PRINCIPAL else ""
    given = {"person_id": person.pk, "said": said, **more}
    return files.add_file(actor_of(dossier), dossier.pk, slot, part, make.checked(), **given)


def a_ready_request(company: Organisation | None = None, user: User | None = None, *, family: bool = False) -> Dossier:
    """Return a request that can be sent."""
    dossier = a_request(company, user)
    fill(dossier, dossier.registrants.get(position=1))
    if family:
        with_family(dossier)
    send_documents(dossier)
    dossier.refresh_from_db()
    assert people.obstacles(dossier, dossier.registrants.order_by("position")) == []
    return dossier


def a_sent_request(company: Organisation | None = None, user: User | None = None, *, family: bool = False) -> Dossier:
    """Return a request that was sent."""
    dossier = a_ready_request(company, user, family=family)
    requesting.send(actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    dossier.refresh_from_db()
    return dossier


def link_of(dossier: Dossier, role: str = "principal") -> str:
    """Return the secret of the latest link to somebody of a request; the mail that carries it is there."""
    row = Told.objects.filter(registrant__dossier=dossier, registrant__role=role, digest__isnull=False).latest("at")
    token = confirming.token_of(row.pk)
    assert f"/employee/{token}/" in Mail.objects.get(pk=row.mail_id).body
    return token
