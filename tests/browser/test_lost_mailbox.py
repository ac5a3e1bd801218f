"""A mailbox that changes, and one that is lost: a student and two people of the caisse at browsers (issue 4, 6)."""

import re

import pytest

from matricule.demo.people import get_person
from tests.browser import steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor


@pytest.fixture
def pair(visit, service):
    """Give two people of the same office, each signed in with a passkey."""
    found = []
    for _ in range(2):
        who = visit("en")
        steps.join_the_desk(who, service)
        found.append(who)
    return found


@pytest.fixture
def clockmaker(visit):
    """Give somebody at the time machine; it is today again afterwards."""
    who = visit("en")
    yield who
    steps.pass_time(who, "now")


def prove(who: Visitor) -> None:
    """Use the passkey again when the last proof is more than five minutes old (a slow machine)."""
    if who.page.locator("form[data-passkey=get]").count():
        who.press("form[data-passkey=get] button")


def reference_of(student: Visitor) -> str:
    """Return the reference that the receipt shows."""
    student.goto("/student/space/")
    return re.search(r"M\d\d-\w{4}-\w{4}", student.text())[0]  # type: ignore[index]


def test_a_lost_mailbox_is_recovered_by_two_people_and_a_day(visit, pair, clockmaker):
    one, two = pair
    student = visit("fr", PHONE, script=False)
    steps.deposit_fast(student, "lucia", without=("civil_status",))
    reference, old, new = reference_of(student), student.email, student.email.replace("visitor", "nouvelle")

    lost = visit("fr", PHONE, script=False)
    lost.goto("/student/sign-in/")
    lost.press("a[href$='/lost-mailbox/']")
    lost.look("lost mailbox")
    lost.fill({"reference": reference.lower(), "email": new, **birth_of("lucia")})
    lost.go_on()
    assert lost.path.endswith("/lost-mailbox/sent/") and "ne dit jamais s’il existe" in lost.text()
    lost.look("lost mailbox, sent")

    one.until(lambda: asked(one, student))
    one.press("a[href*='/desk/'][href$='/mailbox/']")
    prove(one)
    one.look("desk lost mailbox")
    assert one.page.input_value("[name=email]") == new
    one.page.locator("label.choice:has([value=counter])").click()
    one.page.fill("[name=paper_number]", "AAB123456")
    one.page.locator("label.choice:has([name=agrees])").click()
    one.press("button[value=propose]")
    assert "A colleague must confirm" in one.text()

    two.goto(f"/desk/dossier/{student.dossier}/mailbox/")
    prove(two)
    two.look("desk lost mailbox, second person")
    two.page.locator("label.choice:has([name=agrees])").click()
    two.press("button[value=confirm]")
    assert "A change waits for its 24 hours" in two.text()

    assert "opposez-vous ici" in steps.open_mail(clockmaker, old, "change dans 24 heures")
    steps.pass_time(clockmaker, "day")
    student.goto("/student/space/")
    assert "/sign-in/" in student.path, "every session ended with the change"
    lost.email = new
    lost.goto("/student/sign-in/")
    lost.sign_in()
    assert reference in lost.text()


def asked(who: Visitor, student: Visitor) -> bool:
    """Tell whether the request came to the desk: a job compares it."""
    who.goto(f"/desk/dossier/{student.dossier}/")
    return "The mailbox is lost" in who.text()


def birth_of(person: str) -> dict[str, str]:
    """Return the birth date of an invented person as the form takes it."""
    born = get_person(person).birth_date
    return {"birth_date_day": str(born.day), "birth_date_month": str(born.month), "birth_date_year": str(born.year)}


def test_a_change_of_address_is_asked_for_and_stopped_from_the_old_one(visit, clockmaker):
    student = visit("en")
    steps.deposit_fast(student, "lucia", without=("civil_status",))
    first, second = student.email, student.email.replace("visitor", "second")
    student.goto("/student/space/information/")
    student.press("#address a")
    student.look("change of address")
    student.fill({"email": second})
    student.go_on()
    student.email = second
    student.page.fill("#id_code", student.code())
    student.go_on()
    assert second in student.text("#address") and "Stop this change" in student.text("#address")
    student.look("information, address waits")
    body = steps.open_mail(clockmaker, first, "Another e-mail address")
    link = re.search(r"/space/stop/\S+", body)[0]  # type: ignore[index]
    anybody = visit("en", PHONE, script=False)
    anybody.page.goto(link)
    anybody.look("objection")
    anybody.press("main form button")
    assert "The change is stopped" in anybody.text()
    student.goto("/student/space/")
    assert "/sign-in/" in student.path
