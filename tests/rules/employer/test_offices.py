"""Which office examines an employer's request: category × place."""

import copy
import re

import pytest

from matricule.rules import caisses, data
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import offices
from matricule.rules.errors import InputError, RulesError

OTHERS = [code for code in CATEGORIES if code != "salarie"]


@pytest.mark.parametrize("category", OTHERS)
@pytest.mark.parametrize("postcode", ["69001", "01000", "75011", "59000", "20000"])
def test_every_category_but_the_salarie_goes_to_paris(category, postcode):
    placed = offices.for_request(category, postcode, head_office_postcode="69002")
    assert placed.codes == ("751",) and placed.usual == "751" and not placed.choice


@pytest.mark.parametrize(
    ("postcode", "office"), [("69001", "691"), ("01000", "011"), ("75011", "751"), ("20000", "201"), ("20200", "202")]
)
def test_a_salarie_goes_to_the_caisse_of_residence(postcode, office):
    placed = offices.for_request("salarie", postcode)
    assert (placed.rule, placed.codes, placed.usual) == ("residence", (office,), office)


@pytest.mark.parametrize(
    ("postcode", "office", "kind"),
    [
        ("97110", "971", "CGSS"),
        ("97200", "972", "CGSS"),
        ("97300", "973", "CGSS"),
        ("97400", "974", "CGSS"),
        ("97600", "976", "CSSM"),
    ],
)
@pytest.mark.parametrize("category", [code for code in CATEGORIES if code != "assistant_langue"])
def test_overseas_the_caisse_of_residence_examines_everybody(category, postcode, office, kind):
    placed = offices.for_request(category, postcode)
    assert placed.codes == (office,) and placed.rule == "overseas"
    assert caisses.table()[office].kind == kind


@pytest.mark.parametrize(
    ("postcode", "facts", "rule", "codes"),
    [
        ("69001", {}, "assistant", ("751",)),
        ("97400", {}, "assistant", ("751",)),
        ("69001", {"has_appointment_order": False}, "assistant_without_order", ("691",)),
        ("97400", {"has_appointment_order": False}, "assistant_without_order", ("974",)),
        ("69001", {"local_recruit": True}, "assistant_local", ("691",)),
        ("98800", {}, "assistant_new_caledonia", ()),
        ("98800", {"has_appointment_order": False}, "assistant_new_caledonia", ()),
    ],
)
def test_the_exceptions_of_language_assistants(postcode, facts, rule, codes):
    placed = offices.for_request("assistant_langue", postcode, **facts)
    assert (placed.rule, placed.codes) == (rule, codes)


def test_letters_for_assistants_go_to_their_own_service_in_paris():
    assert offices.for_request("assistant_langue", "69001").offices[0].address == (
        "Assurance Maladie de Paris, SRI / Assistants de langue",
        "75948 Paris Cedex 19",
    )
    assert offices.for_request("ict", "69001").offices[0].address[0] == "CPAM de Paris"


@pytest.mark.parametrize("head", ["75008", "77000", "78000", "91000", "92000", "93000", "94000", "95000"])
def test_a_head_office_in_ile_de_france_may_choose_paris_for_a_salarie_anywhere(head):
    placed = offices.for_request("salarie", "69001", head_office_postcode=head)
    assert placed.codes == ("691", "751") and placed.usual == "691"
    assert placed.choice and placed.choice_source and placed.to_confirm, "marked to be confirmed, for caseworkers"
    assert placed.office("751") == "751" and placed.office("") == "691" and placed.office("251") == "691"
    assert offices.for_request("salarie", "97400", head_office_postcode=head).codes == ("974", "751")


@pytest.mark.parametrize(
    ("category", "postcode", "head"),
    [
        ("salarie", "69001", "69002"),
        ("salarie", "69001", ""),
        ("salarie", "69001", "abcde"),
        ("salarie", "69001", "76000"),
        ("salarie", "75011", "75008"),
        ("salarie", "98800", "75008"),
        ("mannequin", "69001", "75008"),
        ("ict", "97400", "75008"),
    ],
)
def test_nobody_else_has_the_choice(category, postcode, head):
    placed = offices.for_request(category, postcode, head_office_postcode=head)
    assert placed.choice is None and "751" not in placed.codes[1:] and not placed.to_confirm


