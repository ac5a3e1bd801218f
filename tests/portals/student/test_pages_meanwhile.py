"""Ordinary pages while hostile files arrive: quiet and busy windows in turn on one running service, one run.

The files are those that keep a parser busy longest, and one of each other class; one comes every two seconds, so that
the parser hardly rests, in the request or in the job of a file that took too long for it. Who sends them is a process
of its own; who asks for pages is one person who reads: a page, a short pause, the next.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.service import OURS, ROOT, Service, children_of, command_of
from tests.vision import hostile

ROUNDS = 6
WINDOW = 8.0
EVERY = 2.0
"""Seconds of a window, and between two files."""
PAUSE = 0.012
MOST = 1.10
HEAVY = (
    "pdf_xref_stream_endless",
    "pdf_laughing_forms",
    "pdf_object_stream",
    "pdf_curves",
    "jpeg_1000_scans_of_16_megapixels",
    "pdf_beside_each_other",
)
TICK = os.sysconf("SC_CLK_TCK")

pytestmark = [pytest.mark.prove, pytest.mark.alone]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("meanwhile") / "var")
    try:
        service.start()
        yield service
    finally:
        service.stop()


def beside(service: Service, module: str, *words: str) -> list[str]:
    """The command line of one of our helpers."""
    return [sys.executable, "-m", f"tests.support.{module}", *words]


def surroundings(service: Service) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    mine = {"MATRICULE_DATA": str(service.data), "MATRICULE_DEMO": "1", "PORT": str(service.port)}
    return kept | mine | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


def people(service: Service, count: int) -> list[list[str]]:
    command = beside(service, "people", str(count))
    done = subprocess.run(command, env=surroundings(service), cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def settle(service: Service) -> None:
    """Wait until no file waits for its verdict; between two windows, so that nothing measured depends on how long."""
    subprocess.run(beside(service, "people", "--wait"), env=surroundings(service), cwd=ROOT, check=True, timeout=1200)


def read(link: HTTPConnection, reader: list[str], seconds: float) -> list[float]:
    """Read pages for so long; return the milliseconds of each."""
    session, dossier = reader
    pages = ["/fr/", f"/fr/student/dossier/{dossier}/documents/", f"/fr/student/dossier/{dossier}/identify/parents/"]
    took: list[float] = []
    link.close()  # after a pause the server has closed it too
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.perf_counter()
        link.request("GET", pages[len(took) % len(pages)], headers={"Cookie": f"sid={session}"})
        answer = link.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, answer.status
        time.sleep(PAUSE)
    return took


def parsers(service: Service) -> list[int]:
    """The parser processes of web server and worker."""
    assert service.process is not None
    found, waiting = [], [service.process.pid]
    while waiting:
        for child in children_of(waiting.pop()):
            (found if "vision.zygote" in command_of(child) else waiting).append(child)
    return found


def cpu(processes: list[int]) -> float:
    """Seconds of CPU of these processes and of their ended children."""
    total = 0
    for process in processes:
        fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        total += sum(int(text) for text in fields[11:15])
    return total / TICK


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def test_pages_stay_as_quick_while_hostile_files_arrive(service, tmp_path, promise):
    by_name = {case.name: case for case in hostile.cases()}
    small = {case.klass: case for case in sorted(by_name.values(), key=lambda case: -len(case.data)) if case.data}
    chosen = list(small.values())
    for number, name in enumerate(HEAVY * 4):
        chosen.insert(number * 2, by_name[name])
    files = []
    for number, case in enumerate(chosen):
        path = tmp_path / f"{number}.{case.declared or 'pdf'}"
        path.write_bytes(case.data)
        files.append(str(path))
    (reader, *senders), link = people(service, 13), HTTPConnection("127.0.0.1", service.port, timeout=60)
    read(link, reader, 4.0)
    quiet, busy, spent, answers, sent = [], [], 0.0, {}, 0
    for number in range(ROUNDS):
        quiet += read(link, reader, WINDOW)
        turn = files[sent % len(files) :] + files[: sent % len(files)]
        orders = {"port": service.port, "people": senders, "files": turn, "every": EVERY, "seconds": WINDOW}
        with subprocess.Popen(
            beside(service, "sender"),
            env=surroundings(service),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as sender:
            assert sender.stdin is not None and sender.stdout is not None
            print(json.dumps(orders), file=sender.stdin, flush=True)
            assert sender.stdout.readline() == "ready\n"
            if number == 0:
                read(link, reader, 1.0)
            print("go", file=sender.stdin, flush=True)
            before = cpu(parsers(service))
            busy += read(link, reader, WINDOW)
            spent += cpu(parsers(service)) - before
            got = json.loads(sender.stdout.readline())
        sent += sum(got.values())
        answers = {status: answers.get(status, 0) + got.get(status, 0) for status in {*answers, *got}}
        settle(service)
    figures = (
        f"p95 {p95(quiet):.1f} ms quiet, {p95(busy):.1f} ms busy ({(p95(busy) / p95(quiet) - 1) * 100:+.1f} %; median "
        f"{statistics.median(quiet):.1f} and {statistics.median(busy):.1f}), {len(quiet)} + {len(busy)} pages in "
        f"{ROUNDS} + {ROUNDS} windows, {sent} files, {spent:.1f} s of CPU in those whose look ended within a window"
    )
    print(figures, answers)
    assert set(answers) == {"200"}, answers
    assert sent >= ROUNDS * 3 and len(busy) > 500
    assert p95(busy) <= MOST * p95(quiet), figures
    promise("pages while hostile files arrive", figures)
