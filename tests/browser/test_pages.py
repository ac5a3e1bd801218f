"""Every page of the student's portal and of the demo that the journeys do not show, in both languages."""

import re

import pytest

from tests.browser.conftest import DESK, PHONE

LANGUAGES = [("fr", PHONE), ("en", DESK)]


@pytest.fixture(params=LANGUAGES, ids=["fr-phone", "en-desk"])
def who(visit, request):
    return visit(*request.param)


def test_signing_in_step_by_step(who):
    who.goto("/student/space/")
    assert "/sign-in/" in who.path
    who.go_on()
    who.look("sign-in, errors")
    who.has_focus("error-summary")
    who.page.fill("#id_email", "somebody@gmial.com")
    who.go_on()
    who.look("sign-in, another address proposed")
    who.goto("/student/sign-in/")
    who.page.fill("#id_email", who.email)
    who.go_on()
    who.look("code")
    who.page.fill("#id_code", "000000")
    who.go_on()
    who.look("code, errors")
    who.press("form:has(input[name=again]) button")
    who.look("code, sent again")
    who.page.fill("#id_code", who.code())
    who.go_on()
    assert who.path.startswith("/student/space/")
    who.look("space, no dossier")


def test_the_four_pages_with_everything_missing(who):
    who.arrive_at("identify/civil_status/")
    for name in ("civil_status", "parents", "contact", "studies"):
        who.goto(who.place(f"identify/{name}/"))
        who.go_on()
        who.look(f"page {name}, all missing")
        assert who.page.locator(".error-summary li a").count() >= 1
        first = who.page.locator(".error-summary a").first
        target = first.get_attribute("href").lstrip("#")
        first.click()
        assert who.page.locator(f"#{target}").count() == 1
        who.has_focus(target)
    who.goto(who.place("check/"))
    who.look("check, obstacles")
    assert who.page.locator(".callout a").count() >= 4
    who.goto("/student/space/")
    who.look("space, draft")


def test_a_draft_is_deleted_for_good(who, trouble):
    trouble.allow("status of 404")
    who.arrive_at("check/")
    who.press("a[href$='/delete/']")
    who.look("delete")
    who.press("main form button.btn-bad")
    who.look("deleted")
    who.goto(who.place("check/"))
    who.look("a page that does not exist")


def test_the_demo(who):
    for path in ("", "mailbox/", "time/"):
        who.goto(f"/demo/{path}")
        who.look(f"demo {path}")
    who.goto("/student/sign-in/")
    who.page.fill("#id_email", who.email)
    who.go_on()
    who.goto("/demo/mailbox/")
    assert re.fullmatch(
        r"\d{3} ?\d{3}", who.page.locator(".mails li", has_text=who.email).locator(".code").inner_text()
    )