@pytest.mark.parametrize(
    ("postcode", "labels"),
    [
        (
            "59000",
            [
                "CPAM de Lille-Douai (Douai)",
                "CPAM de Lille-Douai (Lille)",
                "CPAM de Roubaix-Tourcoing (Roubaix, Tourcoing)",
                "CPAM du Hainaut (Cambrai)",
                "CPAM des Flandres (Dunkerque)",
            ],
        ),
        ("62000", ["CPAM de l’Artois (Arras)", "CPAM de la Côte d’Opale (Calais)"]),
        ("64000", ["CPAM de Bayonne (Bayonne)", "CPAM de Pau-Pyrénées (Pau)"]),
        ("76000", ["CPAM de Rouen-Elbeuf-Dieppe (Rouen, Elbeuf, Dieppe)", "CPAM du Havre (Le Havre)"]),
    ],
)
def test_where_a_department_has_several_one_chooses_among_names_with_towns(postcode, labels):
    placed = offices.for_request("salarie", postcode)
    assert [office.label for office in placed.offices] == labels
    assert placed.several and placed.usual == "" and placed.office("") == ""
    assert placed.office(placed.codes[1]) == placed.codes[1]
    with_choice = offices.for_request("salarie", postcode, head_office_postcode="92000")
    assert with_choice.codes[-1] == "751" and with_choice.usual == ""


def test_towns_are_written_for_every_caisse_that_shares_its_department_and_no_other():
    departments = [caisse.department for caisse in caisses.table().values()]
    shared = {caisse.code for caisse in caisses.table().values() if departments.count(caisse.department) > 1}
    assert set(offices.table().towns) == shared


def test_an_office_without_an_address_is_shown_without_one():
    """The address of the CPAM des Flandres is not in the list (facts.md 6): none is invented."""
    flandres = next(o for o in offices.for_request("salarie", "59140").offices if o.code == "594")
    assert flandres.address == () and flandres.name == "CPAM des Flandres"


@pytest.mark.parametrize("postcode", ["", "abc", "98700", "98800", "98600", "00000", "99123"])
def test_where_no_caisse_is_there_is_no_office_but_a_reason(postcode):
    placed = offices.for_request("salarie", postcode)
    assert placed.codes == () and placed.usual == "" and placed.office("751") == ""
    assert placed.reason["fr"] and placed.reason["en"]


def test_every_mainland_and_overseas_department_has_an_answer_for_every_category():
    """Each caisse's department, for each category: one office or several to choose from, always with its source."""
    for department in {caisse.department for caisse in caisses.table().values()}:
        digits = {"2A": "20", "2B": "202"}.get(department, department)
        postcode = digits.ljust(5, "0")
        for category in CATEGORIES:
            placed = offices.for_request(category, postcode)
            assert placed.offices and placed.source, (department, category)
            assert all(office.name for office in placed.offices)


def test_a_wrong_category_names_its_field():
    with pytest.raises(InputError) as caught:
        offices.for_request("astronaut", "75011")
    assert caught.value.field == "category"


def test_the_answer_as_json():
    found = offices.for_request("salarie", "69001", head_office_postcode="75001").as_dict()
    assert found["usual"] == "691" and [row["code"] for row in found["offices"]] == ["691", "751"]
    assert found["choice"]["en"].startswith("The company’s head office") and found["source"]


def test_each_row_and_each_town_has_its_source_and_day():
    raw = data.read_toml("employer/offices.toml")
    for row in (*raw["office"], *raw["town"], raw["choice"]):
        assert row["source"] and re.fullmatch(r"20\d\d-\d\d-\d\d", row["valid_from"])


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml("employer/offices.toml"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["office"][-1].update(when=["category=ict"]), "applies always"),
        (lambda raw: raw["office"][0].update(when=["category=king"]), "cannot be"),
        (lambda raw: raw["office"][0].update(office="000"), "code of a caisse"),
        (lambda raw: raw["office"][0].pop("reason"), "holds fr and en"),
        (lambda raw: raw["office"][0].pop("source"), "no source"),
        (lambda raw: raw["town"][0].update(code="residence"), "code of a caisse"),
        (lambda raw: raw["town"][0].update(towns=""), "no towns"),
        (lambda raw: raw["choice"].update(categories=["king"]), "names categories"),
        (lambda raw: raw["choice"].update(departments=["00"]), "have a caisse"),
        (lambda raw: raw["choice"].update(office="residence"), "code of a caisse"),
        (lambda raw: raw["choice"].pop("to_confirm"), "to be confirmed"),
        (lambda raw: raw["choice"].pop("certainty"), "to be confirmed"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        offices.build(raw)
    assert caught.value.file == "employer/offices.toml" and caught.value.row
