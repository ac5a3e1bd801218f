"""What nobody should type: a clear sentence in our voice, what was typed kept, nothing broken (wording.md 6)."""

import html
from uuid import uuid4

import pytest
from django.urls import reverse

from matricule.accounts.organisations import Organisation
from matricule.dossiers import people
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import requesting
from tests.portals.requests.test_filing import CIVIL, PAGES, WHO, at, text
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db

STRANGE = {
    "nothing": "",
    "another script": "محمد الأمين",
    "emoji": "🙂🎉",
    "long": "x" * 5000,
    "zero": "a\0b",
    "markup": "<script>alert(1)</script>",
    "spaces": "   ",
}
DJANGOS = (
    "Ensure this value", "Select a valid choice", "Null characters", "Enter a valid", "This field is required",
)  # fmt: skip
"""How Django says it: none of these sentences is ours."""


def _answered(browser, address: str, typed: dict[str, str]):
    answer = browser.post(address, typed)
    return browser.get(answer["Location"]) if "again=1" in answer.get("Location", "") else answer


@pytest.fixture
def browser(chief):
    return company.browser(chief.user_id)


@pytest.fixture
def draft(chief) -> Dossier:
    return firm.owned(chief)


def _forms(draft: Dossier) -> dict[str, dict[str, str]]:
    person = draft.registrants.get()
    forms = {
        at("new"): {**WHO, "number": "", "where": "", "when": "", "idempotency_key": str(uuid4())},
        at("category", draft.pk): {"category": "salarie", "own_reference": ""},
        at("add-person", draft.pk): {**WHO, "role": "child", "idempotency_key": str(uuid4())},
        at("search"): {"q": ""},
        at("delete", draft.pk): {"version": "1"},
    }
    for name in people.sections_of(person.role):
        forms[at("identify", draft.pk, person.pk, name)] = dict(PAGES[name])
    forms[at("autosave", draft.pk, person.pk)] = {"city": "", "birth_name": ""}
    accounts = {
        "register": {"siret": "", "name": "", "street": "", "postcode": "", "city": "", "person": ""},
        "company": {"name": "", "street": "", "postcode": "", "city": "", "head_postcode": ""},
        "mailbox": {"shared": ""},
        "invite": {"email": "", "role": ""},
        "household": {"postcode": ""},
    }
    return forms | {reverse(f"employer:{name}").replace("/fr/", "/en/"): typed for name, typed in accounts.items()}


@pytest.mark.parametrize("kind", STRANGE)
def test_no_form_breaks_and_each_answers_in_our_words(browser, draft, kind):
    browser.raise_request_exception = False
    for address, typed in _forms(draft).items():
        answer = _answered(browser, address, dict.fromkeys(typed, STRANGE[kind]))
        assert answer.status_code in {200, 302, 409, 422}, address
        page = html.unescape(text(answer))
        assert not [said for said in DJANGOS if said in page], address
        if answer.status_code == 422:
            assert 'id="error-summary"' in page, address


def test_what_was_typed_is_kept_beside_the_sentence(browser, draft):
    person = draft.registrants.get()
    page = text(_answered(browser, at("identify", draft.pk, person.pk, "parents"), {"parent1_birth_name": "محمد"}))
    assert "محمد" in page and "in the translation of the certificate" in page and "another script" not in page
    wrong = {**CIVIL, "birth_name": "محمد", "birth_date_day": "31", "birth_date_month": "2"}
    page = html.unescape(text(_answered(browser, at("identify", draft.pk, person.pk, "civil_status"), wrong)))
    assert "yours is kept in “Name in another script”" in page and "February 1990 has 28 days. You wrote 31." in page


def test_a_birth_in_france_stops_on_the_page_and_before_sending(browser, draft):
    person = draft.registrants.get()
    page = at("identify", draft.pk, person.pk, "civil_status")
    answer = _answered(browser, page, {**CIVIL, "birth_country": "FR"})
    assert answer.status_code == 422 and "A birth in France comes with a number" in text(answer)
    born = {**firm.EMPLOYEE["civil_status"], "birth_country": "RE"}
    requesting.save_section(firm.actor_of(draft), draft.pk, person.pk, "civil_status", {}, born)
    assert "born" in [one.code for one in people.obstacles(draft, [draft.registrants.get()])]
    assert "was born in France and has a number from birth" in text(browser.get(at("check", draft.pk)))


@pytest.mark.parametrize(("postcode", "stops"), [("98800", True), ("99999", True), ("97400", False), ("59000", False)])
def test_a_place_without_a_caisse_is_said_before_sending(browser, draft, postcode, stops):
    person = draft.registrants.get()
    requesting.change_request(firm.actor_of(draft), draft.pk, category="salarie", answers={})
    home = {**firm.EMPLOYEE["contact"], "postcode": postcode}
    requesting.save_section(firm.actor_of(draft), draft.pk, person.pk, "contact", {}, home)
    draft.refresh_from_db()
    codes = [one.code for one in people.obstacles(draft, [draft.registrants.get()])]
    assert ("office" in codes) == stops
    assert text(browser.get(at("check", draft.pk))).count("No caisse of this service covers") == 2 * stops


def test_a_stop_gives_the_addresses_of_what_to_do_instead(browser):
    page = text(browser.post(at("new"), {**WHO, "birth_country": "FR", "idempotency_key": str(uuid4())}))
    assert 'href="https://www.ameli.fr/assure/adresses-et-contacts"' in page and "lost-number" in page


def test_a_postcode_with_a_space_is_a_postcode(browser, chief):
    address = reverse("employer:company")
    typed = {"name": "Atelier Lumen", "street": "4 quai Vauban", "postcode": "25 000", "city": "Besançon"}
    assert browser.post(address, typed).status_code == 302
    assert Organisation.objects.get(pk=chief.company.id).postcode == "25000"
