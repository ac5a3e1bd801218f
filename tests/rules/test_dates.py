"""Dates of civil status, ages, months of the law."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.dates import PARIS, PartialDate, add_months, today
from matricule.rules.errors import InputError

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days)
def test_a_whole_date_is_read_and_written_back(day):
    read = PartialDate.parse(day.isoformat())
    assert read.earliest == read.latest == day
    assert str(read) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2004-03-00", "2004-03-01", "2004-03-31"),
        ("2004-02-00", "2004-02-01", "2004-02-29"),
        ("2004-00-00", "2004-01-01", "2004-12-31"),
        ("2004-03", "2004-03-01", "2004-03-31"),
        (" 2004 ", "2004-01-01", "2004-12-31"),
    ],
)
def test_an_unknown_day_or_month_is_a_span(text, earliest, latest):
    read = PartialDate.parse(text)
    assert (read.earliest.isoformat(), read.latest.isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2004-14-02", "Vous avez écrit 14"),
        ("2004-02-30", "n’existe pas dans le calendrier"),
        ("2003-02-29", "n’existe pas dans le calendrier"),
        ("2004-00-12", "n’existe pas dans le calendrier"),
        ("0004-01-01", "n’existe pas dans le calendrier"),
        ("14/03/2004", "comme 2004-03-17"),
        ("2004-3-1", "comme 2004-03-17"),
        ("٢٠٠٤-01-01", "comme 2004-03-17"),
        ("", "comme 2004-03-17"),
    ],
)
def test_another_date_is_explained(text, said):
    with pytest.raises(InputError) as caught:
        PartialDate.parse(text, field="arrival")
    assert said in caught.value.fr
    assert caught.value.field == "arrival"
    assert text not in str(caught.value) or not text


@given(days, st.integers(0, 110))
def test_a_birthday_adds_a_year(born, years):
    birth = PartialDate(born.year, born.month, born.day)
    if (born.month, born.day) == (2, 29) and not calendar.isleap(born.year + years):
        birthday = date(born.year + years, 3, 1)
    else:
        birthday = born.replace(year=born.year + years)
    assert birth.age_on(birthday) == years
    assert birth.age_on(birthday - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (PartialDate(2008), date(2026, 12, 30), 17),
        (PartialDate(2008), date(2026, 12, 31), 18),
        (PartialDate(2008, 11), date(2026, 11, 29), 17),
        (PartialDate(2008, 11), date(2026, 11, 30), 18),
    ],
)
def test_an_unknown_day_is_read_in_favour_of_the_youth(birth, on, age):
    assert birth.age_on(on) == age


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 21), 3, date(2027, 2, 21)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
        (date(2026, 5, 15), -12, date(2025, 5, 15)),
    ],
)
def test_months_go_to_the_day_of_the_same_number(day, months, expected):
    assert add_months(day, months) == expected


@given(days, st.integers(-240, 240))
def test_months_keep_the_day_or_the_end_of_the_month(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


def test_today_is_a_day_of_paris(monkeypatch):
    import time_machine

    with time_machine.travel("2026-06-30T22:30:00Z"):
        assert today() == date(2026, 7, 1)
    assert PARIS.key == "Europe/Paris"
