"""wording.md, section 3: how each language writes dates, times, sizes, numbers and amounts."""

from datetime import date, datetime, time, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import i18n

PARIS = ZoneInfo("Europe/Paris")


def both(function, *args, **kwargs) -> tuple[str, str]:
    with i18n.in_language("fr"):
        french = function(*args, **kwargs)
    with i18n.in_language("en"):
        return french, function(*args, **kwargs)


class Row:
    """A row of the rules room, which knows nothing of core."""

    fr, en = "un", "one"


def test_pick_takes_mappings_and_anything_with_both_languages() -> None:
    assert both(i18n.pick, {"fr": "un", "en": "one"}) == ("un", "one")
    assert both(i18n.pick, i18n.Localized("un", "one")) == ("un", "one")
    assert both(i18n.pick, Row()) == ("un", "one")
    assert both(str, i18n.Localized("un", "one")) == ("un", "one")


def test_pick_refuses_a_text_in_one_language_only() -> None:
    with i18n.in_language("en"), pytest.raises(KeyError):
        i18n.pick({"fr": "un"})


def test_language_falls_back_on_french() -> None:
    with translation.override("en-gb"):
        assert i18n.language() == "en"
    with translation.override("de"):
        assert i18n.language() == "fr"
    with translation.override(None):
        assert i18n.language() == "fr"
    with pytest.raises(ValueError, match="fr or en"):
        i18n.in_language("de")


def test_dates() -> None:
    day = date(2026, 12, 21)
    assert both(i18n.format_date, day) == ("21 décembre 2026", "21 December 2026")
    assert both(i18n.format_date, day, weekday=True) == ("lundi 21 décembre 2026", "Monday 21 December 2026")
    assert both(i18n.format_date, date(2027, 1, 1)) == ("1ᵉʳ janvier 2027", "1 January 2027")
    assert both(i18n.format_short_date, day) == ("21\u00a0déc.", "21\u00a0Dec")
    assert both(i18n.format_month, day) == ("décembre 2026", "December 2026")
    assert both(i18n.format_weekday, day) == ("lundi", "Monday")
    assert both(i18n.format_day, date(2027, 1, 1)) == ("1ᵉʳ", "1")


def test_a_moment_is_read_in_paris() -> None:
    late = datetime(2026, 12, 20, 23, 30, tzinfo=timezone.utc)  # noqa: UP017
    assert both(i18n.format_date, late) == ("21 décembre 2026", "21 December 2026")
    assert both(i18n.format_time, late) == ("0\u00a0h\u00a030", "00:30")


def test_times_and_moments() -> None:
    moment = datetime(2026, 11, 2, 18, 4, tzinfo=PARIS)
    assert both(i18n.format_time, time(14, 32)) == ("14\u00a0h\u00a032", "14:32")
    assert both(i18n.format_datetime, moment) == ("2 novembre 2026 à 18\u00a0h\u00a004", "2 November 2026, 18:04")


def test_spans_and_lists() -> None:
    french, english = both(i18n.format_span, date(2026, 9, 1), date(2027, 8, 6))
    assert french == "du 1ᵉʳ septembre 2026 au 6 août 2027 inclus"
    assert english == "from 1 September 2026 to 6 August 2027 inclusive"
    assert both(i18n.format_list, ["a", "b", "c"]) == ("a, b et c", "a, b and c")
    assert both(i18n.format_list, ["a"]) == ("a", "a")
    assert both(i18n.format_list, []) == ("", "")


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("2004-03-14", "14 mars 2004", "14 March 2004"),
        ("2004-03-00", "mars 2004", "March 2004"),
        ("2004-00-00", "2004", "2004"),
    ],
)
def test_partial_dates(text: str, french: str, english: str) -> None:
    assert both(i18n.format_partial_date, text) == (french, english)


def test_a_partial_date_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        i18n.format_partial_date("14/03/2004")


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (1_204_331, None, "1\u202f204\u202f331", "1,204,331"),
        (0.31, None, "0,31", "0.31"),
        (Decimal("2.345"), 2, "2,35", "2.35"),
        (-5, None, "\u22125", "\u22125"),
        (12, 1, "12,0", "12.0"),
    ],
)
def test_numbers(value, decimals, french: str, english: str) -> None:
    assert both(i18n.format_number, value, decimals) == (french, english)


def test_shares_and_amounts() -> None:
    assert both(i18n.format_percent, 83) == ("83\u00a0%", "83%")
    assert both(i18n.format_amount, 615) == ("615\u00a0€", "€615")
    assert both(i18n.format_amount, Decimal("1250.5")) == ("1\u202f250,50\u00a0€", "€1,250.50")


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [
        (0, "0\u00a0octet", "0\u00a0bytes"),
        (1, "1\u00a0octet", "1\u00a0byte"),
        (2, "2\u00a0octets", "2\u00a0bytes"),
        (999, "999\u00a0octets", "999\u00a0bytes"),
        (212_000, "212\u00a0ko", "212\u00a0kB"),
        (999_499, "999\u00a0ko", "999\u00a0kB"),
        (999_500, "1\u00a0Mo", "1\u00a0MB"),
        (4_100_000, "4,1\u00a0Mo", "4.1\u00a0MB"),
        (25_000_000, "25\u00a0Mo", "25\u00a0MB"),
        (3_200_000_000, "3,2\u00a0Go", "3.2\u00a0GB"),
    ],
)
def test_sizes(size: int, french: str, english: str) -> None:
    assert both(i18n.format_size, size) == (french, english)


@given(st.integers(min_value=0, max_value=10**13))
def test_a_size_never_shows_four_digits_before_its_unit_below_a_thousand_giga(size: int) -> None:
    with i18n.in_language("en"):
        shown = i18n.format_size(size).split("\u00a0")[0]
    whole = int(shown.split(".")[0].replace(",", ""))
    assert whole < 1000 or size >= 999_500_000_000


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_written_with_its_year_and_no_plain_digit_month(day: date) -> None:
    french, english = both(i18n.format_date, day)
    assert french.endswith(str(day.year))
    assert english.split()[0] == str(day.day)
    assert len(french.split()) == len(english.split()) == 3
