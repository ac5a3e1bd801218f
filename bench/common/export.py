"""Make the file of a whole company's list once, in this process; print what it took as JSON.

Started by ``bench/lists.py`` for each kind, so that each is measured in a process that made no other.
"""

import json
import resource
import sys
import time

import django

django.setup()

from matricule.core import clock, vault  # noqa: E402
from matricule.demo.volume import companies  # noqa: E402
from matricule.dossiers import keeping  # noqa: E402
from matricule.dossiers.keeping import ListExport  # noqa: E402
from matricule.dossiers.listing import View  # noqa: E402
from matricule.dossiers.operations import exporting  # noqa: E402


def peak() -> float:
    """Return the most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(kind: str) -> None:
    """Make the file of the volume's company as the worker's job does; no job is written, this process makes it."""
    company_id, chief = companies.firm()
    asked = {"kind": kind, "language": "fr", "asked_at": clock.now(), **keeping.columns(View())}
    row = ListExport.objects.create(organisation_id=company_id, user_id=chief.pk, **asked)
    before, cpu, begun = peak(), time.process_time(), time.perf_counter()
    exporting.make(row.pk)
    found = {
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "memory": peak() - before,
    }
    row.refresh_from_db()
    if row.blob is None:
        raise SystemExit(f"the file was not made: {row.state}")
    with vault.open_stream(row.blob, context=str(row.pk)) as stream:
        lines = sum(part.count(b"\r\n") for part in iter(lambda: stream.read(1 << 20), b"")) if kind == "csv" else 0
    print(json.dumps({**found, "requests": row.total, "megabytes": row.size / 1e6, "lines": lines}))


if __name__ == "__main__":
    main(sys.argv[1])
