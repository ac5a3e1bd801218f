"""The proof of filing: what an inspector reads, and what is nobody's business there, read back from both pages."""

import re

import pypdfium2
import pytest

from matricule import attestations
from matricule.attestations import verification
from matricule.attestations.typesetting import LetterError, compose
from tests.attestations import facts
from tests.support import certificates


def pages(**changes) -> list[str]:
    """Return the words of the French and the English page."""
    given = facts.written_for(verification.PROOF, **changes)
    document = pypdfium2.PdfDocument(compose(verification.PROOF, given, dated=facts.DATED).pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def test_both_pages_say_who_filed_for_whom_when_and_where():
    french, english = pages()
    for page in (french, english):
        for word in (
            "Atelier du Doubs",
            "732 829 320 00074",
            "M26-7KQ4-92HX",
            "MAT-0042",
            "Okonkwo, Adaeze Ifeoma",
            "CPAM du Doubs",
        ):
            assert word in page, word
    assert "11 septembre 2026 à 0 h 30 (heure de Paris)" in french
    assert "11 September 2026 at 00:30 (Paris time)" in english


def test_they_say_what_it_proves_and_what_it_does_not():
    french, english = pages()
    assert "Ce que ce document prouve" in french and "Ce qu’il ne prouve pas" in french
    assert "ni qu’un numéro est attribué" in french and "ne remplace ni la DPAE" in french
    assert "What it does not prove" in english and "neither that a number is issued" in english


def test_anybody_can_check_it_by_the_code_that_it_carries():
    for page, address in zip(pages(), ("/fr/verify/", "/en/verify/"), strict=True):
        assert facts.CODE in page and address in page
    assert "preuve de dépôt" in pages()[0].split("Vérifier")[1] and "certificate" not in pages()[1]


def test_a_request_without_a_reference_of_the_company_says_nothing_of_it():
    french, _ = pages(own_reference="")
    assert "Référence de l’employeur" not in french


def test_facts_that_do_not_fit_are_refused_without_a_word_of_them():
    with pytest.raises(LetterError) as refused:
        compose(verification.PROOF, {"reference": "M26-7KQ4-92HX", "demo": True}, dated=facts.DATED)
    assert "M26" not in str(refused.value)


@pytest.mark.django_db
def test_the_code_says_initials_kind_and_the_day_of_filing_and_no_more():
    subject = certificates.uuid4()
    made = attestations.issue(verification.PROOF, subject, facts.PROOF, dated=facts.DATED)
    document = pypdfium2.PdfDocument(attestations.read(made))
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", document[0].get_textpage().get_text_range())[0]
    document.close()
    found = attestations.look_up(code)
    assert (found.state, found.kind, found.initials) == ("valid", verification.PROOF, "A. O.")
    assert (str(found.starts_on), found.ends_on) == ("2026-09-11", None)
