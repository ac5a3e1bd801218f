"""What the people of a company do at their browsers, step by step, for the journeys (issue 5, section 5).

Two speeds, as for students: by the pages, and the same forms sent without drawing pages, for what another journey
already walked.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pyotp
from lxml import html as lxml_html

from matricule.rules.employer import labels
from tests.browser import steps
from tests.browser.visitor import Visitor, a_file, parts, specimen

SIRET = "91234567500017"
COMPANY = {
    "siret": SIRET,
    "name": "Atelier Lumen",
    "street": "4 quai Vauban",
    "postcode": "25000",
    "city": "Besançon",
    "person": "Chloé Morel",
}
WHO = {"birth_country": "NG", "nationality": "NG", "ever_in_france": "no", "has_number": "no"}
AT_WORK_SINCE = date.today() - timedelta(days=24)
BORN = {"principal": date(1990, 5, 17), "spouse": date(1988, 1, 9), "child": date(2019, 8, 30)}
SEX = {"principal": "F", "spouse": "M", "child": "F"}
MAIN = "@type='file' and substring(@id, string-length(@id) - 4) = '-main'"
"""Where the original of a document goes, and not its translation (XPath)."""
FAMILY = ("spouse", "child", "child")


def pages_of(role: str, name: str, *, start: date = AT_WORK_SINCE) -> dict[str, dict[str, str]]:
    """Return what is typed about a person, page by page; ``name``: the birth name, ``start``: of the work."""
    pages = {
        "civil_status": {
            "birth_name": name,
            "given_names": "Ifeoma" if SEX[role] == "F" else "Tunde",
            "sex": SEX[role],
            "birth_place": "Lagos",
            "birth_country": "NG",
            "nationality": "NG",
            "document_language": "en",
            **parts("birth_date", BORN[role]),
        },
        "parents": {"parent1_birth_name": "Okafor", "parent1_given_names": "Ngozi"},
    }
    if role == "principal":
        pages["contact"] = {
            "street": "8 rue de la République",
            "postcode": "25000",
            "city": "Besançon",
            "email": f"{name.lower()}@example.org",
            "language": "en",
        }
    elif role != "child":
        pages["contact"] = {"email": f"{role}.{name.lower()}@example.org", "language": "fr"}
    pages["stay"] = {} if role == "child" else {"title_kind": "csp", **parts("title_until", steps.FAR)}
    if role == "principal":
        pages["work"] = parts("contract_start", start)
    return pages


def a_paper() -> dict[str, Any]:
    """Return a small document that was sent nowhere before: the same file in two places is held back."""
    return a_file("document.pdf", specimen("id_card", "lucia") + f"\n% {uuid4()}\n".encode())


# --- the account ---


def open_account(who: Visitor) -> None:
    """Open a company's account from nothing, by the pages: a code, a passkey, the SIRET."""
    steps.with_a_key(who)
    make_passkey(who, "/employer/")
    who.picture("company, register")
    who.fill(COMPANY)
    who.go_on()
    assert who.path == "/employer/requests/", who.text()


def make_passkey(who: Visitor, path: str) -> None:
    """Sign in for the first time on the way to ``path``: a code, then the passkey."""
    who.goto(path)
    who.picture("company, sign in")
    who.page.fill("#id_email", who.email)
    who.press("form:has(#id_email) button")
    who.page.fill("#id_code", who.code())
    who.press("form:has(#id_code) button")
    who.press("form[data-passkey=create] button")


def enter_fast(who: Visitor) -> None:
    """Sign in for the first time without drawing pages: a code, then the code of an app."""
    who.post("/employer/sign-in/", {"step": "address", "email": who.email})
    page = who.post("/employer/sign-in/", {"step": "code", "code": who.code_fast()})
    link = lxml_html.fromstring(page).xpath("string(//a[starts-with(@href,'otpauth:')]/@href)")
    app = pyotp.parse_uri(link)
    who.post("/employer/sign-in/", {"step": "app", "code": app.now()})  # type: ignore[union-attr]


def open_account_fast(who: Visitor, **changes: str) -> None:
    """Open a company's account without drawing pages."""
    enter_fast(who)
    who.post("/employer/register/", {**COMPANY, **changes})
    who.goto("/employer/")
    assert who.path == "/employer/requests/", who.text()


def invite(chief: Visitor, guest: Visitor) -> None:
    """Invite a colleague by the page, and let them come in by the link that it shows."""
    chief.goto("/employer/people/")
    chief.page.fill("[name=email]", guest.email)
    chief.press("form:has([name=email]) button")
    waiting = chief.page.locator("section[aria-labelledby=waiting] li", has_text=guest.email)
    waiting.locator("summary").first.click()
    link = re.search(r"https?://\S+", waiting.inner_text())
    assert link, waiting.inner_text()
    enter_fast(guest)
    guest.page.goto(link.group())
    guest.picture("company, invitation")
    guest.page.fill("[name=person]", "Karim Benali")
    guest.go_on()
    assert guest.path == "/employer/requests/", guest.text()


