"""Business time, moved by days, as the time machine moves it."""

from datetime import timedelta

import pytest

from matricule.core import clock, outbox


class Later:
    """Moves business time forward; wall time stays."""

    def __init__(self) -> None:
        self.days = 0

    def __call__(self, days: int) -> None:
        self.days += days


@pytest.fixture
def later(monkeypatch) -> Later:
    """Give ``later(15)``: fifteen days pass."""
    moved = Later()
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=moved.days))
    return moved


def deliver(state: str = "sent") -> None:
    """Let every mail that waits end as ``state``."""
    outbox.Mail.objects.filter(state="waiting").update(state=state)
