"""People who type numbers in the wrong place as well as in the right one: a company, the caisse's desk."""

import io
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from urllib.parse import quote, urlencode
from uuid import uuid4

import pikepdf
import pyotp
from lxml import html as lxml_html

from tests.support import journey
from tests.support.canaries import Canaries
from tests.support.served import HOST, TOKEN, Answer, Served, Visitor

FAR = date.today() + timedelta(days=700)
OPEN = {"own_reference"}
"""Fields that hold no secret, and say so: a company's own word for its employee stands in its lists and sheets."""


def paper(numbers: list[str]) -> bytes:
    """Return a PDF that says the numbers in its text, its title and an uncompressed stream."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    lines = " ".join(f"({number}) Tj 0 -20 Td" for number in numbers)
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 50 800 Td {lines} ET".encode())
    pdf.docinfo["/Title"], pdf.docinfo["/Subject"] = " / ".join(numbers), uuid4().hex
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def hidden(text: str, name: str) -> str:
    """Return what a hidden field of a page holds, "" when there is none."""
    found = lxml_html.fromstring(text).xpath(f"//input[@name='{name}']/@value")
    return str(found[0]) if found else ""


def day(name: str, when: date) -> dict[str, str]:
    """Return a date as its three fields."""
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


@dataclass
class Typist:
    """Somebody with six numbers of ``canaries``, to which the codes that they type are added."""

    served: Served
    canaries: Canaries
    number: int
    nir: list[str] = field(init=False)
    iban: list[str] = field(init=False)
    passport: list[str] = field(init=False)
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        """Take the numbers of person ``number``."""
        two = slice(2 * self.number, 2 * self.number + 2)
        self.nir, self.iban, self.passport = (
            self.canaries.nir[two], self.canaries.iban[two], self.canaries.passport[two],
        )  # fmt: skip
        self.visitor = self.served.visitor()

    @property
    def numbers(self) -> list[str]:
        """Return the six."""
        return [*self.nir, *self.iban, *self.passport]

    def send(self, address: str, source: str = "", files: dict | None = None, **values: str) -> Answer:
        """Send a form, multipart when it has files, with the token of ``source``."""
        if files is None:
            return self.visitor.post(address, source, **values)
        token = TOKEN.search(self.visitor.ask(source).text)
        assert token, source
        body, kind = journey.multipart({"csrfmiddlewaretoken": token.group(1), **values}, files)
        headers = {"Content_Type": kind, "Origin": f"https://{HOST}", "Referer": f"https://{HOST}{source}"}
        return self.visitor.ask(address, "POST", body, **headers)

    def post(self, address: str, source: str, **values: str) -> Answer:
        """Send a form whose token is among the values: its page was asked for already."""
        form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        body = urlencode(values).encode()
        return self.visitor.ask(address, "POST", body, Referer=f"https://{HOST}{source}", **form)

    def send_each(self, address: str, source: str, forms: list[dict[str, str]]) -> list[int]:
        """Send several forms from one look at their page; return how each was answered."""
        token = hidden(self.visitor.ask(source).text, "csrfmiddlewaretoken")
        assert token, source
        return [self.post(address, source, csrfmiddlewaretoken=token, **values).status for values in forms]

    def form(self, page: str, which: str = "@id='page-form'") -> tuple[str, dict[str, str], list[str]]:
        """Return where a form of a page (XPath) leads, its hidden fields, and the names of the others."""
        answer = self.visitor.ask(page)
        assert answer.status == 200, (page, answer.status)
        found = lxml_html.fromstring(answer.text).xpath(f"//form[{which}]")
        assert found, f"no form on {page}"
        kept: dict[str, str] = {}
        names: dict[str, None] = {}
        for one in found[0].xpath(".//input|.//select|.//textarea"):
            name, kind = one.get("name"), one.get("type", "")
            if name and kind == "hidden":
                kept[name] = one.get("value", "")
            elif name and kind != "file":
                names[name] = None
        return found[0].get("action") or page, kept, list(names)

    def fill(self, page: str, which: str = "@id='page-form'", **values: str) -> Answer:
        """Send a form as its page holds it, with these values."""
        address, kept, _names = self.form(page, which)
        return self.post(address, page, **{**kept, **values})

    def spoil(self, page: str, which: str = "@id='page-form'", **values: str) -> Answer:
        """Send a form with a number in each of its fields, but for ``values``; nothing may break by it."""
        address, kept, names = self.form(page, which)
        typed = dict(zip([name for name in names if name not in OPEN], cycle(self.numbers), strict=False))
        assert typed, f"nothing can be typed on {page}"
        answer = self.post(address, page, **{**kept, **typed, **values})
        assert answer.status in {200, 302, 303, 422}, (page, answer.status)
        return answer

    def mail_to(self, address: str, pattern: str) -> re.Match[str]:
        """Return what the pattern finds in a mail to this address, once it came."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for mail, to in zip(self.served.mail.taken, self.served.mail.recipients, strict=False):
                if to == [address]:
                    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
                    found = re.search(pattern, part.get_payload(decode=True).decode())
                    if found:
                        return found
            time.sleep(0.1)
        raise AssertionError("no mail came")

    def code_for(self, address: str) -> str:
        """Return the code that came to an address."""
        return "".join(self.mail_to(address, r"\b(\d{3}) ?(\d{3})\b").groups())

    def two_codes(self, real: str) -> str:
        """Return a code that is not the ``real`` one; both are canaries from now on."""
        made_up = next(text for text in iter(lambda: f"{secrets.randbelow(10**6):06d}", "") if text != real)
        self.canaries.code += [made_up, real]
        return made_up

    def enter(self, page: str, address: str) -> None:
        """Come in by a door for the first time: an e-mailed code, then the code of an app, each typed wrong first."""
        addresses = [{"step": "address", "email": number} for number in self.numbers]
        assert set(self.send_each(page, page, addresses)) == {422}
        assert self.visitor.post(page, step="address", email=address).status == 302
        code = self.code_for(address)
        wrong = self.two_codes(code)
        codes = [{"step": "code", "code": text} for text in (self.nir[0], wrong)]
        assert self.send_each(page, page, codes) == [422, 422]
        shown = self.visitor.post(page, step="code", code=code).text
        app = pyotp.parse_uri(lxml_html.fromstring(shown).xpath("string(//a[starts-with(@href,'otpauth:')]/@href)"))
        now = app.now()  # type: ignore[union-attr]
        codes = [{"step": "app", "code": text} for text in (self.passport[0], self.two_codes(now))]
        assert self.send_each(page, page, codes) == [422, 422]
        assert self.visitor.post(page, step="app", code=now).status == 302

    def ask_in_public(self) -> None:
        """Ask the public forms about numbers: is a certificate genuine, who may be registered."""
        self.send_each("/fr/verify/", "/fr/verify/", [{"code": number} for number in self.numbers])
        for number in self.numbers[::2]:
            assert self.visitor.ask(f"/fr/verify/{quote(number)}/").status == 200
        way = "/fr/employers/way/"
        self.spoil(way, "@id='page-form' or .//*[@name='step']")
        born = {"birth_country": "NG", "nationality": "NG", "birth_date_year": "1990", "has_number": "yes"}
        given = {"step": "person", "answers": "", "go": "next", "ever_in_france": "yes", **born}
        shown = self.visitor.post(way, **given, number=self.nir[0]).text
        again = {"step": "follow", "answers": hidden(shown, "answers"), "go": "next"}
        assert again["answers"], "the way leads nowhere"
        self.visitor.post(way, **again, number_kind=self.iban[0], where=self.passport[0], when=self.nir[1])


