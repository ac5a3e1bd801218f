"""Moving business time: forward only, for every process of the service, with what falls due run on the way."""

from datetime import datetime, timedelta

import pytest

from matricule.core import clock, config, jobs
from matricule.demo import time_machine
from matricule.rules.dates import add_months


@pytest.fixture(autouse=True)
def now_again():
    yield
    time_machine.back_to_now()


@pytest.fixture
def swept(monkeypatch):
    days = []
    monkeypatch.setattr(jobs, "run_sweeps", lambda: days.append(clock.today()))
    return days


def test_a_day_forward_moves_business_time_and_not_wall_time(swept):
    before, wall = clock.today(), clock.wall()
    time_machine.forward(days=1)
    assert clock.today() == before + timedelta(days=1)
    assert clock.wall() - wall < timedelta(minutes=5)


def test_what_falls_due_runs_on_the_new_day(swept):
    before = clock.today()
    time_machine.forward(days=7)
    assert swept == [before + timedelta(days=7)]


def test_a_month_is_a_month_of_the_calendar(swept):
    before = clock.today()
    time_machine.forward(months=1)
    assert clock.today() == add_months(before, 1)


@pytest.mark.parametrize(
    ("wall", "days", "day", "hour"),
    [
        ("2026-10-20T22:30:00+00:00", 7, "2026-10-28", "00:30"),  # from summer, in the first hour of the 21st
        ("2026-10-21T21:30:00+00:00", 7, "2026-10-28", "23:30"),
        ("2026-03-24T22:30:00+00:00", 7, "2026-03-31", "23:30"),  # from winter, in the last hour of the 24th
        ("2026-03-24T23:30:00+00:00", 7, "2026-04-01", "00:30"),
    ],
)
def test_the_hour_in_paris_stays_where_its_clocks_change(wall, days, day, hour, swept, monkeypatch):
    monkeypatch.setattr(clock.timezone, "now", lambda: datetime.fromisoformat(wall))
    time_machine.forward(days=days)
    assert [str(found) for found in swept] == [day]
    assert f"{clock.now().astimezone(clock.PARIS):%H:%M}" == hour


def test_ten_years_are_counted_in_days_whatever_the_hour_that_summer_took(swept, monkeypatch):
    monkeypatch.setattr(clock.timezone, "now", lambda: datetime.fromisoformat("2027-03-27T12:00:00+00:00"))
    time_machine.forward(days=time_machine.MOST_DAYS)
    assert time_machine.offset() == timedelta(days=time_machine.MOST_DAYS, hours=-1)
    with pytest.raises(ValueError, match="enough"):
        time_machine.forward(days=1)


def test_two_steps_add_up(swept):
    before = clock.today()
    time_machine.forward(days=1)
    time_machine.forward(days=1)
    assert clock.today() == before + timedelta(days=2)


def test_back_to_now(swept):
    before = clock.today()
    time_machine.forward(months=3)
    time_machine.back_to_now()
    assert clock.today() == before


@pytest.mark.parametrize("step", [{"days": -1}, {"months": -1}, {"days": 4000}])
def test_backward_and_too_far_are_refused_and_nothing_moves(step, swept):
    before = clock.today()
    with pytest.raises(ValueError, match=r"only|enough"):
        time_machine.forward(**step)
    assert clock.today() == before and swept == []


def test_a_damaged_file_is_no_offset(swept):
    path = config.current().data / "demo-clock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("soon")
    assert time_machine.offset() == timedelta()


def test_another_process_reads_the_same_time(swept):
    time_machine.forward(days=2)
    kept = timedelta(seconds=int((config.current().data / "demo-clock").read_text()))
    assert kept == time_machine.offset() and abs(kept - timedelta(days=2)) <= timedelta(hours=1)
