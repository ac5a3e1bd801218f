"""Take the README's pictures: the way of one invented student, at a desk in English and on a phone in French.

Then a company that files for an employee and a child. With the demo's people: the caisse's desk, where another
student's file goes from the list to the number; an employer's list and a family in it; a certificate, and the page
that confirms it.
"""

import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright
from tests.browser import firm
from tests.browser.conftest import DESK, LOCALES, PHONE
from tests.browser.inspect_page import Inspector
from tests.browser.visitor import Visitor, answers_of, drawn, parts, typed_by
from tests.support.service import Service

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
HEAVIEST = 120_000
"""Bytes that a picture may have (tests/consistency/test_house.py)."""
PERSON = "anh"
EMPLOYEE = "ananya"
PAPERS = {
    "identity": "passport",
    "residence_permit": "residence_permit",
    "work_contract": "work_contract",
    "civil_status": "birth_record",
}
"""What is sent for the employee: the place, and what is drawn for it."""
CODE = r"\b[A-Z0-9]{4}(-[A-Z0-9]{4}){3}\b"
"""How the code of a certificate is written on it."""
LOADED = "The demo is loaded"
PATIENCE = 600.0
"""Seconds that the demo's people may take on a busy machine."""

Take = Callable[[str], None]


def camera(who: Visitor, width: int) -> Take:
    """Return what takes a picture of the screen, named after its place and width."""

    def take(name: str) -> None:
        who.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        who.page.evaluate("document.fonts.ready")
        who.page.wait_for_load_state("networkidle")  # the small pictures of the files come last
        who.page.wait_for_timeout(150)
        keep(Image.open(io.BytesIO(who.page.screenshot())), f"{name}-{width}")

    return take


def keep(shot: Image.Image, name: str) -> None:
    """Write a picture as light as the README asks."""
    for quality in (86, 78, 68, 55):
        out = io.BytesIO()
        shot.convert("RGB").save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= HEAVIEST:
            break
    path = FOLDER / f"{name}.webp"
    path.write_bytes(out.getvalue())
    sys.stdout.write(f"{path.name}  {out.tell() // 1000} kB\n")


def walk(who: Visitor, take: Take) -> None:
    """Go from the first page to the space, with a picture of each place."""
    from matricule.demo.people import get_person

    person = get_person(PERSON)
    answers = answers_of(person)
    who.goto("/")
    take("start")
    who.press(".hero a.btn-l")
    while asked := who.question():
        if asked == "residence_title":
            who.page.locator(f"#page-form label.choice:has(input[value={answers[asked]}])").click()
            take("question")
        who.answer(answers[asked])
    take("result")
    who.press("form[action$='/student/start/'] button")
    who.sign_in()
    for values in typed_by(person).values():
        who.fill(values)
        who.go_on()
    who.upload("identity-main", drawn("passport", PERSON, "jpeg"))
    who.upload("visa_d-main", drawn("vls_ts", PERSON, "jpeg"))
    who.upload("enrolment-main", drawn("school_certificate", PERSON))
    who.upload("civil_status-main", drawn("birth_record", PERSON))
    who.page.reload()
    take("documents")
    who.press("main a.btn-l")
    take("check")
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    take("receipt")
    who.goto("/student/space/")
    take("space")


class Desk:
    """The desk of the invented caisse, and the student whose file is on it; each with a picture where it counts."""

    def __init__(self, browser: Any, service: Service, language: str, size: dict[str, int], scale: float) -> None:
        """Open a browser on the demo."""
        who, self.take = visitor(browser, service, language, size, scale)
        self.page, self.language = who.page, language

    def be(self, key: str) -> None:
        """Sign in as one of the invented people."""
        self.page.goto(f"/{self.language}/demo/")
        self.press(f"form[action$='/be/{key}/'] button")

    def press(self, where: str) -> None:
        """Press a button or a link that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(where).first.click()

    def accept_everything(self) -> None:
        """Accept every document of the open file, typing what the form asks."""
        page = self.page
        while (waiting := page.locator(".doc-nav li:has(.state:has-text('to examine'))")).count():
            self.press(f".doc-nav a[href='{waiting.first.locator('a').get_attribute('href')}']")
            for name, text in (
                ("paper_number", "BHL482017"),
                ("until_day", "1"),
                ("until_month", "9"),
                ("until_year", "2027"),
            ):
                if page.locator(f".decide [name={name}]").count():
                    page.fill(f".decide [name={name}]", text)
            self.press(".decide button[type=submit]")


def examine(desk: Desk, person: str, name: str) -> None:
    """Take a file, examine it, give the provisional number, send it to the register, look at the student's space."""
    desk.be("camille")
    desk.take("desk-list")
    desk.press(f"table a:has-text('{name}')")
    desk.press("button:has-text('Take it')")
    desk.take("desk-file")
    desk.press(".decide a.btn-bad")
    desk.press(".doc-nav a[href*=blurred]")
    desk.press("form.panel-body button")
    desk.take("desk-words")
    desk.page.go_back()
    desk.page.go_back()
    desk.page.go_back()
    desk.accept_everything()
    desk.press(".decide a.btn[href*=provisional]")
    desk.press("main form button[type=submit]")
    desk.press(".decide a.btn[href*=register]")
    desk.press("main form button[type=submit]")
    desk.be(person)
    desk.take("number")


