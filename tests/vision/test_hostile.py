"""Every hostile file against the walls: judged, bounded, drawn without anything that acts, and nothing left behind.

`make test` gives each fork one second of CPU so that the few files that burn all of it do not make the run long;
`make prove` gives the ten of the service. The wall is longer than the service's: the limit in wall time has its proof
in test_zygote.py, and this one must not depend on who else is busy. A fork runs at nice 19: beside other work on every
processor it gets about a seventieth of one, a second of CPU takes it over a minute, and with the
service's 20 seconds of wall a file would be refused for what else the machine does. 300 end a fork that hangs.
"""

import io
import os
import re
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from matricule import vision
from matricule.vision import Fence, pdf_risks, verdicts
from matricule.vision.client import Answer, Parser
from matricule.vision.limits import MIB
from tests.support.promises import WHOLE, bulk
from tests.vision import hostile
from tests.vision.hostile.registry import CLEANED, OK

CASES = hostile.cases()
CLASSES = sorted({case.klass for case in CASES})
FENCE = Fence(cpu=bulk(1, 10), wall=300)
SHARED = 32 * MIB
"""What a fork has in memory before it opens a file: the libraries, which it shares with the parser."""
CONTAINED = {"signal 9", "signal 5", "signal 6", "signal 11", "status 2"}
"""Ends of a fork that are walls doing their work: the CPU's limit, the memory's (as a refusal, or as the crash of a
library that does not expect one). "status 1" would be an exception that nobody handled."""
TEMPORARY = Path(tempfile.gettempdir())

pytestmark = pytest.mark.bulk


