"""A RIB that came by post, on the desk's pages and on the company's: typed, seen by its end only, taken back."""

import pytest
from django.urls import reverse
from django.utils import translation
from lxml import html

from matricule.core import clock, i18n
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking
from matricule.dossiers.posted import PostedRib
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

IBAN = "FR76 3000 6000 0112 3456 7890 189"
WORDS = {
    "fr": {"came": "arrivé par courrier", "company": "elles sont arrivées à la caisse par courrier le"},
    "en": {"came": "came by post", "company": "they came to the caisse by post on"},
}


@pytest.fixture
def desk():
    return caisse.desk(caisse.a_caseworker())


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def dossier(member) -> Dossier:
    return firm.owned(member, firm.a_sent_request)


def at(dossier: Dossier, rest: str, person: Registrant, language: str = "en") -> str:
    return f"/{language}/desk/dossier/{dossier.pk}/{rest}?person={person.pk}"


def tree(answer):
    return html.fromstring(answer.content.decode())


def said(answer) -> str:
    [main] = tree(answer).xpath("//main")
    return " ".join(main.text_content().split())


def typed(page, **given) -> dict[str, str]:
    """Return the fields of the page's form as a caseworker fills them."""
    [form] = tree(page).xpath("//form[@id='page-form']")
    return {**dict(form.fields), "iban": IBAN, "own_name": "on", "place": "Binder 4", **given}


def spouse_of(dossier: Dossier) -> Registrant:
    return dossier.registrants.get(role="spouse")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_from_the_persons_page_to_the_companys_page_and_back(desk, member, language):
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    words, spouse = WORDS[language], spouse_of(dossier)
    hr = company.browser(member.user_id)
    request = f"/{language}/employer/requests/{dossier.pk}/"
    with translation.override(language):
        documents = reverse("requests:documents", args=[dossier.pk, spouse.pk])
    assert words["company"] not in said(hr.get(request)) + said(hr.get(documents))
    page = desk.get(at(dossier, "identity/main/", spouse, language))
    address = at(dossier, "rib/", spouse, language)
    assert address in tree(page).xpath("//main//a/@href")
    answer = desk.post(address, typed(desk.get(address)))
    assert answer.status_code == 302 and f"person={spouse.pk}" in answer["Location"]
    listed = tree(desk.get(at(dossier, "identity/main/", spouse, language))).xpath("//ul[@class='doc-nav']/li")
    assert [words["came"] in " ".join(row.itertext()) for row in listed].count(True) == 1
    with i18n.in_language(language):
        today = i18n.format_date(clock.today())
    for shown in (hr.get(request), hr.get(documents)):
        assert f"{words['company']} {today}" in said(shown)
        assert "189" not in said(shown) and "Binder 4" not in said(shown)
    assert said(hr.get(request)).count(words["company"]) == 1, "the spouse's alone"
    page = desk.get(address)
    assert "0 189" in said(page) and "3000" not in said(page) and "Binder 4" in said(page)
    assert "Camille Roy" in said(page)
    [undo] = tree(page).xpath("//form[contains(@action, '/rib/undo/')]")
    assert desk.post(undo.action, dict(undo.fields)).status_code == 302
    assert words["company"] not in said(hr.get(request)) + said(hr.get(documents))
    assert not spouse_of(dossier).iban


def documents_of(page) -> list[str]:
    return [" ".join(row.text_content().split()) for row in tree(page).xpath("//ul[@class='doc-nav']/li")]


def rib_of(desk, dossier: Dossier, person: Registrant, language: str = "en") -> list[str]:
    """Return the lines of the RIB on the list of a person's documents, and see that the count is the list's."""
    page = desk.get(at(dossier, "identity/main/", person, language))
    found = documents_of(page)
    assert tree(page).xpath("string(//nav[ul[@class='doc-nav']]/div/span)").endswith(f"/ {len(found)}")
    return [line for line in found if "RIB" in line]


@pytest.mark.parametrize(
    ("language", "account"), [("fr", "Titulaire du compte : Okonkwo"), ("en", "Account of: Okonkwo")]
)
def test_the_rib_of_a_family_is_listed_once_with_whose_account_it_is(desk, member, language, account):
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    found = {one.role: rib_of(desk, dossier, one, language) for one in dossier.registrants.all()}
    assert found["spouse"] == found["child"] == [] and len(found["principal"]) == 1
    assert "· Okonkwo, Adaeze Ifeoma" in found["principal"][0]
    page = said(desk.get(at(dossier, "rib/main/", dossier.registrants.get(position=1), language)))
    assert account in page.replace("\u00a0", " ")
    for one in dossier.registrants.all():
        assert ('value="rib"' in desk.get(at(dossier, "ask/", one)).content.decode()) == (one.role == "principal")


