"""The classic route for a family of a request: forms S1106 and S3705, field by field, with what is known (seed 000).

For whoever cannot join the online request any more. Bank details and signatures are never written; the parents of
somebody whose request was sent stay masked (issue 5, section 2), and a number is only ever shown masked.
"""

from typing import Any

from django.utils.translation import gettext

from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.dossiers import people, requests
from matricule.dossiers.models import Registrant
from matricule.dossiers.queries import Space
from matricule.portals.requests import shown
from matricule.rules.employer import classic, offices
from matricule.rules.employer.people import for_employer
from matricule.rules.errors import InputError
from matricule.rules.numbers import masked

FIELDS = (
    "birth_name", "usage_name", "given_names", "sex", "birth_date", "birth_place", "birth_country", "nationality",
    "nationality_2",
)  # fmt: skip


def page(found: requests.Request, space: Space | None, *, proved: bool) -> dict[str, Any]:
    """Return what the page shows: the forms with their answers, where they go, what goes with them, the numbers.

    ``space``: of whom (None: somebody of whom nothing is written, so that both forms are shown); ``proved``: whether
    the company may see numbers at all.
    """
    person = space.registrant if space is not None else None
    child = people.is_child(person) if person is not None else None
    forms = [classic.form_of(adult=not child)] if child is not None else list(classic.table().forms)
    employee = found.principal.registrant
    placed = offices.for_request("salarie", employee.postcode) if employee.postcode else None
    return {
        "sheets": [classic.sheet(code, answers(found, person)) for code in forms],
        "placed": placed,
        "papers": papers(person, child),
        "numbers": _numbers(found) if proved else [],
    }


def answers(found: requests.Request, person: Registrant | None) -> dict[str, str]:
    """Return what is known for the fields of the forms, each as the page writes it, by the names of the rules."""
    employee, company = found.principal.registrant, found.dossier.organisation
    known = {"address": address(employee), "employer": employer(company)}
    if person is None:
        return known
    known |= {name: shown.words(name, getattr(person, name)) for name in FIELDS if getattr(person, name)}
    known["names"] = " ".join(part for part in (person.birth_name, person.given_names) if part)
    if person.role == people.SPOUSE:
        known["family_situation"] = gettext("Married")
    for which in ("parent1", "parent2"):
        names = [getattr(person, f"{which}_{part}") for part in ("birth_name", "given_names")]
        told = " ".join(part for part in names if part)
        known[which] = shown.MASK if told and person.is_sent else told
    if person.role == people.PRINCIPAL:
        known |= {name: shown.words(name, getattr(person, name)) for name in ("phone", "email", "contract_start")}
    return known


def address(employee: Registrant) -> str:
    """Return where the employee's family lives, in one line; "" while it is not written."""
    lines = (employee.street, employee.building, employee.apartment, f"{employee.postcode} {employee.city}".strip())
    where = ", ".join(part for part in lines if part)
    return f"{where} ({employee.letter_box})" if where and employee.letter_box else where


def employer(company: Organisation | None) -> str:
    """Return the company with its address, in one line."""
    if company is None:
        return ""
    return ", ".join(part for part in (company.name, company.street, f"{company.postcode} {company.city}") if part)


def papers(person: Registrant | None, child: bool | None) -> list[dict[str, str]]:
    """Return the names of the documents that go with the forms; none while what they depend on is not known."""
    if person is None or child is None:
        return []
    told = {
        "nationality": person.nationality,
        "nationality_2": person.nationality_2,
        "birth_country": person.birth_country,
        "birth_date": person.birth_date,
        "document_language": person.document_language,
    }
    try:
        owed = classic.papers(told, child=child, on=clock.today())
    except InputError:  # a page is not complete: the list depends on it
        return []
    return [dict(for_employer(rule).label) for rule in owed]


def _numbers(found: requests.Request) -> list[dict[str, str]]:
    """Return the numbers of the request that a parent's line may need, masked, each with whose it is."""
    given = requests.numbers_of(found.dossier.pk)
    return [
        {"name": shown.name_of(space.registrant), "number": masked(given[space.registrant.pk].value)}
        for space in found.people
        if space.registrant.pk in given
    ]
