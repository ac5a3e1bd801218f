"""One file at a time among the processes of a machine, and threads that are kept free for ordinary pages."""

import os
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from matricule import vision
from matricule.vision import Fence, client, turn
from matricule.vision.client import Busy, Parser, Unavailable
from tests.vision import hostile

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "parser.turn"


def test_without_a_file_the_turn_is_always_there():
    with turn.taken(None, 0.0) as one, turn.taken(None, 0.0) as other:
        assert one and other


def test_one_holds_the_turn_and_the_other_waits_as_long_as_it_said(path):
    with turn.taken(path, 0.0) as first, turn.taken(path, 0.05) as second:
        assert (first, second) == (True, False)
    with turn.taken(path, 0.0) as again:
        assert again
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("patience", [None, 20.0])
def test_who_waits_gets_the_turn_when_it_is_given_back(path, patience):
    got = []

    def wait():
        with turn.taken(path, patience) as came:
            got.append(came)

    thread = threading.Thread(target=wait)
    with turn.taken(path, 0.0):
        thread.start()
        time.sleep(0.05)
        assert got == []
    thread.join(20)
    assert got == [True]


HOLDER = """
import sys, time
from itertools import pairwise
from pathlib import Path
from matricule.vision import turn
with turn.taken(Path(sys.argv[1]), None):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_holder_gives_the_turn_back(path):
    environment = {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout.readline() == b"held\n"
        with turn.taken(path, 0.0) as came:
            assert not came
        holder.kill()
        holder.wait()
    with turn.taken(path, 5.0) as came:
        assert came


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError), turn.taken(tmp_path / "file" / "turn", None):
        pass


@pytest.fixture
def shared(own, path):
    own.share(path, 2)
    own.warm()
    return own


def test_a_parser_waits_for_the_turn_of_another_process(shared, path):
    with turn.taken(path, 0.0), pytest.raises(Busy):
        vision.check(hostile.pdf_file(), patience=0.02, using=shared)
    assert vision.check(hostile.pdf_file(), patience=0.02, using=shared).ok


def test_two_parsers_never_look_at_a_file_at_the_same_time(shared, path):
    other = Parser("tests.vision.childtasks", [str(ROOT)])
    other.share(path, None)
    other.warm()
    naps = []
    running = [
        threading.Thread(target=lambda at=at: naps.append(at.call("nap", {"seconds": 0.2}, [b"x"]).header))
        for at in (shared, other) * 2
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    other.close()
    naps.sort(key=lambda nap: nap["begun"])
    assert len(naps) == 4
    assert all(first["ended"] <= second["begun"] for first, second in pairwise(naps))


def test_a_turn_that_cannot_be_made_leaves_the_file_unjudged(own, tmp_path):
    (tmp_path / "file").write_text("no folder")
    own.share(tmp_path / "file" / "turn", None)
    with pytest.raises(Unavailable):
        vision.check(hostile.pdf_file(), using=own)


def test_who_answers_a_person_is_turned_away_when_enough_wait_and_a_job_never_is(shared):
    waiting = [threading.Thread(target=shared.call, args=("sleep", {}, [b"x"], Fence(wall=0.3))) for _ in range(2)]
    for thread in waiting:
        thread.start()
    end = time.monotonic() + 5
    while shared._inside < 2 and time.monotonic() < end:
        time.sleep(0.005)
    begun = time.monotonic()
    with pytest.raises(Busy):
        vision.check(b"%PDF", patience=60, using=shared)
    assert time.monotonic() - begun < 30, "it did not wait for the sixty seconds"
    assert shared.call("pid", {}, [b"x"]).header is not None
    for thread in waiting:
        thread.join()
    assert shared._inside == 0


def test_after_a_fork_nobody_is_inside_and_the_turn_is_still_shared(shared, path):
    shared._inside = 2
    shared.after_fork()
    assert (shared._inside, shared._turn, shared._most) == (0, path, 2)


def test_the_service_shares_one_turn_and_keeps_two_threads_free(monkeypatch):
    from django.apps import apps

    from matricule.core import config

    rooms, given = apps.get_app_config("dossiers"), []
    monkeypatch.setattr(vision, "share", lambda *words: given.append(words))
    for process, threads in (("web", 8), ("web", 2), ("worker", 8)):
        settings = config.Config(process=process, web_threads=threads, data=Path("/x"), test=True)
        monkeypatch.setattr(config, "current", lambda settings=settings: settings)
        rooms.ready()
    turns = [path for path, _ in given]
    assert turns == [Path("/x/parser.turn")] * 3 and [most for _, most in given] == [6, 1, None]


def test_the_test_run_itself_shares_a_turn():
    assert client.parser._turn is not None and client.parser._turn.name == "parser.turn"
    assert os.environ["MATRICULE_DATA"] in str(client.parser._turn)
