"""A proof that ended meanwhile costs nobody what they typed: every form that needs one stands again, and waits.

The forms are found by walking the routes: one that is new fails here until it has its row.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import CodeType, FunctionType
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml.html import fromstring

from matricule.accounts import proofs, staff
from matricule.accounts.models import User
from matricule.core import clock
from matricule.dossiers.case import Correction
from matricule.dossiers.operations import correcting
from matricule.portals.components.forms import SWITCH
from matricule.portals.entrance.proving import Again
from tests.support import caisse, cast, company
from tests.support import factories as make
from tests.support.filled import held

pytestmark = pytest.mark.django_db
TYPED = "Vu sur l’acte : Huế, née le 3"


@dataclass(frozen=True)
class Form:
    """A form that needs a proof: how its page comes to be, what is typed in it, where it stands in the page."""

    of: Callable[[Any], tuple[Client, str]]
    typed: dict[str, str]
    where: str = '//form[@id="page-form"]'
    more: dict[str, str] = field(default_factory=dict)
    """What is sent beside what is typed: a button."""


def at(name: str, **ids: Any) -> str:
    with translation.override("en"):
        return reverse(name, kwargs=ids)


def of_a_dossier(name: str, query: str = "", before: Callable = lambda *_: {}) -> Callable:
    def place(worker: Any) -> tuple[Client, str]:
        dossier = make.a_submitted()
        ids = before(worker, dossier)
        return caisse.desk(worker), at(name, dossier_id=dossier.pk, **ids) + query

    return place


def with_a_number(worker: Any, dossier: Any) -> dict[str, Any]:
    assert not caisse.give_provisional(worker, dossier)
    return {}


def ready(worker: Any, dossier: Any) -> dict[str, Any]:
    caisse.accept_phase(worker, dossier, 1)
    return {}


def complete(worker: Any, dossier: Any) -> dict[str, Any]:
    with_a_number(worker, dossier)
    caisse.accept_phase(worker, dossier, 2)
    return {}


def change_asked(worker: Any, dossier: Any) -> dict[str, Any]:
    with_a_number(worker, dossier)
    correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Huế", "the certificate says so")
    return {"correction_id": Correction.objects.get().pk}


def people(worker: Any) -> tuple[Client, str]:
    return caisse.desk(worker), at("caseworker:people")


def company_proof(worker: Any) -> tuple[Client, str]:
    chief = company.a_company()
    sent = proofs.send(
        chief.user_id, chief.company.id, name="kbis.pdf", kind="pdf", sha256="0" * 64, data=make.a_pdf()
    )
    return caisse.desk(worker), at("caseworker:company-proof", proof_id=sent)


def two_accounts(worker: Any) -> tuple[Client, str]:
    first, _ = company.a_company(), company.a_company()
    return caisse.desk(worker), at("caseworker:company", company_id=first.company.id)


def means(_: Any) -> tuple[Client, str]:
    chief = company.a_company()
    make.a_passkey(User.objects.get(pk=chief.user_id))
    return company.browser(chief.user_id, "demo"), at("employer:sign-in-means")


LEFT_OUT = ("journal", "accounts_session", "core_seal", "authenticator")
"""Tables that reading writes: the page of an app makes its secret."""

GIVE = '//main//form[.//input[@name="idempotency_key"]]'
KEY = "0190b2f0-0000-7000-8000-000000000001"
FORMS: dict[str, Form] = {
    "caseworker:provisional": Form(
        of_a_dossier("caseworker:provisional", before=ready), {"idempotency_key": KEY}, GIVE
    ),
    "caseworker:register": Form(of_a_dossier("caseworker:register", before=complete), {"idempotency_key": KEY}, GIVE),
    "caseworker:deactivate": Form(
        of_a_dossier("caseworker:deactivate", before=with_a_number), {"reason": "not_entitled", "words": TYPED}
    ),
    "caseworker:correct": Form(
        of_a_dossier("caseworker:correct", "?field=birth_place", with_a_number),
        {"field": "birth_place", "value": "Huế", "why": TYPED},
    ),
    "caseworker:answer-change": Form(
        of_a_dossier("caseworker:answer-change", before=change_asked),
        {"value": "Hue", "why": TYPED, "words": "Ou bien ceci"},
        more={"act": "refuse"},
    ),
    "caseworker:mailbox": Form(
        of_a_dossier("caseworker:mailbox"),
        {"seen": "video", "paper_number": TYPED[:20], "email": "new@example.org", "agrees": "on"},
        more={"act": "propose"},
    ),
    "caseworker:people": Form(people, {"name": "Irène Faivre", "email": "irene@example.org", "role": "caseworker"}),
    "caseworker:company-proof": Form(company_proof, {"reason": "too_old"}),
    "caseworker:company": Form(two_accounts, {}, more={"other": "00000000-0000-7000-8000-000000000000"}),
    "employer:sign-in-means": Form(means, {}, more={"step": "app", "code": "123456"}),
}


def reached(function: FunctionType, seen: set[CodeType]) -> Iterator[Any]:
    """Yield all that a function of the portals names, and all that those functions name."""
    code = inspect.unwrap(function).__code__
    if code in seen:
        return
    seen.add(code)
    known = inspect.unwrap(function).__globals__
    for name in code.co_names:
        found = known.get(name)
        yield found
        if isinstance(found, FunctionType) and found.__module__.startswith("matricule.portals"):
            yield from reached(found, seen)


def that_ask_for_a_proof() -> set[str]:
    every = [*cast.routes(), *cast.company_routes(), *cast.desk_routes()]
    return {
        route.name
        for route in every
        if isinstance(route.view, FunctionType)
        and any(isinstance(found, Again) for found in reached(route.view, set()))
    }


@pytest.fixture
def worker():
    return caisse.a_caseworker(role="supervisor")


def test_every_form_that_needs_a_proof_has_its_row_here(promise):
    assert that_ask_for_a_proof() == set(FORMS)
    promise("forms behind a fresh proof", f"{len(FORMS)}, found by their routes: each stands again as it was left")


@pytest.mark.parametrize("name", FORMS)
def test_what_was_typed_before_the_proof_stands_in_the_page_after_it_and_nothing_is_done(worker, name):
    form = FORMS[name]
    client, address = form.of(worker)
    before, mark = cast.fingerprint(LEFT_OUT), cast.last_entry()
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        sent = {"version": "999", **form.typed, **form.more}
        asked = client.post(address, sent)
        assert asked.status_code == 200 and "is kept for 15 minutes" in asked.content.decode()
        proved = client.post(address, {"step": "prove", "method": "demo"})
        assert proved.status_code == 302 and proved["Location"] == address, "nothing typed is in an address"
        again = client.get(address)
        assert again.status_code == 200 and "Nothing has been done yet" in again.content.decode()
        tree = fromstring(again.content)
        assert not tree.xpath('//*[@aria-invalid="true"]')
        if form.typed:
            found = held(tree, form.where)
            assert {field: found[field] for field in form.typed} == {
                field: [value] for field, value in form.typed.items()
            }
        assert not tree.xpath('//input[@type="file"]'), "a file could not be kept: the page would have to say so"
        assert "Nothing has been done yet" not in client.get(address).content.decode(), "it is shown once"
    assert cast.fingerprint(LEFT_OUT) == before
    assert all(action.startswith("read.") for action, _ in cast.entries_since(mark))


def test_it_stands_again_in_the_language_chosen_on_the_page_that_asks(worker):
    form = FORMS["caseworker:mailbox"]
    client, address = form.of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, form.typed)
        french = address.replace("/en/", "/fr/")
        assert "est gardée 15\u00a0minutes" in client.get(french).content.decode()
        client.post(french, {"step": "prove", "method": "demo"})
        page = fromstring(client.get(french).content)
        assert page.get("lang") == "fr" and held(page)["email"] == ["new@example.org"]


def test_a_change_of_the_language_after_the_proof_ended_keeps_it_too(worker):
    form = FORMS["caseworker:mailbox"]
    client, address = form.of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, {**form.typed, SWITCH: "en"})
        client.post(address, {"step": "prove", "method": "demo"})
        assert held(fromstring(client.get(address).content))["email"] == ["new@example.org"]


def test_a_wrong_proof_keeps_it_for_the_next_one(worker):
    form = FORMS["caseworker:mailbox"]
    client, address = form.of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, form.typed)
        wrong = client.post(address, {"step": "prove", "method": "passkey", "credential": "{}"})
        assert wrong.status_code == 422 and "is kept for 15 minutes" in wrong.content.decode()
        client.post(address, {"step": "prove", "method": "demo"})
        assert held(fromstring(client.get(address).content))["email"] == ["new@example.org"]


def test_looking_at_the_headers_of_the_page_takes_nothing(worker):
    form = FORMS["caseworker:mailbox"]
    client, address = form.of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, form.typed)
        client.post(address, {"step": "prove", "method": "demo"})
        client.head(address)
        assert held(fromstring(client.get(address).content))["email"] == ["new@example.org"]


def test_sent_after_the_proof_it_acts_and_is_kept_no_longer(worker):
    client, address = FORMS["caseworker:people"].of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, FORMS["caseworker:people"].typed)
        client.post(address, {"step": "prove", "method": "demo"})
        given = held(fromstring(client.get(address).content))
        assert not any(one.name == "Irène Faivre" for one in staff.colleagues(caisse.DOUBS))
        client.post(address, {name: values[0] for name, values in given.items()})
        assert any(one.name == "Irène Faivre" for one in staff.colleagues(caisse.DOUBS))
        assert not client.session.get("typed")


def test_the_page_of_another_value_shows_nothing_of_it(worker):
    form = FORMS["caseworker:correct"]
    client, address = form.of(worker)
    other = address.replace("birth_place", "birth_name")
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        client.post(address, form.typed)
        client.post(other, {"step": "prove", "method": "demo"})
        page = client.get(other).content.decode()
        assert TYPED not in page and "Nothing has been done yet" not in page
        assert held(fromstring(client.get(address).content))["why"] == [TYPED]


def test_a_page_that_was_only_opened_says_nothing_of_keeping(worker):
    client, address = FORMS["caseworker:mailbox"].of(worker)
    with time_machine.travel(clock.wall() + timedelta(minutes=6), tick=False):
        page = client.get(address).content.decode()
        assert "Is it you?" in page and "kept for 15" not in page
