"""The six categories: none equals another without a written reason, and whoever fits none finds a door."""

import copy
from datetime import date
from itertools import combinations

import pytest

from matricule.rules import data
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import categories, offices
from matricule.rules.errors import RulesError
from matricule.rules.requirements import requirements_for

ON = date(2026, 11, 26)
ANSWERS = {
    "nationality": "BR",
    "birth_date": "1990-04-09",
    "birth_country": "BR",
    "document_language": "pt",
    "has_appointment_order": True,
}
PLACES = ("69001", "59000", "97400", "98800", "75011")


def documents(category: str) -> tuple[str, ...]:
    return tuple(item.code for item in requirements_for("employee", ANSWERS | {"category": category}, on=ON))


def office(category: str) -> tuple[tuple[str, ...], ...]:
    return tuple(offices.for_request(category, place, head_office_postcode="92000").codes for place in PLACES)


def same(first: str, second: str) -> set[str]:
    """Return in which aspects two categories are the same."""
    one, two = categories.get(first), categories.get(second)
    found = set()
    if documents(first) == documents(second):
        found.add("documents")
    if {codes[0] for codes in office(first) if codes} == {codes[0] for codes in office(second) if codes}:
        found.add("office")
    if one.help == two.help or one.who == two.who or one.not_for == two.not_for:
        found.add("help")
    return found


def test_the_six_in_the_order_of_the_seed():
    assert [category.name["fr"] for category in categories.all_categories()] == [
        "Salarié",
        "Assistant de langue",
        "Mannequin",
        "Passeport talent",
        "Salarié détaché ICT",
        "Membre majeur de la famille d’un passeport talent",
    ]
    assert tuple(categories.table().categories) == CATEGORIES


@pytest.mark.parametrize(("first", "second"), list(combinations(CATEGORIES, 2)))
def test_none_equals_another_without_a_written_reason_that_names_a_source(first, second):
    alike = same(first, second)
    assert "help" not in alike, "each category has words of its own"
    for aspect in alike:
        found = categories.likeness(first, second, aspect)
        assert found is not None and found.source and found.reason["fr"], f"{first} and {second} share {aspect}"
    assert (first, second) in categories.pairs()


def test_every_written_reason_is_true():
    """A reason that explains a likeness which is not there would hide the day on which it ends."""
    for row in categories.table().likenesses:
        for first, second in combinations(sorted(row.of), 2):
            missing = row.same - same(first, second) - allowed(first, second)
            assert not missing, f"{first} and {second} differ in {missing}"


def allowed(first: str, second: str) -> set[str]:
    """Paris for an assistant overseas too: only New Caledonia is an exception of theirs (facts.md 6)."""
    return {"office"} if "assistant_langue" in {first, second} else set()


def test_three_of_the_six_differ_only_by_help_and_office():
    three = ("salarie", "mannequin", "passeport_talent")
    assert len({documents(code) for code in three}) == 1
    row = categories.likeness("salarie", "mannequin", "documents")
    assert row is not None and "UNCERTAIN" in row.source and row.of == set(three)
    assert len({documents(code) for code in CATEGORIES}) == 4


def test_the_same_paper_is_asked_for_in_the_words_of_the_category():
    """Models, talents and posted people read the name of their own contract and permit."""
    labels = {
        category: {
            item.code: item.label["fr"]
            for item in requirements_for("employee", ANSWERS | {"category": category}, on=ON)
        }
        for category in CATEGORIES
    }
    for code in ("work_contract", "residence_permit"):
        words = [labels[category][code] for category in ("salarie", "mannequin", "passeport_talent", "ict")]
        assert len(set(words)) == 4, code


@pytest.mark.parametrize("code", CATEGORIES)
def test_each_category_says_whom_it_is_for_and_what_the_caisse_checks(code):
    found = categories.get(code)
    assert categories.find(code) is found
    for words in (found.name, found.short, found.who, found.not_for, found.permit, *found.help):
        assert words["fr"] and words["en"] and words["fr"] != words["en"]
    checks = {check.code for check in found.checks}
    assert "stay_title" in checks and all(check.source and check.text["fr"] for check in found.checks)
    assert found.needs_holder is (code == "membre_majeur_famille")
    running = "holder_contract" if found.needs_holder else "contract_running"
    assert running in checks


def test_the_checks_of_a_category_are_its_own():
    def own(code):
        return {check.code for check in categories.get(code).checks} - {"contract_running", "stay_title"}

    assert own("salarie") == set()
    assert own("assistant_langue") == {"appointment_order"}
    assert own("ict") == {"ict_title", "no_home_cover"}
    assert own("membre_majeur_famille") == {"family_link", "holder_contract"}


def test_what_is_to_be_confirmed_is_for_caseworkers_and_only_where_the_list_was_not_found():
    unsure = {category.code for category in categories.all_categories() if category.to_confirm}
    assert unsure == {"mannequin", "passeport_talent", "ict", "membre_majeur_famille"}
    for category in categories.all_categories():
        shown = " ".join(words["fr"] for words in (category.who, category.not_for, category.permit, *category.help))
        assert "confirmer" not in shown


def test_a_category_that_does_not_exist():
    assert categories.find("astronaut") is None
    with pytest.raises(KeyError):
        categories.get("astronaut")
    assert categories.likeness("salarie", "ict", "documents") is None


@pytest.mark.parametrize(
    ("code", "says", "registered"),
    [
        ("farm", "MSA", True),
        ("posted", "A1", False),
        ("returning_french", "S1106", True),
        ("paris", "CPAM de Paris", True),
        ("household", "SIRET", True),
        ("no_establishment", "CNFE", True),
    ],
)
def test_whoever_fits_none_finds_the_right_door_with_its_reason(code, says, registered):
    found = categories.door(code)
    words = " ".join([found.title["fr"], *(text["fr"] for text in found.body), *(s.text["fr"] for s in found.steps)])
    assert says in words and found.rule.source and found.registered is registered
    assert found in categories.doors() and len(categories.doors()) == 6
    assert categories.door("elsewhere") is None


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml("employer/categories.toml"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["category"].reverse(), "in this order"),
        (lambda raw: raw["category"].pop(), "in this order"),
        (lambda raw: raw["category"][0].update(checks=[]), "checks names"),
        (lambda raw: raw["category"][0].update(checks=["mood"]), "checks names"),
        (lambda raw: raw["category"][0].update(colour="red"), "unknown field"),
        (lambda raw: raw["category"][0].pop("who"), "'who' holds fr and en"),
        (lambda raw: raw["likeness"][0].update(of=["salarie"]), "of names categories"),
        (lambda raw: raw["likeness"][0].update(same=["mood"]), "same is among"),
        (lambda raw: raw["likeness"][0].pop("source"), "no source"),
        (lambda raw: raw["door"][0].pop("steps"), "says what to do"),
        (lambda raw: raw["check"][0].pop("text"), "holds fr and en"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        categories.build(raw)
    assert caught.value.file == "employer/categories.toml" and caught.value.row
