"""What is typed on the desk survives a change of the language, on every form, and nothing is done by it."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml.html import fromstring

from matricule.accounts import proofs
from matricule.core import clock
from matricule.dossiers.case import Ask, Correction, Impossibility, Likeness, Message, Note
from matricule.dossiers.operations import asking, correcting, recovering
from matricule.portals.components.forms import SWITCH
from tests.support import caisse, company
from tests.support import factories as make
from tests.support.filled import held

pytestmark = pytest.mark.django_db
TYPED = "Ce que l’agent tapait"


@pytest.fixture
def worker():
    return caisse.a_caseworker(role="supervisor")


@pytest.fixture
def client(worker):
    return caisse.desk(worker)


@pytest.fixture
def dossier():
    return make.a_submitted()


def asked(worker, dossier) -> str:
    codes = {"civil_status": ("not_sent", {})}
    asking.ask(worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier), codes=codes)
    return "lengthen/"


def changing(worker, dossier) -> str:
    correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Huế", "the certificate says so")
    return f"change/{Correction.objects.get().pk}/"


def impossible(worker, dossier) -> str:
    asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why="x" * 30, lasting=True)
    return f"impossible/{Impossibility.objects.get().pk}/"


def mailbox_proposed(worker, dossier) -> str:
    """Let a colleague propose another address, so that the worker confirms it or turns it down."""
    expects = caisse.version_of(dossier)
    given = {"address": "new@example.org", "seen": "counter", "paper_number": "C8X4T2L9"}
    recovering.propose(caisse.a_caseworker(), dossier.pk, expects=expects, **given)
    return "mailbox/"


def handing_over(worker, dossier) -> str:
    caisse.a_caseworker(caisse.PARIS)
    return "hand-over/"


Page = tuple[Callable[[Any, Any], str], dict[str, Any]]
PAGES: dict[str, Page] = {
    "accept": (lambda *_: "identity/main/", {"paper_number": TYPED}),
    "accept, after something was missing": (lambda *_: "identity/main/accept/", {"paper_number": TYPED}),
    "refuse": (
        lambda *_: "identity/main/refuse/?reason=other",
        {"reason": "other", "written_fr": TYPED, "written_en": "What was typed", "days": "61"},
    ),
    "ask": (lambda *_: "ask/", {"code": "civil_status", "days": "61"}),
    "lengthen": (asked, {"days": "61"}),
    "correct": (lambda *_: "correct/?field=birth_place", {"field": "birth_place", "value": TYPED, "why": "Vu"}),
    "answer a change": (changing, {"value": "Hue", "why": TYPED, "words": "Ou bien ceci"}),
    "answer an impossibility": (impossible, {"words": TYPED}),
    "propose an address": (
        lambda *_: "mailbox/",
        {"seen": "video", "paper_number": TYPED, "email": "new@example.org", "agrees": "on"},
    ),
    "confirm an address": (mailbox_proposed, {"agrees": "on", "why": TYPED}),
    "note": (lambda *_: "note/", {"text": TYPED}),
    "message": (lambda *_: "write/", {"text": TYPED}),
    "hand over": (handing_over, {"office": caisse.PARIS, "why": TYPED}),
    "close": (lambda *_: "close-with-reason/", {"reason": "at_wish", "words": TYPED}),
    "reject": (lambda *_: "reject/", {"reason": "not_genuine", "words": TYPED}),
}


def switched(client, address: str, typed: dict[str, Any]) -> Any:
    """Type, change the language as the button of the page does, and return the page that comes."""
    (button,) = fromstring(client.get(address).content).xpath(f'//button[@name="{SWITCH}"]')
    assert button.get("form") == "page-form" and button.get("formaction").startswith("/fr/")
    assert held(fromstring(client.get(address).content))
    answer = client.post(button.get("formaction"), {**typed, SWITCH: "fr"})
    assert answer.status_code == 200
    tree = fromstring(answer.content)
    assert tree.get("lang") == "fr" and not tree.xpath('//*[@aria-invalid="true"]')
    return tree


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_was_typed_stands_there_in_the_other_language(client, worker, dossier, name):
    place, typed = PAGES[name]
    rest = place(worker, dossier)
    before, counted = caisse.version_of(dossier), counts()
    address = f"/en/desk/dossier/{dossier.pk}/{rest}"
    if rest.endswith("accept/"):  # opened, it leads to its document: it is a page only after a mistake
        tree = fromstring(client.post(address.replace("/en/", "/fr/"), {**typed, SWITCH: "fr"}).content)
    else:
        tree = switched(client, address, {"version": str(before), **typed})
    found = held(tree)
    for field, value in typed.items():
        assert value in found[field], field
    assert (caisse.version_of(dossier), counts()) == (before, counted), "nothing is done by it"


def counts() -> list[int]:
    return [model.objects.count() for model in (Ask, Correction, Note, Message)]


def test_a_sentence_that_was_to_be_seen_is_seen_again_after_a_change_of_language(client, dossier):
    typed = {"version": "1", "reason": "other", "written_fr": TYPED, "written_en": "x" * 20, "seen": "0" * 32}
    answer = client.post(f"/fr/desk/dossier/{dossier.pk}/identity/main/refuse/", {**typed, "days": "45", SWITCH: "fr"})
    assert answer.status_code == 200 and 'name="seen"' not in answer.content.decode()


def test_each_of_two_reasons_on_the_page_of_likenesses_is_kept(client, worker, dossier):
    for by in ("names", "passport"):
        other = f"registrant:{caisse.person(make.a_submitted()).pk}"
        Likeness.objects.create(registrant=caisse.person(dossier), other=other, found_by=by, found_at=clock.now())
    one, two = (str(pk) for pk in Likeness.objects.order_by("pk").values_list("pk", flat=True))
    tree = switched(
        client, f"/en/desk/dossier/{dossier.pk}/likeness/", {f"{one}-why": TYPED, f"{two}-why": "Autre chose"}
    )
    found = held(tree)
    assert found[f"{one}-why"] == [TYPED] and found[f"{two}-why"] == ["Autre chose"]
    assert len(set(tree.xpath("//@id"))) == len(tree.xpath("//@id")), "each field has an id of its own"
    assert set(Likeness.objects.values_list("verdict", flat=True)) == {"open"}


def test_the_search_keeps_its_words(client):
    for address in ("/en/desk/", "/en/desk/?list=mine"):
        assert held(switched(client, address, {"q": "Nguyễn"}))["q"] == ["Nguyễn"]
    answer = client.post("/fr/desk/search/", {"q": "Nguyễn", SWITCH: "fr"})
    assert held(fromstring(answer.content))["q"] == ["Nguyễn"]


def test_a_colleague_who_is_being_named_is_not_named_by_it(client):
    typed = {"name": "Irène Faivre", "email": "irene@example.org", "role": "caseworker"}
    found = held(switched(client, "/en/desk/people/", typed))
    assert found["name"] == ["Irène Faivre"] and found["email"] == ["irene@example.org"]
    assert "Irène Faivre" not in client.get("/en/desk/people/").content.decode()


def test_the_siret_of_a_search_stays_and_nothing_is_looked_for(client):
    company.a_company()
    tree = switched(client, "/en/desk/companies/", {"siret": company.SIRET})
    assert held(tree)["siret"] == [company.SIRET] and "Atelier Lumen" not in tree.text_content()


def test_the_reason_that_was_chosen_against_a_proof_stays_and_nothing_is_decided(client):
    chief = company.a_company()
    given = {"name": "kbis.pdf", "kind": "pdf", "sha256": "0" * 64, "data": b"%PDF-"}
    proofs.send(chief.user_id, chief.company.id, **given)
    (proof,) = proofs.waiting()
    tree = switched(client, f"/en/desk/companies/proof/{proof.id}/", {"reason": "too_old"})
    assert held(tree)["reason"] == ["too_old"] and proofs.waiting()


@pytest.mark.parametrize("rest", ["", "dossier/{}/identity/main/"])
def test_a_page_that_only_shows_takes_no_other_post(client, dossier, rest):
    assert client.post(f"/en/desk/{rest.format(dossier.pk)}", {"q": "x"}).status_code == 405


def test_a_document_without_a_field_has_a_plain_link(client, dossier):
    tree = fromstring(client.get(f"/en/desk/dossier/{dossier.pk}/enrolment/main/").content)
    assert not tree.xpath(f'//button[@name="{SWITCH}"]') and tree.xpath('//a[@hreflang="fr"]')
