"""The questionnaire over HTTP: every end, nothing stored, nothing in an address, nothing lost."""

from urllib.parse import urlsplit

import pytest
from django.core import signing

from matricule.core import clock
from matricule.portals import answers as signed
from matricule.rules import orientation
from tests.portals.public.conftest import ASK, Page, Visitor

YEAR = clock.today().year
STUDENT = orientation.load("student")

VISA = {
    "situation": "study",
    "has_number": "no",
    "birth_country": "VN",
    "nationality": "VN",
    "birth_date": ("9", "4", "2000"),
    "residence_title": "vls_ts",
    "document_language": "vi",
}
UNION = {
    "situation": "study",
    "has_number": "no",
    "birth_country": "ES",
    "nationality": "ES",
    "birth_date": ("9", "4", "2000"),
    "home_cover": "none",
}
YOUNG = ("", "", str(YEAR - 17))
ENDS = {
    "employer": {"situation": "study_work"},
    "enrol-first": {"situation": "applied"},
    "caisse-of-residence": {"situation": "other"},
    "already-a-number": {"situation": "study", "has_number": "yes"},
    "born-in-france": {**VISA, "birth_country": "FR"},
    "ceam-covers-you": {**UNION, "home_cover": "ceam", "ceam_until": ("31", "12", str(YEAR + 3))},
    "stay-first": {**VISA, "residence_title": "short_or_none"},
    "register-refugee": {**VISA, "residence_title": "card", "refugee": "yes"},
    "register-french": {**VISA, "nationality": "FR"},
    "register-eu-s1": {**UNION, "home_cover": "s1"},
    "register-eu-ceam-too-short": {
        **UNION,
        "home_cover": "ceam",
        "ceam_until": ("31", "12", str(YEAR)),
        "ceam_until+": {
            "academic_year_end_day": "1",
            "academic_year_end_month": "6",
            "academic_year_end_year": "2099",
        },
    },
    "register-quebec": {**VISA, "nationality": "CA", "birth_country": "CA", "agreement": "quebec"},
    "register-andorra": {
        **VISA,
        "nationality": "AD",
        "birth_country": "AD",
        "residence_title": "card",
        "refugee": "no",
        "agreement": "andorra",
    },
    "register-eu": UNION,
    "register-minor": {**VISA, "birth_date": YOUNG, "refugee": "no"},
    "register-with-card": {**VISA, "residence_title": "card", "refugee": "no"},
    "register-with-visa": VISA,
}


def test_every_end_of_the_rules_is_walked_here():
    assert set(ENDS) == {outcome.slug for outcome in STUDENT.outcomes}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("slug", sorted(ENDS))
def test_each_end_is_reached_without_a_database_or_an_address(slug, language):
    page = Visitor(language).walk(ENDS[slug])
    outcome = STUDENT.find_outcome(slug)
    assert page.status == 200
    assert page.title == outcome.title[language].replace("\u00a0", " ").replace("\u202f", " ")
    assert outcome.rule.text[language] in page.text
    assert urlsplit(page.response.request["PATH_INFO"]).path == ASK.format(language)
    assert page.response.request["QUERY_STRING"] == ""


@pytest.mark.parametrize("slug", sorted(ENDS))
def test_only_an_end_that_lets_register_offers_to_start(slug):
    page = Visitor().walk(ENDS[slug])
    register = STUDENT.find_outcome(slug).kind == orientation.REGISTER
    assert bool(page.tree.xpath("//section[@class='phase']")) is register
    forms = page.tree.xpath("//form[contains(@action, '/student/start/')]")
    assert bool(forms) is register


def test_no_address_of_any_page_holds_an_answer():
    visitor = Visitor()
    page = visitor.page
    while page.question:
        check_addresses(page)
        page = visitor.answer(**{page.question: VISA[page.question]})
    check_addresses(page)


