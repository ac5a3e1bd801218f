"""A student from outside the EU, from the first page to the space: a phone in English, a desk in French."""

import re

import pytest

from matricule.demo.people import get_person
from tests.browser.conftest import DESK, PHONE
from tests.browser.visitor import SECTIONS, answers_of, drawn, typed_by

REFERENCE = re.compile(r"M\d\d-[0-9A-Z]{4}-[0-9A-Z]{2,4}")


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("fr", DESK)], ids=["phone-en", "desk-fr"])
def test_from_the_first_page_to_the_space(visit, language, size):
    anh = get_person("anh")
    who = visit(language, size)
    who.goto("/")
    who.look("start")
    who.press(".hero a.btn-l")
    who.walk(answers_of(anh), look=True)
    who.look("outcome register")
    who.press("form[action$='/student/start/'] button")

    who.look("sign-in")
    who.sign_in()
    for name, values in typed_by(anh).items():
        assert who.path == who.place(f"identify/{name}/")
        who.look(f"page {name}")
        who.fill(values)
        who.go_on()
    assert SECTIONS[-1] == name

    assert who.path == who.place("documents/")
    who.look("documents, empty")
    who.upload("identity-main", drawn("passport", "anh", "jpeg"))
    who.upload("visa_d-main", drawn("vls_ts", "anh", "jpeg"))
    who.upload("enrolment-main", drawn("school_certificate", "anh"))
    who.upload("civil_status-main", drawn("birth_record", "anh"))
    who.upload("civil_status-translation", drawn("translation", "anh"))
    who.look("documents, some sent")
    who.piece("identity").locator(".tag-ok").wait_for()
    who.press("main a.btn-l")

    assert who.path == who.place("check/")
    who.look("check")
    assert "Thị Ngọc Ánh" in who.text()
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()

    assert who.path == who.place("receipt/")
    who.look("receipt")
    reference = REFERENCE.search(who.text()).group()
    link = who.page.locator("a[href$='/receipt/pdf/']")
    # a parser that is busy answers 503, come back; once it is made, the receipt is kept
    who.until(lambda: who.context.request.get(link.get_attribute("href")).status == 200, "no receipt")
    with who.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"{reference}.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    who.goto("/student/space/")
    for tab in ("", "information/", "documents/", "notifications/"):
        who.press(f".tabs a[href$='/student/space/{tab}']")
        assert who.path == f"/student/space/{tab}"
        who.look(f"space {tab}")
        assert reference in who.text()
