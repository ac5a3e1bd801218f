"""The stay title on the day of the request, and the employer's own check two working days before work starts."""

import copy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import data, deadlines, permits
from matricule.rules.dates import PartialDate
from matricule.rules.employer import stay
from matricule.rules.errors import InputError, RulesError
from matricule.rules.requirements import requirements_for

ON = date(2026, 11, 26)
ADULT = PartialDate(1990, 4, 9)
LATER = date(2028, 1, 31)


@pytest.mark.parametrize(
    ("nationalities", "born", "owed"),
    [
        (["BR"], ADULT, True),
        (["BR", "FR"], ADULT, False),
        (["FR"], ADULT, False),
        (["DE"], ADULT, False),
        (["NO"], ADULT, False),
        (["CH"], ADULT, False),
        (["GB"], ADULT, True),
        (["BR", ""], ADULT, True),
        (["BR"], PartialDate(2008, 11, 26), True),
        (["BR"], PartialDate(2008, 11, 27), False),
        (["BR"], PartialDate(2008), False),
    ],
)
def test_who_owes_a_title(nationalities, born, owed):
    assert stay.needed(nationalities, born, on=ON) is owed


@pytest.mark.parametrize("nationality", ["BR", "DE", "FR", "GB", "CH"])
@pytest.mark.parametrize("born", ["1990-04-09", "2010-04-09", "2008-00-00"])
def test_the_list_of_documents_agrees_about_who_owes_one(nationality, born):
    answers = {"nationality": nationality, "birth_date": born, "category": "salarie"}
    listed = {item.code for item in requirements_for("employee", answers, on=ON)}
    assert ("residence_permit" in listed) is stay.needed([nationality], PartialDate.parse(born), on=ON)


def test_a_country_that_does_not_exist():
    with pytest.raises(InputError):
        stay.needed(["ZZ"], ADULT, on=ON)


@pytest.mark.parametrize(
    ("code", "ends_on", "more", "found", "stops"),
    [
        ("", None, {"owed": False}, "not_needed", False),
        ("cst", ON - timedelta(1), {"owed": False}, "not_needed", False),
        ("", None, {}, "missing", True),
        ("short_stay", LATER, {}, "not_listed", True),
        ("vls_ts_valide", LATER, {}, "not_validated", True),
        ("vls_ts_valide", ON - timedelta(1), {}, "not_validated", True),
        ("vls_ts_valide", LATER, {"validated": True}, "valid", False),
        ("cst", None, {}, "no_end", True),
        ("carte_resident_permanent", None, {"endless": True}, "valid", False),
        ("cst", ON - timedelta(1), {}, "expired", True),
        ("cst", ON, {}, "ends_soon", False),
        ("cst", date(2027, 2, 26), {}, "ends_soon", False),
        ("cst", date(2027, 2, 27), {}, "valid", False),
        ("recepisse_renouvellement", LATER, {}, "valid", False),
    ],
)
def test_what_a_title_is_worth_on_the_day_of_the_request(code, ends_on, more, found, stops):
    answer = stay.standing(code, ends_on, on=ON, **more)
    assert (answer.code, answer.stops) == (found, stops)
    assert answer.source and answer.text["fr"] and answer.text["en"]


@pytest.mark.parametrize("permit", permits.table(), ids=lambda permit: permit.code)
def test_every_title_of_the_order_counts_while_it_is_valid(permit):
    assert not stay.standing(permit.code, LATER, on=ON, validated=True).stops


def test_only_a_visa_that_counts_as_a_permit_has_to_be_validated():
    waiting = {p.code for p in permits.table() if stay.standing(p.code, LATER, on=ON).code == "not_validated"}
    assert waiting == {"vls_ts_valide"}


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-400, 400))
def test_a_title_stops_the_request_exactly_when_it_is_over(on, days):
    ends = on + timedelta(days=days)
    assert stay.standing("cst", ends, on=on).stops is (days < 0)
    assert not (stay.ends_soon(ends, on=on) and days < 0)
    assert not stay.ends_soon(None, on=on)


@pytest.mark.parametrize(
    ("starts_on", "by"),
    [
        (date(2026, 11, 26), date(2026, 11, 24)),  # Thursday: the Tuesday before
        (date(2026, 11, 30), date(2026, 11, 26)),  # Monday: the Thursday before
        (date(2026, 11, 28), date(2026, 11, 26)),  # Saturday: Friday and Thursday
        (date(2026, 11, 13), date(2026, 11, 10)),  # 11 November is a holiday
        (date(2027, 1, 4), date(2026, 12, 30)),  # 1 January is one too
    ],
)
def test_the_prefecture_is_asked_two_working_days_before_work_starts(starts_on, by):
    check = stay.employer_check(starts_on, on=date(2026, 11, 1))
    assert (check.by, check.late) == (by, False)
    assert "{day}" in check.sentence["fr"] and check.source.startswith("F2728")


@given(st.dates(date(2024, 1, 1), date(2032, 1, 1)), st.integers(1, 5))
def test_counting_back_leaves_as_many_working_days_as_asked(day, days):
    found = stay.working_days_before(day, days)
    between = [found + timedelta(days=n) for n in range((day - found).days)]
    assert sum(deadlines.is_working_day(one) for one in between) == days
    assert deadlines.is_working_day(found)


def test_once_work_has_started_the_words_say_so():
    check = stay.employer_check(date(2026, 11, 2), on=ON)
    assert check.late and check.by == date(2026, 10, 29) and "devait" in check.sentence["fr"]
    soon = stay.employer_check(date(2026, 11, 27), on=ON)
    assert soon.late and "devait" not in soon.sentence["fr"]


def test_without_a_title_there_is_nothing_to_check():
    check = stay.employer_check(date(2026, 12, 1), on=ON, owed=False)
    assert check.by is None and not check.late and "rien à vérifier" in check.sentence["fr"]


def test_the_declaration_says_that_the_check_is_the_employers():
    check = stay.employer_check(ON, on=ON)
    assert "employeur" in check.declaration["fr"] and "employer" in check.declaration["en"]
    assert "deux jours ouvrables" in check.rule_text["fr"] and "demandeur d’emploi" in check.rule_text["fr"]


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml("employer/stay.toml"))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["standing"].reverse(), "in this order"),
        (lambda raw: raw["standing"][0].pop("text"), "holds fr and en"),
        (lambda raw: raw.pop("validity"), "no source"),
        (lambda raw: raw["validity"].update(validated=["passport"]), "titles of permits.csv"),
        (lambda raw: raw["validity"].update(soon_months=0), "above 0"),
        (lambda raw: raw["employer_check"].update(working_days=True), "above 0"),
        (lambda raw: raw["employer_check"].pop("valid_from"), "valid_from"),
        (lambda raw: raw["employer_check"].pop("declaration"), "holds fr and en"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        stay.build(raw)
    assert caught.value.file == "employer/stay.toml" and caught.value.row