# --- filing ---


def place(who: Visitor, path: str = "") -> str:
    """Return the address of a page of the request that the visitor works on."""
    return f"/employer/requests/{who.dossier}/{path}"


def of(person: str, path: str) -> str:
    """Return the rest of the address of a page about one person of a request."""
    return f"people/{person}/{path}"


def note_request(who: Visitor, url: str = "") -> None:
    """Remember the request that an address names."""
    found = re.search(r"/requests/([0-9a-f-]{36})/", url or who.page.url)
    assert found, url or who.path
    who.dossier = found.group(1)


def person_of(url: str) -> str:
    """Return the person whom an address names."""
    found = re.search(r"/people/([0-9a-f-]{36})/", url)
    assert found, url
    return found.group(1)


def people(who: Visitor) -> list[str]:
    """Return the people of the request, the employee first, by the links of its page."""
    page = lxml_html.fromstring(who.context.request.get(f"/{who.language}{place(who)}").text())
    return list(dict.fromkeys(person_of(link) for link in page.xpath("//main//a[contains(@href,'/people/')]/@href")
                              if not link.endswith("/add/")))  # fmt: skip


def begin_fast(who: Visitor, name: str = "", *, start: date = AT_WORK_SINCE, family: tuple[str, ...] = ()) -> str:
    """Open a request, fill it and send its documents without drawing pages; return the employee's birth name."""
    name = name or steps.a_name()
    note_request(who, submit_fast(who, "/employer/requests/new/", WHO))
    submit_fast(who, place(who, "category/"), {"category": "salarie"})
    (employee,) = people(who)
    fill_fast(who, employee, pages_of("principal", name, start=start))
    for role in family:
        add_fast(who, role)
    return name


def add_by_pages(who: Visitor, role: str, name: str) -> str:
    """Add a family member, fill the pages and send the documents by the pages; return who it is."""
    who.goto(place(who))
    who.press(f"main a[href$='{place(who, 'people/add/')}']")
    who.picture("company, add somebody")
    who.fill({**WHO, "role": role})
    who.go_on()
    person = person_of(who.page.url)
    fill_by_pages(who, pages_of(role, name))
    return person


def fill_by_pages(who: Visitor, pages: dict[str, dict[str, str]]) -> None:
    """Fill the pages about a person as each leads to the next, and send the documents."""
    for name, values in pages.items():
        assert who.path.endswith(f"/identify/{name}/"), (name, who.text())
        who.picture(f"company, page {name}")
        who.fill(values)
        who.go_on()
    assert who.path.endswith("/documents/"), who.text()
    who.picture("company, documents")
    inputs = who.page.locator("main input[type=file][id$=-main]")
    for place_ in [inputs.nth(n).get_attribute("id") for n in range(inputs.count())]:
        who.upload(place_, a_paper())


def add_fast(who: Visitor, role: str) -> str:
    """Add a family member with pages and documents without drawing pages; return who it is."""
    person = person_of(submit_fast(who, place(who, "people/add/"), {**WHO, "role": role}))
    fill_fast(who, person, pages_of(role, steps.a_name()))
    return person


def fill_fast(who: Visitor, person: str, pages: dict[str, dict[str, str]]) -> None:
    """Fill the pages about a person, and send every document, without drawing pages."""
    for name, values in pages.items():
        submit_fast(who, place(who, of(person, f"identify/{name}/")), values)
    listed = who.context.request.get(f"/{who.language}{place(who, of(person, 'documents/'))}")
    page = lxml_html.fromstring(listed.text())
    for form in page.xpath(f"//main//form[contains(@action,'/add/')][.//input[{MAIN}]]"):
        said = {"said": "contract"} if form.xpath(".//select[@name='said']") else {}
        given = {**hidden(form), **said, "files": a_paper()}
        sent = who.context.request.post(form.get("action"), multipart=given, max_redirects=0)
        assert sent.status < 400, sent.status


def submit_fast(who: Visitor, page: str, values: Mapping[str, str], form: str = "@id='page-form'") -> str:
    """Send a form of a page as a browser would, its hidden fields with it, without drawing anything.

    ``form`` is what marks it (XPath). Return where it leads; "" when the page holds no such form.
    """
    answer = who.context.request.get(f"/{who.language}{page}")
    found = lxml_html.fromstring(answer.text()).xpath(f"//form[{form}]")
    if not found:
        return ""
    action = found[0].get("action") or answer.url
    sent = who.context.request.post(action, form={**hidden(found[0]), **values}, max_redirects=0)
    assert sent.status < 400, (page, sent.status)
    return str(sent.headers.get("location", sent.url))


def hidden(form: Any) -> dict[str, str]:
    """Return the hidden fields of a form."""
    return {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@type='hidden']")}