def test_what_is_there_of_a_rib_of_the_family_stays_readable(desk, member):
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    spouse = spouse_of(dossier)
    page = desk.get(at(dossier, "rib/main/", spouse))
    assert "Account of: Bello, Tunde" in said(page) and "once for the whole request" not in said(page)
    assert any("RIB" in line for line in documents_of(page)), "the page that is looked at is on its own list"
    address = at(dossier, "rib/", spouse)
    assert desk.post(address, typed(desk.get(address))).status_code == 302
    (line,) = rib_of(desk, dossier, spouse)
    assert "Bello, Tunde" in line and "came by post" in line


@pytest.mark.parametrize("how", ["asked", "sent"])
def test_a_rib_that_was_asked_of_the_family_or_sent_for_it_stays_on_the_list(desk, member, how):
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    spouse = spouse_of(dossier)
    if how == "asked":
        codes = {"rib": ("not_sent", {})}
        asking.ask(caisse.a_caseworker(), dossier.pk, spouse.pk, expects=caisse.version_of(dossier), codes=codes)
    else:
        firm.send_document(dossier, spouse, "rib", "main")
    assert len(rib_of(desk, dossier, spouse)) == 1


def test_a_request_of_one_person_needs_no_name_beside_the_rib(desk, dossier):
    (line,) = rib_of(desk, dossier, dossier.registrants.get())
    assert "Okonkwo" not in line


@pytest.mark.parametrize(("language", "words"), [("fr", "le RIB est arrivé"), ("en", "(RIB) came by post")])
def test_what_is_to_do_says_that_it_came_beside_what_is_still_asked(desk, dossier, member, language, words):
    worker, person = caisse.a_caseworker(), dossier.registrants.get(position=1)
    codes = {code: ("not_sent", {}) for code in ("rib", "civil_status")}
    asking.ask(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), codes=codes)
    hr, start = company.browser(member.user_id), f"/{language}/employer/requests/"
    [row] = tree(hr.get(start)).xpath("//section[@aria-labelledby='today']//li")
    assert words not in row.text_content()
    address = at(dossier, "rib/", person)
    desk.post(address, typed(desk.get(address)))
    [row] = tree(hr.get(start)).xpath("//section[@aria-labelledby='today']//li")
    assert words in " ".join(row.text_content().split())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, "IBAN"),
        ({"iban": ""}, "Copy the IBAN as the paper shows it."),
        ({"own_name": ""}, "ask for another RIB"),
        ({"place": ""}, "Write where the paper is"),
        ({"arrived_on_year": "2031"}, "has not come yet"),
    ],
    ids=["a wrong key", "no iban", "another holder", "no place", "a day to come"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, dossier, changes, words):
    address = at(dossier, "rib/", caisse.person(dossier))
    page = desk.get(address)
    answer = desk.post(address, typed(page, **changes))
    [box] = tree(answer).xpath("//div[contains(@class, 'error-summary')]")
    assert answer.status_code == 422 and words in box.text_content()
    assert not PostedRib.objects.exists()


def test_a_page_that_is_out_of_date_answers_409(desk, dossier):
    address = at(dossier, "rib/", caisse.person(dossier))
    old = typed(desk.get(address))
    assert desk.post(address, old).status_code == 302
    assert desk.post(address, old).status_code == 409
    undo = at(dossier, "rib/undo/", caisse.person(dossier))
    assert desk.post(undo, {"version": old["version"]}).status_code == 409
    assert PostedRib.objects.filter(ended_at=None).count() == 1


def test_what_came_is_not_offered_among_what_is_asked_for(desk, dossier):
    person = caisse.person(dossier)

    def offered():
        return tree(desk.get(at(dossier, "ask/", person))).xpath("//input[@name='code']/@value")

    assert "rib" in offered()
    desk.post(at(dossier, "rib/", person), typed(desk.get(at(dossier, "rib/", person))))
    assert "rib" not in offered() and offered()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_students_rib_comes_by_post_too(desk, language):
    dossier = make.a_submitted()
    person = caisse.person(dossier)
    address = f"/{language}/desk/dossier/{dossier.pk}/rib/"
    assert desk.post(address, typed(desk.get(address))).status_code == 302
    assert WORDS[language]["came"] in said(desk.get(f"/{language}/desk/dossier/{dossier.pk}/identity/main/"))
    person.refresh_from_db()
    assert person.iban == IBAN.replace(" ", "")