def employ(desk: Desk) -> None:
    """Look at an employer's list, and at a family in it."""
    desk.be("chloe")
    desk.take("employer-list")
    desk.press("table a:has-text('Diop'), a:has-text('Diop')")
    desk.take("employer-request")


def file(who: Visitor, take: Take) -> None:
    """File for an employee and a child as somebody of a company, with a picture of each place; then the proof."""
    from matricule.demo.people import get_person

    person = get_person(EMPLOYEE)
    firm.open_account_fast(who)
    asked = firm.WHO | {"birth_country": person.birth_country, "nationality": person.nationality}
    firm.note_request(who, firm.submit_fast(who, "/employer/requests/new/", asked))
    firm.submit_fast(who, firm.place(who, "category/"), {"category": "salarie"})
    (employee,) = firm.people(who)
    who.goto(firm.place(who, firm.of(employee, "identify/civil_status/")))
    for name, values in firm.pages_of("principal", person.birth_name).items():
        if name == "civil_status":
            values |= {"given_names": person.given_names, "birth_place": person.birth_place}
            values |= {"birth_country": person.birth_country, "nationality": person.nationality}
            values |= parts("birth_date", person.birth_date)
        who.fill(values)
        if name == "civil_status":
            take("employer-person")
        who.go_on()
    for slot, kind in PAPERS.items():
        who.upload(f"{slot}-main", drawn(kind, EMPLOYEE, "jpeg" if kind == "passport" else "pdf"))
    who.page.reload()
    take("employer-documents")
    child = firm.person_of(firm.submit_fast(who, firm.place(who, "people/add/"), {**firm.WHO, "role": "child"}))
    firm.fill_fast(who, child, firm.pages_of("child", person.birth_name))
    who.goto(firm.place(who, "check/"))
    take("employer-check")
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    take("employer-receipt")
    link = who.page.locator("a[href$='/proof/pdf/']").first.get_attribute("href")
    paper = pypdfium2.PdfDocument(who.page.request.get(str(link)).body())
    keep(paper[1].render(scale=1.25).to_pil(), "employer-proof")


def certify(desk: Desk) -> None:
    """Open a certificate as a student, and the page that its code leads to, as anybody."""
    desk.be("giulia")
    link = desk.page.locator("a[href*='definitive_certificate']").first.get_attribute("href")
    sealed = desk.page.request.get(str(link)).body()
    paper = pypdfium2.PdfDocument(sealed)[0]
    keep(paper.render(scale=1.25).to_pil(), "certificate")
    found = re.search(CODE, paper.get_textpage().get_text_range())
    assert found, "the certificate carries no code"
    desk.page.goto(f"/{desk.language}/verify/{found.group()}/")
    desk.take("verify")


def main() -> int:
    """Start the service, take the pictures of both visitors, stop it; then the desk's, with the invented people."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="matricule-pictures-") as data, sync_playwright() as driver:
        service = Service(Path(data), people=True)
        service.start()
        try:
            browser = driver.chromium.launch(executable_path=sys.argv[1] if sys.argv[1:] else _chromium())
            until_loaded(service)
            employ(Desk(browser, service, "en", DESK, 1.0))
            certify(Desk(browser, service, "en", DESK, 1.0))
            examine(Desk(browser, service, "en", DESK, 1.0), "lucia", "Ortega")
        finally:
            service.stop()
    with tempfile.TemporaryDirectory(prefix="matricule-pictures-") as data, sync_playwright() as driver:
        service = Service(Path(data))
        service.start()
        try:
            browser = driver.chromium.launch(executable_path=sys.argv[1] if sys.argv[1:] else _chromium())
            for language, size, scale in (("en", DESK, 1.0), ("fr", PHONE, 2.0)):
                walk(*visitor(browser, service, language, size, scale))
            file(*visitor(browser, service, "en", DESK, 1.0))
        finally:
            service.stop()
    return 0


def until_loaded(service: Service) -> None:
    """Return when all the demo's people are loaded; raises AssertionError when they are not within the patience."""
    deadline = time.monotonic() + PATIENCE
    while not any(LOADED in line for line in service.lines):
        assert time.monotonic() < deadline, "the demo is not loaded"
        time.sleep(1)


def visitor(browser: Any, service: Service, language: str, size: dict[str, int], scale: float) -> tuple[Visitor, Take]:
    """Return a person at a browser, and their camera."""
    context = browser.new_context(
        base_url=service.address,
        viewport=size,
        locale=LOCALES[language],
        device_scale_factor=scale,
        reduced_motion="reduce",
        color_scheme="light",
    )
    context.set_default_timeout(60_000)
    who = Visitor(context, language, Inspector(), script=True)
    who.email = f"ngoc-anh.{language}@example.org"
    return who, camera(who, size["width"])


def _chromium() -> str:
    found = subprocess.run([str(ROOT / "scripts" / "find-chromium")], capture_output=True, text=True, check=True)  # noqa: S603
    return found.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
