"""A complete deposit, request by request, as a browser with script sends it: for the counts and for ``make bench``.

Fifteen requests of the service: the four pages of the form (each opened, then sent), the page of the documents, three
files (the answer to each is the fragment that the script puts in), the page to read again, its submit, the receipt.
Left out, because the wizard has nothing like them: signing in, the questionnaire, autosave, the search for a school
while its name is typed, thumbnails (drawn later, when a row comes into view) and static files.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pikepdf
from PIL import Image

SLOTS = ("identity", "enrolment", "visa_d")
SECTIONS: dict[str, dict[str, str]] = {
    "civil_status": {
        "birth_name": "Nguyễn",
        "usage_name": "",
        "given_names": "Thị Minh Anh",
        "original_names": "",
        "sex": "F",
        "birth_date_day": "14",
        "birth_date_month": "3",
        "birth_date_year": "2004",
        "birth_place": "Hà Nội",
        "birth_country": "VN",
        "nationality": "VN",
    },
    "parents": {
        "parent1_birth_name": "Trần",
        "parent1_given_names": "Thị Lan",
        "parent2_birth_name": "Nguyễn",
        "parent2_given_names": "Văn Hùng",
    },
    "contact": {
        "phone": "06 12 34 56 78",
        "street": "12 rue Battant",
        "building": "B",
        "apartment": "204",
        "letter_box": "Nguyễn",
        "postcode": "25000",
        "city": "Besançon",
    },
    "studies": {
        "school": "Université de Franche-Comté",
        "school_uai": "",
        "courses_start_day": "7",
        "courses_start_month": "9",
        "courses_start_year": "2026",
        "arrival_date_day": "28",
        "arrival_date_month": "8",
        "arrival_date_year": "2026",
    },
}


@dataclass
class Answer:
    """What came back: status, body, and where a redirect leads."""

    status: int
    text: str
    location: str = ""

    def hidden(self, name: str) -> str:
        """Return the value of the hidden field ``name``; the page holds one, or this raises."""
        tags = re.findall(r"<input[^>]*>", self.text)
        tag = next(tag for tag in tags if f'name="{name}"' in tag)
        found = re.search(r'value="([^"]*)"', tag)
        return unescape(found.group(1)) if found else ""


Files = Mapping[str, tuple[str, bytes]]


@dataclass
class Browser:
    """Sends requests one after the other and keeps cookies; ``send`` does the sending (a socket, or Django's client).

    ``send(method, path, body, headers)`` returns status, headers as pairs, and the body.
    """

    send: Callable[[str, str, bytes, dict[str, str]], tuple[int, list[tuple[str, str]], bytes]]
    cookies: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    received: int = 0
    statements: list[str] = field(default_factory=list)
    after: tuple[int, ...] = ()

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, b"", {})

    def post(
        self,
        path: str,
        values: Mapping[str, str],
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a form, with files when given."""
        if files is None:
            body, kind = urlencode(values).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = multipart(values, files)
        self.received += len(body)
        return self._ask("POST", path, body, {"Content-Type": kind, **(headers or {})})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.requests.append(f"{method} {path}")
        status, given, data = self.send(method, path, body, {**headers, "Cookie": cookies})
        location = ""
        for name, value in given:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key.strip()] = rest.split(";")[0]
            elif name.lower() == "location":
                location = value
        if status >= 400:
            raise AssertionError(f"{method} {path}: {status}")
        return Answer(status, data.decode("utf-8", "replace"), location)


def over_socket(port: int) -> Callable[[str, str, bytes, dict[str, str]], tuple[int, list[tuple[str, str]], bytes]]:
    """Return a ``send`` over one kept connection to localhost."""
    link = HTTPConnection("localhost", port, timeout=60)

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list, bytes]:
        link.request(method, path, body or None, headers)
        answer = link.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    return send


def over_client(client: Any) -> Callable[[str, str, bytes, dict[str, str]], tuple[int, list, bytes]]:
    """Return a ``send`` through Django's test client, in this process."""

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list, bytes]:
        kind, _cookies = headers.pop("Content-Type", "application/octet-stream"), headers.pop("Cookie")
        answer = client.generic(method, path, body, content_type=kind, headers=headers)
        return answer.status_code, list(answer.items()), answer.content

    return send


