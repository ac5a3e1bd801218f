"""When a student is covered, at every edge of the calendar (issue 4, section 4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import cover
from matricule.rules.cover import CARD, FOREVER, RECEIPT, VALIDATION, VISA

ARRIVAL, COURSES = date(2026, 9, 10), date(2026, 9, 7)
PRINTED = date(2027, 9, 1)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


class TestTheStay:
    """A visa counts for three months, then only what follows it does."""

    def test_a_visa_counts_to_the_day_three_months_after_the_arrival_that_day_included(self):
        stay = cover.stay({VISA: PRINTED}, asked=True, arrival=ARRIVAL)
        assert stay.until == date(2026, 12, 10) and stay.ends_by_arrival
        assert stay.on(date(2026, 12, 10)) and not stay.on(date(2026, 12, 11))

    @pytest.mark.parametrize(
        ("arrival", "last"),
        [
            (date(2026, 11, 30), date(2027, 2, 28)),
            (date(2027, 11, 30), date(2028, 2, 29)),
            (date(2026, 12, 31), date(2027, 3, 31)),
            (date(2026, 8, 31), date(2026, 11, 30)),
        ],
    )
    def test_at_the_ends_of_months(self, arrival, last):
        assert cover.stay({VISA: date(2029, 1, 1)}, asked=True, arrival=arrival).until == last

    def test_a_visa_that_ends_before_counts_to_its_own_end(self):
        stay = cover.stay({VISA: date(2026, 10, 1)}, asked=True, arrival=ARRIVAL)
        assert stay.until == date(2026, 10, 1) and not stay.ends_by_arrival

    def test_once_validated_it_counts_to_what_is_printed(self):
        stay = cover.stay({VISA: PRINTED, VALIDATION: None}, asked=True, arrival=ARRIVAL)
        assert (stay.until, stay.proof) == (PRINTED, VALIDATION)

    def test_a_validation_may_name_its_own_end(self):
        stay = cover.stay({VISA: PRINTED, VALIDATION: date(2027, 6, 30)}, asked=True, arrival=ARRIVAL)
        assert stay.until == date(2027, 6, 30)

    @pytest.mark.parametrize("code", [RECEIPT, CARD])
    def test_a_receipt_or_a_card_counts_to_its_end(self, code):
        stay = cover.stay({VISA: PRINTED, code: date(2027, 3, 31)}, asked=True, arrival=ARRIVAL)
        assert (stay.until, stay.proof) == (date(2027, 3, 31), code)

    def test_a_validation_without_its_visa_shows_nothing(self):
        assert cover.stay({VALIDATION: None}, asked=True, arrival=ARRIVAL).until is None

    def test_a_visa_without_a_day_of_arrival_shows_nothing(self):
        assert cover.stay({VISA: PRINTED}, asked=True, arrival=None).until is None

    def test_europeans_and_minors_are_not_asked(self):
        stay = cover.stay({}, asked=False, arrival=None)
        assert stay.until == FOREVER and stay.on(date(2999, 1, 1)) and not stay.asked

    def test_nothing_accepted_is_no_regular_stay(self):
        assert not cover.stay({}, asked=True, arrival=ARRIVAL).on(ARRIVAL)


def conditions(today, *, documents=True, number=True, stay=None):
    stay = stay or cover.stay({VISA: PRINTED}, asked=True, arrival=ARRIVAL)
    return cover.conditions(documents=documents, courses_start=COURSES, stay=stay, number=number, today=today)


class TestTheConditions:
    """Three of them, and the number apart."""

    def test_all_three_on_the_first_day_of_courses(self):
        assert conditions(COURSES).met
        assert not conditions(COURSES - timedelta(days=1)).met

    @pytest.mark.parametrize("missing", ["documents", "stay"])
    def test_each_of_them_counts(self, missing):
        none = cover.stay({}, asked=True, arrival=ARRIVAL)
        found = conditions(COURSES, documents=missing != "documents", stay=none if missing == "stay" else None)
        assert not found.met

    def test_the_number_is_apart(self):
        assert conditions(COURSES, number=False).met

    def test_without_a_first_day_there_is_none(self):
        stay = cover.stay({}, asked=False, arrival=None)
        found = cover.conditions(documents=True, courses_start=None, stay=stay, number=True, today=COURSES)
        assert not found.courses and not found.met


class TestTheSpans:
    """The first certificate, and the one that runs on."""

    def test_it_runs_to_the_end_of_the_stay_then_another_runs_on_to_the_nine_months(self):
        nia = date(2026, 10, 1)
        visa = cover.stay({VISA: PRINTED}, asked=True, arrival=ARRIVAL)
        first = cover.first_span(nia, COURSES, visa)
        assert first == cover.Span(nia, date(2026, 12, 10), "stay")
        assert cover.next_span(first.end, nia, COURSES, visa) is None, "no new one without proof"
        validated = cover.stay({VISA: PRINTED, VALIDATION: None}, asked=True, arrival=ARRIVAL)
        assert cover.next_span(first.end, nia, COURSES, validated) == cover.Span(
            date(2026, 12, 11), date(2027, 7, 1), "nine_months"
        )

    def test_it_starts_with_the_courses_when_they_come_later(self):
        span = cover.first_span(date(2026, 8, 1), COURSES, cover.stay({}, asked=False, arrival=None))
        assert span == cover.Span(COURSES, date(2027, 6, 7), "nine_months")

    def test_a_stay_that_ended_before_gives_none(self):
        ended = cover.stay({VISA: date(2026, 9, 1)}, asked=True, arrival=ARRIVAL)
        assert cover.first_span(date(2026, 10, 1), COURSES, ended) is None

    def test_nothing_runs_on_after_the_nine_months(self):
        never = cover.stay({}, asked=False, arrival=None)
        assert cover.next_span(date(2027, 7, 1), date(2026, 10, 1), COURSES, never) is None

    @given(days, days)
    def test_a_certificate_never_passes_nine_months_and_its_warnings_lie_inside(self, nia, courses):
        span = cover.first_span(nia, courses, cover.stay({}, asked=False, arrival=None))
        assert span.start == max(nia, courses) and span.end == cover.limit(nia, courses)
        warned = cover.warnings(span.start, span.end)
        assert len(warned) == 3 and all(span.start < day < span.end for day in warned)

    def test_the_warnings_are_two_months_one_month_and_two_weeks_before(self):
        assert cover.warnings(date(2026, 9, 7), date(2027, 6, 7)) == (
            date(2027, 4, 7), date(2027, 5, 7), date(2027, 5, 24),
        )  # fmt: skip

    def test_a_short_certificate_has_those_that_fall_inside(self):
        assert cover.warnings(date(2026, 12, 1), date(2026, 12, 20)) == (date(2026, 12, 6),)
