"""What a student, a caseworker and whoever runs the demo do at their browsers, step by step, for the journeys."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pypdfium2

from matricule.demo.people import get_person
from tests.browser.visitor import Visitor, answers_of, drawn, typed_by
from tests.support.service import OURS, ROOT, Service

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
FAR = date.today() + timedelta(days=700)


# --- whoever runs the service ---


def appoint(service: Service, email: str, *, name: str = "Irène Faivre", role: str = "supervisor") -> None:
    """Name a member of staff of the demo's office, as whoever runs the service does."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    environment |= {"MATRICULE_DATA": str(service.data), "PORT": str(service.port), "MATRICULE_DEMO": "1"}
    environment |= {"PYTHONPATH": str(ROOT / "src"), **service.tuned}
    words = ["staff", "appoint", "--email", email, "--name", name, "--office", "251", "--role", role]
    done = subprocess.run(
        [sys.executable, "-m", "matricule.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def pass_time(who: Visitor, *steps: str) -> None:
    """Let time pass by the buttons of the time machine: day, week, month, quarter; "now" goes back."""
    who.goto("/demo/time/")
    for step in steps:
        who.press(f"button[value={step}]")


# --- the student ---


def a_name() -> str:
    """Return a birth name that nobody has: the comparison before a number stops nobody who has it."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:10]).title()


def deposit_by_pages(who: Visitor, person: str) -> None:
    """Go from the first page to the receipt by the pages."""
    found = get_person(person)
    who.goto("/")
    who.press(".hero a.btn-l")
    who.walk(answers_of(found))
    who.press("form[action$='/student/start/'] button")
    who.sign_in()
    for values in typed_by(found, a_name()).values():
        who.fill(values)
        who.go_on()
    send_documents(who, person)
    declare(who)


def deposit_fast(
    who: Visitor, person: str, *, without: tuple[str, ...] = (), more: tuple[tuple[str, str], ...] = ()
) -> None:
    """Send a request without drawing its pages, but the last one."""
    who.arrive_at("documents/", person, filled=True, birth_name=a_name())
    send_documents(who, person, without=without, more=more)
    declare(who)


def send_documents(
    who: Visitor, person: str, *, without: tuple[str, ...] = (), more: tuple[tuple[str, str], ...] = ()
) -> None:
    """Send every document that an invented person has, but those in ``without``, then ``more`` (document, drawing)."""
    for owned in get_person(person).documents:
        if owned.requirement in {"rib", "photo", "agreement_form", *without}:
            continue
        slot, part = owned.requirement, "main"
        if slot == "translation":
            slot, part = "civil_status", "translation"
        who.send_fast(slot, drawn(owned.kind, person, owned.fmt), part)
    for slot, kind in more:
        who.send_fast(slot, drawn(kind, person))


def declare(who: Visitor) -> None:
    """Read again and send."""
    who.goto(who.place("check/"))
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    assert who.path == who.place("receipt/"), who.text()


def space(who: Visitor, tab: str = "") -> str:
    """Open the person's space; return what it says."""
    who.goto(f"/student/space/{tab}")
    return who.text()


def notices(who: Visitor, words: str) -> int:
    """Return how many notices of the space say ``words`` in their title."""
    who.goto("/student/space/notifications/")
    return int(who.page.locator("main li h2", has_text=words).count())


def letter(who: Visitor, kind: str) -> str:
    """Download a letter from the open page; return the words of its first page."""
    with who.page.expect_download() as download:
        who.page.locator(f"a[href$='/{kind}/']").first.click()
    pdf = pypdfium2.PdfDocument(download.value.path().read_bytes())
    try:
        return pdf[0].get_textpage().get_text_bounded()
    finally:
        pdf.close()


def public_word(visit, text: str) -> str:
    """Let a stranger type the code that a certificate bears; return what the public page says."""
    who = visit("en")
    found = CODE.search(text)
    assert found, "the certificate bears no code"
    who.goto("/verify/")
    who.page.fill("#id_code", found.group())
    who.go_on()
    who.look("verify, one certificate")
    return who.text(".callout h2")


def open_mail(who: Visitor, address: str, words: str = "") -> str:
    """Open the newest mail to an address that the list shows with ``words``; return its text."""
    who.goto("/demo/mailbox/")
    found = who.page.locator(".mails li", has_text=address).filter(has_text=words).first.locator("a").first
    who.page.goto(found.get_attribute("href"))  # not pressed: the list is drawn anew every three seconds
    return who.text()


# --- the caseworker ---


def with_a_key(who: Visitor, *, verifies: bool = True, transport: str = "internal") -> Callable[[], None]:
    """Give the visitor's computer a key, its own or a plugged one ("usb"), that knows its owner or does not.

    Return what takes it away again.
    """
    link = who.context.new_cdp_session(who.page)
    link.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made = link.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: link.send("WebAuthn.removeVirtualAuthenticator", made)


def give_mailed_code(who: Visitor) -> None:
    """Ask for a code at the desk's door, and type what the mailbox received."""
    who.goto("/desk/sign-in/")
    who.page.locator("details.more summary").click()
    who.page.fill("#id_email", who.email)
    who.press("form:has(#id_email) button")
    who.page.fill("form:has([value=code]) [name=code]", who.code())
    who.press("form:has([value=code]) button")


def join_the_desk(who: Visitor, service: Service) -> None:
    """Become a supervisor of the demo's office: named, a mailed code, then the first passkey."""
    appoint(service, who.email)
    with_a_key(who)
    who.goto("/desk/")
    assert who.path.startswith("/desk/sign-in/")
    who.look("desk sign in")
    give_mailed_code(who)
    who.look("desk first passkey")
    who.press("form[data-passkey=create] button")
    assert who.path.startswith("/desk/") and "sign-in" not in who.path, who.text()


def sign_in_at_the_desk(who: Visitor, path: str = "/desk/") -> None:
    """Open a page of the desk; sign in as a caseworker of the demo when nobody is."""
    who.goto(path)
    if "/sign-in/" in who.path:
        who.goto("/demo/")
        who.press("form[action$='/demo/be/camille/'] button")
        who.goto(path)


def at_the_desk(who: Visitor, dossier: str) -> None:
    """Open a dossier at the desk; sign in as a caseworker of the demo when nobody is."""
    sign_in_at_the_desk(who, f"/desk/dossier/{dossier}/")
    assert who.path.startswith(f"/desk/dossier/{dossier}/"), who.text()


def look_at_half(who: Visitor, slot: str, part: str = "main") -> None:
    """Open one document of the file."""
    who.press(f".doc-nav a[href*='/{slot}/{part}/']")


def accept_all(who: Visitor) -> int:
    """Accept each document that is to examine, as the desk leads from one to the next; return how many."""
    number = a_name().upper()[:9]
    for done in range(20):
        button = who.page.locator(".decide form[action*='/accept/'] button")
        if not button.count():
            return done
        accept_shown(who, number)
    raise AssertionError("there is no end of documents")


def accept_shown(who: Visitor, number: str = "") -> None:
    """Accept the document that is shown, with the day and the number that its paper bears."""
    if who.page.locator(".decide [name=paper_number]").count():
        who.page.fill(".decide [name=paper_number]", number)
    for name, value in (("until_day", FAR.day), ("until_month", FAR.month), ("until_year", FAR.year)):
        if who.page.locator(f".decide [name={name}]").count():
            who.page.fill(f".decide [name={name}]", str(value))
    who.press(".decide form[action*='/accept/'] button")


def send_back(who: Visitor, slot: str, reason: str, *, part: str = "main", looks: str = "") -> str:
    """Send one document back for a reason that needs no more words; return the sentence as it was shown.

    ``looks``: the name under which the page that shows the sentence is checked.
    """
    look_at_half(who, slot, part)
    who.press(".decide a[href*='/refuse/']")
    who.press(f".doc-nav a[href*='reason={reason}']")
    said = who.page.locator(".say")
    if not said.count():
        who.press("form.panel-body button")
    if looks:
        who.look(looks)
    words = " ".join(said.first.inner_text().split())
    who.press("form.panel-body button.btn-bad")
    return words


def prove(who: Visitor) -> None:
    """Prove again who acts, where the page asks for it: the last proof is more than five minutes old."""
    if who.page.locator("form:has([value=demo])").count():
        who.press("form:has([value=demo]) button")


def number_act(who: Visitor, act: str, *, looks: str = "") -> None:
    """Give the provisional number, or send the file to the register ("provisional", "register").

    ``looks``: the name under which the page of the act is checked.
    """
    who.press(f"a[href*='/{act}/']")
    prove(who)
    if looks:
        who.look(looks)
    who.press("form:has([name=idempotency_key]) button.btn-l")
    assert who.path.startswith("/desk/dossier/") and "likeness" not in who.path, who.text()


def ask_for(who: Visitor, dossier: str, code: str) -> None:
    """Ask the person for a document that was not sent."""
    who.goto(f"/desk/dossier/{dossier}/ask/")
    box = who.page.locator(f"input[name=code][value={code}]")
    if not box.is_checked():
        who.page.locator(f"label.choice:has([value={code}])").click()
    who.press("form:has([name=days]) button")


def correct(who: Visitor, dossier: str, field: str, value: str) -> None:
    """Correct a value against the paper."""
    who.goto(f"/desk/dossier/{dossier}/correct/?field={field}")
    prove(who)
    who.page.fill("[name=value]", value)
    who.page.fill("[name=why]", "acte de naissance")
    who.press("form:has([name=why]) button")
