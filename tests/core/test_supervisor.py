"""The parent of all: prefixes, restarts with a growing pause, and a stop that nobody survives."""

import io
import os
import signal
import sys
from collections.abc import Iterator

import pytest

from matricule.core import supervisor
from matricule.core.supervisor import Output, Program, Supervisor


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def parent(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(supervisor, "GRACE", 5.0)
    found = Supervisor(Output(screen))
    yield found
    found.stop()


def program(code: str, name: str = "web") -> Program:
    return Program(name, [sys.executable, "-u", "-c", code], dict(os.environ), pause=0.0)


def test_lines_carry_the_name_of_who_said_them(parent: Supervisor, screen: io.StringIO) -> None:
    one = program("print('première'); print('second')")
    parent.start(one)
    assert one.process is not None
    one.process.wait()
    parent.stop()
    assert "web      | première\nweb      | second\n" in screen.getvalue()


def test_lines_that_are_not_worth_telling_are_dropped(screen: io.StringIO) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"noise\ntrouble\n\xff\n")
    os.close(writer)
    Output(screen).pump(os.fdopen(reader, "rb"), "db", lambda line: line != "noise").join()
    assert screen.getvalue() == "db       | trouble\ndb       | \ufffd\n"


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    closed = io.StringIO()
    closed.close()
    Output(closed).say("nobody reads this")


def test_what_dies_starts_again(parent: Supervisor, screen: io.StringIO) -> None:
    one = program("import time; time.sleep(60)")
    parent.start(one)
    first = one.process
    assert first is not None
    first.kill()
    first.wait()
    assert parent.wait_until(lambda: one.alive() and one.process is not first, timeout=10)
    assert "web stopped (code -9); it starts again" in screen.getvalue()


def test_the_pause_grows_with_each_quick_death_and_is_forgiven_after_a_long_life(
    parent: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("matricule.core.supervisor.time.monotonic", lambda: now[0])
    one = program("raise SystemExit(3)")
    one.pause = 0.5
    pauses = []
    for _ in range(9):
        parent.start(one)
        assert one.process is not None
        one.process.wait()
        parent.look()
        pauses.append(one.start_at - now[0])
        parent.look()
        assert one.process is None, "it waits for its pause"
        now[0] += pauses[-1]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    parent.start(one)
    assert one.process is not None
    one.process.wait()
    now[0] += supervisor.STEADY + 1
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.5)
    parent.look()
    assert one.start_at - now[0] == 0.5


def test_the_longest_pause_may_be_set(screen: io.StringIO) -> None:
    parent = Supervisor(Output(screen), longest_pause=1)
    one = program("raise SystemExit(3)")
    one.pause, pauses = 0.5, []
    for _ in range(3):
        parent.start(one)
        assert one.process is not None
        one.process.wait()
        pauses.append(one.pause)
        parent.look()
    assert pauses == [0.5, 1, 1]


def test_the_stop_asks_first_and_ends_what_does_not_listen(
    parent: Supervisor, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    polite = program("import signal; signal.sigwait([signal.SIGTERM])", "polite")
    deaf = program("import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(60)", "deaf")
    parent.start(polite)
    parent.start(deaf)
    assert parent.wait_until(lambda: "deaf     | deaf" in screen.getvalue(), timeout=10)
    parent.stop()
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL
    assert not polite.alive()


def test_a_signal_ends_the_watch(parent: Supervisor) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        parent.listen()
        parent.also_watch(lambda: os.kill(os.getpid(), signal.SIGTERM))
        parent.run()
        assert parent.stopping
        assert not parent.wait_until(lambda: True, timeout=1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_wait_that_is_never_fulfilled_ends(parent: Supervisor) -> None:
    assert not parent.wait_until(lambda: False, timeout=0)
