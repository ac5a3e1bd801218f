"""Two times: business time that the time machine moves, and wall time that nobody does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from matricule.core import clock


@pytest.fixture
def at(monkeypatch):
    """Stop wall time at a moment."""

    def stop(*parts: int) -> datetime:
        moment = datetime(*parts, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return stop


@pytest.fixture
def moved(monkeypatch):
    """Move business time; what was registered comes back after the test."""
    monkeypatch.setattr(clock, "_offset", clock._offset)

    def by(**delay: float) -> None:
        clock.use_offset(lambda: timedelta(**delay))

    return by


def test_both_times_are_the_same_until_somebody_moves_one(at, moved):
    moment = at(2026, 11, 21, 10)
    moved(days=0)
    assert clock.wall() == clock.now() == moment


@pytest.mark.parametrize("days", [-400, -1, 1, 31, 3653])
def test_the_time_machine_moves_business_time_alone(at, moved, days):
    moment = at(2026, 11, 21, 10)
    moved(days=days)
    assert clock.wall() == moment
    assert clock.now() == moment + timedelta(days=days)


def test_the_offset_is_asked_for_at_each_reading(at, monkeypatch):
    moment = at(2026, 11, 21, 10)
    monkeypatch.setattr(clock, "_offset", clock._offset)
    steps = iter([timedelta(hours=1), timedelta(hours=2)])
    clock.use_offset(lambda: next(steps))
    assert clock.now() == moment + timedelta(hours=1)
    assert clock.now() == moment + timedelta(hours=2)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ((2026, 11, 21, 22, 59), date(2026, 11, 21)),
        ((2026, 11, 21, 23, 0), date(2026, 11, 22)),
        ((2026, 7, 14, 21, 59), date(2026, 7, 14)),
        ((2026, 7, 14, 22, 0), date(2026, 7, 15)),
        ((2026, 12, 31, 23, 0), date(2027, 1, 1)),
        ((2028, 2, 28, 23, 30), date(2028, 2, 29)),
    ],
)
def test_the_day_turns_at_midnight_in_paris_summer_and_winter(at, moved, utc, day):
    at(*utc)
    moved(days=0)
    assert clock.today() == day


def test_the_day_follows_business_time(at, moved):
    at(2026, 11, 21, 10)
    moved(days=10)
    assert clock.today() == date(2026, 12, 1)


def test_every_time_is_aware():
    assert clock.wall().tzinfo is not None and clock.now().tzinfo is not None
    assert clock.wall().utcoffset() == timedelta(0)
