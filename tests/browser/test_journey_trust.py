"""Who is trusted: an employee's word on a company, and the means by which a member signs in (issue 5, section 1)."""

import time
from datetime import timedelta

import pyotp
import pytest

from tests.browser import firm, steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import parts


@pytest.fixture(scope="module")
def office(service):
    """Name a caseworker of the demo's office once."""
    steps.appoint(service, "camille.roy@example.org", name="Camille Roy", role="caseworker")


def test_an_employee_confirms_the_company_and_it_sees_the_number(visit, office, trouble):
    trouble.allow("the server responded with a status of 404")  # the link, opened again
    hr, desk, employee = visit("fr"), visit("fr"), visit("en", PHONE)
    firm.open_account_fast(hr)
    name = firm.begin_fast(hr)
    firm.send_fast(hr)
    (person,) = firm.people(hr)
    steps.sign_in_at_the_desk(desk)
    firm.accept_all_fast(desk, hr.dossier, person)
    firm.number_fast(desk, hr.dossier, person, "provisional")
    show = hr.page.locator("form[action*='/number/'] button")
    hr.goto(firm.place(hr))
    assert show.count() == 0 and "ou que la personne salariée la confirme" in hr.text("article")

    steps.open_mail(employee, f"{name.lower()}@example.org", "asks for a social security number")
    employee.press("article a[href*='/employee/']")
    link = employee.page.url
    assert firm.COMPANY["name"] in employee.text("h1")
    born = firm.BORN["principal"]
    employee.fill(parts("birth_date", born + timedelta(days=1)))
    employee.go_on()
    assert "not the date of birth that the company wrote" in employee.text("[role=alert]")
    employee.picture("employee, another birth date")
    employee.fill(parts("birth_date", born))
    employee.go_on()
    assert employee.text("h1, h2").startswith("It is confirmed"), employee.text()
    employee.picture("employee, confirmed")

    hr.goto(firm.place(hr))
    hr.press(show)
    assert len("".join(hr.text(".digits").split())) == 15
    employee.page.goto(link)
    assert employee.text("h1") == "This link opens nothing any more"
    employee.picture("employee, the link again")


def sign_out(who):
    """End the session, and stand at the door again."""
    who.press("header form[action$='/employer/sign-out/'] button")
    who.goto("/employer/sign-in/")


def test_a_member_changes_the_passkey_then_the_app_and_the_last_stays(visit):
    hr = visit("fr")
    take_the_first_away = steps.with_a_key(hr)
    firm.make_passkey(hr, "/employer/register/")
    hr.fill(firm.COMPANY)
    hr.go_on()
    hr.goto("/employer/people/")
    hr.press("main a[href$='/me/sign-in/']")
    means, removes = hr.page.locator("section[aria-labelledby=have] li"), hr.page.locator("button[name=what]")
    assert (means.count(), removes.count()) == (1, 0) and "Le dernier moyen ne se retire pas" in hr.text()
    page = hr.path
    steps.with_a_key(hr, transport="usb")
    hr.press("form[data-passkey=create] button")
    assert (means.count(), removes.count()) == (2, 2)
    hr.picture("company, two passkeys")

    take_the_first_away()
    sign_out(hr)
    hr.press("form[data-passkey=get] button")
    assert hr.path == "/employer/requests/", hr.text()
    hr.goto(page)
    second = removes.nth(1).get_attribute("value")
    hr.press(removes.first)
    assert (means.count(), removes.count()) == (1, 0) and "Le dernier moyen ne se retire pas" in hr.text()

    hr.press("a[href$='?app=1']")
    hr.picture("company, a code app")
    app = pyotp.parse_uri(hr.page.locator("a[href^='otpauth:']").get_attribute("href"))
    hr.page.fill("form:has([value=app]) [name=code]", app.now())
    hr.press("form:has([value=app]) button")
    assert [button.get_attribute("value") for button in removes.all()] == [second, "app"]
    sign_out(hr)
    hr.page.fill("#id_email", hr.email)
    hr.press("form:has(#id_email) button")
    hr.page.fill("#id_code", hr.code())
    hr.press("form:has(#id_code) button")
    hr.page.fill("form:has([value=app]) [name=code]", app.at(int(time.time()), 1))  # each code opens one door, once
    hr.press("form:has([value=app]) button")
    hr.goto(page)
    hr.press(removes.first)
    assert (means.count(), removes.count()) == (1, 0) and "appli" in means.first.inner_text()
