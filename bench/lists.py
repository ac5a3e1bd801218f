"""The lists of an office, of a person and of a company, with 1,000 dossiers and with 100,000; a list as a file.

Run by ``make bench``. An empty demo is started in a folder of its own, ``matricule demo --volume`` fills it, and each
list is asked for through ``dossiers.queries``: milliseconds are the median of rounds of calls in this process, the
statements included, no page rendered. ``make prove`` compares the two sizes in turn, on a machine that does nothing
else. Then the whole list of the company is made as a file of each kind, as the worker makes it: seconds, CPU, and by
how much the process grew. BENCH_DOSSIERS moves the larger size.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from common import command, demo, table

FEW, MANY = 1_000, int(os.environ.get("BENCH_DOSSIERS", "100000"))
OFFICE, ROUNDS, CALLS = "251", 30, 20
PAUSE = 15
"""Seconds of rest before measuring."""


def lists() -> dict[str, Callable[[], object]]:
    """Return each list, ready to be asked for."""
    from matricule.demo.volume import companies
    from matricule.dossiers import access, labels, queries, requests
    from matricule.dossiers.listing import View
    from matricule.dossiers.models import Dossier

    rows = Dossier.objects.filter(office=OFFICE, queue="done").order_by("waiting_since", "pk")
    row = rows[max(rows.count() // 2 - queries.PAGE, 0)]
    assert row.waiting_since is not None
    mark = f"{row.waiting_since.isoformat()}~{row.pk}"
    owners = [access.person(owner) for owner in Dossier.objects.order_by("pk").values_list("owner", flat=True)[:CALLS]]
    turns = iter(range(10**9))
    firm, _ = companies.firm()
    name = requests.listed(firm, View(order="person")).rows[0].person.birth_name
    ours: dict[str, Callable[[], object]] = {
        "company, first page of 25": lambda: requests.listed(firm),
        "company, one status by who acts": lambda: requests.listed(firm, View("awaiting", "turn")),
        "company, by person": lambda: requests.listed(firm, View(order="person")),
        "company, search of a name": lambda: requests.listed(firm, View(text=name)),
        "company, to do today": lambda: requests.to_do(firm),
        "company, counts of its statuses": lambda: labels.counts(firm),
    }
    return ours | {
        "office, first page of 25": lambda: queries.office_list(OFFICE, "done"),
        "office, page in the middle": lambda: queries.office_list(OFFICE, "done", mark),
        "office, counts of its queues": lambda: queries.office_counts(OFFICE),
        "person, their dossiers": lambda: queries.person_list(owners[next(turns) % len(owners)]),
    }


def measure() -> dict[str, float]:
    """Return the milliseconds of one call of each list."""
    found = {}
    for which, ask in lists().items():
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            for _ in range(CALLS):
                ask()
            taken.append((time.perf_counter() - begun) * 1000 / CALLS)
        found[which] = statistics.median(taken)
    return found


def settle() -> None:
    """Count and clean as PostgreSQL's own daemon does in time, and let the worker seal the journal."""
    import psycopg
    from django.db import connection

    place = connection.settings_dict
    where = psycopg.conninfo.make_conninfo(host=place["HOST"], dbname=place["NAME"], user="owner")
    with psycopg.connect(where, autocommit=True) as link:
        link.execute("vacuum analyze")
    time.sleep(PAUSE)


def counted() -> dict[str, int]:
    """Return the statements of each list."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for which, ask in lists().items():
        with CaptureQueriesContext(connection) as seen:
            ask()
        found[which] = len(seen)
    return found


def files() -> None:
    """Make the whole list of the company as a file of each kind, each in a process of its own; print the table."""
    rows = []
    for kind in ("csv", "xlsx"):
        line = [sys.executable, str(Path(__file__).parent / "common" / "export.py"), kind]
        done = subprocess.run(line, env=os.environ, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        rows.append((kind, found["requests"], found["seconds"], found["cpu"], found["megabytes"], found["memory"]))
    table(("file of a list", "requests", "seconds", "CPU seconds", "MB", "MiB grown"), rows)


def main() -> None:
    """Fill, measure, fill, measure, and print the table."""
    with demo("lists"):
        from django.db import connection

        command("demo", "--volume", str(FEW))
        command("demo", "--volume", str(FEW), "--company")
        settle()
        few = measure()
        print(command("demo", "--volume", str(MANY - FEW), "--seed", "2").splitlines()[-1])
        print(command("demo", "--volume", str(MANY - FEW), "--seed", "2", "--company").splitlines()[-1])
        settle()
        statements, many = counted(), measure()
        rows = [(which, statements[which], few[which], many[which], many[which] / few[which]) for which in few]
        table(("list", "statements", f"ms, {FEW}", f"ms, {MANY}", "growth"), rows)
        files()
        connection.close()


if __name__ == "__main__":
    main()