class Recorder:
    """A parser that notes what each fork used and how it ended."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self.answers: list[Answer] = []

    def call(self, *words) -> Answer:
        answer = self._parser.call(*words)
        self.answers.append(answer)
        return answer


class Tally:
    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.most_cpu = self.most_memory = self.copies = 0


@pytest.fixture(scope="module")
def tally():
    return Tally()


@pytest.fixture(scope="module")
def parser():
    parser = Parser()
    parser.warm()
    yield parser
    parser.close()


OURS = re.compile(r"matricule-[a-z0-9_]{8}|pwned.*")
"""What the parser could leave behind: its folder without a name, and what hostile files would like to make."""


def traces() -> set[str]:
    return {name for name in os.listdir(TEMPORARY) if OURS.fullmatch(name)}


def left_behind(before: set[str]) -> set[str]:
    """What is there now and was not before; another parser that starts makes its folder for a millisecond."""
    left = traces() - before
    if left:
        time.sleep(1)
    return left & traces()


def forks(parser: Parser) -> list[str]:
    return Path(f"/proc/{parser.pid}/task/{parser.pid}/children").read_text().split()


def at_rest(parser: Parser) -> None:
    """Wait until nothing is left of a look but the one fork that stands ready for the next file."""
    end = time.monotonic() + 30
    while len(forks(parser)) != 1:
        assert time.monotonic() < end, forks(parser)
        time.sleep(0.005)


def of_class(klass: str) -> list[hostile.Case]:
    return [case for case in CASES if case.klass == klass]


@pytest.mark.parametrize("klass", CLASSES)
def test_each_file_of_a_class_is_judged_within_the_limits_and_shown_bare(klass, parser, tally):
    recorder = Recorder(parser)
    before, zygote = traces(), parser.pid
    for case in of_class(klass):
        verdict = vision.check(case.data, declared=case.declared, fence=FENCE, using=recorder)
        assert verdict.code in case.codes, (case.name, verdict)
        assert_clear(case, verdict)
        if verdict.ok:
            again = vision.check(case.data, declared=case.declared, fence=FENCE, using=recorder)
            assert again == verdict, (case.name, "the same file, another verdict")
            assert_bare(case, verdict, recorder)
            tally.copies += 1
        tally.files[klass] += 1
        tally.verdicts[verdict.code] += 1
    for answer in recorder.answers:
        how, _, _ = answer.ended.partition(" ")
        assert how == "answered" or answer.ended in CONTAINED, (klass, answer.ended)
        assert answer.cpu <= FENCE.cpu * 1000 + 500
        assert answer.memory * 1024 <= FENCE.memory + SHARED
        tally.most_cpu = max(tally.most_cpu, answer.cpu)
        tally.most_memory = max(tally.most_memory, answer.memory)
    at_rest(parser)
    assert parser.pid == zygote
    assert not left_behind(before)


def assert_clear(case: hostile.Case, verdict: vision.Verdict) -> None:
    """A known verdict with a sentence in both languages that has nothing left to fill in."""
    assert verdict.code in verdicts.SENTENCES
    assert verdict.ok == (verdict.code in (OK, CLEANED))
    assert set(verdict.message) == {"fr", "en"}
    assert "{" not in "".join(verdict.message.values()), case.name
    assert not verdict.ok or verdict.pages
    assert all(width > 0 and height > 0 for width, height in verdict.pages)


def assert_bare(case: hostile.Case, verdict: vision.Verdict, using: Recorder) -> None:
    """What is shown of an accepted file: a plain JPEG, and a PDF that does nothing."""
    for width in (1200, 160)[: bulk(1, 2)]:
        try:
            drawn = vision.render_page(case.data, width=width, fence=FENCE, using=using)
        except vision.Refused:
            assert not WHOLE, (case.name, "was accepted, and nobody can look at it")
            continue
        with Image.open(io.BytesIO(drawn), formats=("JPEG",)) as image:
            image.load()
            assert not image.getexif() and not set(image.info) & {"exif", "xmp", "comment", "icc_profile"}, case.name
    try:
        joined = vision.join(
            [vision.Part(case.data, verdict.kind)], title="Document", language="fr", fence=FENCE, using=using
        )
    except vision.Refused:
        assert not WHOLE, (case.name, "was accepted, and cannot be joined")
        return
    assert_does_nothing(case, joined)
    if verdict.kind == "pdf" and (WHOLE or verdict.needs_clean):
        assert_does_nothing(case, vision.clean_copy(case.data, fence=FENCE, using=using))


def assert_does_nothing(case: hostile.Case, copy: bytes) -> None:
    with pikepdf.open(io.BytesIO(copy), suppress_warnings=True) as pdf:
        assert not pdf_risks.found(pdf), case.name
        assert not {"/OpenAction", "/AA", "/Names", "/AcroForm", "/Metadata", "/AF"} & set(pdf.Root.keys()), case.name
    for trace in (
        b"/JavaScript",
        b"/Launch",
        b"/EmbeddedFile",
        b"Maker of the camera",
        b"Exif\x00",
        b"<script",
        b"PK\x05\x06",
    ):
        assert trace not in copy, (case.name, trace)


def test_files_from_many_threads_are_looked_at_one_at_a_time_at_nice_19(parser):
    """Eight people send heavy files at once: never more than one at work, and it gives way to everybody.

    One more stands ready where the files of this proof have other limits than it, those of the floor.
    """
    heavy = [hostile.registry.built(name) for name in ("pdf_flate_once", "pdf_flate_thrice")]
    threads = [
        threading.Thread(target=vision.check, args=(heavy[number % 2],), kwargs={"fence": FENCE, "using": parser})
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    seen: Counter[int] = Counter()
    values = set()
    while any(thread.is_alive() for thread in threads):
        running = forks(parser)
        seen[len(running)] += 1
        values |= {nice for nice in map(nice_of, running) if nice is not None}
        threads[-1].join(0.002)
    idle = FENCE.cpu != Fence().cpu
    assert max(seen) == 1 + idle and values == {19}


def nice_of(process: str) -> int | None:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[16])
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_there_are_enough_files_and_classes_and_each_was_looked_at(tally, promise):
    names = {case.name for case in CASES}
    assert len(names) == len(CASES) >= 400 and len(CLASSES) >= 50
    assert set(tally.files) == set(CLASSES), "this test counts what the one above did: run the whole file"
    count = ", ".join(f"{number} {code}" for code, number in sorted(tally.verdicts.items()))
    promise(
        "hostile files",
        f"{tally.files.total()} files in {len(tally.files)} classes, {tally.copies} accepted ones drawn, joined and "
        f"re-read ({count}); at most {tally.most_cpu / 1000:.1f} s of CPU (limit {FENCE.cpu}) and "
        f"{tally.most_memory // 1024} MiB in a fork (limit {FENCE.memory // MIB} and {SHARED // MIB} shared), one "
        "fork at a time at nice 19; 0 unhandled, 0 left behind",
    )
