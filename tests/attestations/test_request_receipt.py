"""The receipt of a company's request: what goes into a personnel file, read back from both pages."""

import re

import pypdfium2
import pytest

from matricule.attestations.typesetting import LetterError, compose
from tests.attestations import facts


def pages(**changes) -> list[str]:
    document = pypdfium2.PdfDocument(compose("request_receipt", {**facts.REQUEST, **changes}, dated=facts.DATED).pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def test_both_pages_say_who_filed_for_whom_when_and_where():
    french, english = pages()
    for page in (french, english):
        for word in ("M26-7KQ4-92HX", "MAT-0042", "Atelier du Doubs", "73282932000074", "CPAM du Doubs", "Okonkwo"):
            assert word in page
    assert "11 septembre 2026 à 0 h 30" in french and "11 September 2026 at 00:30" in english
    assert "Enfant – Bello, Zainab" in french and "Child – Bello, Zainab" in english
    assert "Acte de naissance" in french and "Birth certificate" in english
    assert "titre de séjour" in french and "residence permit" in english


def test_a_request_without_a_target_or_a_reference_of_the_company_says_nothing_of_them():
    french, _ = pages(target="", own_reference="")
    assert "vise une première réponse" not in french and "Votre référence" not in french


def test_where_nobody_needs_a_permit_none_is_said_to_be_checked():
    french, english = pages(title_checked=False)
    assert "titre de séjour" not in french and "residence permit" not in english


def test_what_comes_by_post_and_where_a_person_is_written_to_stand_with_that_person():
    head, child = facts.REQUEST["people"]
    rib = {"fr": "Coordonnées bancaires (RIB)", "en": "Bank details (RIB)"}
    written = {"by_post": [rib], "email": "adaeze@example.org", "language": "en"}
    french, english = pages(people=[{**head, **written}, child])
    assert "Par la poste, pas encore reçu : Coordonnées bancaires (RIB)" in french.replace("\u202f", " ").replace(
        "\xa0", " "
    )
    assert "By post, not received yet: Bank details (RIB)" in english and french.count("RIB") == 1
    assert "E-mails en anglais à" in french and "E-mails in English to: adaeze@example.org" in english


def test_facts_that_do_not_fit_are_refused_without_a_word_of_them():
    with pytest.raises(LetterError) as refused:
        compose("request_receipt", {"reference": "M26-7KQ4-92HX", "demo": True}, dated=facts.DATED)
    assert "M26" not in str(refused.value)
