"""Students of the European Union: one registers without a European card, one with a card is told that it is enough."""

import pytest

from matricule.demo.people import get_person
from tests.browser.conftest import DESK, PHONE
from tests.browser.visitor import answers_of, drawn, typed_by


def test_without_a_european_card(visit):
    lucia = get_person("lucia")
    who = visit("fr", PHONE)
    who.goto("/student/questions/")
    who.walk(answers_of(lucia))
    assert "carte européenne" in who.text() or "CEAM" in who.text()
    who.press("form[action$='/student/start/'] button")
    who.sign_in()
    for values in typed_by(lucia).values():
        who.fill(values)
        who.go_on()
    who.upload("identity-main", drawn("id_card", "lucia"))
    who.upload("enrolment-main", drawn("school_certificate", "lucia"))
    assert who.page.locator(".piece#visa_d").count() == 0
    who.goto(who.place("check/"))
    who.look("check, one document missing")
    assert "Avant de pouvoir envoyer" in who.text()
    who.press(".callout a")
    who.upload("resources-main", drawn("resources", "lucia"))
    who.press("main a.btn-l")
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    assert who.path == who.place("receipt/")
    assert "Votre inscription est envoyée" in who.text()


@pytest.mark.parametrize(("language", "said"), [("fr", "31 août 2027"), ("en", "31 August 2027")])
def test_with_a_european_card_it_is_enough(visit, language, said):
    who = visit(language, PHONE if language == "en" else DESK)
    who.goto("/student/questions/")
    answers = answers_of(get_person("jonas"))
    who.walk(answers)
    who.look("outcome european card")
    text = who.text()
    assert "CEAM" in text
    assert who.page.locator("form[action$='/student/start/']").count() == 0
    assert said in text or "2027" in text
    assert who.page.locator("main a").count() > 1