COMPANY = {"siret": "91234567500017", "name": "Atelier Lumen", "street": "4 quai Vauban", "postcode": "25000"}
COMPANY |= {"city": "Besançon", "person": "Chloé Morel"}
BORN = date(1990, 5, 17)


def _pages(number: int, email: str) -> dict[str, dict[str, str]]:
    """Return what is rightly typed about an employee, page by page."""
    return {
        "civil_status": {
            "birth_name": "Okonkwo" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}"),
            "given_names": "Ifeoma",
            "sex": "F",
            "birth_place": "Lagos",
            "birth_country": "NG",
            "nationality": "NG",
            "document_language": "en",
            **day("birth_date", BORN),
        },
        "parents": {"parent1_birth_name": "Okafor", "parent1_given_names": "Ngozi"},
        "contact": {
            "street": "8 rue de la République",
            "postcode": "25000",
            "city": "Besançon",
            "email": email,
            "language": "fr",
        },
        "stay": {"title_kind": "csp", **day("title_until", FAR)},
        "work": day("contract_start", date.today() - timedelta(days=24)),
    }


@dataclass
class Employer(Typist):
    """Whoever files for an employee at a company, and the employee behind the link of a mail."""

    dossier: str = ""
    person: str = ""

    def open_account(self) -> None:
        """Come in, open the account, and type numbers on the pages around it."""
        self.enter("/fr/employer/sign-in/", f"entreprise-{self.number}@example.org")
        self.spoil("/fr/employer/register/")
        assert self.fill("/fr/employer/register/", **COMPANY).status == 302
        self.spoil("/fr/employer/people/", ".//*[@name='email']")
        self.spoil("/fr/employer/company/", ".//*[@name='shared']")
        proof = {"files": (f"{self.nir[0]}.pdf", paper(self.numbers))}
        assert self.send("/fr/employer/company/proof/", "/fr/employer/company/", proof).status == 302
        home = "/fr/employer/requests/"
        assert set(self.send_each(f"{home}search/", home, [{"q": number} for number in self.numbers])) == {200}
        view = {"label": "in_progress", "order": "person", "idempotency_key": str(uuid4())}
        kept = self.visitor.post(f"{home}views/", home, name=self.passport[1], q=self.iban[1], **view)
        assert kept.status == 302, kept.status

    def file(self) -> None:
        """Fill a request, each page with numbers first, and send it."""
        home = "/fr/employer/requests/"
        self.spoil(f"{home}new/")
        known = {"birth_country": "NG", "nationality": "NG", "has_number": "yes", "ever_in_france": "yes"}
        told = {"where": self.passport[0], "when": self.nir[1]}
        assert self.fill(f"{home}new/", **known, number=self.nir[0], number_kind="definitive").status == 200
        opened = self.fill(f"{home}new/", **{**known, "has_number": "no"}, **told)
        assert opened.status == 302, opened.status
        self.dossier = opened.one("location").rstrip("/").split("/")[-2]
        base = f"{home}{self.dossier}/"
        self._save_while_typing(f"{base}category/", f"{base}category/autosave/")
        self.spoil(f"{base}category/")
        self.fill(f"{base}category/", category="salarie")
        self.person = re.search(r"/people/([0-9a-f-]{36})/", self.visitor.ask(base).text).group(1)  # type: ignore[union-attr]
        of = f"{base}people/{self.person}/"
        for name, values in _pages(self.number, self.employee).items():
            page = f"{of}identify/{name}/"
            self._save_while_typing(page, f"{of}autosave/")
            refused = self.spoil(page)
            assert "again=1" in refused.one("location"), name
            assert self.visitor.ask(refused.one("location")).status in {200, 422}
            sent = self.fill(page, **values)
            assert sent.status == 302 and "again" not in sent.one("location"), (name, sent.one("location"))
        self._send_documents(f"{of}documents/")
        sent = self.fill(f"{base}check/", declare="on")
        assert sent.one("location").endswith("/receipt/"), sent.one("location")
        assert self.visitor.ask(f"{base}receipt/pdf/").status == 200
        self.fill(f"{base}write/", text=" ".join(self.numbers), kind="question")

    @property
    def employee(self) -> str:
        """Return the employee's own address."""
        return f"personne.{self.number}@example.org"

    def _save_while_typing(self, page: str, autosave: str) -> None:
        names = [name for name in self.form(page)[2] if name not in OPEN]
        typed = dict(zip(names, cycle(self.numbers[::-1]), strict=False))
        saved = self.visitor.post(autosave, page, **typed, **{f"base:{name}": "" for name in names})
        assert saved.status == 200, (page, saved.status)

    def _send_documents(self, page: str) -> None:
        tree = lxml_html.fromstring(self.visitor.ask(page).text)
        forms = tree.xpath("//main//form[contains(@action,'/add/')][.//input[@name='part' and @value='main']]")
        slots = [(form.get("action"), bool(form.xpath(".//select[@name='said']"))) for form in forms]
        assert len(slots) >= 3, slots
        for place, (slot, of_work) in enumerate(slots):
            name, said = self.numbers[place % 6], self.numbers if place == 0 else ["a paper"]
            asked = {"said": "contract"} if of_work else {}
            answer = self.send(slot, page, {"files": (f"{name}.pdf", paper(said))}, part="main", **asked)
            assert answer.status == 302, answer.text[:500]

    def confirm(self) -> None:
        """Type numbers where the employee's birth date is asked, then the date."""
        page = self.mail_to(self.employee, r"https?://[^/\s]+(/\S*/employee/\S+/)").group(1)
        self.visitor, company = self.served.visitor(), self.visitor
        dates = [{f"birth_date_{part}": number for part in ("day", "month", "year")} for number in self.numbers[1:4]]
        assert set(self.send_each(page, page, [{"step": "confirm", **typed} for typed in dates])) == {422}
        assert self.visitor.post(page, step="confirm", **day("birth_date", BORN)).status == 200
        self.visitor = company

    def read_the_number(self) -> str:
        """Return the number that the company is shown once it was given."""
        base = f"/fr/employer/requests/{self.dossier}/"
        return _digits(self.visitor.post(f"{base}people/{self.person}/number/", base).text)


