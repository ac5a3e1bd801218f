"""Delays, in days of Paris."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import deadlines
from matricule.rules.dates import PARIS, add_months
from matricule.rules.deadlines import (
    academic_year_end,
    add_working_days,
    ceam_covers_year,
    decision_until,
    definitive_until,
    end_of_day,
    extension_until,
    first_decision_target,
    formal_notice_until,
    is_working_day,
    next_working_day,
    paris_day,
    produce_until,
    register_until,
    silence,
    space_until,
    student_certificate,
    table,
    vls_ts_until,
)
from matricule.rules.errors import RulesError

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(days)
def test_silence_is_45_days_with_reminders_at_a_third_and_two_thirds(asked):
    calendar = silence(asked)
    assert calendar.due_day == next_working_day(asked + timedelta(days=45))
    assert calendar.reminders == (asked + timedelta(days=15), asked + timedelta(days=30))
    assert calendar.reopen_until == calendar.due_day + timedelta(days=30)


@given(days)
def test_a_delay_of_the_person_never_ends_on_a_day_without_offices(day):
    found = next_working_day(day)
    assert is_working_day(found) and timedelta(0) <= found - day <= timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday
        (date(2027, 5, 1), date(2027, 5, 3)),  # a Saturday and a holiday
        (date(2027, 5, 6), date(2027, 5, 7)),  # Ascension Day
        (date(2027, 3, 28), date(2027, 3, 30)),  # Easter Sunday, then Easter Monday; the clocks change that night
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_next_working_day_at_its_edges(day, due):
    assert next_working_day(day) == due


@given(days)
def test_the_last_second_of_the_due_day_is_in_paris(asked):
    due = silence(asked).due
    assert due.astimezone(PARIS).time().isoformat() == "23:59:59"
    assert due.astimezone(PARIS).date() == silence(asked).due_day


@given(days, st.integers(46, 400))
def test_a_caseworker_may_lengthen(asked, length):
    calendar = silence(asked, days=length)
    assert calendar.due_day == next_working_day(asked + timedelta(days=length))
    assert asked < calendar.reminders[0] < calendar.reminders[1] < calendar.due_day


@pytest.mark.parametrize("length", [44, 1, 0, -5])
def test_nobody_may_shorten(length):
    with pytest.raises(ValueError, match="at least 45 days"):
        silence(date(2026, 11, 21), days=length)


def test_a_request_made_late_in_the_evening_counts_from_the_day_in_paris():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert paris_day(late) == date(2026, 7, 1)
    assert silence(late).due_day == date(2026, 8, 17)
    with pytest.raises(ValueError, match="time zone"):
        paris_day(datetime(2026, 6, 30, 22, 30))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 7, 1), 2), (date(2026, 12, 1), 1), (date(2026, 3, 29), 2)])
def test_the_end_of_a_day_follows_summer_time(day, hours):
    assert end_of_day(day).utcoffset() == timedelta(hours=hours)


def test_the_steps_of_r114_7():
    start = date(2026, 11, 30)
    assert produce_until(start) == date(2027, 2, 28)
    assert formal_notice_until(start) == date(2027, 2, 28)
    assert decision_until(date(2026, 12, 15)) == date(2027, 3, 15)
    assert extension_until(date(2024, 2, 29)) == date(2026, 2, 28)
    assert register_until(date(2026, 12, 31)) == date(2027, 2, 28)


def test_three_steps_of_three_months_are_the_nine_months_that_people_are_told():
    start = date(2026, 9, 1)
    assert decision_until(formal_notice_until(produce_until(start))) == add_months(start, 9)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 7, 14), date(2027, 11, 1), date(2026, 11, 11), date(2026, 12, 25), date(2026, 11, 21),
        date(2026, 11, 22),
    ],
)  # fmt: skip
def test_holidays_and_week_ends_are_not_worked(day):
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2025, 12, 26)])
def test_two_more_holidays_in_alsace_moselle(day):
    assert is_working_day(day)
    assert not is_working_day(day, alsace_moselle=True)


@pytest.mark.parametrize(
    ("start", "days_", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_working_days_after_a_day(start, days_, expected):
    assert add_working_days(start, days_) == expected


@given(days, st.integers(1, 40))
def test_working_days_are_exactly_counted(start, count):
    end = add_working_days(start, count)
    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(is_working_day(day) for day in between) == count
    assert is_working_day(end)


def test_working_days_are_counted_forward():
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 11, 21), -1)


def test_the_target_of_the_office_is_15_working_days_by_default():
    assert first_decision_target(date(2026, 11, 20)) == date(2026, 12, 11)
    assert first_decision_target(date(2026, 11, 20), days=1) == date(2026, 11, 23)
    assert first_decision_target(date(2025, 12, 24), days=1, alsace_moselle=True) == date(2025, 12, 29)


@given(days, days)
def test_the_certificate_runs_nine_months_from_the_later_day(nia, courses):
    certificate = student_certificate(nia, courses)
    assert certificate.start == max(nia, courses)
    assert certificate.end == add_months(max(nia, courses), 9)
    assert certificate.warnings == (
        add_months(certificate.end, -2),
        add_months(certificate.end, -1),
        certificate.end - timedelta(days=14),
    )


@given(days, days, days)
def test_until_the_vls_ts_is_validated_the_certificate_stops_three_months_after_arrival(nia, courses, arrival):
    certificate = student_certificate(nia, courses, vls_ts_to_validate=True, arrival=arrival)
    assert certificate.start <= certificate.end <= add_months(certificate.start, 9)
    assert certificate.end in {certificate.start, add_months(certificate.start, 9), vls_ts_until(arrival)}
    assert all(certificate.start < day < certificate.end for day in certificate.warnings)


def test_a_validated_or_undated_visa_changes_nothing():
    whole = student_certificate(date(2026, 10, 1), date(2026, 9, 1))
    assert student_certificate(date(2026, 10, 1), date(2026, 9, 1), vls_ts_to_validate=True) == whole
    assert student_certificate(date(2026, 10, 1), date(2026, 9, 1), arrival=date(2026, 8, 20)) == whole


def test_the_visa_is_validated_within_three_months_and_the_space_closes_three_months_after_the_number():
    assert vls_ts_until(date(2026, 8, 31)) == date(2026, 11, 30)
    assert space_until(date(2026, 11, 30)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 11, 26), date(2027, 11, 25)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_a_definitive_certificate_runs_for_a_year_its_last_day_included(start, last):
    assert definitive_until(start) == last


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2027, 1, 15), date(2027, 8, 31)),
    ],
)
def test_the_academic_year_ends_on_31_august(on, end):
    assert academic_year_end(on) == end


def test_the_enrolment_may_say_otherwise():
    assert academic_year_end(date(2026, 9, 1), date(2027, 6, 30)) == date(2027, 6, 30)
    assert ceam_covers_year(date(2027, 7, 1), date(2026, 9, 1), date(2027, 6, 30))


@pytest.mark.parametrize(("until", "covers"), [(date(2027, 8, 31), True), (date(2027, 8, 30), False), (None, False)])
def test_a_european_card_covers_the_year_to_its_last_day(until, covers):
    assert ceam_covers_year(until, date(2026, 9, 15)) is covers


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"days": 0}, "whole number"),
        ({"days": "45"}, "whole number"),
        ({"days": [1, "x"]}, "whole number"),
        ({"source": None}, None),
    ],
)
def test_a_wrong_delay_is_refused(monkeypatch, change, why):
    rows = {name: dict(row) for name, row in table().items()}
    rows["silence"] |= change
    if why is None:
        del rows["silence"]["source"]
        why = "source must be written"
    monkeypatch.setattr(deadlines.data, "read_toml", lambda name: rows)
    with pytest.raises(RulesError, match=why):
        table.__wrapped__()
