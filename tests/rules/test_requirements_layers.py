"""How rows replace each other, on a small table: the narrower layer wins, whether it applies or not."""

import copy
from datetime import date

import pytest

from matricule.rules import data, deadlines, requirement_rows, requirements, translation
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError, RulesError
from matricule.rules.requirements import facts_of, requirements_for

ON = date(2026, 11, 21)
BASE = {"nationality": "BR", "birth_date": "2004-04-09", "birth_country": "BR", "document_language": "pt"}


def row(layer: str, code: str, **changes) -> dict:
    return {
        "applies_to": layer, "code": code, "phase": 1, "label_fr": f"{layer} {code}", "label_en": "l",
        "reason_fr": "r", "reason_en": "r", "supplied_by": ["registrant"], "blocks_submission": True, "source": "S",
        "valid_from": "2026-01-01",
    } | changes  # fmt: skip


@pytest.fixture
def owed(monkeypatch):
    """Return what is owed under rows of the test's own, as layer and code."""
    real = data.read_toml(requirement_rows.FILE)

    def ask(*rows, route="student", order=("a", "b", "c"), **answers):
        table = requirement_rows.build({"routes": real["routes"], "requirement": list(rows), "order": list(order)})
        monkeypatch.setattr(requirement_rows, "table", lambda: table)
        return [rule.label["fr"] for rule in requirements_for(route, BASE | answers, on=ON)]

    return ask


def test_a_narrower_row_takes_the_place_of_the_wider(owed):
    assert owed(row("everyone", "a"), row("student", "a")) == ["student a"]
    assert owed(row("student", "a"), row("everyone", "a")) == ["student a"], "whatever the order of the file"


def test_a_narrower_row_that_does_not_apply_leaves_none(owed):
    assert owed(row("everyone", "a"), row("student", "a", when=["refugee"])) == []


def test_a_row_that_replaces_takes_their_place_only_when_it_applies(owed):
    rows = (row("everyone", "a"), row("everyone", "b"), row("student", "c", replaces=["a", "b"], when=["refugee"]))
    assert owed(*rows) == ["everyone a", "everyone b"]
    assert owed(*rows, refugee=True) == ["student c"]


def test_rows_of_other_layers_are_not_owed(owed):
    assert owed(row("employee", "a"), row("everyone", "b")) == ["everyone b"]


def test_the_order_is_the_phase_then_the_order_of_the_file(owed):
    rows = (row("everyone", "a", phase=2), row("everyone", "b", phase=1), row("everyone", "c", phase=1))
    assert owed(*rows) == ["everyone b", "everyone c", "everyone a"]
    assert owed(*rows, order=("c", "b", "a")) == ["everyone c", "everyone b", "everyone a"]


def test_a_category_is_narrower_than_its_route(owed):
    rows = (row("employee", "a"), row("ict", "a", when=["!adult"]))
    assert owed(*rows, route="employee", category="salarie") == ["employee a"]
    assert owed(*rows, route="employee", category="ict") == []


# --- facts ------------------------------------------------------------------------------------------------------


def facts(**given):
    return facts_of({"nationality": "BR", "birth_date": PartialDate(2004, 4, 9)} | given, on=ON)


@pytest.mark.parametrize(
    ("first", "second", "french", "european", "third"),
    [
        ("BR", None, False, False, True),
        ("DE", None, False, True, False),
        ("BR", "DE", False, True, False),
        ("DE", "FR", True, False, False),
        ("BR", "FR", True, False, False),
        ("NO", "BR", False, True, False),
        ("CH", None, False, True, False),
    ],
)
def test_the_better_nationality_counts(first, second, french, european, third):
    found = facts(nationality=first, **({"nationality_2": second} if second else {}))
    assert (found["french"], found["european"], found["third_country"]) == (french, european, third)


@pytest.mark.parametrize(
    ("born", "adult", "under_16"),
    [
        (PartialDate(2008, 11, 21), True, False),
        (PartialDate(2008, 11, 22), False, False),
        (PartialDate(2010, 11, 21), False, False),
        (PartialDate(2010, 11, 22), False, True),
        (PartialDate(2010), False, True),
    ],
)
def test_birthdays_are_exact(born, adult, under_16):
    found = facts(birth_date=born)
    assert (found["adult"], found["under_16"]) == (adult, under_16)


