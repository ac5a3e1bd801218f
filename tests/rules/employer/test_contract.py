"""The contract must be running; a start to come gives the day on which the request can be sent."""

import copy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import data
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import contract
from matricule.rules.errors import RulesError

ON = date(2026, 11, 26)
TOMORROW, YESTERDAY = ON + timedelta(1), ON - timedelta(1)


@pytest.mark.parametrize(
    ("starts", "ends", "code", "stops", "sendable"),
    [
        (None, None, "no_start", True, None),
        (None, YESTERDAY, "no_start", True, None),
        (ON, None, "running", False, ON),
        (YESTERDAY, None, "running", False, YESTERDAY),
        (ON, ON, "running", False, ON),
        (YESTERDAY, ON, "running", False, YESTERDAY),
        (date(2026, 1, 1), YESTERDAY, "ended", True, None),
        (TOMORROW, None, "future", True, TOMORROW),
        (TOMORROW, date(2027, 6, 30), "future", True, TOMORROW),
    ],
)
def test_how_a_contract_stands(starts, ends, code, stops, sendable):
    found = contract.standing(starts, ends, on=ON)
    assert (found.code, found.stops, found.sendable_on) == (code, stops, sendable)
    assert found.waits is (code == "future")
    assert found.text["fr"] and found.source


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-900, 900))
def test_a_contract_to_come_can_be_sent_on_its_first_day_and_not_the_day_before(on, days):
    starts = on + timedelta(days=days)
    found = contract.standing(starts, on=on)
    assert found.stops is (days > 0)
    assert not contract.standing(starts, on=found.sendable_on).stops
    assert contract.standing(starts, on=found.sendable_on - timedelta(1)).stops


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(-500, 500))
def test_exactly_one_of_to_come_running_and_ended(starts, length, offset):
    ends, on = starts + timedelta(days=length), starts + timedelta(days=offset)
    code = contract.standing(starts, ends, on=on).code
    assert code == ("future" if on < starts else "ended" if on > ends else "running")


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_promise_and_a_declaration_before_hiring_prove_no_work(category):
    for code in ("promise", "dpae"):
        found = contract.proof(code)
        assert not found.good_for(category) and "contrat de travail" in found.refused["fr"]
    for code in ("contract", "payslip"):
        assert contract.proof(code).good_for(category) and contract.proof(code).refused is None


def test_a_letter_of_assignment_is_enough_for_two_categories():
    letter = contract.proof("assignment")
    assert {code for code in CATEGORIES if letter.good_for(code)} == {"passeport_talent", "ict"}
    assert "passeport talent" in letter.refused["fr"]


def test_what_is_good_is_offered_first():
    codes = [item.code for item in contract.proofs("salarie")]
    assert codes == ["contract", "payslip", "assignment", "promise", "dpae"]
    assert [item.code for item in contract.proofs("ict")][:3] == ["contract", "payslip", "assignment"]
    with pytest.raises(KeyError):
        contract.proof("word of honour")


def test_the_refusal_is_the_one_that_the_desk_gives_too():
    """The desk has its own reason for this paper; both ask for the same two documents."""
    desk = next(row for row in data.read_toml("refusals.toml")["reason"] if row["code"] == "not_a_contract")
    for words in ("contrat de travail", "bulletin de paie"):
        assert words in desk["text"]["fr"] and words in contract.proof("promise").refused["fr"]


@pytest.mark.parametrize(
    ("said", "code", "stops", "sendable"),
    [
        ({"alone": False, "holder_starts_on": YESTERDAY}, "with_holder", False, None),
        ({"alone": False, "holder_starts_on": ON, "holder_ends_on": ON}, "with_holder", False, None),
        ({"alone": False, "holder_starts_on": TOMORROW}, "holder_to_start", True, TOMORROW),
        ({"alone": False}, "classic", True, None),
        (
            {"alone": False, "holder_starts_on": date(2026, 1, 1), "holder_ends_on": YESTERDAY},
            "classic",
            True,
            None,
        ),
        ({"alone": True, "holder_title_until": ON}, "alone", False, None),
        ({"alone": True, "holder_title_until": date(2028, 1, 1)}, "alone", False, None),
        ({"alone": True, "holder_title_until": YESTERDAY}, "classic", True, None),
        ({"alone": True}, "classic", True, None),
        ({"alone": True, "holder_starts_on": YESTERDAY}, "classic", True, None),
    ],
)
def test_what_the_request_of_an_adult_family_member_rests_on(said, code, stops, sendable):
    found = contract.family_member(on=ON, **said)
    assert (found.code, found.stops, found.sendable_on) == (code, stops, sendable)


def test_what_is_refused_is_refused_with_its_words_and_what_proves_work_with_none():
    assert contract.refused("contract", "ict") is None and contract.refused("assignment", "ict") is None
    assert contract.refused("assignment", "salarie") == contract.proof("assignment").refused
    assert "DPAE" in contract.refused("dpae", "ict")["en"]
    with pytest.raises(KeyError):
        contract.refused("invoice", "ict")


def test_without_contract_or_title_the_family_is_sent_to_the_form():
    assert "S1106" in contract.family_member(on=ON, alone=True).text["fr"]
    assert "S1106" in contract.standing(date(2026, 1, 1), YESTERDAY, on=ON).text["fr"]


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml("employer/contract.toml"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["standing"].pop(), "the rows are"),
        (lambda raw: raw["family"].pop(), "the rows are"),
        (lambda raw: raw["proof"][0].update(accepted="yes"), "accepted is true or false"),
        (lambda raw: raw["proof"][2].update(categories=["king"]), "names categories"),
        (lambda raw: raw["proof"][3].pop("refused"), "says why"),
        (lambda raw: raw["proof"][0].update(refused={"fr": "a", "en": "b"}), "says why"),
        (lambda raw: raw["proof"][0].pop("source"), "no source"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        contract.build(raw)
    assert caught.value.file == "employer/contract.toml" and caught.value.row
