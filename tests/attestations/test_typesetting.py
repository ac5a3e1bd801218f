"""The letter before its seal: the same bytes for the same facts, tagged, and every fact only text."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
import typst

from matricule.attestations import typesetting
from matricule.attestations.typesetting import LetterError, compose
from matricule.core import clock, i18n

DATED = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
FACTS = {
    "reference": "M26-7KQ4-92HX",
    "name": "Nguyễn, Thị Minh Anh",
    "birth_date": "2004-03-14",
    "school": "Université de Franche-Comté",
    "courses_start": "2026-09-07",
    "submitted_at": "2026-09-01T10:30+02:00",
    "target": "2026-09-22",
    "sent": [{"fr": "Passeport", "en": "Passport", "files": 1, "phase": 1}],
    "later": [{"fr": "RIB", "en": "Bank details", "files": 0, "phase": 3}],
    "demo": True,
}


def letter(**changes):
    return compose("deposit_receipt", {**FACTS, **changes}, dated=DATED)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_same_facts_give_the_same_bytes():
    assert letter().pdf == letter().pdf


def test_every_thread_gives_the_same_bytes():
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: letter().pdf, range(8)))) == 1


def test_another_fact_or_moment_gives_other_bytes():
    other = compose("deposit_receipt", FACTS, dated=datetime(2026, 9, 2, tzinfo=UTC))
    assert len({letter().pdf, letter(name="Lina").pdf, other.pdf}) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"demo": False}, {"birth_date": "2004-00-00"}, {"birth_date": "2004-03-00"}, {"birth_date": ""},
        {"school": "", "courses_start": "", "target": ""}, {"later": []}, {"submitted_at": "2026-10-01T00:05+02:00"},
        {"name": "Åsa Łukasiewicz-Ørsted ğışİ ñ ß ŵ ż"}, {"name": "N" * 300}, {"sent": FACTS["sent"] * 40},
    ],
)  # fmt: skip
def test_typst_has_nothing_to_warn_about(changes):
    """A warning is a glyph that is not there, or a rule of the standards bent: a letter with one is not sent."""
    facts = {**FACTS, **changes, "dated": DATED.isoformat(timespec="seconds")}
    source = typesetting.TEMPLATES / "deposit_receipt.typ"
    compiler = typst.Compiler(
        source, root=typesetting.TEMPLATES, font_paths=typesetting._fonts(), ignore_system_fonts=True
    )
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf", sys_inputs={"facts": json.dumps(facts)}, pdf_standards=[*typesetting.STANDARDS], timestamp=0
    )
    assert pdf.startswith(b"%PDF-")
    assert [str(warning) for warning in warnings] == []


def test_it_says_everything_in_both_languages():
    text = text_of(letter().pdf)
    for words in (
        "M26-7KQ4-92HX", "Thị Minh Anh", "Accusé de réception", "Receipt of your file", "14 mars 2004",
        "14 March 2004", "10\u00a0h\u00a030", "10:30", "22 septembre 2026", "22 September 2026", "Passeport",
        "Passport", "RIB", "SPÉCIMEN",
    ):  # fmt: skip
        assert words in text, words
    assert "SPÉCIMEN" not in text_of(letter(demo=False).pdf)


def test_the_target_is_said_with_its_days():
    assert "(objectif\u00a0: 15 jours ouvrés)." in text_of(letter().pdf).replace("\n", " ")
    text = " ".join(text_of(letter(target_days=1).pdf).split())
    assert "1 jour ouvré)." in text and "(target: 1 working day)." in text


def test_it_writes_days_and_hours_as_the_pages_do():
    moment = datetime(2026, 10, 1, 1, 16, tzinfo=clock.PARIS)
    text = text_of(letter(submitted_at=moment.isoformat(timespec="minutes")).pdf)
    for language in ("fr", "en"):
        with i18n.in_language(language):
            assert i18n.format_date(moment) in text and i18n.format_time(moment) in text
    night = text_of(letter(submitted_at="2026-10-01T00:05+02:00").pdf)
    assert "0\u00a0h\u00a005" in night and "00\u00a0h" not in night and "00:05" in night


@pytest.mark.parametrize(
    "payload",
    [
        '#panic("x")', "#read(\"/etc/passwd\")", "$x^2$", "*bold*", "_it_", "= Title", "<label>", "@ref",
        "https://evil.example/", "#link(\"x\")[y]", "\\u{41}", "`raw`", "[a]{b}", "//comment", "/* c */", '"; panic("',
        "#import \"x\"", "<script>alert(1)</script>", "{{7*7}}", "~", "--- ...",
    ],
)  # fmt: skip
def test_signs_of_markup_stay_text(payload):
    made = letter(name=payload, school=payload)
    assert payload.replace(" ", "") in text_of(made.pdf).replace("\r\n", "").replace(" ", "")
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert not any("/Annots" in page for page in pdf.pages)


def test_it_is_tagged_titled_and_says_its_standards():
    with pikepdf.open(io.BytesIO(letter().pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.Lang).startswith("fr")
        kinds = set()

        def walk(node):
            for child in node.get("/K", []) if isinstance(node.get("/K"), pikepdf.Array) else [node.get("/K")]:
                if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                    kinds.add(str(child.S))
                    walk(child)

        walk(pdf.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/L", "/LI", "/P"} <= kinds
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert "M26-7KQ4-92HX" in metadata["dc:title"]


def test_the_fonts_are_inside_and_ours():
    with pikepdf.open(io.BytesIO(letter().pdf)) as pdf:
        fonts = {
            str(font.BaseFont).split("+")[-1] for page in pdf.pages for font in page.Resources.Font.as_dict().values()
        }
    assert fonts and all(name.startswith(("SourceSansPro", "RedHatDisplay")) for name in fonts), fonts


def test_the_pages_are_counted():
    assert letter().pages == 2
    assert letter(sent=FACTS["sent"] * 120).pages > 2


@pytest.mark.parametrize("kind", ["", "other", "../deposit_receipt", "deposit_receipt.typ"])
def test_an_unknown_letter_is_refused(kind):
    with pytest.raises(LetterError):
        compose(kind, FACTS, dated=DATED)


@pytest.mark.parametrize("missing", ["reference", "name", "sent", "demo", "submitted_at"])
def test_facts_that_do_not_fit_are_refused_without_being_told(missing):
    facts = {key: value for key, value in FACTS.items() if key != missing}
    with pytest.raises(LetterError) as refused:
        compose("deposit_receipt", facts, dated=DATED)
    assert "Minh" not in str(refused.value) and "M26" not in str(refused.value)


def test_every_kind_has_its_template():
    assert {path.stem for path in typesetting.TEMPLATES.glob("*.typ")} == set(typesetting.KINDS)
