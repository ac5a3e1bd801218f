"""Dates of civil status, whole or not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.portals.components.partial import PartialDate


def test_a_partial_date_is_the_text_that_is_stored() -> None:
    assert PartialDate.of(2004, 3) == "2004-03-00"
    assert PartialDate.of(2004) == "2004-00-00"
    assert (PartialDate("2004-03-14").year, PartialDate("2004-03-14").month, PartialDate("2004-03-14").day) == (
        2004,
        3,
        14,
    )


def test_what_it_may_mean() -> None:
    assert PartialDate.of(2004, 3).earliest() == date(2004, 3, 1)
    assert PartialDate.of(2004).earliest() == date(2004, 1, 1)
    assert PartialDate.of(2004, 3).whole() is None
    assert PartialDate.of(2004, 3, 14).whole() == date(2004, 3, 14)


@pytest.mark.parametrize("parts", [(2004, 0, 14), (2004, 13), (2003, 2, 29), (2004, 4, 31)])
def test_no_calendar_holds_it(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        PartialDate.of(*parts)


@pytest.mark.parametrize("text", ["14/03/2004", "2004-3-14", "2004-03-14T00:00", "", "2004-03"])
def test_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        PartialDate.parse(text)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_whole_dates_survive_the_way_there_and_back(day: date) -> None:
    assert PartialDate.parse(day.isoformat()).whole() == day
