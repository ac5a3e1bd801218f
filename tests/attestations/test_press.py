"""Letters made in a child: the same letters, whatever happens to the child; and it ends when nobody needs it."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from matricule import attestations
from matricule.attestations import press, press_child
from matricule.attestations.typesetting import LetterError
from tests.attestations.test_sealing import holds
from tests.attestations.test_typesetting import DATED, FACTS, letter
from tests.support.service import alive_in

LATER = DATED + timedelta(seconds=1)
DIES = [sys.executable, "-c", "import sys; sys.stdin.readline()"]


@pytest.fixture
def presses():
    """Make presses that are ended with the test."""
    made = []

    def start(**options) -> press.Press:
        made.append(press.Press(**options))
        return made[-1]

    yield start
    for one in made:
        one.end()


def ask(one, **changes) -> press.Made:
    return one.make("deposit_receipt", {**FACTS, **changes}, dated=DATED, sealed_at=LATER)


def running(script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", script, *words], stdout=subprocess.PIPE, text=True, env=environment)


def until(good) -> None:
    deadline = time.monotonic() + 60
    while not good():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


class TestWhatItMakes:
    """The letters do not tell where they were made."""

    def test_the_same_letter_as_here_under_a_seal_that_holds(self, presses):
        made = ask(presses())
        here = press.make_here("deposit_receipt", FACTS, dated=DATED, sealed_at=LATER)
        assert made.pages == here.pages == letter().pages
        assert made.pdf.startswith(letter().pdf) and here.pdf.startswith(letter().pdf)
        assert holds(made.pdf) and holds(here.pdf)

    def test_facts_that_do_not_fit_are_refused_and_the_child_goes_on(self, presses):
        one = presses()
        with pytest.raises(LetterError) as refused:
            one.make("deposit_receipt", {"name": "Zèbre"}, dated=DATED, sealed_at=LATER)
        assert "Zèbre" not in str(refused.value)
        before = one.child.pid
        assert ask(one).pdf.startswith(b"%PDF") and one.child.pid == before

    def test_what_breaks_is_said_by_its_name_only(self, presses, monkeypatch, tmp_path):
        keys = tmp_path / "Zèbre.toml"
        keys.write_text("nothing")
        monkeypatch.setenv("MATRICULE_KEYS_FILE", str(keys))
        with pytest.raises(press.PressError) as broken:
            ask(presses())
        assert str(broken.value) == "deposit_receipt: KeysError"

    def test_several_threads_take_turns(self, presses):
        one = presses()
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda n: ask(one, reference=f"M26-0000-000{n}"), range(4)))
        assert len({result.pdf for result in made}) == 4 and all(result.pdf.startswith(b"%PDF") for result in made)

    def test_a_library_that_prints_does_not_speak_in_the_place_of_an_answer(self, presses):
        noisy = (
            "import sys; from matricule.attestations import press_child, typesetting as t; keep = t.compose;"
            " t.compose = lambda *a, **k: print('a warning') or keep(*a, **k); press_child.main(sys.argv[1:])"
        )
        assert ask(presses(program=[sys.executable, "-c", noisy])).pdf.startswith(b"%PDF")


class TestItsEnd:
    """It may end at any moment; a letter is made or refused, and nothing is left running."""

    def test_it_ends_when_nobody_asks_and_the_next_letter_starts_another(self, presses):
        one = presses(idle=0.05)
        ask(one)
        before = one.child.pid
        until(lambda: not alive_in(before))
        assert ask(one).pdf.startswith(b"%PDF") and one.child.pid != before

    def test_one_that_was_killed_is_replaced(self, presses):
        one = presses()
        ask(one)
        before = one.child.pid
        os.kill(before, signal.SIGKILL)
        until(lambda: not alive_in(before))
        assert ask(one).pdf.startswith(b"%PDF") and one.child.pid != before

    def test_one_that_dies_on_the_letter_twice_is_an_error_without_facts(self, presses):
        one = presses(program=DIES)
        with pytest.raises(press.PressError, match="ended twice") as ended:
            ask(one, name="Zèbre")
        assert "Zèbre" not in str(ended.value) and one.child is None

    def test_one_that_ends_within_its_answer_gives_no_half_letter(self, presses):
        half = "import sys; sys.stdin.readline(); print('{\"pages\": 1, \"bytes\": 9}'); print('%PDF')"
        with pytest.raises(press.PressError, match="ended twice"):
            ask(presses(program=[sys.executable, "-c", half]))

    def test_one_that_cannot_be_written_to_is_replaced(self, presses):
        deaf = [sys.executable, "-c", "import os, time; os.close(0); print(flush=True); time.sleep(60)"]
        with pytest.raises(press.PressError, match="ended twice"):
            one = presses(program=deaf)
            one.make("deposit_receipt", {**FACTS, "name": "Z" * 200_000}, dated=DATED, sealed_at=LATER)

    def test_a_letter_that_takes_too_long_ends_it(self, presses):
        with pytest.raises(press.PressError, match="ended twice"):
            ask(presses(longest=0.001))

    def test_it_ends_with_whoever_asked(self):
        script = (
            "import os, signal; from matricule.attestations import press;"
            " from tests.attestations.test_press import ask;"
            " one = press.Press(); ask(one); print(one.child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
        )
        ended = running(script)
        assert ended.returncode == -signal.SIGKILL
        until(lambda: not alive_in(int(ended.stdout)))


class TestWhoUsesIt:
    """Programs that serve; whatever makes its letters and ends makes them itself."""

    def test_here_unless_told_otherwise(self, monkeypatch):
        monkeypatch.setattr(press, "_press", None)
        monkeypatch.setattr(press.Press, "make", lambda *_, **__: pytest.fail("in a child"))
        made = press.make("deposit_receipt", FACTS, dated=DATED, sealed_at=LATER)
        assert made.pdf.startswith(b"%PDF")

    def test_apart_once_it_was_said(self, monkeypatch):
        monkeypatch.setattr(press, "_press", None)
        attestations.apart()
        asked = []
        monkeypatch.setattr(press.Press, "make", lambda self, kind, facts, **_: asked.append(kind))
        press.make("deposit_receipt", FACTS, dated=DATED, sealed_at=LATER)
        assert asked == ["deposit_receipt"]

    def test_the_child_is_told_when_to_end_by_its_words(self, monkeypatch):
        waited = []
        monkeypatch.setattr(press_child.select, "select", lambda *given: waited.append(given[3]) or ([], [], []))
        monkeypatch.setattr(press_child.os, "dup2", lambda *_: None)
        assert press_child.main(["7", "9"]) == 0 and waited == [7.0]

    def test_nothing_of_a_letter_stays_in_the_process_that_asked(self):
        found = running(
            "import json, sys; from datetime import UTC, datetime; from matricule.attestations import press;"
            " press.apart(); at = datetime(2026, 9, 11, tzinfo=UTC);"
            " made = press.make('deposit_receipt', json.loads(sys.argv[1]), dated=at, sealed_at=at);"
            " print(len(made.pdf), *sorted(set(sys.modules) & {'typst', 'pyhanko', 'asn1crypto'}))",
            json.dumps(FACTS),
        )
        size, *held = found.stdout.split()
        assert int(size) > 10_000 and held == []
