"""The formats of wording.md at their edges: every month, every day, signs that must not break, numbers that round."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import i18n

NBSP, FINE, MINUS = "\u00a0", "\u202f", "\u2212"
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
NUMBERS = st.integers(-(10**12), 10**12)


def french(function, *args, **options) -> str:
    with i18n.in_language("fr"):
        return function(*args, **options)


def english(function, *args, **options) -> str:
    with i18n.in_language("en"):
        return function(*args, **options)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_twelve_months_and_seven_days_have_names_of_their_own(language):
    with i18n.in_language(language):
        months = {i18n.format_month(date(2026, month, 1)) for month in range(1, 13)}
        short = {i18n.format_short_date(date(2026, month, 15)) for month in range(1, 13)}
        days = {i18n.format_weekday(date(2026, 11, day)) for day in range(2, 9)}
    assert (len(months), len(short), len(days)) == (12, 12, 7)


@given(DAYS)
def test_seven_days_later_it_is_the_same_weekday(day):
    assert french(i18n.format_weekday, day) == french(i18n.format_weekday, day + timedelta(days=7))
    assert english(i18n.format_weekday, day) != english(i18n.format_weekday, day + timedelta(days=1))


@given(DAYS)
def test_only_the_first_of_a_month_is_an_ordinal_and_only_in_french(day):
    assert ("ᵉʳ" in french(i18n.format_date, day)) is (day.day == 1)
    assert "ᵉʳ" not in english(i18n.format_date, day)


@given(DAYS)
def test_a_whole_civil_date_reads_as_the_day_that_it_is(day):
    assert french(i18n.format_partial_date, day.isoformat()) == french(i18n.format_date, day)


@pytest.mark.parametrize(
    "text",
    ["", "2004", "2004-3-14", "2004-03-14 ", "2004-03-14\n", "2004/03/14", "14-03-2004", "2004-13-01", "2004-02-30"],
)
def test_what_is_no_civil_date_is_refused(text):
    with pytest.raises(ValueError):
        english(i18n.format_partial_date, text)


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 March 2026, 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026, 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026, 02:30"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "1 January 2027, 00:00"),
    ],
)
def test_moments_follow_the_hour_of_paris_through_summer_and_winter(utc, said):
    assert english(i18n.format_datetime, utc) == said


def test_a_moment_may_say_its_weekday():
    moment = datetime(2026, 11, 2, 17, 4, tzinfo=UTC)
    assert english(i18n.format_datetime, moment, weekday=True) == "Monday 2 November 2026, 18:04"
    assert french(i18n.format_datetime, moment, weekday=True) == f"lundi 2 novembre 2026 à 18{NBSP}h{NBSP}04"


@pytest.mark.parametrize(("hour", "fr", "en"), [(0, "0", "00"), (9, "9", "09"), (23, "23", "23")])
def test_hours_below_ten_have_a_zero_in_english_only(hour, fr, en):
    assert french(i18n.format_time, time(hour, 5)) == f"{fr}{NBSP}h{NBSP}05"
    assert english(i18n.format_time, time(hour, 5)) == f"{en}:05"


@given(NUMBERS)
def test_a_number_can_be_read_back(value):
    shown = french(i18n.format_number, value)
    assert int(shown.replace(FINE, "").replace(MINUS, "-")) == value
    assert int(english(i18n.format_number, value).replace(",", "").replace(MINUS, "-")) == value


@given(NUMBERS)
def test_no_number_breaks_at_the_end_of_a_line(value):
    for shown in (french(i18n.format_number, value), french(i18n.format_amount, value)):
        assert " " not in shown and "-" not in shown


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (Decimal("0.5"), 0, "1"), (Decimal("1.5"), 0, "2"), (Decimal("2.5"), 0, "3"),
        (Decimal("-0.5"), 0, f"{MINUS}1"),
        (0.1 + 0.2, 2, "0.30"), (2.675, 2, "2.68"), (Decimal("1E+3"), None, "1,000"), (1e3, None, "1,000.0"),
        (Decimal("0.10"), None, "0.10"), (999_999.995, 2, "1,000,000.00"), (0, 2, "0.00"),
    ],
)  # fmt: skip
def test_half_goes_up_and_what_is_written_is_what_counts(value, decimals, said):
    assert english(i18n.format_number, value, decimals) == said


@pytest.mark.parametrize(
    ("euros", "fr", "en"),
    [
        (0, f"0{NBSP}€", "€0"),
        (Decimal("0.10"), f"0,10{NBSP}€", "€0.10"),
        (Decimal("12.00"), f"12{NBSP}€", "€12"),
        (12.5, f"12,50{NBSP}€", "€12.50"),
        (1_000_000, f"1{FINE}000{FINE}000{NBSP}€", "€1,000,000"),
    ],
)
def test_cents_show_when_there_are_some(euros, fr, en):
    assert (french(i18n.format_amount, euros), english(i18n.format_amount, euros)) == (fr, en)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1000, "1 kB"), (1499, "1 kB"), (1500, "2 kB"), (999_499_999, "999.5 MB"),
        (999_499_999_999, "999.5 GB"), (10**12, "1,000 GB"), (104_857_600, "104.9 MB"),
    ],
)  # fmt: skip
def test_a_size_at_the_edge_of_its_unit(size, said):
    assert english(i18n.format_size, size).replace(NBSP, " ") == said


@given(st.integers(0, 10**12))
def test_a_bigger_file_never_reads_smaller(size):
    def read(text: str) -> Decimal:
        number, unit = text.split(NBSP)
        return Decimal(number.replace(",", "")) * 1000 ** ("byte", "kB", "MB", "GB").index(unit.removesuffix("s"))

    assert read(english(i18n.format_size, size)) <= read(english(i18n.format_size, size + size // 10 + 1000))


@pytest.mark.parametrize(("words", "said"), [(["a", "b"], "a and b"), (("a",), "a"), (iter("abc"), "a, b and c")])
def test_a_list_of_any_kind_reads_as_a_sentence(words, said):
    assert english(i18n.format_list, words) == said


def test_a_language_inside_another_gives_back_the_first():
    with i18n.in_language("fr"):
        with i18n.in_language("en"):
            assert i18n.language() == "en"
        assert i18n.language() == "fr"


def test_a_fault_inside_gives_the_language_back_too():
    with i18n.in_language("fr"):
        with pytest.raises(RuntimeError), i18n.in_language("en"):
            raise RuntimeError
        assert i18n.language() == "fr"


@pytest.mark.parametrize("code", ["", "FR", "en-gb", "de", "fr_FR"])
def test_another_language_is_refused_before_anything_is_said(code):
    with pytest.raises(ValueError, match="fr or en"):
        i18n.in_language(code)
