"""The whole way with JavaScript off: every act is a form and a page."""

import re

from matricule.demo.people import get_person
from tests.browser import firm, steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import answers_of, drawn, typed_by
from tests.support import tested


def test_the_whole_way(visit):
    with tested.journey("without_script", "en"):
        _the_whole_way(visit)


def _the_whole_way(visit):
    anh = get_person("anh")
    who = visit("en", PHONE, script=False)
    who.goto("/")
    who.look("start")
    who.press(".hero a.btn-l")
    who.walk(answers_of(anh), look=True)
    who.press("form[action$='/student/start/'] button")
    who.sign_in()

    pages = typed_by(anh)
    who.fill({**pages["civil_status"], "birth_date_month": "14"})
    who.go_on()
    who.look("page civil_status, errors")
    who.has_focus("error-summary")
    assert who.page.title().startswith("Error: ")
    assert who.page.input_value("#id_birth_name") == "Nguyễn"
    who.press(".lang button")
    assert who.page.url.split("/")[3] == "fr"
    assert who.page.input_value("#id_birth_date_month") == "14"
    assert "Votre état civil" in who.text()
    who.press(".lang button")
    who.fill({"birth_date_month": "3"})
    who.go_on()
    for name in ("parents", "contact", "studies"):
        who.fill(pages[name])
        who.go_on()

    assert who.path == who.place("documents/")
    who.look("documents, empty")
    who.upload("identity-main", drawn("passport", "anh", "jpeg"), drawn("passport", "anh", "jpeg", seed=2))
    who.upload("visa_d-main", drawn("vls_ts", "anh", "jpeg"))
    who.upload("enrolment-main", drawn("school_certificate", "anh"))
    assert who.files_of("identity") == ["passport-1.jpg", "passport-2.jpg"]
    who.look("documents, some sent")

    _order_and_undo(who)
    _pages_of_a_file(who)
    _bank(who)

    who.press("main a.btn-l")
    who.look("check")
    who.go_on()
    assert who.page.title().startswith("Error: ")
    who.has_focus("error-summary")
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    assert who.path == who.place("receipt/")
    who.look("receipt")
    who.press("main aside a.btn:not([href$='/pdf/'])")
    for tab in ("information/", "documents/", "notifications/"):
        who.press(f".tabs a[href$='/student/space/{tab}']")
        who.look(f"space {tab}")
    who.press("form[action$='/sign-out/'] button")
    assert who.path == "/"


def _order_and_undo(who):
    """Move a file up, remove it, bring it back."""
    who.press(who.page.get_by_role("button", name="Move passport-2.jpg up"))
    assert who.files_of("identity") == ["passport-2.jpg", "passport-1.jpg"]
    who.press(who.page.get_by_role("button", name="Remove passport-2.jpg"))
    assert who.files_of("identity") == ["passport-1.jpg"]
    who.press(who.page.get_by_role("button", name="Bring back passport-2.jpg"))
    assert sorted(who.files_of("identity")) == ["passport-1.jpg", "passport-2.jpg"]


def _pages_of_a_file(who):
    """Turn a page, take it out, bring it back; the pages of a certificate are seen as the caisse will see them."""
    who.press(who.piece("enrolment").get_by_role("link", name=re.compile("Look")))
    who.look("one file")
    picture = who.page.locator(".page-image")
    wide = picture.evaluate("e => e.naturalWidth / e.naturalHeight")
    who.press(who.page.get_by_role("button", name="Turn"))
    assert abs(picture.evaluate("e => e.naturalWidth / e.naturalHeight") * wide - 1) < 0.05
    who.press(who.page.get_by_role("button", name="Remove this page"))
    assert who.page.locator(".page-image").count() == 0
    who.look("one file, page out")
    who.press(who.page.get_by_role("button", name="Bring back"))
    assert who.page.locator(".page-image").count() == 1
    who.press(".back a")


def _bank(who):
    """An IBAN with a letter missing is explained, then kept."""
    iban = get_person("anh").iban
    form = "#bank form"
    who.page.fill(f"{form} #id_iban", iban[:-1])
    who.press(f"{form} button")
    who.look("bank, errors")
    assert "26" in who.text(".error-summary")
    assert who.page.input_value("#id_iban").replace(" ", "") == iban[:-1]
    who.page.fill("#id_iban", iban)
    who.page.locator("label.choice:has(#id_own_name)").click()
    who.go_on()
    assert who.path.split("#")[0] == who.place("documents/")
    assert who.page.locator("#bank .tag-ok").count() == 1


def test_a_company_files_for_a_parent_and_a_child(visit):
    """The employer's whole filing: a wrong answer, a member of the family, documents, reading again, the receipt."""
    hr = visit("fr", PHONE, script=False)
    firm.open_account_fast(hr)
    hr.press("a[href$='/requests/new/']")
    hr.fill({"birth_country": "NG"})
    hr.go_on()
    hr.has_focus("error-summary")
    assert hr.page.title().startswith("Erreur") and hr.page.input_value("#id_birth_country") == "NG"
    hr.fill(firm.WHO)
    hr.go_on()
    firm.note_request(hr)
    hr.fill({"category": "salarie"})
    hr.go_on()
    hr.press("article a[href*='/identify/']")
    name = steps.a_name()
    firm.fill_by_pages(hr, firm.pages_of("principal", name))
    firm.add_by_pages(hr, "child", name)
    firm.send(hr)
    assert "CPAM du Doubs" in hr.text()
    firm.stands(hr, name, "in_progress")
    assert len(firm.people(hr)) == 2
