"""Numbers and codes typed through the screens of a real service are found nowhere in clear (house.md 4.9; R69).

A service with the settings of a real one, its own PostgreSQL, its own temporary folder; people who type canaries into
every kind of field, name files by them and send PDFs full of them. Then everything that was written is searched: the
data files and the WAL after a checkpoint, the rows as SQL gives them (which unpacks what PostgreSQL compressed), the
vault, the temporary folder, the logs of every process.
"""

import io
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import pikepdf
import pytest
from tests.support import canaries, journey
from tests.support import factories as make
from tests.support.canaries import Canaries
from tests.support.promises import bulk
from tests.support.served import HOST, TOKEN, Answer, Served, Visitor, serving

PEOPLE = bulk(3, 25)
EACH = 8
"""Canaries of one person: two NIR, two IBAN, two passport numbers, the code that came and one that was made up."""

SEED = os.environ.get("MATRICULE_SEED") or secrets.token_hex(4)
ROWS = """
select format('select row_to_json(t)::text from %I.%I t', schemaname, tablename) from pg_tables
where schemaname not in ('pg_catalog', 'information_schema')
\\gexec
"""


@dataclass
class Person:
    """Somebody who types everything in the wrong place as well as in the right one."""

    served: Served
    visitor: Visitor
    number: int
    nir: list[str]
    iban: list[str]
    passport: list[str]
    typed: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> list[str]:
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

    def answer_the_questions(self) -> None:
        """Walk the questionnaire to its end, sending a number first to each question that is asked."""
        page = "/fr/student/questions/"
        shown = self.visitor.ask(page).text
        for _ in range(30):
            asked = _hidden(shown, "question")
            if not asked:
                break
            given = {"answers": _hidden(shown, "answers"), "question": asked, "go": "next"}
            date = zip(("year", "month", "day"), make.NON_EU.get(asked, "").split("-"), strict=False)
            wrong = {asked: self.nir[0], f"{asked}_day": self.passport[0], f"{asked}_year": self.iban[0]}
            self.visitor.post(page, **{**given, **wrong})
            good = {f"{asked}_{part}": text for part, text in date}
            shown = self.visitor.post(page, **{**given, asked: make.NON_EU.get(asked, "no"), **good}).text
        token = _hidden(shown, "answers")
        assert "/student/start/" in shown and token, "the questions lead to no registration"
        assert self.visitor.post("/fr/student/start/", page, answers=token).status == 302

    def sign_in(self, canaries: Canaries) -> None:
        """Type numbers as an address, then a made-up code, then the one that came."""
        page, code = "/fr/student/sign-in/", "/fr/student/sign-in/code/"
        for number in self.numbers:
            self.send(page, email=number)
            self.visitor.ask(f"{page}?again=1&next=/fr/{quote(number)}")
        address = f"personne-{self.number}@example.org"
        assert self.send(page, email=address).status == 302
        real = self._code_for(address)
        made_up = next(text for text in iter(lambda: f"{secrets.randbelow(10**6):06d}", "") if text != real)
        canaries.code += [made_up, real]
        self.send(code, code=self.nir[0])
        self.send(code, code=f"{made_up[:3]} {made_up[3:]}")
        self.visitor.ask(f"{code}?again=1")
        answer = self.send(code, code=f"{real[:3]} {real[3:]}")
        assert answer.status == 302 and "dossier/" in answer.one("location"), answer.text[:500]
        self.dossier = answer.one("location").partition("dossier/")[2].partition("/")[0]

    def _code_for(self, address: str) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for mail, to in zip(self.served.mail.taken, self.served.mail.recipients, strict=False):
                if to == [address]:
                    found = re.search(r"\b(\d{3}) ?(\d{3})\b", mail.get_payload(decode=True).decode())
                    assert found
                    return found.group(1) + found.group(2)
            time.sleep(0.1)
        raise AssertionError("no code came")

    def fill_in(self) -> None:
        """Type numbers into every field of the form, as it is saved while typing and as it is sent."""
        base = f"/fr/student/dossier/{self.dossier}/"
        for section, values in journey.SECTIONS.items():
            page = f"{base}identify/{section}/"
            names = list(values)
            wrong = {name: self.numbers[place % 6] for place, name in enumerate(names)}
            self.send(f"{base}autosave/", page, **wrong, **{f"base:{name}": "" for name in names})
            broken = {f"{name}": self.numbers[(place + 1) % 6] for place, name in enumerate(names)}
            refused = self.send(page, **broken)
            assert "again=1" in refused.one("location"), section
            assert self.visitor.ask(refused.one("location")).status in {200, 422}
            assert self.send(page, **values).status == 302
        for number in self.numbers:
            assert self.visitor.ask(f"/fr/student/schools/?{urlencode({'school': number})}").status == 200
            self.visitor.ask(f"/fr/{quote(number)}/{number.replace(' ', '')}")

    def send_documents(self) -> None:
        """Type an IBAN with mistakes and without; send PDFs and what is none, named by numbers and full of them."""
        base = f"/fr/student/dossier/{self.dossier}/"
        page = f"{base}documents/"
        self.send(f"{base}bank/", page, iban=self.nir[1])
        self.send(f"{base}bank/", page, iban=self.iban[1], own_name="on")
        self.send(f"{base}bank/", page, iban=self.iban[0])
        assert "again" not in self.send(f"{base}bank/", page, iban=self.iban[0], own_name="on").one("location")
        paper = _paper(self.numbers)
        html = "<html>" + " ".join(self.numbers) + "</html>"
        sent = {
            f"{self.nir[0]} {self.passport[0]}.pdf": paper,
            f"{self.iban[0]}.pdf": html.encode() * 50,
            f"{self.passport[1]}.pdf": paper[: len(paper) // 2],
        }
        for name, data in sent.items():
            address = f"{base}documents/identity/add/"
            answer = self.send(address, page, {"files": (name, data)}, part="main")
            assert answer.status == 302, answer.text[:500]
        shown = self.visitor.ask(page).text
        file = re.search(r"/files/([0-9a-f-]{36})/", shown)
        assert file, "no file was kept"
        looked = self.visitor.ask(f"{base}files/{file.group(1)}/").text
        image = re.search(r"/pages/([0-9a-f-]{36})/image/view/", looked)
        assert image, "no page is shown"
        for place in (image.group(0).removeprefix("/"), f"files/{file.group(1)}/original/", "documents/identity/pdf/"):
            assert self.visitor.ask(base + place).status == 200, place
        self.send(f"{base}documents/identity/translator/", page, **{"identity-name": self.nir[0]})


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    return unescape(found.group(1)) if found else ""


def _paper(numbers: list[str]) -> bytes:
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


def places(served: Served, since: float, temporary: Path) -> Iterator[tuple[str, bytes]]:
    """Yield whatever the service wrote since a moment: every file, every row, every line of its logs."""
    for folder in (served.service.data, temporary):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_mtime >= since:
                yield str(path.relative_to(folder)), path.read_bytes()
    yield "rows", served.sql(ROWS).encode()
    yield "logs", "\n".join(served.service.lines).encode()


@pytest.mark.bulk
def test_numbers_and_codes_typed_through_the_screens_are_found_nowhere_in_clear(tmp_path, promise):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    made = canaries.made(PEOPLE, SEED)
    with serving(tmp_path, TMPDIR=str(temporary), MATRICULE_LOG_LEVEL="DEBUG") as served:
        since = time.time() - 1
        for number in range(PEOPLE):
            two = slice(2 * number, 2 * number + 2)
            person = Person(served, served.visitor(), number, made.nir[two], made.iban[two], made.passport[two])
            person.answer_the_questions()
            person.sign_in(made)
            person.fill_in()
            person.send_documents()
        assert len(made) == EACH * PEOPLE
        control = canaries.made(1, f"{SEED}-control")
        served.sql(f"create table control as select '{control.nir[0]}' as typed; checkpoint")
        found: dict[str, set[str]] = {}
        seen, size = set(), 0
        for place, data in places(served, since, temporary):
            found.setdefault(place, set()).update(made.found_in(data))
            size += len(data)
            if control.found_in(data):
                seen.add("WAL" if "pg_wal" in place else "rows" if place == "rows" else "data files")
        lines = len(served.service.lines)
        telling = [line for line in served.service.lines if found["logs"] and made.found_in(line.encode())][:3]
    bad = {place: sorted(numbers) for place, numbers in found.items() if numbers}
    assert not bad, f"MATRICULE_SEED={SEED}: {bad} {telling}"
    assert seen == {"WAL", "rows", "data files"}, "the search does not see what lies in clear"
    assert lines > 40 * PEOPLE
    promise(
        "canaries",
        f"{len(made)} numbers and codes typed by {PEOPLE} people, none in clear in {len(found) - 2} files,"
        f" every row and {lines} log lines ({size // 2**20} MiB; seed {SEED})",
    )
