"""Seconds from ``make run`` to the first page, and until the demo is loaded.

Run by ``make bench``. *First*: an empty data folder, so PostgreSQL's cluster, tables and keys are made. *Again*: the
same folder, as on every other day. *Nothing there*: a fresh copy of the last commit, whose environment is made from
nothing, with empty download caches; most of it is the network (BENCH_START=quick leaves it out).
"""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from common import ROOT, folder, table

PATIENCE = 900.0
READY = "Matricule is ready"


def seconds_to_start(tree: Path, data: Path, more: Mapping[str, str]) -> tuple[float, float]:
    """Start it by ``make run``, stop it, and return the seconds to the first page and to the end of the loading."""
    from tests.support.service import free_port

    port = free_port()
    ours = ("MATRICULE_", "DATABASE_", "DJANGO_")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    environment = kept | {"MATRICULE_DATA": str(data), "PORT": str(port), **more}
    log = data.with_suffix(".log")
    begun = time.monotonic()
    with log.open("w") as lines:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            page = _wait(lambda: _shows(port), process, begun)
            loaded = _wait(lambda: READY in log.read_text(), process, begun)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
    return page, loaded


def _wait(good, process: "subprocess.Popen[bytes]", begun: float) -> float:
    while not good():
        if process.poll() is not None or time.monotonic() - begun > PATIENCE:
            raise SystemExit("the service did not start")
        time.sleep(0.05)
    return time.monotonic() - begun


def _shows(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=5) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Start it three times and print the table."""
    rows = []
    with folder("start") as place:
        rows.append(("first", *seconds_to_start(ROOT, place / "data", {})))
        rows.append(("again", *seconds_to_start(ROOT, place / "data", {})))
        if os.environ.get("BENCH_START") != "quick":
            tree = place / "tree"
            tree.mkdir()
            packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
            subprocess.run(["tar", "-x"], cwd=tree, input=packed, check=True)
            caches = {"XDG_CACHE_HOME": str(place / "cache"), "UV_CACHE_DIR": str(place / "cache" / "uv")}
            rows.append(("nothing there", *seconds_to_start(tree, place / "other", caches)))
    table(("start", "s to the first page", "s to the demo loaded"), rows)


if __name__ == "__main__":
    main()
