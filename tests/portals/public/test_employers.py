"""The employer's way over HTTP: every answer of the rules, each list, nothing stored, nothing in an address."""

import re
from functools import cache

import pytest
from django.core import signing
from django.test import Client

from matricule.core import clock
from matricule.portals import answers as signed
from matricule.portals.public import employer_list
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import categories, classic, eligibility
from tests.portals.public.conftest import Page
from tests.portals.public.employer_walk import DETAILS, NIR, PERSON, WAYS, WORK, sent

WAY = "/{}/employers/way/"


class Employer:
    """Walks the way by its forms, as a browser without script does."""

    def __init__(self, language: str = "en") -> None:
        self.client, self.language = Client(), language
        self.page = Page(self.client.get(WAY.format(language)))

    @property
    def step(self) -> str:
        return self.page.tree.xpath("string(//form[@id='page-form']//input[@name='step']/@value)")

    def send(self, **values) -> Page:
        data = sent(self.step, self.page.token, values)
        self.page = Page(self.client.post(WAY.format(self.language), data))
        return self.page

    def walk(self, way: str) -> Page:
        for values in WAYS[way]:
            self.send(**values)
        return self.page


@cache
def walked(way: str, language: str = "en") -> Page:
    """Return the last page of a way, walked once for all tests that only read it."""
    return Employer(language).walk(way)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def outcome(code: str) -> eligibility.Decision:
    return next(row.decision for row in eligibility.table().outcomes if row.decision.code == code)


