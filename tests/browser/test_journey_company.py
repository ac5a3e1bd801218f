"""A company, its people and the caisse at their browsers, from nothing to the number (issue 5, section 5).

Every label of the follow-up is reached by what people do here, never set.
"""

from datetime import date, timedelta

import pytest

from tests.browser import firm, steps
from tests.browser.conftest import PHONE
from tests.browser.keyboard import Keyboard


@pytest.fixture(scope="module")
def office(service):
    """Name a caseworker of the demo's office once."""
    steps.appoint(service, "camille.roy@example.org", name="Camille Roy", role="caseworker")


@pytest.fixture
def desk(visit, office):
    """Give a caseworker; afterwards business time is real again."""
    who = visit("fr")
    yield who
    steps.pass_time(who, "now")


def test_a_company_files_for_a_family_of_four_and_each_gets_a_number(visit, desk):
    hr = visit("fr")
    firm.open_account(hr)
    assert hr.page.locator("tbody tr").count() == 0
    name = firm.begin_fast(hr, family=("child", "child"))
    firm.add_by_pages(hr, "spouse", steps.a_name())
    firm.send(hr)
    hr.picture("company, receipt")
    assert "CPAM du Doubs" in hr.text()
    firm.stands(hr, name, "in_progress")
    everybody = firm.people(hr)
    assert len(everybody) == 4

    firm.prove(hr, desk)
    spouse = everybody[-1]
    assert firm.accept_person(desk, hr.dossier, spouse) >= 3
    firm.open_person(desk, hr.dossier, spouse)
    desk.picture("desk, one person of a family")
    firm.answer_checks(desk, looks="desk, checks of a category")
    steps.number_act(desk, "provisional")
    for person in everybody[:-1]:
        firm.accept_all_fast(desk, hr.dossier, person)
        firm.number_fast(desk, hr.dossier, person, "provisional")
    firm.stands(hr, name, "provisional")
    for person in everybody:
        firm.number_fast(desk, hr.dossier, person, "register")
    steps.pass_time(desk, "week", "day", "day", "day")
    firm.stands(hr, name, "registered")
    assert hr.text().count("Numéro de sécurité sociale (NIR)") == 4
    hr.press(hr.page.locator("form[action*='/number/'] button").nth(3))
    assert len("".join(hr.text(".digits").split())) == 15
    hr.picture("company, number")


def test_whoever_has_a_number_is_stopped_before_and_at_the_desk(visit, desk):
    hr = visit("fr")
    firm.open_account_fast(hr)
    hr.goto("/employer/requests/new/")
    hr.fill({**firm.WHO, "has_number": "yes", "number": "2 90 05 99 243 017 43"})
    hr.go_on()
    hr.fill({"number_kind": "definitive"})
    hr.go_on()
    hr.picture("company, has a number")
    assert hr.page.locator("section[aria-labelledby=next] li").count() >= 3 and "paie" in hr.text()
    hr.goto("/employer/")
    assert hr.page.locator("tbody tr").count() == 0, "no request was made"

    name = firm.begin_fast(hr)
    firm.send_fast(hr)
    (known,) = firm.people(hr)
    steps.sign_in_at_the_desk(desk)
    firm.accept_all_fast(desk, hr.dossier, known)
    firm.number_fast(desk, hr.dossier, known, "provisional")
    firm.begin_fast(hr, name)
    firm.send_fast(hr)
    (again,) = firm.people(hr)
    firm.accept_all_fast(desk, hr.dossier, again)
    firm.checks_fast(desk, hr.dossier, again)
    firm.open_person(desk, hr.dossier, again)
    desk.press("a[href*='/provisional/']")
    desk.press("form:has([name=idempotency_key]) button.btn-l")
    assert "/likeness/" in desk.path, desk.text()
    words = desk.page.locator(".compare tbody th")
    letter = "one => parseFloat(getComputedStyle(one).fontSize)"
    assert words.count() > 4 and all(row.bounding_box()["width"] > 4 * row.evaluate(letter) for row in words.all()), (
        "a word a line at most"
    )
    desk.picture("desk, somebody known")
    desk.page.locator("textarea").fill("même passeport, même acte")
    desk.press("button[name=act][value^='same:']")
    firm.turn_down(desk, hr.dossier, again, "already_registered")
    firm.stands(hr, name, "rejected")
    assert "a déjà un numéro" in hr.text("article") and "contester" in hr.text("article")
    assert "Demande rejetée · La caisse" in hr.text() and "connu" not in hr.text("section[aria-labelledby=hist]")