def check_addresses(page: Page) -> None:
    places = page.tree.xpath("//@href | //@action | //@formaction | //@src | //@data-copy | //@hx-get")
    assert places
    for place in places:
        query = urlsplit(place).query
        assert query == "" or query == "print", place
        assert not {"VN", "vls_ts", "Vietnam", "2000"} & set(urlsplit(place).path.split("/"))
    assert page.response.get("Location") is None


def test_the_start_form_carries_the_answers_and_nothing_else():
    page = Visitor().walk(VISA)
    token = page.tree.xpath("string(//form[contains(@action, '/student/start/')]//input[@name='answers']/@value)")
    given = signed.answers_of(token)
    assert given["nationality"] == "VN" and given["situation"] == "study"
    known = {question.id for question in STUDENT.questions}
    known |= {extra.id for question in STUDENT.questions for extra in question.extras}
    assert set(given) <= known


def test_the_list_holds_three_phases_with_words_pictures_and_the_answer_about_translation():
    page = Visitor().walk(VISA)
    assert [" ".join(h.text_content().split()) for h in page.tree.xpath("//section[@class='phase']/h2")] == [
        "To be covered now",
        "To get your number for life",
        "To be reimbursed",
    ]
    items = page.tree.xpath("//ul[@class='checklist']/li")
    assert [item.get("id") for item in items] == [
        "identity",
        "visa_d",
        "enrolment",
        "civil_status",
        "translation",
        "vls_ts_validation",
        "rib",
    ]
    for item in items:
        assert [h.text for h in item.xpath(".//h3")][-2:] == ["It must show", "You do not need"]
        assert "If you cannot get it:" in item.text_content()
        assert item.xpath(".//img/@alt")[0].startswith("Example")
    assert "A translation is needed" in page.words("//li[@id='civil_status']")
    assert "6 documents" in page.words("//p[@class='lead']")


def test_no_translation_is_said_as_clearly():
    page = Visitor().walk({**VISA, "document_language": "es"})
    assert "No translation is needed" in page.words("//li[@id='civil_status']")
    assert not page.tree.xpath("//li[@id='translation']")


def test_the_printed_page_opens_every_document():
    visitor = Visitor()
    page = visitor.walk(VISA)
    assert not page.tree.xpath("//ul[@class='checklist']//details[@open]")
    page = visitor.post(go="print")
    assert len(page.tree.xpath("//ul[@class='checklist']//details[@open]")) == 7


def test_the_shared_link_leads_to_the_end_in_general():
    page = Visitor().walk(VISA)
    assert page.tree.xpath("//@data-copy") == ["/en/student/outcome/register-with-visa/"]


# ------------------------------------------------------------------------------------------- moving about, mistakes


def test_the_first_page_asks_the_first_question_and_has_no_way_back(visitor):
    assert visitor.page.question == "situation"
    assert "Question 1, about 7 more" in visitor.page.text
    assert not visitor.page.tree.xpath("//button[@value='back']")
    assert visitor.page.so_far == []