ENDS = {
    "number to check": "number_to_check",
    "which kind of number": "kind_of_number",
    "definitive number": "has_number",
    "provisional number": "has_waiting_number",
    "old provisional number": "has_old_provisional",
    "perhaps payroll": "perhaps_payroll",
    "born in France": "born_in_france",
    "a return or not": "return_or_first_time",
    "returning": "returning_french",
    "where and when": "known_in_france",
    "searched": "may_register_searched",
    "payroll number": "may_register",
    "list of salarie": "may_register",
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("way", sorted(ENDS))
def test_each_answer_of_the_rules_is_reached_in_its_own_words(way, language):
    page = walked(way, language)
    found = outcome(ENDS[way])
    assert page.title == plain(found.title[language])
    for text in found.body:
        assert plain(text[language]) in plain(page.tree.text_content())
    assert page.status == (422 if found.asks == "number" else 200)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_of_a_contract_to_come_the_page_that_keeps_nothing_promises_to_keep_nothing(language):
    """A visitor has no draft and left no address: neither is theirs to be told of."""
    page = walked("contract to come", language)
    panel = plain(page.tree.xpath("//*[contains(@class, 'verdict-panel')]")[0].text_content())
    assert "2090" in panel and "DPAE" in panel
    for promise in ("brouillon", "écrivons", "draft", "write to you"):
        assert promise not in panel


def test_no_answer_of_the_rules_is_left_without_a_walk():
    assert set(ENDS.values()) | {"may_register_french"} == set(eligibility.table().codes)


@pytest.mark.parametrize("way", ["definitive number", "provisional number", "born in France", "returning"])
def test_whoever_is_not_registered_here_reads_what_to_do_and_gets_no_list(way):
    page = walked(way, "fr")
    steps = page.tree.xpath("//section[@aria-labelledby='steps']//li")
    assert len(steps) >= 2 and not page.tree.xpath("//ul[@class='checklist']")
    assert not page.tree.xpath("//*[@class='action-bar']")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_leads_to_its_own_list_and_office(category, language):
    page = walked(f"list of {category}", language)
    text = plain(page.tree.text_content())
    owed = employer_list.of_category(category, on=clock.today())
    assert owed
    for item in page.tree.xpath("//ul[@class='checklist']/li/@id"):
        assert item.startswith("principal-")
    assert ("CPAM du Rhône" if category == "salarie" else "CPAM de Paris") in text
    assert plain(categories.get(category).who[language]) in text


def lists(page: Page) -> list[str]:
    return page.tree.xpath("//ul[@class='checklist']/li/@id")


def test_the_documents_of_a_family_are_listed_person_by_person():
    page = walked("whole family")
    found = lists(page)
    assert len(found) == len(set(found))
    assert [row for row in found if row.startswith("spouse-")] == [
        "spouse-identity",
        "spouse-residence_permit",
        "spouse-marriage",
        "spouse-civil_status",
        "spouse-rib",
    ]
    assert [row for row in found if row.startswith("child-")] == ["child-identity", "child-civil_status", "child-rib"]
    assert f"{len(found)} documents" in plain(page.words("//p[@class='lead'][1]"))


def test_the_list_follows_nationality_language_and_category():
    assert "principal-residence_permit" not in lists(walked("European"))
    assert "principal-no_home_cover" in lists(walked("list of ict"))
    assert "principal-arrete_nomination" in lists(walked("list of assistant_langue"))
    assert "principal-work_contract" not in lists(walked("family member alone"))
    page = walked("translation needed")
    assert "principal-translation" in lists(page)
    assert f"<strong>{len(lists(page)) - 1} documents</strong>" in page.text, "sent as one with the birth certificate"


def test_the_drawn_examples_that_exist_are_shown():
    page = walked("list of salarie")
    assert page.tree.xpath("//li[@id='principal-identity']//img[contains(@src, 'identity')]/@alt")


def test_a_contract_to_come_says_from_when_and_keeps_the_list():
    page = walked("contract to come", "fr")
    assert "Le contrat commence le 2 novembre 2090" in plain(page.text) and lists(page)
    assert page.tree.xpath("//*[contains(@class, 'verdict-panel-wait')]")


def test_a_family_member_without_contract_or_title_of_the_holder_goes_by_post():
    page = walked("family member by post", "fr")
    assert "S1106" in page.title and not lists(page)
    assert page.tree.xpath("//a[contains(@href, '/fr/employers/by-post/')]")


@pytest.mark.parametrize("door", [door.code for door in categories.doors()])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_fits_no_category_is_shown_the_right_door(door, language):
    employer = Employer(language)
    for values in (PERSON, WORK | {"category": "none"}, {"door": door}):
        employer.send(**values)
    assert employer.page.title == plain(categories.door(door).title[language])
    assert not lists(employer.page)


def test_offices_to_choose_from_are_shown_with_their_towns():
    text = plain(walked("several offices and Paris").tree.text_content())
    for name in ("CPAM de Lille-Douai (Douai)", "CPAM des Flandres (Dunkerque)", "CPAM de Paris"):
        assert name in text
    assert "The department has several caisses" in text
    assert "single source" not in text, "what is to be confirmed is for caseworkers"
    assert "No office of this service" in walked("no office").text


def test_the_check_with_the_prefecture_is_for_whoever_owes_a_title():
    assert "deux jours ouvrables" in plain(walked("list of salarie", "fr").text)
    assert "Votre vérification du titre de séjour" not in walked("European", "fr").text


def test_a_page_can_be_changed_printed_and_turned_into_the_other_language():
    employer = Employer("fr")
    employer.walk("list of salarie")
    token = employer.page.token
    printed = Page(employer.client.post(WAY.format("fr"), {"step": "answer", "answers": token, "go": "print"}))
    assert printed.tree.xpath("//details[@open]") and lists(printed)
    english = Page(
        employer.client.post(WAY.format("en"), {"step": "answer", "answers": token, "switch_language": "1"})
    )
    assert english.title == outcome("may_register").title["en"]
    back = Page(employer.client.post(WAY.format("fr"), {"step": "answer", "answers": token, "change": "work"}))
    assert back.tree.xpath("string(//input[@name='postcode']/@value)") == "69001"
    person = Page(employer.client.post(WAY.format("fr"), {"step": "answer", "answers": token, "change": "person"}))
    assert person.tree.xpath("string(//input[@name='birth_date_year']/@value)") == "1990"


def test_switching_the_language_keeps_what_was_typed_and_checks_nothing():
    employer = Employer("fr")
    page = employer.send(**PERSON | {"birth_country": ""}, switch_language="1")
    assert page.status == 200 and not page.tree.xpath("//*[contains(@class,'field-error')]")
    assert page.tree.xpath("string(//input[@name='birth_date_year']/@value)") == "1990"


def test_going_back_from_each_page():
    employer = Employer()
    employer.walk("the work")
    assert employer.step == "work" and employer.send(go="back").title == "Who is to be registered?"
    employer = Employer()
    employer.walk("detail of an assistant")
    assert employer.step == "detail" and employer.send(go="back").title == "What work is it?"
    employer = Employer()
    employer.walk("which kind of number")
    assert employer.step == "follow" and employer.send(go="back").title == "Who is to be registered?"


def test_an_earlier_answer_about_a_number_does_not_outlive_the_person_it_was_about():
    employer = Employer()
    employer.walk("definitive number")
    employer.send(change="person")
    assert employer.send(**PERSON).title == "What work is it?"
    employer.send(go="back")
    assert employer.send(**PERSON | {"number": NIR}).title == outcome("kind_of_number").title["en"]


def test_a_number_that_needs_another_look_says_why_and_may_be_left_out():
    employer = Employer()
    page = employer.walk("number to check")
    assert page.status == 422 and page.tree.xpath("//*[contains(@class,'field-error')]")
    assert employer.send(number="13").status == 422
    assert employer.send(number="").title == "What work is it?"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (PERSON | {"birth_country": ""}, "birth_country"),
        (PERSON | {"birth_date_year": "2090"}, "birth_date"),
        (PERSON | {"ever_in_france": ""}, "ever_in_france"),
    ],
)
def test_a_wrong_answer_about_the_person_is_said_at_its_field(values, field):
    page = Employer().send(**values)
    assert page.status == 422
    assert page.tree.xpath(f"//a[starts-with(@href, '#id_{field}')]")