def test_a_contract_of_the_future_is_kept_and_sent_on_its_day(visit, desk):
    hr = visit("fr")
    firm.open_account_fast(hr)
    name = firm.begin_fast(hr, start=date.today() + timedelta(days=6))
    hr.goto(firm.place(hr, "check/"))
    hr.picture("company, not yet")
    assert hr.page.locator(".callout").count() and hr.page.locator("#id_declare").count() == 0
    assert firm.told_of(hr) == 0
    steps.pass_time(desk, "week")
    assert firm.told_of(hr) == 1
    hr.picture("company, notifications")
    hr.goto("/employer/")
    hr.picture("company, to do today")
    hr.press(hr.page.locator("section[aria-labelledby=today] a", has_text=name))
    firm.send(hr)
    firm.stands(hr, name, "in_progress")


def test_one_is_turned_down_and_three_are_registered(visit, desk):
    hr = visit("fr")
    firm.open_account_fast(hr)
    name = firm.begin_fast(hr, family=firm.FAMILY)
    firm.send_fast(hr)
    employee, spouse, *children = firm.people(hr)
    steps.sign_in_at_the_desk(desk)
    firm.turn_down(desk, hr.dossier, spouse, "already_registered")
    firm.stands(hr, name, "partial")
    for person in (employee, *children):
        firm.accept_all_fast(desk, hr.dossier, person)
        firm.number_fast(desk, hr.dossier, person, "provisional", "register")
    steps.pass_time(desk, "week", "day", "day", "day")
    firm.stands(hr, name, "partial")
    assert hr.page.locator("article .tag", has_text="NIR attribué").count() == 3
    assert hr.page.locator("article .tag", has_text="Rejeté").count() == 1


def test_silence_is_reminded_closes_the_request_and_is_opened_again(visit, desk):
    hr = visit("en", PHONE)
    firm.open_account_fast(hr)
    name = firm.begin_fast(hr)
    firm.send_fast(hr)
    (person,) = firm.people(hr)
    firm.open_person(desk, hr.dossier, person)
    words = steps.send_back(desk, "identity", "wrong_person")
    assert words
    firm.stands(hr, name, "awaiting")
    assert hr.page.locator(f"article a[href*='{firm.of(person, 'documents/#identity')}']").count() == 1
    steps.pass_time(desk, "month")
    firm.stands(hr, name, "reminded")
    steps.pass_time(desk, "month", "month")
    firm.stands(hr, name, "closed")
    hr.press("form[action*='/reopen/'] button")
    assert "Open again" not in hr.text()
    firm.stands(hr, name, "in_progress")


def test_a_member_leaves_and_a_colleague_goes_on(visit, trouble):
    trouble.allow("the server responded with a status of 404")  # the next click of whoever was removed
    chief, leaves = visit("fr"), visit("fr")
    firm.open_account_fast(chief)
    firm.invite(chief, leaves)
    name = firm.begin_fast(leaves)
    leaves.goto(firm.place(leaves))
    chief.goto("/employer/people/")
    chief.picture("company, team")
    chief.press("main a[href$='/remove/']")
    chief.picture("company, remove somebody")
    chief.press("main form button")
    leaves.press("article a[href$='/documents/']")
    assert leaves.page.locator("h1").count() == 1 and name not in leaves.text()
    leaves.goto("/employer/")
    assert leaves.path == "/employer/register/"
    chief.goto("/employer/")
    chief.press(chief.page.locator("tbody a", has_text=name))
    firm.note_request(chief)
    firm.send(chief)
    firm.stands(chief, name, "in_progress")


def test_somebody_who_reads_english_files_on_a_phone(visit, office):
    hr = visit("en", PHONE)
    firm.open_account_fast(hr)
    hr.press("a[href$='/requests/new/']")
    hr.picture("company, who may")
    hr.fill(firm.WHO)
    hr.go_on()
    firm.note_request(hr)
    hr.picture("company, category")
    hr.fill({"category": "salarie"})
    hr.go_on()
    hr.picture("company, a draft")
    hr.press("article a[href*='/identify/']")
    name = steps.a_name()
    firm.fill_by_pages(hr, firm.pages_of("principal", name))
    firm.send(hr)
    assert "The request is sent" in hr.text() and "CPAM du Doubs" in hr.text()
    hr.picture("company, receipt")
    with hr.page.expect_download() as download:
        hr.page.locator("a[href$='/receipt/pdf/']").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    firm.stands(hr, name, "in_progress")


def test_the_first_page_of_a_request_with_the_keyboard_alone(visit):
    hr = visit("fr")
    firm.open_account_fast(hr)
    hand = Keyboard(hr)
    hand.follow(lambda focus: focus["main"] and focus["href"].endswith("/requests/new/"), "a new request")
    for field, text in firm.WHO.items():
        hand.type_in(field, text)
    hand.go_on()
    assert hr.path.endswith("/category/"), hr.text()
