"""A person at a browser: answers questions, signs in with the code of the mailbox page, fills pages, sends files.

Two speeds: by the pages, as the journeys do; and ``arrive_at``, which sends the same forms without drawing pages, for
tests whose subject comes later.
"""

import re
import time
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

from lxml import html as lxml_html

from matricule.demo import documents
from matricule.demo.people import Person, get_person
from tests.browser.inspect_page import Inspector, keep

PATIENCE = 60.0
"""Seconds that a page may take on a busy machine; nothing is measured here."""
SECTIONS = ("civil_status", "parents", "contact", "studies")
TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic"}


@cache
def specimen(kind: str, person: str, fmt: str = "pdf", seed: int = 1) -> bytes:
    """Return a drawn document; the same for the whole session."""
    return documents.draw(kind, get_person(person), seed=seed, fmt=fmt)  # type: ignore[arg-type]


def a_file(name: str, data: bytes) -> dict[str, Any]:
    """Return a file as the browser's file chooser gives it."""
    kind = {"jpg": "jpeg"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    return {"name": name, "mimeType": TYPES.get(kind, "application/octet-stream"), "buffer": data}


def drawn(kind: str, person: str, fmt: str = "pdf", seed: int = 1) -> dict[str, Any]:
    """Return a drawn document as a chosen file, named after its kind."""
    ending = "jpg" if fmt == "jpeg" else fmt
    return a_file(f"{kind.replace('_', '-')}-{seed}.{ending}", specimen(kind, person, fmt, seed))


def answers_of(person: Person) -> dict[str, str]:
    """Return the answers by question; a date is day, month, year."""
    found = {
        "situation": "study",
        "has_number": "no",
        "birth_country": person.birth_country,
        "nationality": person.nationality,
        "birth_date": _date(person.birth_date),
        "residence_title": {"vls_ts": "vls_ts", "visa_d": "visa_d_card_later", "card": "card"}[person.stay.kind]
        if person.stay
        else "",
        "home_cover": person.cover.kind if person.cover else "none",
        "document_language": person.record.language,
        "refugee": "no",
        "agreement": "none",
        "with_parent": "no",
    }
    if person.cover:
        found["ceam_until"] = _date(person.cover.until)
    return found


def typed_by(person: Person, birth_name: str = "") -> dict[str, dict[str, str]]:
    """Return what a person types on the four pages, by the names of the fields; ``birth_name`` for theirs."""
    home = person.address
    pages: dict[str, dict[str, str]] = {
        "civil_status": {
            "birth_name": birth_name or person.birth_name,
            "given_names": person.given_names,
            "sex": person.sex,
            "birth_place": person.birth_place,
            "birth_country": person.birth_country,
            "nationality": person.nationality,
            **parts("birth_date", person.birth_date),
        },
        "parents": {},
        "contact": {
            "phone": person.phone,
            "street": home.street,
            "building": home.building,
            "apartment": home.apartment,
            "letter_box": home.letter_box or person.birth_name,
            "postcode": home.postcode,
            "city": home.city,
        },
        "studies": {
            "school": person.school.name,
            **parts("courses_start", person.courses_start),
            **parts("arrival_date", person.arrival),
        },
    }
    for place, parent in enumerate(person.parents[:2], start=1):
        pages["parents"][f"parent{place}_birth_name"] = parent.birth_name
        pages["parents"][f"parent{place}_given_names"] = parent.given_names
    return {name: {key: value for key, value in page.items() if value} for name, page in pages.items()}


def _date(day: Any) -> str:
    return f"{day.day} {day.month} {day.year}"


def parts(name: str, day: date) -> dict[str, str]:
    """Return a date as the three fields of a page."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


class Visitor:
    """One browser and who sits at it."""

    def __init__(self, context: Any, language: str, inspector: Inspector, *, script: bool) -> None:
        self.context, self.language, self.script = context, language, script
        self.inspector = inspector
        self.page = context.new_page()
        self.email = f"visitor-{uuid4().hex[:12]}@example.org"
        self.dossier = ""

    # --- looking ---

    def look(self, name: str) -> None:
        """Check the page against what all pages promise."""
        self.inspector.look(self.page, name, script=self.script)

    def picture(self, name: str) -> None:
        """Keep a picture when they are asked for, of a page whose states are looked at elsewhere."""
        keep(self.page, name, self.language)

    def goto(self, path: str) -> None:
        """Open a page of the site in the visitor's language; ``path`` begins after the language."""
        self.page.goto(f"/{self.language}{path}")

    def place(self, path: str) -> str:
        """Return the address of a page of the visitor's dossier."""
        return f"/student/dossier/{self.dossier}/{path}"

    def text(self, selector: str = "main") -> str:
        """Return what is shown, its spaces folded."""
        return " ".join(self.page.locator(selector).inner_text().split())

    @property
    def path(self) -> str:
        """Return the address after the language."""
        return re.sub(r"^https?://[^/]+/(fr|en)", "", self.page.url)

    def until(self, holds: Any, what: str = "") -> None:
        """Wait for what the page will do; the content policy forbids Playwright's own wait_for_function."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"the page did not get there: {what or self.text()[:800]}"
            self.page.wait_for_timeout(30)

    def has_focus(self, name: str) -> None:
        """Wait until this element has the focus, which browser or script give it after the page is there."""
        self.until(lambda: self.page.evaluate("document.activeElement.id") == name, f"the focus is not on {name}")

    # --- the questionnaire ---

    def question(self) -> str:
        """Return which question is shown, or nothing at an end."""
        shown = self.page.locator("#page-form input[name=question]")
        return shown.get_attribute("value") if shown.count() else ""

    def answer(self, value: str) -> None:
        """Answer the question shown and go on."""
        name = self.question()
        if self.page.locator(f"#page-form select[name={name}]").count():
            self.page.select_option(f"#page-form select[name={name}]", value)
        elif self.page.locator(f"#page-form input[name={name}_day]").count():
            for part, text in zip(("day", "month", "year"), value.split(), strict=True):
                self.page.fill(f"#page-form input[name={name}_{part}]", text)
        else:
            self.page.locator(f"#page-form label.choice:has(input[name={name}][value={value}])").click()
        self.go_on()

    def walk(self, answers: Mapping[str, str], *, look: bool = False) -> None:
        """Answer every question until the end."""
        while asked := self.question():
            assert asked in answers, f"no answer for {asked}"
            if look:
                self.look(f"question {asked}")
            self.answer(answers[asked])
            assert self.question() != asked, self.text()

    def go_on(self) -> None:
        """Press the one main button of the page's form."""
        self.press("#page-form button.btn-l")

    def press(self, target: Any) -> None:
        """Press a link or a button (a selector or a locator) that leads to a page, and wait for that page."""
        with self.page.expect_navigation():
            (self.page.locator(target).first if isinstance(target, str) else target).click()

    # --- signing in ---

    def code(self) -> str:
        """Read the latest code in the mailbox page, in a second tab."""
        tab = self.context.new_page()
        tab.goto(f"/{self.language}/demo/mailbox/")
        mine = tab.locator(".mails li", has_text=self.email).first
        found = mine.locator(".code").inner_text()
        tab.close()
        return found

    def code_fast(self) -> str:
        """Read the latest code in the mailbox page without drawing it."""
        mails = lxml_html.fromstring(self.context.request.get(f"/{self.language}/demo/mailbox/").text())
        found = mails.xpath(f"//*[contains(@class,'mails')]/li[contains(., '{self.email}')][1]//*[@class='code']")
        return str(found[0].text_content())

    def sign_in(self) -> None:
        """Sign in by the pages; the sign-in page is shown."""
        self.page.fill("#id_email", self.email)
        self.go_on()
        self.page.wait_for_url("**/sign-in/code/**")
        self.page.fill("#id_code", self.code())
        self.go_on()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)
        self.note_dossier()

    def note_dossier(self) -> None:
        """Remember the dossier that the address names."""
        found = re.search(r"/dossier/([0-9a-f-]{36})/", self.page.url)
        if found:
            self.dossier = found.group(1)

    # --- filling pages ---

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill the fields of a page by their names."""
        for name, value in values.items():
            field = self.page.locator(f"#page-form [name={name}]")
            kind = field.first.evaluate("e => e.tagName + ':' + e.type")
            if kind == "SELECT:select-one":
                field.select_option(value)
            elif kind == "INPUT:radio":
                self.page.locator(f"#page-form label.choice:has(input[name={name}][value={value}])").click()
            else:
                field.fill(value)

    def upload(self, part: str, *files: dict[str, Any]) -> None:
        """Choose files for a document and wait until each has its verdict. ``part`` is the id of the input."""
        field = self.page.locator(f"#{part}")
        asked = field.locator("xpath=ancestor::form[1]").locator("select[name=said]")
        if asked.count():
            asked.select_option("contract")
        field.set_input_files(list(files))
        if not self.script:
            self.press(field.locator("xpath=ancestor::form[1]").locator("button[type=submit]"))
        self.judged()

    def judged(self) -> None:
        """Wait until no file is under way, and none waits for a verdict that took too long for the upload's answer."""

        def holds() -> bool:
            waiting = self.page.locator("[data-stop], .file progress").count()
            if waiting and not self.script:
                self.page.reload()
            return waiting == 0

        self.until(holds, "a file has no verdict")

    def piece(self, slot: str) -> Any:
        """Return the part of the page about one document."""
        return self.page.locator(f".piece#{slot}")

    def files_of(self, slot: str) -> list[str]:
        """Return the names of the files that a document holds."""
        return self.piece(slot).locator(".files li.file[id] .file-name").all_inner_texts()

    # --- the fast way ---

    def post(self, path: str, values: Mapping[str, Any], *, source: str = "") -> str:
        """Send a form as a browser would, without drawing anything; return the page that comes back."""
        page = lxml_html.fromstring(self.context.request.get(f"/{self.language}{source or path}").text())
        token = page.xpath("string(//input[@name='csrfmiddlewaretoken']/@value)")
        sent = {"csrfmiddlewaretoken": token, **values}
        kind = "multipart" if any(isinstance(value, dict) for value in values.values()) else "form"
        answer = self.context.request.post(f"/{self.language}{path}", **{kind: sent})
        assert answer.status < 400, f"{path}: {answer.status}"
        self.last_url = answer.url
        return answer.text()

    def arrive_at(self, place: str, person: str = "anh", *, filled: bool = False, birth_name: str = "") -> None:
        """Sign in as a newcomer, open a dossier, fill its four pages when asked, and open one of its pages."""
        who = get_person(person)
        answers, ask = answers_of(who), "/student/questions/"
        text = self.context.request.get(f"/{self.language}{ask}").text()
        while question := lxml_html.fromstring(text).xpath("string(//input[@name='question']/@value)"):
            value = answers[question]
            parts = dict(zip(("day", "month", "year"), value.split(), strict=True)) if " " in value else {}
            given = {f"{question}_{part}": text for part, text in parts.items()} or {question: value}
            token = lxml_html.fromstring(text).xpath("string(//form[@id='page-form']//input[@name='answers']/@value)")
            text = self.post(ask, {"answers": token, "question": question, "go": "next", **given})
        facts = lxml_html.fromstring(text).xpath(
            "string(//form[contains(@action,'/student/start/')]//input[@name='answers']/@value)"
        )
        self.post("/student/start/", {"answers": facts}, source=ask)
        self.sign_in_fast()
        self.dossier = re.search(r"/dossier/([0-9a-f-]{36})/", self.last_url).group(1)  # type: ignore[union-attr]
        if filled:
            for name, values in typed_by(who, birth_name).items():
                self.post(self.place(f"identify/{name}/"), values)
        self.goto(self.place(place))

    def sign_in_fast(self) -> None:
        """Sign in without drawing pages."""
        self.post("/student/sign-in/", {"email": self.email})
        self.post("/student/sign-in/code/", {"code": self.code_fast()})

    def send_fast(self, slot: str, file: dict[str, Any], part: str = "main") -> None:
        """Send one file to a document without drawing the page."""
        self.post(self.place(f"documents/{slot}/add/"), {"files": file, "part": part}, source=self.place("documents/"))