@pytest.mark.parametrize("postcode", ["", "123", "00000", "abcde"])
def test_a_postcode_that_is_none_is_said_at_its_field(postcode):
    employer = Employer()
    employer.send(**PERSON)
    page = employer.send(**WORK | {"postcode": postcode})
    assert page.status == 422 and page.tree.xpath("//a[@href='#id_postcode']")


def test_an_old_or_changed_page_starts_again_and_says_so(monkeypatch):
    employer = Employer()
    employer.walk("the work")
    monkeypatch.setattr(signed, "LIFETIME", -1)
    assert "open for more than a day" in employer.send(**WORK).text
    monkeypatch.undo()
    data = sent("work", "changed", WORK)
    assert "changed on the way" in Page(Client().post(WAY.format("en"), data)).text
    strange = signing.dumps({"format": "questions-1", "answers": {}}, salt=signed.SALT)
    assert "changed on the way" in Page(Client().post(WAY.format("en"), sent("work", strange, WORK))).text


@pytest.mark.parametrize("step", ["person", "follow", "work", "detail", "answer", "nowhere", ""])
@pytest.mark.parametrize("more", [{}, {"go": "back"}, {"change": "work"}, {"switch_language": "1"}])
def test_any_step_out_of_turn_shows_a_page(step, more):
    assert Client().post(WAY.format("fr"), {"step": step, "answers": "", **more}).status_code in {200, 422}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_nothing_typed_is_in_an_address_or_stored(way):
    """These tests have no database: an answer that were stored would fail here."""
    page = walked(way, "fr")
    assert page.response.request["QUERY_STRING"] == ""
    assert "no-cache" in page.response["Cache-Control"] and "private" in page.response["Cache-Control"]
    assert not page.response.cookies.keys() - {"csrf"}
    assert not re.search(r"href=\"[^\"]*(?:352017|69001)", page.text)


def test_every_detail_of_a_category_is_walked():
    asked = {code for code in (*CATEGORIES, "none") if code in DETAILS}
    assert asked == {"assistant_langue", "membre_majeur_famille", "none"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_guide_shows_the_six_categories_and_the_doors(language):
    page = Page(Client().get(f"/{language}/employers/"))
    text = plain(page.tree.text_content())
    for category in categories.all_categories():
        assert plain(category.name[language]) in text and plain(category.not_for[language]) in text
        for item in employer_list.of_category(category.code, on=clock.today()):
            assert page.tree.xpath(f"//li[@id='{category.code}']//strong"), item.code
    for door in categories.doors():
        assert plain(door.title[language]) in text
    assert page.tree.xpath(f"//a[contains(@href, '/{language}/employers/way/')]")
    assert Page(Client().get(f"/{language}/employers/?print")).tree.xpath("//details[@open]")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_paper_route_lists_every_field_of_both_forms(language):
    text = plain(Page(Client().get(f"/{language}/employers/by-post/")).tree.text_content())
    for field in classic.table().fields:
        assert plain(field.name[language]) in text
    assert "S1106" in text and "S3705" in text


def test_the_start_page_and_the_students_questionnaire_lead_here():
    assert 'href="/fr/employers/"' in Client().get("/fr/").content.decode()
    assert 'href="/fr/employers/"' in Client().get("/fr/student/outcome/employer/").content.decode()


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "en",
            {
                "Second nationality": "Portugal",
                "Postcode of the company’s head office": "92000",
                "Language of the birth certificate": "Chinese",
                "Family in the same request": "A spouse or partner, one or more children under 18",
            },
        ),
        (
            "fr",
            {
                "Seconde nationalité": "Portugal",
                "Langue de l’acte de naissance": "chinois",
                "Famille dans la même demande": "Un conjoint ou partenaire, "
                "un ou plusieurs enfants de moins de 18 ans",
            },
        ),
    ],
)
def test_all_that_the_list_rests_on_is_told_beside_it(language, shown):
    person = PERSON | {"birth_country": "CN", "nationality": "CN", "nationality_2": "PT"}
    work = WORK | {
        "postcode": "59000",
        "head_office": "92000",
        "document_language": "zh",
        "family": ["spouse", "child"],
    }
    employer = Employer(language)
    employer.send(**person)
    told = employer.send(**work).told
    assert {label: told.get(label) for label in shown} == shown


def test_what_was_not_answered_or_is_not_asked_has_no_row():
    assert len(walked("list of salarie").told) == 7
    assert "Language of the birth certificate" in walked("list of salarie").told
    employer = Employer()
    employer.send(**PERSON | {"birth_country": "DE", "nationality": "DE"})
    told = employer.send(**WORK).told  # the form of a certificate of the Union asks no language
    assert list(told) == [
        "Country of birth", "Nationality", "Date of birth", "Category", "First day of work", "Home in France",
    ]  # fmt: skip
