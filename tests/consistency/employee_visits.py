"""How a test reaches the pages that open to an employee without an account, in their states (issue 5, section 1)."""

from collections.abc import Iterator
from typing import Any

from django.test import Client

from matricule.accounts import companies
from tests.support import companies as firm

BORN = {"birth_date_day": "17", "birth_date_month": "5", "birth_date_year": "1990"}
"""The birth date of ``firm.EMPLOYEE`` as the form takes it."""


def guide(world: Any) -> Iterator[Any]:
    yield "open", world.get("public:employee")


def word(world: Any) -> Iterator[Any]:
    client, dossier = Client(), firm.a_sent_request()
    address = world.url("public:employee-word", firm.link_of(dossier))
    yield "open", client.get(address)
    yield "nothing", client.post(address, {"step": "confirm"})
    yield "another date", client.post(address, {"step": "confirm", **BORN, "birth_date_day": "18"})
    yield "confirmed", client.post(address, {"step": "confirm", **BORN})
    yield "over", client.get(address)
    company = firm.a_company()
    companies.prove("system:tests", company.pk)
    proved = world.url("public:employee-word", firm.link_of(firm.a_sent_request(company)))
    yield "proved", client.get(proved)
    yield "not known", client.post(proved, {"step": "disown"})
    own = firm.a_company()
    dossier = firm.a_sent_request(own)
    companies.Organisation.objects.filter(pk=own.pk).update(shared_mailbox=dossier.registrants.get().email)
    yield "own address", client.get(world.url("public:employee-word", firm.link_of(dossier)))


PAGES = {"public:employee": guide, "public:employee-word": word}
