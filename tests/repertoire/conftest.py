"""Business time that a test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from matricule.core import clock


class Time:
    """Business time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

    def pass_(self, **much: int) -> None:
        """Let time pass."""
        self.now += timedelta(**much)


@pytest.fixture
def time(monkeypatch) -> Time:
    """Give business time to the test."""
    moved = Time()
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    return moved