def send(who: Visitor) -> None:
    """Read again and send, by the page."""
    who.goto(place(who, "check/"))
    who.picture("company, read again")
    who.page.locator("label.choice:has(#id_declare)").click()
    who.go_on()
    assert who.path == place(who, "receipt/"), who.text()


def send_fast(who: Visitor) -> None:
    """Send without drawing a page."""
    landed = submit_fast(who, place(who, "check/"), {"declare": "on"})
    assert landed.endswith("/receipt/"), landed


# --- following ---


def prove(who: Visitor, desk: Visitor) -> None:
    """Send a document that proves the company, and let the caisse accept it."""
    who.goto("/employer/company/")
    who.page.locator("#proof-file").set_input_files(a_paper())
    who.press("form:has(#proof-file) button")
    who.picture("company, its page")
    steps.sign_in_at_the_desk(desk, "/desk/companies/")
    desk.picture("desk, companies")
    desk.press(desk.page.locator("section[aria-labelledby=waiting] li a").last)
    desk.picture("desk, proof of a company")
    desk.press("form:has([name=accept]) button")
    if desk.page.locator("form:has([value=demo])").count():
        desk.press("form:has([value=demo]) button")
        desk.press("form:has([name=accept]) button")


def stands(who: Visitor, name: str, label: str) -> None:
    """Find the request under its label in the list; there and on its page one reads what to do."""
    who.goto(f"/employer/requests/?label={label}")
    row = who.page.locator("tbody tr", has_text=name)
    assert row.count() == 1, (label, who.text())
    assert said(label, who.language) in who.text(), label
    who.press(row.locator("a"))
    note_request(who)
    assert said(label, who.language) in who.text(), label
    who.look(f"company, request {label}")


def said(label: str, language: str) -> str:
    """Return what the label tells a company to do."""
    return " ".join(labels.meaning(label).todo[language].split())


def told_of(who: Visitor) -> int:
    """Return how many notifications lead to the request."""
    who.goto("/employer/notifications/")
    return int(who.page.locator(f"main li a[href*='{place(who)}']").count())


# --- the desk ---


def open_person(desk: Visitor, dossier: str, person: str) -> None:
    """Open the first document to examine of one person of a request."""
    steps.sign_in_at_the_desk(desk, f"/desk/dossier/{dossier}/?person={person}")


def turn_down(desk: Visitor, dossier: str, person: str, reason: str) -> None:
    """Turn down the request of one person, by the page; for a reason that needs no more words."""
    open_person(desk, dossier, person)
    desk.press("a[href*='/reject/']")
    desk.page.locator(f"label.choice:has([value={reason}])").click()
    desk.press("form:has([name=reason]) button.btn-bad")


def accept_person(desk: Visitor, dossier: str, person: str) -> int:
    """Accept the documents of one person as the desk leads from one to the next; return how many."""
    open_person(desk, dossier, person)
    number = steps.a_name().upper()[:9]
    accept = desk.page.locator(".decide form[action*='/accept/']")
    for done in range(20):
        if f"person={person}" not in desk.page.url or not accept.count():
            return done
        steps.accept_shown(desk, number)
    raise AssertionError("there is no end of documents")


def accept_all_fast(desk: Visitor, dossier: str, person: str) -> int:
    """Accept every document of one person without drawing pages; return how many."""
    given = {"paper_number": steps.a_name().upper()[:9], **parts("until", steps.FAR)}
    for done in range(20):
        if not submit_fast(desk, f"/desk/dossier/{dossier}/?person={person}", given, "contains(@action,'/accept/')"):
            return done
    raise AssertionError("there is no end of documents")


CHECKS = ("contract_running", "stay_title", "link_in_request")
"""What is checked of an employee and of the family (rules.employer.categories)."""


def answer_checks(desk: Visitor, *, looks: str = "") -> None:
    """Answer every check of the person whose page is open, as one who saw the documents."""
    desk.press("a[href*='/checks/']")
    if looks:
        desk.look(looks)
    for label in desk.page.locator("label.choice:has([value=holds])").all():
        label.click()
    desk.press("#page-form button.btn")


def checks_fast(desk: Visitor, dossier: str, person: str) -> None:
    """Answer every check of one person without drawing pages."""
    answers = {f"answer_{code}": "holds" for code in CHECKS}
    assert submit_fast(desk, f"/desk/dossier/{dossier}/checks/?person={person}", answers)


def number_fast(desk: Visitor, dossier: str, person: str, *acts: str) -> None:
    """Do acts on a number ("provisional", "register") without drawing pages; nobody like the person is known."""
    if "provisional" in acts:
        checks_fast(desk, dossier, person)
    for act in acts:
        page = f"/desk/dossier/{dossier}/{act}/?person={person}"
        submit_fast(desk, page, {}, ".//*[@value='demo']")  # where a proof of who acts is asked for
        landed = submit_fast(desk, page, {}, ".//*[@name='idempotency_key']")
        assert landed and "likeness" not in landed, (act, landed)
