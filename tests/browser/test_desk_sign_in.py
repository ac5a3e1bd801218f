"""The desk, from the first passkey to the number: a student and a caseworker at their browsers (issue 4, 2 to 6)."""

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor, drawn
from tests.support.service import OURS, ROOT, Service

DOCUMENTS = {"identity": "id_card", "enrolment": "school_certificate", "resources": "resources"}


def appoint(service: Service, email: str) -> None:
    """Name a supervisor of the demo's office, as whoever runs the service does."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    environment |= {"MATRICULE_DATA": str(service.data), "PORT": str(service.port), "MATRICULE_DEMO": "1"}
    environment |= {"PYTHONPATH": str(ROOT / "src"), **service.tuned}
    words = ["staff", "appoint", "--email", email, "--name", "Irène Faivre", "--office", "251", "--role", "supervisor"]
    done = subprocess.run(
        [sys.executable, "-m", "matricule.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def with_a_key(who: Visitor, *, verifies: bool = True) -> None:
    """Put a security key into the visitor's computer; it knows its owner, or does not."""
    link = who.context.new_cdp_session(who.page)
    link.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    link.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def a_passkey_is_made(who: Visitor) -> None:
    """Sign in for the first time: a code, then the passkey."""
    who.goto("/desk/")
    assert who.path.startswith("/desk/sign-in/")
    who.look("desk sign in")
    who.page.locator("details.more summary").click()
    who.page.fill("#id_email", who.email)
    who.press("form:has(#id_email) button")
    who.page.fill("#id_code", who.code())
    who.press("form:has(#id_code) button")
    who.look("desk first passkey")
    who.press("form[data-passkey=create] button")
    assert who.path.startswith("/desk/") and "sign-in" not in who.path, who.text()


def a_sent_dossier(who: Visitor) -> None:
    """Send a dossier of an invented student of the Union, whose documents need no translation."""
    who.arrive_at("documents/", "lucia", filled=True)
    for slot, kind in DOCUMENTS.items():
        who.send_fast(slot, drawn(kind, "lucia"))
    who.goto(who.place("documents/"))
    who.judged()
    who.goto(who.place("check/"))
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    assert who.path == who.place("receipt/")


@pytest.fixture
def chief(visit, service):
    """Give a supervisor who is signed in with the passkey just made."""
    who = visit("en")
    appoint(service, who.email)
    with_a_key(who)
    a_passkey_is_made(who)
    return who


def test_a_passkey_opens_the_desk_and_the_code_no_longer_does(chief):
    chief.press("header form[action$='/desk/sign-out/'] button")
    chief.goto("/desk/")
    chief.press("form[data-passkey=get] button")
    assert "sign-in" not in chief.path, chief.text()
    chief.look("desk list")
    chief.press("header form[action$='/desk/sign-out/'] button")
    chief.goto("/desk/sign-in/")
    chief.page.locator("details.more summary").click()
    chief.page.fill("#id_email", chief.email)
    chief.press("form:has(#id_email) button")
    chief.page.fill("#id_code", chief.code())
    chief.press("form:has(#id_code) button")
    assert "This code opens nothing here" in chief.text()


def test_a_key_that_does_not_know_its_owner_opens_nothing(visit, service):
    who = visit("fr")
    appoint(service, who.email)
    with_a_key(who, verifies=False)
    who.goto("/desk/sign-in/")
    who.press("form[data-passkey=get] button")
    assert who.page.locator("form[data-passkey=get]").count() == 1
    assert "clé d’accès" in who.text() and who.path.startswith("/desk/sign-in/")


def decide(chief: Visitor, slot: str, verb: str = "accept") -> None:
    """Accept a document by the button of its page, or open the page that sends it back."""
    chief.press(f".doc-nav a[href*='/{slot}/']")
    if verb == "accept":
        if chief.page.locator(".decide [name=paper_number]").count():
            chief.page.fill(".decide [name=paper_number]", "AAB123456")
        chief.press(f".decide form[action$='/{slot}/main/accept/'] button")
    else:
        chief.press(".decide a[href$='/refuse/']")


def test_from_the_deposit_to_the_provisional_number(visit, chief):
    student = visit("en", PHONE)
    a_sent_dossier(student)
    chief.goto(f"/desk/dossier/{student.dossier}/")
    chief.look("desk examine")
    decide(chief, "identity")
    decide(chief, "resources")
    decide(chief, "enrolment", "refuse")
    chief.press(".doc-nav a[href*='reason=blurred']")
    chief.press("form.panel-body button")
    chief.look("desk refuse")
    words = chief.text(".say >> nth=0")
    chief.press("form.panel-body button.btn-bad")

    student.goto("/student/space/")
    student.look("space, sent back")
    assert student.text(".turn").lower().startswith("your turn") and words in student.text(".turn")
    student.goto("/student/space/documents/")
    student.look("space documents, one sent back")
    student.upload("enrolment-main", drawn("school_certificate", "lucia", seed=2))

    chief.goto(f"/desk/dossier/{student.dossier}/")
    decide(chief, "enrolment")
    assert chief.page.locator("a[href$='/provisional/']").count() == 1, chief.text()
    chief.press("a[href$='/provisional/']")
    chief.look("desk give")
    chief.press("form:has([name=idempotency_key]) button.btn-l")
    student.goto("/student/space/")
    student.look("space, provisional number")
    assert "NIA" in student.text()
