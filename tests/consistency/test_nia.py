"""Wherever a company or a caseworker reads "NNP attribué", the page explains it as NIA (issue 5, section 3)."""

from html import unescape
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from lxml import html

from matricule.core import clock
from matricule.core.i18n import in_language
from matricule.dossiers import keeping
from matricule.dossiers.models import Dossier
from tests.access import test_requests as of_requests
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

WORDS = {"fr": "NNP attribué", "en": "Provisional number issued"}
NOTE = {"fr": "C’est un NIA, qui a remplacé le NNP", "en": "It is a NIA, which replaced the NNP"}
"""What the one piece says (components/nia.html)."""

SHOWN = {
    "requests:list", "requests:search", "requests:views", "requests:request", "caseworker:lists", "caseworker:search",
    "caseworker:half", "caseworker:refuse", "caseworker:hand-over", "caseworker:note", "caseworker:history",
}  # fmt: skip
"""Pages that are known to show the words: the walk has to find them there."""

GIVEN = {**of_requests.GIVEN, "which": "provisional", "number": 1}


@pytest.fixture
def request_with_number() -> Dossier:
    """Return a request of a family whose employee has a provisional number; a view of that status is kept."""
    chief = company.a_company()
    dossier = firm.owned(chief, firm.a_sent_request, family=True)
    worker = caisse.a_caseworker(role="supervisor")
    caisse.give_provisional(worker, dossier)
    caisse.a_caseworker(caisse.PARIS, name="Samia Benali")
    keeping.SavedView.objects.create(
        organisation_id=chief.company.id, user_id=chief.user_id, name="Numbers", filter="provisional", order="person",
        created_at=clock.now(),
    )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.label == "provisional"
    return dossier


def text_of(answer) -> str:
    """Return what a page says, but for what stands in the head of the document."""
    (body,) = html.fromstring(answer.content).xpath("//body")
    return " ".join(unescape(body.text_content()).split())


def pages(dossier: Dossier, language: str):
    """Yield every page of the company and of the desk that opens for this request, with its name."""
    browsers = {"requests": company.browser(dossier.owner_id), "caseworker": caisse.desk(a_supervisor())}
    browsers["employer"] = browsers["requests"]
    known = {**GIVEN, **of_requests.ids_of(dossier)}
    for route in cast._walk(get_resolver().url_patterns, "", ()):
        portal = route.name.partition(":")[0]
        if portal in browsers and set(route.parts) <= set(known):
            with in_language(language):
                address = reverse(route.name, kwargs={part: known[part] for part in route.parts})
            yield route.name, browsers[portal].get(address)
    for name in ("requests:search", "caseworker:search"):
        with in_language(language):
            address = reverse(name)
        yield name, browsers[name.partition(":")[0]].post(address, {"q": dossier.reference, "key": str(uuid4())})
    with in_language(language):
        address = reverse("caseworker:lists")
    for which in ("to_take", "mine", "waiting", "answered", "ready", "register", "done"):
        yield "caseworker:lists", browsers["caseworker"].get(f"{address}?list={which}")


def a_supervisor():
    return caisse.a_caseworker(role="supervisor", name="Alix Martin")


@pytest.mark.parametrize("language", ["fr", "en"] if WHOLE else ["fr"])
def test_every_page_that_shows_the_words_says_that_it_is_a_nia(request_with_number, language, promise):
    seen, silent = set(), set()
    for name, answer in pages(request_with_number, language):
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        said = text_of(answer)
        if WORDS[language] in said:
            seen.add(name)
            if NOTE[language] not in said:
                silent.add(name)
    assert silent == set()
    assert seen >= SHOWN
    promise(
        f"NNP attribué, {language}", f"{len(seen)} pages of the company and the desk show it, each explains the NIA"
    )
