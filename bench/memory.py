"""Memory at rest of everything that ``matricule run`` leaves alive: the proportional set size (PSS) of each process.

After a deposit, so that pages were served, files looked into and jobs run; then a minute of rest. Shared pages are
divided among those who share them, so that the sum is what the machine gives up: with another instance on the same
machine half of the libraries would be counted there. ``BENCH_PYTHON`` names the Python of an environment with no
more than what production needs (``scripts/sync FOLDER requirements/prod.txt``): the tools of the tests bring a library
for coloured logs, 15 MiB in three of the processes. Target of the issue: 300 MiB.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from deposit import Desk, warm
from tests.support.service import children_of, command_of

REST = float(os.environ.get("BENCH_REST", "60"))
TARGET = 300


def family(process: int) -> list[int]:
    """Return a process and everything that descends from it."""
    return [process, *(found for child in children_of(process) for found in family(child))]


def pss(process: int) -> float:
    """Return the proportional set size of a process in MiB, 0 when it has ended."""
    try:
        lines = (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def name_of(process: int) -> str:
    """Return what a process is, in one word."""
    words = command_of(process)
    for mark, name in (
        ("vision.zygote", "parser"),
        ("gunicorn", "web"),
        ("matricule.cli worker", "worker"),
        ("matricule.cli run", "supervisor"),
        ("postgres", "postgres"),
    ):
        if mark in words:
            return name
    return words[:40] or "(ended)"


def main() -> None:
    """Print the sums by part, and the whole."""
    folder = Path(tempfile.mkdtemp(prefix="matricule-bench-"))
    desk = Desk(folder / "data")
    try:
        warm(desk)
        desk.settle()
        from django.db import connections

        connections.close_all()  # the measuring process must not keep a backend alive
        time.sleep(REST)
        assert desk.service.process is not None
        sums: dict[str, tuple[int, float]] = {}
        for process in family(desk.service.process.pid):
            number, size = sums.get(name_of(process), (0, 0.0))
            sums[name_of(process)] = (number + 1, size + pss(process))
        for name, (number, size) in sorted(sums.items(), key=lambda pair: -pair[1][1]):
            print(f"{name:12}{number:4} processes{size:9.1f} MiB")
        print(f"{'all':12}{'':4}          {sum(size for _, size in sums.values()):9.1f} MiB (target {TARGET})")
    finally:
        desk.service.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