def _digits(text: str) -> str:
    found = lxml_html.fromstring(text).xpath("string(//*[contains(@class,'digits')])")
    return "".join(str(found).split())


@dataclass
class Caseworker(Typist):
    """Somebody at the desk, who examines what ``employer`` sent."""

    def come_in(self) -> None:
        """Be named by whoever runs the service, and come in."""
        address = f"agent-{self.number}@example.org"
        # as "matricule staff appoint" does, without the seconds that a process of its own takes to start
        self.served.sql(
            f"""with one as (insert into accounts_user (id, email, language, is_active, created_at, password)
            values (gen_random_uuid(), '{address}', 'fr', true, now(), '!') returning id)
            insert into accounts_staff (id, user_id, name, office, role, since)
            select gen_random_uuid(), id, 'Camille Roy', '251', 'supervisor', now() from one"""
        )
        self.enter("/fr/desk/sign-in/", address)
        self.spoil("/fr/desk/people/", ".//*[@name='email']")

    def search(self, number: str) -> int:
        """Return how many files a search finds."""
        answer = self.visitor.post("/fr/desk/search/", "/fr/desk/", q=number)
        assert answer.status == 200
        return len(lxml_html.fromstring(answer.text).xpath("//main//a[contains(@href,'/dossier/')]"))

    def examine(self, dossier: str) -> str:
        """Type numbers on the pages of a file, accept it, and give its number, which is returned."""
        base = f"/fr/desk/dossier/{dossier}/"
        for page in ("correct/?field=birth_name", "reject/", "close-with-reason/", "rib/"):
            assert self.spoil(base + page).status == 422, page
        self.fill(f"{base}note/", text=" ".join(self.numbers))
        self.fill(f"{base}write/", text=" ".join(self.numbers[::-1]))
        rib = {"own_name": "on", "place": f"Classeur {self.passport[1]}", **day("arrived_on", date.today())}
        assert self.fill(f"{base}rib/", iban=self.iban[0], **rib).status == 302
        assert sum(self._accept_next(base) for _ in range(12)) >= 3
        self.spoil(f"{base}checks/")
        names = self.form(f"{base}checks/")[2]
        self.fill(f"{base}checks/", **{name: "holds" for name in names if name.startswith("answer_")})
        given = self.fill(f"{base}provisional/", ".//*[@name='idempotency_key']")
        assert given.status == 302 and "likeness" not in given.one("location"), given.one("location")
        number = _digits(self.visitor.post(f"{base}number/", self._leads(base)).text)
        assert len(number) == 15, number
        return number

    def _leads(self, base: str) -> str:
        return self.visitor.ask(base).one("location") or base

    def _accept_next(self, base: str) -> bool:
        """Accept the document that the desk shows first; tell whether there was one."""
        page, which = self._leads(base), "contains(@action,'/accept/')"
        if "/accept/" not in self.visitor.ask(page).text:
            return False
        accepted = self.fill(page, which, paper_number=self.passport[0], **day("until", FAR))
        assert accepted.status == 302, accepted.status
        return True
