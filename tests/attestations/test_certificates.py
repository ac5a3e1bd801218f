"""The certificates and letters of the examination: every fact read back from the PDF, and made the same anywhere."""

import io
import json
import re

import pikepdf
import pypdfium2
import pytest

from matricule.attestations import typesetting, verification
from matricule.attestations.typesetting import LetterError, compose
from tests.attestations import facts

KINDS = [kind for kind in typesetting.KINDS if not kind.endswith("_receipt")]
CERTIFICATES = [kind for kind in KINDS if kind.endswith("_certificate")]
FR, EN = 0, 1


def pages(kind: str, **changes) -> list[str]:
    """Return the text of each page, its line ends and runs of spaces made one space."""
    document = pypdfium2.PdfDocument(compose(kind, facts.written_for(kind, **changes), dated=facts.DATED).pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def value(page: str, label: str) -> str:
    """Return what stands after a label, up to the next one."""
    found = re.search(
        rf"{re.escape(label)} ?: (.*?)(?= (?:{'|'.join(map(re.escape, LABELS))}) ?: | Ce que| What )", page
    )
    assert found, label
    return found[1].strip()


LABELS = [
    "Caisse", "Nom de naissance", "Nom d’usage", "Prénoms", "Date de naissance", "Numéro d’attente (NIA)",
    "Numéro de sécurité sociale (NIR)", "Nature du droit", "Régime", "Droits ouverts depuis", "Droits ouverts",
    "Attestation valable", "Covered since", "Certificate valid", "Référence du dossier",
    "Établie le", "Caisse (health insurance office)", "Birth name", "Name in use", "Given names", "Date of birth",
    "Provisional number (NIA)", "Social security number (NIR)", "Nature of the right", "Scheme", "Covered",
    "Reference of the file", "Issued on",
]  # fmt: skip


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_each_fact_is_read_back_from_both_pages_of_a_certificate(kind):
    french, english = pages(kind)
    nia = kind == "provisional_certificate"
    assert value(french, "Caisse") == "CPAM du Doubs, code 251"
    assert value(french, "Nom de naissance") == value(english, "Birth name") == "Nguyễn"
    assert value(french, "Nom d’usage") == value(english, "Name in use") == "Delacroix"
    assert value(french, "Prénoms") == value(english, "Given names") == "Thị Minh Anh"
    assert (value(french, "Date de naissance"), value(english, "Date of birth")) == ("14 mars 2004", "14 March 2004")
    number = "Numéro d’attente (NIA)" if nia else "Numéro de sécurité sociale (NIR)"
    assert value(french, number).startswith("2 04 03 99 243 017 54 ")
    number = "Provisional number (NIA)" if nia else "Social security number (NIR)"
    assert value(english, number).startswith("2 04 03 99 243 017 54 ")
    assert value(french, "Nature du droit").startswith("prise en charge des frais de santé")
    assert value(english, "Nature of the right").startswith("health costs covered")
    assert value(french, "Régime") == "régime général, étudiants"
    assert value(english, "Scheme") == "general scheme, students"
    assert value(french, "Droits ouverts depuis") == "7 septembre 2026, premier jour des cours"
    assert value(english, "Covered since") == "7 September 2026, first day of courses"
    assert value(french, "Attestation valable") == "du 11 septembre 2026 au 10 décembre 2026 inclus"
    assert value(english, "Certificate valid") == "from 11 September 2026 to 10 December 2026 inclusive"
    assert value(french, "Référence du dossier") == value(english, "Reference of the file") == "M26-7KQ4-92HX"
    assert value(french, "Établie le") == "11 septembre 2026"
    assert value(english, "Caisse (health insurance office)") == "CPAM du Doubs, code 251"
    assert "25036 Besançon cedex" in french and "25036 Besançon cedex" in english
    assert facts.CODE in french and facts.CODE in english
    assert "/fr/verify/" in french and "/en/verify/" in english


def test_without_courses_the_dates_of_the_certificate_are_those_of_the_right():
    french, english = pages("definitive_certificate", rights_from="")
    assert value(french, "Droits ouverts") == "du 11 septembre 2026 au 10 décembre 2026 inclus"
    assert value(english, "Covered") == "from 11 September 2026 to 10 December 2026 inclusive"
    assert "premier jour des cours" not in french and "first day of courses" not in english


def test_a_name_in_use_or_a_birth_day_that_nobody_knows_leaves_no_empty_line():
    french, english = pages("provisional_certificate", usage_name="", birth_date="2004-00-00")
    assert "Nom d’usage" not in french and "Name in use" not in english
    assert value(french, "Date de naissance") == value(english, "Date of birth") == "2004"


def test_the_provisional_certificate_says_what_it_opens_and_what_not_and_that_it_ends():
    french, english = pages("provisional_certificate")
    assert "Votre attestation provisoire se termine le 10 décembre 2026. Cette date suit votre document" in french
    assert "Your provisional certificate ends on 10 December 2026. This date follows your residence" in english
    for words in ("Pas de carte Vitale", "Pas de compte ameli", "feuilles de soins à votre caisse"):
        assert words in french
    for words in ("No carte Vitale", "No ameli account", "care sheets to your caisse"):
        assert words in english
    longest = " ".join(pages("provisional_certificate", why_ends="nine_months"))
    assert "Elle dure 9 mois au plus" in longest and "It lasts 9 months at most" in longest
    everything = longest + french + english
    for never in ("soins s’arrêtent", "droits s’arrêtent", "care stops", "cover stops"):
        assert never not in everything


def test_the_definitive_certificate_says_until_when_and_what_it_replaces():
    french, english = pages("definitive_certificate")
    assert "vaut jusqu’au 10 décembre 2026. Votre compte ameli en donne ensuite une nouvelle. Elle remplace" in french
    assert "good until 10 December 2026. Your ameli account then gives a new one. It replaces any" in english
    assert "appelez d’abord le 3646, puis allez sur ameli.fr" in french
    open_ended = " ".join(pages("definitive_certificate", ends_on=""))
    assert "à partir du 11 septembre 2026" in open_ended and "from 11 September 2026" in open_ended
    assert "vaut jusqu’au" not in open_ended and "good until" not in open_ended


def test_the_letter_of_the_number_gives_it_with_the_caisse_and_what_to_do_next():
    french, english = pages("number_letter")
    for page in (french, english):
        assert "2 04 03 99 243 017 54" in page and "12 rue des Granges 25000 Besançon" in page
        assert "CPAM du Doubs 25036 Besançon cedex" in page and "CPAM du Doubs, code 251" in page
        assert "Thị Minh Anh Delacroix" in page and "M26-7KQ4-92HX" in page
        assert page.index("3646") < page.index("ameli.fr")
    for words in ("demande préremplie", "appelez d’abord le 3646", "Paie : donnez les 15 chiffres", "Le 11 septembre"):
        assert words in french, words
    for words in ("pre-filled request", "call 3646 first", "Pay: give the 15 digits", "+33 9 74 75 36 46"):
        assert words in english, words
    assert "ont les mêmes chiffres" in french and "have the same digits" in english
    other = " ".join(pages("number_letter", replaces=True, usage_name="", office_address=[]))
    assert "n’est plus à utiliser" in other and "no longer to be used" in other and "mêmes chiffres" not in other
    assert "Thị Minh Anh Nguyễn" in other and "L’adresse de votre caisse est sur ameli.fr." in other


def test_the_request_for_a_card_is_filled_in_and_says_what_to_join_and_where_to_send_it():
    french, english = pages("vitale_request")
    for page in (french, english):
        assert "2 04 03 99 243 017 54" in page and "12 rue des Granges, 25000 Besançon" in page
        assert "Nguyễn" in page and "Delacroix" in page and "Thị Minh Anh" in page
        assert "CPAM du Doubs 25036 Besançon cedex" in page
    assert "Une photo d’identité récente" in french and "copie lisible de votre pièce d’identité" in french
    assert "Signature :" in french and french.count("Photo") == 1
    assert "A recent identity photo" in english and "Print, sign and send the French page" in english


@pytest.mark.parametrize("kind", KINDS)
def test_the_demo_writes_specimen_across_every_page_and_a_real_letter_never(kind):
    for page in pages(kind):
        assert page.count("SPÉCIMEN") >= 1
    across = compose(kind, facts.written_for(kind), dated=facts.DATED).pdf
    with pikepdf.open(io.BytesIO(across)) as pdf:
        assert len(pdf.pages) == 2
    assert not any("SPÉCIMEN" in page or "SPECIMEN" in page for page in pages(kind, demo=False))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "changes",
    [
        {}, {"demo": False}, {"birth_date": "2004-00-00"}, {"usage_name": ""}, {"office_address": []},
        {"birth_name": "Åsa Łukasiewicz-Ørsted ğışİ ñ ß ŵ ż", "given_names": "N" * 180}, {"ends_on": "2027-01-01"},
    ],
)  # fmt: skip
def test_typst_has_nothing_to_warn_about(kind, changes):
    given = {**facts.written_for(kind, **changes), "dated": facts.DATED.isoformat(timespec="seconds")}
    pdf, warnings = typesetting._compiler(kind).compile_with_warnings(
        format="pdf", sys_inputs={"facts": json.dumps(given)}, pdf_standards=[*typesetting.STANDARDS], timestamp=0
    )
    assert pdf.startswith(b"%PDF-") and [str(warning) for warning in warnings] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_tagged_titled_in_two_languages_and_says_its_standards(kind):
    with pikepdf.open(io.BytesIO(compose(kind, facts.written_for(kind), dated=facts.DATED).pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        kinds, languages, described = set(), {str(pdf.Root.Lang)}, []

        def walk(node):
            children = node.get("/K", [])
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                    kinds.add(str(child.S))
                    languages.add(str(child.get("/Lang", "")))
                    if str(child.S) == "/Figure":
                        described.append(str(child.get("/Alt", "")))
                    walk(child)

        walk(pdf.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/L", "/P"} <= kinds and {"fr", "en"} <= languages
        assert all("QR" in alt for alt in described) and len(described) == (2 if kind in verification.KINDS else 0)
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", ['#panic("x")', "$x^2$", "*bold*", "= Title", "<label>", "@ref", '"; panic("'])
def test_signs_of_markup_in_a_name_stay_text(kind, payload):
    for page in pages(kind, birth_name=payload):
        assert payload.replace(" ", "") in page.replace(" ", "")


NEEDED = [(kind, name) for kind in KINDS for name in ("office", "birth_name", "number", "birth_date", "demo")]


@pytest.mark.parametrize(
    ("kind", "missing"), [one for one in NEEDED if one[0] != verification.PROOF or one[1] in facts.PROOF | {"demo": 1}]
)
def test_facts_that_do_not_fit_are_refused_without_being_told(kind, missing):
    given = {key: value for key, value in facts.written_for(kind).items() if key != missing}
    with pytest.raises(LetterError) as refused:
        compose(kind, given, dated=facts.DATED)
    assert "Nguy" not in str(refused.value) and "M26" not in str(refused.value)
