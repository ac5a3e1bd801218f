"""What the code of a certificate lets anybody know: found by a blind index, four answers, nothing of a person."""

import io
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import segno
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule import attestations
from matricule.attestations import verification
from matricule.attestations.models import Letter
from matricule.core import clock, config, ids
from tests.attestations import facts
from tests.support import certificates


@pytest.mark.parametrize(
    ("name", "first"),
    [("Thị Minh Anh", "T."), ("élodie", "É."), ("’t Hooft", "T."), ("", ""), ("-", ""), ("É", "É."), ("ßen", "SS.")],
)
def test_an_initial_is_the_first_letter_with_a_point(name, first):
    assert verification.initial(name) == first


def test_the_initials_are_of_the_first_given_name_and_the_birth_name_only():
    shown = verification.shown_of(facts.CERTIFICATE)
    assert shown == {"initials": "T. N.", "starts_on": "2026-09-11", "ends_on": "2026-12-10"}
    single = verification.shown_of({**facts.CERTIFICATE, "given_names": ""})
    assert single["initials"] == "N."


def modules(svg: str) -> set[tuple[int, int]]:
    """Return the dark modules of a QR code that segno drew as one path of horizontal strokes."""
    path = ET.fromstring(svg).find(".//{http://www.w3.org/2000/svg}path[@stroke]").get("d")
    x = y = 0.0
    dark = set()
    for sign, values in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", values)]
        if sign == "M":
            x, y = numbers
        elif sign == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            dark |= {(int(x) + step, int(y)) for step in range(int(numbers[0]))}
            x += numbers[0]
    return dark


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_drawing_is_the_qr_code_of_the_page_of_that_language(language):
    paper = verification.on_paper(facts.CODE)
    address = f"{config.current().address}/{language}/verify/{facts.CODE}/"
    code = segno.make(address, error="q", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=4)]
    expected = {(x, y) for y, row in enumerate(rows) for x, value in enumerate(row) if value}
    assert modules(paper["drawing"][language]) == expected
    assert paper["page"][language] == address.split("//")[1].removesuffix(f"{facts.CODE}/")


@pytest.mark.parametrize("kind", sorted(verification.KINDS))
def test_the_printed_page_shows_every_module_of_the_code(kind):
    """Rendered at 300 dpi, each module is sampled at its middle and compared with the code of the address."""
    from matricule.attestations.typesetting import compose

    pdf = compose(kind, facts.written_for(kind, demo=False), dated=facts.DATED).pdf
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=300 / 72).to_pil().convert("L")
    document.close()
    address = f"{config.current().address}/fr/verify/{facts.CODE}/"
    rows = [list(row) for row in segno.make(address, error="q", micro=False).matrix_iter(border=0)]
    left, top, right, bottom = _box(picture)
    step = (right - left) / len(rows[0])
    wrong = [
        (x, y)
        for y, row in enumerate(rows)
        for x, value in enumerate(row)
        if (picture.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) < 128) != bool(value)
    ]
    assert wrong == [] and bottom - top == pytest.approx(right - left, abs=2)


def _box(picture):
    """Return where the QR code lies: the black (no text is black) pixels of the lower left quarter."""
    width, height = picture.size
    part = picture.crop((0, height // 2, width // 3, height)).point(lambda level: 255 if level < 12 else 0)
    left, top, right, bottom = part.getbbox()
    return left, top + height // 2, right, bottom + height // 2


@pytest.mark.django_db
class TestLookUp:
    """A code as somebody types it."""

    def test_a_letter_says_what_its_facts_said_and_keeps_no_code(self):
        subject = certificates.uuid4()
        made = attestations.issue("provisional_certificate", subject, facts.CERTIFICATE, dated=facts.DATED)
        document = pypdfium2.PdfDocument(attestations.read(made))
        code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", document[0].get_textpage().get_text_range())[0]
        document.close()
        found = attestations.look_up(code)
        assert (found.kind, found.initials) == ("provisional_certificate", "T. N.")
        assert (str(found.starts_on), str(found.ends_on)) == ("2026-09-11", "2026-12-10")
        letter = Letter.objects.get(pk=made)
        assert bytes(letter.code_index) == verification.index_of(code)
        with connection.cursor() as cursor:
            cursor.execute("select row_to_json(l)::text from attestations_letter l")
            (row,) = cursor.fetchone()
        assert code not in row and code.replace("-", "") not in row and "T. N." not in row

    def test_a_letter_of_another_kind_has_no_code(self):
        given = {key: value for key, value in facts.written_for("number_letter").items() if key != "demo"}
        attestations.issue("number_letter", certificates.uuid4(), given, dated=facts.DATED)
        letter = Letter.objects.get()
        assert letter.code_index is None and letter.shown == {}
        assert attestations.look_up("") == verification.UNKNOWN

    def test_withdrawn_once_it_stays_withdrawn_on_that_day(self):
        code = certificates.issued()
        (pk,) = Letter.objects.values_list("pk", flat=True)
        assert attestations.look_up(code).state == "valid"
        for hours in (0, 90):
            attestations.withdraw(pk, at=clock.now() + timedelta(hours=hours))
        found = attestations.look_up(code)
        assert (found.state, found.withdrawn_on) == ("withdrawn", clock.today())

    def test_the_last_day_is_included_and_the_next_is_not(self, monkeypatch):
        today = clock.today()
        code = certificates.issued(starts_on=today, ends_on=today)
        assert attestations.look_up(code).state == "valid"
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=1))
        assert attestations.look_up(code).state == "expired"

    @pytest.mark.parametrize("text", ["", "x", "7KQ4-92HX-M3TD", "٣" * 16, "0" * 10_000])
    def test_what_is_no_code_costs_the_same_statement_and_has_the_same_answer(self, text):
        certificates.issued()
        seen = []
        for asked in (ids.new_code(), text):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert attestations.look_up(asked) is verification.UNKNOWN
            seen.append([re.sub(r"'\\x\w+'", "?", query["sql"]) for query in queries])
        assert seen[0] == seen[1] and len(seen[0]) == 1


def test_the_qr_code_brings_no_picture_from_elsewhere_into_the_pdf():
    from matricule.attestations.typesetting import compose

    made = compose("provisional_certificate", facts.written_for("provisional_certificate"), dated=facts.DATED)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert not any("/URI" in str(thing) for page in pdf.pages for thing in page.get("/Annots", []))
        assert not any(page.images for page in pdf.pages)