@pytest.mark.parametrize(
    ("title", "refugee", "holds"),
    [
        ("card", False, True),
        ("vls_ts", False, False),
        (None, False, False),
        (None, True, True),
        ("vls_ts", True, False),
    ],
)
def test_a_refugee_who_was_not_asked_holds_a_card(title, refugee, holds):
    assert facts(refugee=refugee, **({"residence_title": title} if title else {}))["holds_card"] is holds


@pytest.mark.parametrize(
    ("cover", "until", "covers"),
    [
        ("ceam", date(2027, 8, 31), True),
        ("ceam", date(2027, 8, 30), False),
        ("ceam", None, False),
        ("s1", date(2027, 8, 31), False),
        ("none", date(2030, 1, 1), False),
    ],
)
def test_only_a_european_card_can_cover_the_year(cover, until, covers):
    assert facts(home_cover=cover, ceam_until=until)["ceam_covers_year"] is covers


def test_every_fact_that_a_condition_may_ask_is_computed():
    assert {*facts(), "translation"} == requirement_rows.FACTS


def test_a_code_without_any_row_has_no_label():
    with pytest.raises(KeyError, match="diploma"):
        requirements.labels("diploma")


# --- delays and translations that a file gets wrong -------------------------------------------------------------


@pytest.mark.parametrize(("name", "keys"), sorted(deadlines._TABLES.items()))
def test_every_delay_must_be_written(monkeypatch, name, keys):
    for key in (*keys, "source", "valid_from"):
        raw = copy.deepcopy(dict(deadlines.table()))
        del raw[name][key]
        monkeypatch.setattr(deadlines.data, "read_toml", lambda file, raw=raw: raw)
        with pytest.raises(RulesError, match=f"{key} must be written") as caught:
            deadlines.table.__wrapped__()
        assert caught.value.row == name


@pytest.mark.parametrize("name", sorted(deadlines._TABLES))
def test_a_table_of_delays_that_is_missing_is_named(monkeypatch, name):
    raw = {key: value for key, value in deadlines.table().items() if key != name}
    monkeypatch.setattr(deadlines.data, "read_toml", lambda file: raw)
    with pytest.raises(RulesError, match=name):
        deadlines.table.__wrapped__()


@pytest.mark.parametrize("rule", translation.RULES)
def test_each_rule_of_translation_must_be_whole(monkeypatch, rule):
    raw = {key: value for key, value in translation.table().items() if key != rule}
    monkeypatch.setattr(translation.data, "read_toml", lambda file: raw)
    with pytest.raises(RulesError, match=rule):
        translation.table.__wrapped__()


def test_a_certificate_that_ends_soon_is_not_warned_about_before_it_starts():
    certificate = deadlines.student_certificate(
        date(2026, 11, 20), date(2026, 9, 1), vls_ts_to_validate=True, arrival=date(2026, 8, 31)
    )
    assert (certificate.start, certificate.end) == (date(2026, 11, 20), date(2026, 11, 30))
    assert certificate.warnings == ()


@pytest.mark.parametrize("arrival", [date(2026, 1, 1), date(2025, 1, 1)])
def test_a_visa_that_should_long_be_validated_leaves_one_day(arrival):
    certificate = deadlines.student_certificate(
        date(2026, 11, 20), date(2026, 9, 1), vls_ts_to_validate=True, arrival=arrival
    )
    assert certificate.start == certificate.end


@pytest.mark.parametrize(
    "given",
    [
        {"multilingual_form": True},
        {"plurilingual_extract": True},
        {"multilingual_form": True, "plurilingual_extract": True},
    ],
)
def test_the_first_rule_that_holds_is_the_one_that_is_told(given):
    assert translation.decide("DE", "de", **given).rule == "issued_in_free_movement"
    assert translation.decide("SN", "fr", **given).rule == "in_french"
    expected = "multilingual_form" if given.get("multilingual_form") else "plurilingual_extract"
    assert translation.decide("CN", "zh", **given).rule == expected


def test_an_answer_names_its_own_error():
    with pytest.raises(InputError) as caught:
        requirements_for("student", BASE | {"birth_country": "XX"}, on=ON)
    assert caught.value.field == "birth_country"
    assert caught.value.text == {"fr": caught.value.fr, "en": caught.value.en}