def multipart(values: Mapping[str, str], files: Files) -> tuple[bytes, str]:
    """Return the body and the content type of a form with files."""
    edge = uuid4().hex
    out = io.BytesIO()
    for name, value in values.items():
        out.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (file_name, data) in files.items():
        head = (
            f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: application/pdf'
        )
        out.write(f"--{edge}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
    out.write(f"--{edge}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={edge}"


class Waiting(Exception):
    """A file got no verdict in the answer to its upload: the machine is too busy, this deposit does not count."""


def deposit(browser: Browser, dossier_id: str, papers: list[bytes]) -> Iterator[str]:
    """Fill and send a dossier that was opened; yield the name of each step after its request."""
    base = f"/fr/student/dossier/{dossier_id}/"
    for name, values in SECTIONS.items():
        page = browser.get(f"{base}identify/{name}/")
        yield f"open {name}"
        sent = browser.post(
            f"{base}identify/{name}/", {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), **values}
        )
        assert sent.status == 302 and "again" not in sent.location, f"{name}: {sent.status} {sent.location}"
        yield f"send {name}"
    page = browser.get(f"{base}documents/")
    yield "open documents"
    token = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "part": "main"}
    for slot, paper in zip(SLOTS, papers, strict=True):
        script = {"X-Matricule-Fragment": "1", "X-Requested-With": "fetch"}
        piece = browser.post(f"{base}documents/{slot}/add/", token, {"files": (f"{slot}.pdf", paper)}, script)
        assert piece.status == 200
        if "verdict-ok" not in piece.text:
            raise Waiting(slot)
        yield "send a file"
    page = browser.get(f"{base}check/")
    yield "open check"
    form = {name: page.hidden(name) for name in ("csrfmiddlewaretoken", "idempotency_key", "version")}
    sent = browser.post(f"{base}check/", {**form, "declare": "on"})
    assert sent.location.endswith("/receipt/"), sent.location
    yield "send check"
    browser.get(sent.location)
    yield "open receipt"


def wizard(browser: Browser, papers: list[bytes]) -> Iterator[str]:
    """Fill and send a deposit of ``bench/wizard``; yield the name of each step after its request.

    Fifteen requests too: to the start (which leads to the first step), five steps each opened and sent, two of the
    short ones opened again to read them, the end, and the page that thanks.
    """
    place = browser.get("/deposit/").location
    yield "open the start"
    for name, values in SECTIONS.items():
        sent = _step(browser, place, name, _plain(values), None)
        yield f"open {name}"
        place = sent().location
        yield f"send {name}"
    for name in ("parents", "contact"):
        browser.get(f"/deposit/{name}/")
        yield f"read {name}"
    files = {name: (f"{name}.pdf", paper) for name, paper in zip(WIZARD_FILES, papers, strict=True)}
    sent = _step(browser, "/deposit/documents/", "documents", {}, files)
    yield "open documents"
    place = sent().location
    yield "send the files"
    place = browser.get(place).location
    yield "the end"
    assert "Thank you" in browser.get(place).text
    yield "open receipt"


WIZARD_FILES = ("identity", "birth_record", "enrolment")


def _step(
    browser: Browser, place: str, name: str, values: dict[str, str], files: Files | None
) -> Callable[[], Answer]:
    page = browser.get(place)
    step = {
        "csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"),
        "deposit_wizard-current_step": page.hidden("deposit_wizard-current_step"),
    }
    given = {f"{name}-{key}": value for key, value in values.items()}
    named = {f"{name}-{key}": value for key, value in (files or {}).items()}

    def send() -> Answer:
        answer = browser.post(place, {**step, **given}, named)
        assert answer.status == 302, f"{name}: {answer.text[:3000]}"
        return answer

    return send


def _plain(values: dict[str, str]) -> dict[str, str]:
    """Return dates as one field each, as stock forms want them."""
    result = {name: text for name, text in values.items() if not name.endswith(("_day", "_month", "_year"))}
    for name in values:
        if name.endswith("_day"):
            stem = name.removesuffix("_day")
            day, month, year = (int(values[f"{stem}_{part}"]) for part in ("day", "month", "year"))
            result[stem] = f"{year}-{month:02}-{day:02}"
    return result


def papers(size: int = 500_000) -> list[bytes]:
    """Return three different PDFs of about ``size`` bytes, each one scanned A4 page."""
    return [_paper(size, shade) for shade in range(3)]


def _paper(size: int, shade: int) -> bytes:
    image = Image.effect_noise((1240, 1754), 24 + shade).convert("RGB")
    for quality in (82, 78, 74, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25, 20):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() < size - 1500:
            break
    jpeg = out.getvalue()
    jpeg += b"\0" * (size - 1500 - len(jpeg))  # after the end of the picture: a reader stops before it
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    picture = pdf.make_stream(jpeg)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = 1240, 1754, 8
    picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    pdf.docinfo["/Subject"] = uuid4().hex
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
