"""A document in the words of its category: each contract and permit of its own is named, and none is said twice."""

import copy
from itertools import combinations

import pytest

from matricule.rules import catalogue, data
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import contract, words
from matricule.rules.errors import RulesError

OWN = ("work_contract", "residence_permit")


def said(category, code, language):
    found = words.entry("principal", category, code)
    return " ".join(text[language] for text in (found.name, found.summary, *found.must_show))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", OWN)
def test_no_two_categories_with_a_contract_or_permit_of_their_own_say_the_same_of_it(code, language):
    own = [category for category in CATEGORIES if (category, code) in words.table()]
    assert len(own) == 4
    for first, second in combinations([*own, "salarie"], 2):
        one, other = words.entry("principal", first, code), words.entry("principal", second, code)
        assert one.name[language] != other.name[language], (first, second)
        assert one.summary[language] != other.summary[language], (first, second)
        assert one.must_show != other.must_show, (first, second)


@pytest.mark.parametrize(("language", "sentence"), [("fr", "avec un seul des deux"), ("en", "with one of the two")])
def test_one_of_the_two_papers_of_a_transferee_is_enough_to_send_and_the_page_says_so(language, sentence):
    assert sentence in words.entry("principal", "ict", "work_contract").summary[language]
    assert not any(contract.refused(paper, "ict") for paper in ("contract", "assignment"))


@pytest.mark.parametrize(
    ("category", "code", "fr", "en"),
    [
        ("ict", "work_contract", "lettre de mission", "letter of assignment"),
        ("ict", "residence_permit", "la mention «\u00a0salarié détaché ICT\u00a0»", "the mark “salarié détaché ICT”"),
        ("passeport_talent", "work_contract", "lettre de mission", "letter of assignment"),
        ("passeport_talent", "residence_permit", "la mention «\u00a0talent\u00a0»", "the mark “talent”"),
        ("membre_majeur_famille", "residence_permit", "la mention «\u00a0famille\u00a0»", "the mark “famille”"),
        ("membre_majeur_famille", "work_contract", "la personne titulaire", "the permit holder"),
        ("mannequin", "work_contract", "la première séance", "the first work"),
    ],
)
def test_what_a_category_asks_for_of_its_own_is_named(category, code, fr, en):
    assert fr in said(category, code, "fr") and en in said(category, code, "en")
    assert fr not in said("salarie", code, "fr") and en not in said("salarie", code, "en")


def test_what_is_not_said_anew_is_the_catalogues():
    general, own = catalogue.entry("employee", "work_contract"), words.entry("principal", "mannequin", "work_contract")
    assert own.not_needed == general.not_needed and own.without == general.without and own.code == general.code
    assert words.entry("principal", "ict", "work_contract").without != general.without
    assert words.entry("principal", "ict", "identity") == catalogue.entry("employee", "identity")
    assert words.entry("principal", "", "work_contract") == general, "no category is chosen yet"


@pytest.mark.parametrize("role", ["spouse", "partner", "child"])
def test_the_family_reads_the_catalogue_whatever_the_category(role):
    assert words.entry(role, "ict", "residence_permit") == catalogue.entry("employee", "residence_permit")


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml("employer/words.toml"))


def general(field):
    found = getattr(catalogue.entry("employee", "work_contract"), field)
    return dict(found) if field != "must_show" else [dict(text) for text in found]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["words"].pop(), "a row of its own for this document, and no words"),
        (lambda raw: raw["words"][0].update(code="salarie/work_contract"), "replaces the general row"),
        (lambda raw: raw["words"][0].update(code="mannequin/identity"), "replaces the general row"),
        (lambda raw: raw["words"][0].update(name=general("name")), "says already"),
        (lambda raw: raw["words"][0].update(summary=general("summary")), "says already"),
        (lambda raw: raw["words"][0].update(must_show=general("must_show")), "says already"),
        (lambda raw: raw["words"][0].update(must_show=[]), "a list of texts"),
        (lambda raw: raw["words"][0].pop("source"), "no source"),
        (lambda raw: raw["words"][0].update(not_needed=[]), "unknown field"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        words.build(raw)
    assert caught.value.file == "employer/words.toml" and caught.value.row
