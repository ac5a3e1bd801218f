"""The threads of the worker that look at something every few seconds."""

import threading

import pytest

from matricule.core.rounds import Rounds

pytestmark = pytest.mark.django_db


class Counted(Rounds):
    """Counts its looks, and says when it has looked three times."""

    name = "counted"

    def __init__(self, pause: float) -> None:
        super().__init__(pause)
        self.looks, self.thrice = 0, threading.Event()

    def look(self) -> None:
        self.looks += 1
        if self.looks == 3:
            self.thrice.set()


class WithALastLook(Counted):
    last_look = True


def test_it_looks_again_and_again_until_it_is_left():
    with Counted(0.001) as rounds:
        assert rounds.thrice.wait(10)
    assert rounds.looks >= 3
    assert not rounds._thread.is_alive() and "counted" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(("kind", "looks"), [(Counted, 0), (WithALastLook, 1)])
def test_what_came_in_the_last_pause_is_looked_at_by_whoever_asks_for_it(kind, looks):
    with kind(3600) as rounds:
        pass
    assert rounds.looks == looks


def test_what_it_looks_at_is_a_subclasss_to_say():
    with pytest.raises(NotImplementedError):
        Rounds(1).look()
