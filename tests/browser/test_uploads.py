"""Files on their way: progress, a lost network, sent already, refused with the way out, several at once, dropped."""

import re

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.visitor import a_file, drawn, specimen

ADD = re.compile(r"/documents/[a-z0-9_]+/add/$")

# what only a script shows is looked at by the whole proof too, at both widths
pytestmark = pytest.mark.bulk


@pytest.fixture
def who(visit):
    """Somebody on the documents page, signed in, on a phone."""
    person = visit("en", PHONE)
    person.arrive_at("documents/", filled=True)
    return person


def test_progress_then_the_verdict_and_the_count(who):
    held = []
    who.page.route(ADD, lambda route: held.append(route))
    who.page.locator("#enrolment-main").set_input_files([drawn("school_certificate", "anh")])
    row = who.piece("enrolment").locator("li.file")
    row.locator("progress").wait_for()
    assert row.locator(".file-name").inner_text() == "school-certificate-1.pdf"
    assert row.get_by_role("button", name="Stop sending school-certificate-1.pdf").is_visible()
    who.look("documents, sending")
    who.until(lambda: held, "nothing is sent")
    held[0].continue_()
    row.locator(".verdict-ok").wait_for()
    assert "1 page" in row.inner_text()
    who.until(lambda: "1 of 6 documents ready" in who.text("#where-card"))
    who.until(lambda: "school-certificate-1.pdf" in who.page.locator("#say").inner_text())


def test_a_lost_network_and_a_retry(who, trouble):
    trouble.allow("ERR_|Failed to load resource")
    who.page.route(ADD, lambda route: route.abort("internetdisconnected"))
    who.page.locator("#enrolment-main").set_input_files([drawn("school_certificate", "anh")])
    retry = who.piece("enrolment").locator("[data-retry]")
    retry.wait_for()
    who.look("documents, interrupted")
    who.page.unroute(ADD)
    retry.click()
    who.piece("enrolment").locator(".verdict-ok").wait_for()
    who.until(lambda: who.files_of("enrolment") == ["school-certificate-1.pdf"])


def test_sent_already_elsewhere_and_kept(who):
    who.upload("identity-main", drawn("passport", "anh"))
    who.upload("visa_d-main", a_file("again.pdf", specimen("passport", "anh")))
    piece = who.piece("visa_d")
    assert "Passport" in piece.locator("li.file").inner_text()
    who.look("documents, already sent")
    piece.get_by_role("button", name="Keep it here").click()
    piece.locator(".verdict-ok").wait_for()


def test_refused_files_say_how_to_mend_them(who):
    who.upload("identity-main", a_file("letter.docx", b"PK\x03\x04" + b"word/document.xml" * 40))
    piece = who.piece("identity")
    assert piece.locator(".file-bad").count() == 1
    assert "PDF" in piece.locator(".file-bad").inner_text()
    who.upload("visa_d-main", a_file("locked.pdf", locked()))
    said = who.piece("visa_d").locator(".file-bad").inner_text()
    assert "password" in said and "Print" in said
    who.look("documents, refused")
    who.piece("visa_d").get_by_role("button", name="Remove locked.pdf").click()
    who.until(lambda: who.piece("visa_d").locator(".file-bad").count() == 0)


def test_several_at_once_in_order_and_undone(visit):
    who = visit("fr", DESK)
    who.arrive_at("documents/", filled=True)
    who.upload("identity-main", *(drawn("passport", "anh", "jpeg", seed=number) for number in (1, 2, 3)))
    sent = [f"passport-{number}.jpg" for number in (1, 2, 3)]
    who.until(lambda: sorted(who.files_of("identity")) == sent)
    second, third = who.files_of("identity")[1:]
    who.piece("identity").get_by_role("button", name=f"Monter {third}").or_(
        who.piece("identity").get_by_role("button", name=re.compile(f"{third}.*(haut|monter|avant)", re.I))
    ).first.click()
    who.until(lambda: who.files_of("identity")[1:] == [third, second])
    who.piece("identity").get_by_role("button", name=re.compile(f"Retirer {third}")).click()
    who.until(lambda: third not in who.files_of("identity"))
    who.look("documents, one removed")
    who.piece("identity").get_by_role("button", name=re.compile(f"Remettre.*{third}")).click()
    who.until(lambda: third in who.files_of("identity"))


def test_a_file_is_dropped_on_a_document(who):
    data = list(specimen("school_certificate", "anh"))
    transfer = who.page.evaluate_handle(
        """(bytes) => { const t = new DataTransfer();
        t.items.add(new File([new Uint8Array(bytes)], 'dropped.pdf', {type: 'application/pdf'})); return t; }""",
        data,
    )
    form = who.piece("enrolment").locator("form.drop")
    form.dispatch_event("dragover", {"dataTransfer": transfer})
    who.until(lambda: "drop-over" in form.get_attribute("class"))
    form.dispatch_event("drop", {"dataTransfer": transfer})
    who.piece("enrolment").locator(".verdict-ok").wait_for()
    who.until(lambda: who.files_of("enrolment") == ["dropped.pdf"])


def test_the_translator_is_asked_exactly_and_shown(who):
    who.upload("civil_status-main", drawn("birth_record", "anh"))
    who.upload("civil_status-translation", drawn("translation", "anh"))
    piece = who.piece("civil_status")
    more = piece.locator("details", has=who.page.locator("form"))
    who.until(lambda: more.evaluate("e => e.open"), "a translation whose translator is not named asks for it")
    more.locator("label.choice").first.click()
    more.get_by_role("button").click()
    piece.locator(".field-error").first.wait_for()
    who.look("documents, translator errors")
    more.locator("input[name$=-name]").fill("Hélène Vũ-Marchand")
    more.locator("input[name$=-place]").fill("Cour d’appel de Besançon")
    more.get_by_role("button").click()
    who.until(lambda: "Translated by: Hélène Vũ-Marchand" in more.locator("summary").inner_text())
    assert piece.locator(".files li.file").count() == 2


def locked() -> bytes:
    """Return a PDF that asks for a password."""
    import io

    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()
