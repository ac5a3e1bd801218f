"""Conditions: the three values, each operator, and the words of a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.orientation_conditions import ALWAYS, Condition, ConditionError, Missing, latest_day, parse

GROUPS = {"north": frozenset({"NO", "SE"})}


def holds(table, **values):
    return parse(table, GROUPS).holds(lambda key: values.get(key, Missing.UNKNOWN))


@pytest.mark.parametrize(
    ("table", "value", "expected"),
    [
        ({"k": "a"}, "a", True),
        ({"k": "a"}, "b", False),
        ({"k": ["a", "b"]}, "b", True),
        ({"k": {"not": "a"}}, "a", False),
        ({"k": {"not": "a"}}, "b", True),
        ({"k": {"not_in": ["a", "b"]}}, "b", False),
        ({"k": {"group": "north"}}, "SE", True),
        ({"k": {"group": "north"}}, "FR", False),
        ({"k": {"not_group": "north"}}, "FR", True),
        ({"k": True}, True, True),
        ({"k": True}, False, False),
        ({"k": {"before": "2027-08-31"}}, "2027-08-30", True),
        ({"k": {"before": "2027-08-31"}}, "2027-08-31", False),
        ({"k": {"from": "2027-08-31"}}, "2027-08-31", True),
        ({"k": {"from": "2027-08-31"}}, "2027-08-30", False),
    ],
)
def test_each_operator(table, value, expected):
    assert holds(table, k=value) is expected


@pytest.mark.parametrize(
    ("age", "under", "at_least"), [(15, True, False), (16, False, True), (17, False, True), (0, True, False)]
)
def test_ages(age, under, at_least):
    assert holds({"age": {"under": 16}}, age=age) is under
    assert holds({"age": {"at_least": 16}}, age=age) is at_least


def test_an_answer_still_to_come_leaves_the_condition_open():
    assert holds({"k": "a"}) is None
    assert holds({"k": {"before": "other"}}, k="2027-01-01") is None
    assert holds({"k": {"before": "other"}}, other="2027-01-01") is None


def test_an_answer_that_is_never_asked_makes_it_false():
    assert holds({"k": "a"}, k=Missing.ABSENT) is False
    assert holds({"k": {"not": "a"}}, k=Missing.ABSENT) is False
    assert holds({"k": {"from": "other"}}, k="2027-01-01", other=Missing.ABSENT) is False


def test_every_entry_must_hold_and_one_no_is_enough():
    assert holds({"a": 1, "b": 2}, a=1, b=2) is True
    assert holds({"a": 1, "b": 2}, a=1) is None
    assert holds({"a": 1, "b": 2}, b=3) is False


def test_any_needs_one_and_none_forbids():
    assert holds({"any": [{"a": 1}, {"b": 1}]}, a=1) is True
    assert holds({"any": [{"a": 1}, {"b": 1}]}, a=2) is None
    assert holds({"any": [{"a": 1}, {"b": 1}]}, a=2, b=2) is False
    assert holds({"none": [{"a": 1}]}, a=1) is False
    assert holds({"none": [{"a": 1}]}, a=2) is True
    assert holds({"none": [{"a": 1}]}) is None


def test_dates_compare_with_the_answer_to_another_question():
    assert holds({"k": {"from": "end"}}, k="2027-08-31", end="2027-08-31") is True
    assert holds({"k": {"from": "end"}}, k="2027-08-31", end="2027-09-30") is False


def test_no_condition_always_holds():
    assert ALWAYS.holds(lambda key: Missing.UNKNOWN) is True
    assert Condition().keys() == frozenset()


def test_keys_include_those_inside_alternatives_and_dates_compared():
    condition = parse({"a": 1, "any": [{"b": 1}], "none": [{"c": {"from": "d"}}, {"e": {"from": "2020"}}]}, GROUPS)
    assert condition.keys() == {"a", "b", "c", "d", "e"}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("yes", "a condition is a table"),
        ({"k": {}}, "no operator"),
        ({"k": {"like": "a"}}, "unknown operator 'like'"),
        ({"k": {"group": "south"}}, "unknown group 'south'"),
        ({"k": {"under": 3}}, "compares 'age'"),
        ({"age": {"under": "18"}}, "compares 'age'"),
        ({"k": {"before": 3}}, "names a date or a question"),
        ({"k": []}, "compared with texts"),
        ({"k": [1.5]}, "compared with texts"),
        ({"any": []}, "list of conditions"),
        ({"none": {"a": 1}}, "list of conditions"),
    ],
)
def test_a_wrong_condition_says_why(table, reason):
    with pytest.raises(ConditionError, match=reason):
        parse(table, GROUPS)


@pytest.mark.parametrize(
    ("text", "last"),
    [("2008", "2008-12-31"), ("2008-00-00", "2008-12-31"), ("2008-02", "2008-02-29"), ("2008-02-03", "2008-02-03")],
)
def test_a_partial_date_counts_as_its_last_day(text, last):
    assert latest_day(text).isoformat() == last


def test_what_is_no_date_is_refused():
    with pytest.raises(ValueError, match="date"):
        latest_day("soon")


VALUES = st.sampled_from(["a", "b", Missing.UNKNOWN, Missing.ABSENT])
TABLES = st.recursive(
    st.fixed_dictionaries({}, optional={"x": st.sampled_from(["a", {"not": "a"}]), "y": st.sampled_from(["b"])}),
    lambda inner: st.fixed_dictionaries(
        {}, optional={"any": st.lists(inner, min_size=1, max_size=2), "none": st.lists(inner, min_size=1, max_size=2)}
    ),
    max_leaves=6,
)


@given(TABLES, VALUES, st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"]))
def test_learning_an_answer_never_turns_a_verdict_round(table, x, later_x, y):
    """What is certain with an answer missing stays certain whatever the answer: an end is never taken back."""
    condition = parse(table, GROUPS)
    before = condition.holds({"x": Missing.UNKNOWN, "y": y}.__getitem__)
    after = condition.holds({"x": later_x, "y": y}.__getitem__)
    if before is not None:
        assert after is before
    assert condition.holds({"x": x, "y": y}.__getitem__) in (True, False, None)