def test_the_browser_may_show_an_earlier_question_again_and_no_other_page_of_a_person(visitor):
    assert "no-store" not in visitor.page.response["Cache-Control"]
    visitor.walk({"situation": "study"})
    assert set(visitor.page.response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "no-store" in visitor.client.get("/en/sign-in/")["Cache-Control"]


def test_an_answer_that_is_missing_is_said_above_the_field_and_in_the_summary(visitor):
    page = visitor.answer()
    assert page.status == 422
    assert page.question == "situation"
    assert "Choose the sentence that is closest to your situation." in page.words("//*[@class='error-summary']")
    assert page.words("//title").startswith("Error: ")
    link = page.tree.xpath("//*[@class='error-summary']//a/@href")[0].removeprefix("#")
    assert page.tree.xpath(f"//*[@id='{link}']")


def test_a_wrong_month_keeps_what_was_typed(visitor):
    visitor.walk({key: VISA[key] for key in ("situation", "has_number", "birth_country", "nationality")})
    page = visitor.answer(birth_date=("9", "14", "2000"))
    assert "day and month may be swapped" in page.text
    assert page.tree.xpath("//input[@name='birth_date_month']/@value") == ["14"]
    assert len(page.so_far) == 4


def test_a_date_that_the_rules_refuse_is_explained_too(visitor):
    visitor.walk({key: VISA[key] for key in ("situation", "has_number", "birth_country", "nationality")})
    page = visitor.answer(birth_date=("9", "4", str(YEAR + 1)))
    assert page.status == 422
    assert f"The year goes from {YEAR - 120} to {YEAR} here." in page.text


def test_going_back_shows_the_answer_given_and_keeps_the_rest(visitor):
    visitor.walk({"situation": "study", "has_number": "no"})
    page = visitor.post(go="back")
    assert (page.question, page.ticked) == ("has_number", ["no"])
    page = visitor.post(go="back")
    assert (page.question, page.ticked) == ("situation", ["study"])
    page = visitor.answer(situation="study")
    assert page.question == "birth_country"


def test_going_back_keeps_what_was_just_chosen(visitor):
    visitor.walk({"situation": "study"})
    visitor.post(go="back", has_number="unsure")
    assert visitor.answer(situation="study").question == "birth_country"


def test_an_earlier_answer_can_be_changed_from_the_aside(visitor):
    visitor.walk({key: VISA[key] for key in list(VISA)[:5]})
    assert visitor.page.so_far == ["study", "No", "Vietnam", "Vietnam", "9 April 2000"]
    page = visitor.post(change="nationality")
    assert page.question == "nationality"
    assert page.tree.xpath("//select[@name='nationality']/option[@selected]/@value") == ["VN"]
    page = visitor.answer(nationality="ES")
    assert page.question == "home_cover"
    assert page.so_far[:4] == ["study", "No", "Vietnam", "Spain"]


def test_an_answer_can_be_changed_from_the_end(visitor):
    visitor.walk(VISA)
    page = visitor.post(change="residence_title")
    assert page.question == "residence_title"
    assert visitor.answer(residence_title="short_or_none").title == "Ask for the right to stay first"


def test_a_question_that_is_not_asked_cannot_be_changed_into(visitor):
    visitor.walk({"situation": "study"})
    assert visitor.post(change="home_cover").question == "has_number"


def test_two_nationalities_are_both_shown(visitor):
    visitor.walk({key: VISA[key] for key in ("situation", "has_number", "birth_country")})
    page = visitor.answer(nationality="VN", nationality_2="FR")
    assert page.so_far[-1] == "Vietnam and France"


def test_not_being_sure_shows_what_each_looks_like_and_comes_back(visitor):
    visitor.walk({key: VISA[key] for key in list(VISA)[:5]})
    page = visitor.answer(residence_title="unsure")
    assert page.question == "residence_title"
    assert "What each document looks like" in page.text
    assert len(page.tree.xpath("//section[@aria-labelledby='look']//img")) == 2
    assert "Receipt of the request to renew" in page.text
    assert visitor.answer(residence_title="vls_ts").question == "document_language"


def test_the_languages_of_the_birth_country_come_first(visitor):
    visitor.walk({key: VISA[key] for key in list(VISA)[:6]})
    assert visitor.page.tree.xpath("//select[@name='document_language']/option/@value")[:2] == ["", "vi"]


# ------------------------------------------------------------------------------------------------ language, old pages


def test_changing_language_keeps_what_is_chosen_and_what_was_answered(visitor):
    visitor.walk({"situation": "study"})
    page = visitor.post(address=ASK.format("fr"), switch_language="fr", has_number="unsure")
    assert page.question == "has_number"
    assert page.ticked == ["unsure"]
    assert page.title == "Avez-vous déjà un numéro de sécurité sociale français ?"
    assert page.so_far == ["étudier"]
    assert page.status == 200


def test_changing_language_checks_nothing(visitor):
    page = visitor.post(address=ASK.format("fr"), switch_language="fr")
    assert page.status == 200
    assert not page.tree.xpath("//*[@class='error-summary']")


def test_the_end_changes_language_too(visitor):
    visitor.walk(VISA)
    page = visitor.post(address=ASK.format("fr"), switch_language="fr")
    assert page.title == "Vous pouvez vous inscrire ici pour vos études"


def test_enter_in_a_field_goes_on_and_does_not_change_language(visitor):
    """The first button of a form is the one that Enter presses: it must not be the language switch."""
    first = visitor.page.tree.xpath("//button[@form='page-form']")[0]
    assert (first.get("name"), first.get("value"), first.get("aria-hidden")) == ("go", "next", "true")


@pytest.mark.parametrize("spoil", [lambda token: token[:-2] + "xx", lambda token: "nothing", lambda token: token[3:]])
def test_a_changed_page_starts_again_kindly_and_keeps_what_was_just_chosen(visitor, spoil):
    visitor.walk({"situation": "study"})
    page = visitor.post(answers=spoil(visitor.page.token), has_number="no", go="next")
    assert page.status == 200
    assert page.question == "situation"
    assert "We start again from the first question" in page.text
    assert visitor.answer(situation="study").question == "birth_country"


def test_a_page_of_another_purpose_is_not_taken(visitor):
    token = signing.dumps({"answers": {"situation": "work"}}, salt="something else")
    page = visitor.post(answers=token, question="")
    assert page.question == "situation"
    assert page.so_far == []


def test_a_page_left_open_for_days_loses_nothing(visitor, monkeypatch):
    visitor.walk({"situation": "study", "has_number": "no"})
    monkeypatch.setattr(signed, "LIFETIME", -1)
    page = visitor.answer(birth_country="VN")
    assert page.question == "nationality"
    assert "This page was more than a day old" in page.text
    assert page.so_far == ["study", "No", "Vietnam"]


def test_a_signed_page_with_answers_that_no_longer_exist_keeps_the_others(visitor):
    token = signed.write({"answers": {"situation": "study", "has_number": "perhaps", "moon": "full"}})
    page = visitor.post(answers=token, question="")
    assert page.question == "has_number"
    assert page.so_far == ["study"]


def test_facts_of_a_dossier_come_back_as_answers(visitor):
    facts = {"nationality": "VN", "birth_country": "VN", "has_number": "no"}
    page = visitor.post(answers=signed.write(facts), question="")
    assert page.question == "situation"
    assert visitor.answer(situation="study").question == "birth_date"


def test_a_signed_text_that_is_no_set_of_answers_starts_again(visitor):
    page = visitor.post(answers=signing.dumps(["study"], salt=signed.SALT), question="")
    assert page.question == "situation"
    page = visitor.post(answers=signed.write({"answers": ["study"]}), question="")
    assert page.question == "situation"


# --------------------------------------------------------------------------------------------------- the shared page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("slug", sorted(ENDS))
def test_each_end_has_a_page_to_share_that_holds_no_answer(client, slug, language):
    page = Page(client.get(f"/{language}/student/outcome/{slug}/"))
    outcome = STUDENT.find_outcome(slug)
    assert page.status == 200
    assert outcome.rule.text[language] in page.text
    assert not page.tree.xpath("//input[@name='answers']")
    assert bool(page.tree.xpath("//section[@class='phase']")) is (outcome.kind == orientation.REGISTER)
    assert not page.tree.xpath("//li[@id='translation']")


def test_the_page_to_share_can_be_printed(client):
    page = Page(client.get("/en/student/outcome/register-eu/?print"))
    assert page.tree.xpath("//ul[@class='checklist']//details[@open]")


def test_the_list_of_stay_titles_is_complete(client):
    page = Page(client.get("/en/student/outcome/stay-first/"))
    assert len(page.tree.xpath("//section[@aria-labelledby='permits']//li")) == 21


def test_an_end_that_does_not_exist_is_not_found(client):
    assert client.get("/en/student/outcome/nowhere/").status_code == 404


def test_nothing_is_kept_in_a_cookie_of_ours():
    visitor = Visitor()
    visitor.walk(VISA)
    assert {name for name in visitor.client.cookies if "csrf" not in name} == set()
