"""What the benches share: a folder of their own, a running demo, and tables of the same look."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix=f"matricule-{name}-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def demo(name: str) -> Iterator[Path]:
    """Run an empty demo in a folder of its own, and let this process read and write its database."""
    from tests.support.service import Service

    with folder(name) as data:
        service = Service(data)
        service.start()
        try:
            os.environ |= {
                "MATRICULE_DATA": str(data),
                "MATRICULE_DEMO": "1",
                "MATRICULE_PROCESS": "worker",
                "PORT": str(service.port),
                "DJANGO_SETTINGS_MODULE": "matricule.site.settings",
                "PYTHONPATH": str(ROOT / "src"),
            }
            import django

            django.setup()
            yield data
        finally:
            service.stop()


def command(*words: str) -> str:
    """Run a command of the product in a process of its own; return what it printed."""
    line = [sys.executable, "-m", "matricule.cli", *words]
    done = subprocess.run(line, cwd=ROOT, env=os.environ, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"matricule {' '.join(words)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: the first column to the left, the others to the right, numbers with two digits at most."""
    lines = [list(head), *([_cell(one) for one in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return str(value)
