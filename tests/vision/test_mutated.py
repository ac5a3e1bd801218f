"""Thousands of spoiled files: a clear verdict for each, no exception that nobody handled, nothing left behind.

The files follow from their numbers, so a failure names the one to look at: ``mutations.mutated(number)``.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from matricule import vision
from matricule.vision import Fence, verdicts
from matricule.vision.client import Parser
from tests.support.promises import bulk
from tests.vision import mutations
from tests.vision.test_hostile import CONTAINED, Recorder, at_rest, left_behind, traces

FENCE = Fence(cpu=bulk(1, 3), wall=300)
"""Less CPU than the service gives: a spoiled file that would burn it all is a bomb a little earlier, and 20,000 of
them end in time. More wall time than the service gives, for the reason in test_hostile.py: a fork at nice 19 gets
little of a busy machine, and no verdict may depend on who else works. The wall has its proof in test_zygote.py."""
DRAWN = 5
"""Of so many accepted files one is drawn and cleaned."""

pytestmark = pytest.mark.bulk


@pytest.fixture(scope="module")
def parser():
    parser = Parser()
    parser.warm()
    yield parser
    parser.close()


def descriptors(process: int | str) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def resident(process: int | None) -> int:
    """KiB of a process in memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def test_spoiled_files_are_judged_and_what_is_accepted_is_drawn_or_refused(parser, promise):
    count = bulk(500, 20_000)
    recorder, codes = Recorder(parser), Counter()
    mutations.sources()  # writing the HEIC of the sources opens /dev/urandom for good, whatever is checked afterwards
    at_rest(parser)
    before = parser.pid, traces(), descriptors("self"), descriptors(parser.pid)
    memory, shown, names = resident(parser.pid), 0, set()
    for number in range(count):
        name, data = mutations.mutated(number)
        names.add(name)
        verdict = vision.check(data, fence=FENCE, using=recorder)
        assert verdict.code in verdicts.SENTENCES, (number, name)
        codes[verdict.code] += 1
        if verdict.ok and sum(codes[code] for code in verdicts.ACCEPTED_CODES) % DRAWN == 0:
            draw(number, data, verdict, recorder)
            shown += 1
        ended = Counter(answer.ended for answer in recorder.answers)
        assert set(ended) <= {"answered 0", *CONTAINED}, (number, name, ended)
        recorder.answers.clear()
    at_rest(parser)
    assert not left_behind(before[1])
    assert (parser.pid, descriptors("self"), descriptors(parser.pid)) == (before[0], *before[2:])
    assert resident(parser.pid) <= memory + 2000, "the parser grows with every file"
    assert len(codes) >= 4 and codes["broken"] > codes["ok"] / 20, "the spoiling does not spoil"
    said = ", ".join(f"{number} {code}" for code, number in sorted(codes.items()))
    promise(
        "spoiled files",
        f"{count} of {len(names)} sources: {said}; {shown} of the accepted drawn and cleaned; 0 unhandled exceptions, "
        "0 processes, files or descriptors left",
    )


def draw(number: int, data: bytes, verdict: vision.Verdict, using: Recorder) -> None:
    """Look at an accepted file as a caseworker would; a refusal has a known reason."""
    try:
        assert vision.render_page(data, width=200, fence=FENCE, using=using).startswith(b"\xff\xd8\xff"), number
        if verdict.needs_clean:
            again = vision.check(vision.clean_copy(data, fence=FENCE, using=using), fence=FENCE, using=using)
            assert again.code == "ok" and not again.needs_clean, number
    except vision.Refused as refused:
        assert refused.code in verdicts.SENTENCES, number


def test_the_same_number_gives_the_same_file_and_nearly_every_number_another():
    first = [mutations.mutated(number) for number in range(300)]
    assert first == [mutations.mutated(number) for number in range(300)]
    assert len({data for _, data in first}) > 280


@pytest.mark.parametrize("way", sorted(set(mutations.WAYS), key=lambda way: way.__name__))
def test_each_way_of_spoiling_spoils_and_bears_an_empty_file(way):
    import random

    changed = 0
    for seed in range(60):
        data = bytearray(b"%PDF-1.7 1 0 obj <</Length 4471>> endobj " * 9)
        way(random.Random(seed), data)
        changed += data != b"%PDF-1.7 1 0 obj <</Length 4471>> endobj " * 9
    assert changed >= 10
    way(random.Random(1), bytearray())
