"""Numbers and codes typed through the screens of a real service are found nowhere in clear (house.md 4.9; R69).

A service with the settings of a real one, its own PostgreSQL, its own temporary folder; students, companies, employees
behind the link of a mail and caseworkers, who type canaries into every kind of field, name files by them and send PDFs
full of them. Then everything that was written is searched: the data files and the WAL after a checkpoint, the rows as
SQL gives them (which unpacks what PostgreSQL compressed), the vault, the temporary folder, the logs of every process,
and the mails, where the codes alone may stand.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from tests.support import canaries, journey, typists
from tests.support import factories as make
from tests.support.promises import bulk
from tests.support.served import Served, serving
from tests.support.typists import Caseworker, Employer, Typist, hidden

STUDENTS, COMPANIES = bulk(1, 25), bulk(1, 5)
EACH = 8
"""Canaries of one student: two NIR, two IBAN, two passport numbers, the code that came and one that was made up."""
OF_A_COMPANY = 2 * (EACH + 2) + 1
"""Those of a company and of a caseworker, who type the code of an app too, and the number that is given at the end."""

SEED = os.environ.get("MATRICULE_SEED") or secrets.token_hex(4)
ROWS = """
select format('select row_to_json(t)::text from %I.%I t', schemaname, tablename) from pg_tables
where schemaname not in ('pg_catalog', 'information_schema')
\\gexec
"""


class Student(Typist):
    """A student, from the questionnaire to the documents."""

    dossier = ""

    def answer_the_questions(self) -> None:
        """Walk the questionnaire to its end, sending a number first to each question that is asked."""
        page = "/fr/student/questions/"
        shown = self.visitor.ask(page).text
        for _ in range(30):
            asked = hidden(shown, "question")
            if not asked:
                break
            given = {"answers": hidden(shown, "answers"), "question": asked, "go": "next"}
            date = zip(("year", "month", "day"), make.NON_EU.get(asked, "").split("-"), strict=False)
            wrong = {asked: self.nir[0], f"{asked}_day": self.passport[0], f"{asked}_year": self.iban[0]}
            self.visitor.post(page, **{**given, **wrong})
            good = {f"{asked}_{part}": text for part, text in date}
            shown = self.visitor.post(page, **{**given, asked: make.NON_EU.get(asked, "no"), **good}).text
        token = hidden(shown, "answers")
        assert "/student/start/" in shown and token, "the questions lead to no registration"
        assert self.visitor.post("/fr/student/start/", page, answers=token).status == 302

    def sign_in(self) -> None:
        """Type numbers as an address, then a made-up code, then the one that came."""
        page, code = "/fr/student/sign-in/", "/fr/student/sign-in/code/"
        for number in self.numbers:
            self.send(page, email=number)
            self.visitor.ask(f"{page}?again=1&next=/fr/{quote(number)}")
        address = f"personne-{self.number}@example.org"
        assert self.send(page, email=address).status == 302
        real = self.code_for(address)
        made_up = self.two_codes(real)
        self.send(code, code=self.nir[0])
        self.send(code, code=f"{made_up[:3]} {made_up[3:]}")
        self.visitor.ask(f"{code}?again=1")
        answer = self.send(code, code=f"{real[:3]} {real[3:]}")
        assert answer.status == 302 and "dossier/" in answer.one("location"), answer.text[:500]
        self.dossier = answer.one("location").partition("dossier/")[2].partition("/")[0]

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
        paper = typists.paper(self.numbers)
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


def places(served: Served, since: float, temporary: Path) -> Iterator[tuple[str, bytes]]:
    """Yield whatever the service wrote since a moment: every file, every row, every line of its logs."""
    for folder in (served.service.data, temporary):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_mtime >= since:
                yield str(path.relative_to(folder)), path.read_bytes()
    yield "rows", served.sql(ROWS).encode()
    yield "logs", "\n".join(served.service.lines).encode()


def type_everywhere(served: Served, made: canaries.Canaries) -> None:
    """Let students, companies and the desk type what was made, each on screens of their own."""
    for number in range(STUDENTS):
        student = Student(served, made, number)
        student.answer_the_questions()
        student.sign_in()
        student.fill_in()
        student.send_documents()
    for number in range(STUDENTS, STUDENTS + COMPANIES):
        employer, desk = Employer(served, made, number), Caseworker(served, made, number + COMPANIES)
        employer.ask_in_public()
        employer.open_account()
        employer.file()
        desk.come_in()
        for typed in desk.numbers:
            assert desk.search(typed) == 0
        given = desk.examine(employer.dossier)
        employer.confirm()
        assert employer.read_the_number() == given
        assert desk.search(given) == desk.search(given[:13]) == 1
        made.nir.append(given)


def mails_of(served: Served) -> bytes:
    """Return what left by mail, as text."""
    parts = [part for mail in served.mail.taken for part in mail.walk() if not part.is_multipart()]
    heads = [f"{name}: {value}".encode() for mail in served.mail.taken for name, value in mail.items()]
    return b"\n".join([*heads, *(part.get_payload(decode=True) for part in parts)])


@pytest.mark.bulk
@pytest.mark.slow
def test_numbers_and_codes_typed_through_the_screens_are_found_nowhere_in_clear(tmp_path, promise):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    made = canaries.made(STUDENTS + 2 * COMPANIES, SEED)
    settings = {"TMPDIR": str(temporary), "MATRICULE_LOG_LEVEL": "DEBUG", "MATRICULE_STAFF_CODES": "1"}
    with serving(tmp_path, **settings) as served:
        since = time.time() - 1
        type_everywhere(served, made)
        assert len(made) == EACH * STUDENTS + OF_A_COMPANY * COMPANIES
        control = canaries.made(1, f"{SEED}-control")
        served.sql(f"create table control as select '{control.nir[0]}' as typed; checkpoint")
        found: dict[str, set[str]] = {}
        seen, size = set(), 0
        for place, data in places(served, since, temporary):
            found.setdefault(place, set()).update(made.found_in(data))
            size += len(data)
            if control.found_in(data):
                seen.add("WAL" if "pg_wal" in place else "rows" if place == "rows" else "data files")
        found["mails"] = made.found_in(mails_of(served)) - set(made.code)
        lines = len(served.service.lines)
        telling = [line for line in served.service.lines if found["logs"] and made.found_in(line.encode())][:3]
    bad = {place: sorted(numbers) for place, numbers in found.items() if numbers}
    assert not bad, f"MATRICULE_SEED={SEED}: {bad} {telling}"
    assert seen == {"WAL", "rows", "data files"}, "the search does not see what lies in clear"
    assert lines > 40 * STUDENTS
    promise(
        "canaries",
        f"{len(made)} numbers and codes typed by {STUDENTS} students, {COMPANIES} companies and employees,"
        f" {COMPANIES} caseworkers and the public, none in clear in {len(found) - 3} files, every row,"
        f" {lines} log lines and {len(served.mail.taken)} mails"
        f" ({size // 2**20} MiB; seed {SEED})",
    )
