"""The lists of a person and of an office do not grow with the number of dossiers: statements, plans, time.

The dossiers are those of ``matricule demo --volume``. The floor compares 300 with 3,000, in counts and plans; the
whole 1,000 with 100,000, in times too, side by side: a copy of the database is kept at its first size, and the two are
asked in turn.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable

import pytest

from matricule.dossiers import access, queries
from matricule.dossiers.models import Dossier
from tests.support import plans, volumes
from tests.support.promises import WHOLE, bulk

SMALL, LARGE = bulk(300, 1_000), bulk(3_000, 100_000)
OFFICE = "251"
ROUNDS, CALLS = 40, 15
GROWTH = 1.2
FIXED = {"dossiers_queuecount"}
"""Tables whose size is that of the offices and their queues: one page may be read whole."""


def middle_of(queue: str) -> str:
    """Return the mark after which the middle page of a queue begins."""
    rows = Dossier.objects.filter(office=OFFICE, queue=queue).order_by("waiting_since", "pk")
    row = rows[max(rows.count() // 2 - queries.PAGE, 0)]
    return f"{row.waiting_since.isoformat()}~{row.pk}"


def lists() -> dict[str, Callable[[], object]]:
    """Return every list, ready to be asked for; what it needs is looked up now."""
    mark = middle_of("done")
    owners = Counter(Dossier.objects.order_by("owner").values_list("owner", flat=True)[:5000])
    several = [access.person(owner) for owner, n in owners.items() if n > 1][:CALLS]
    turns = iter(range(10**9))
    return {
        "first page": lambda: queries.office_list(OFFICE, "done"),
        "middle page": lambda: queries.office_list(OFFICE, "done", mark),
        "to take": lambda: queries.office_list(OFFICE, "to_take", limit=10),
        "counts": lambda: queries.office_counts(OFFICE),
        "person": lambda: queries.person_list(several[next(turns) % len(several)]),
    }


@pytest.fixture
def sizes(whole_db):
    """Give two databases: one of the small size, one of the large, which began as the small one."""
    with volumes.sizes("make", SMALL, LARGE) as found:
        yield found


def seen_in(name: str) -> dict[str, list[tuple[list[str], set[str]]]]:
    """Return, for each list, the shape of the plan of each statement and what it reads from end to end."""
    volumes.use(name)
    found = {}
    for which, ask in lists().items():
        sent = plans.statements(ask)
        found[which] = [(plans.shape(one.plan()), plans.scanned(one.plan()) - FIXED) for one in sent]
    return found


def times_of(small: str, large: str) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of one call of each list, small and large, asked in turn."""
    taken: dict[str, dict[str, list[float]]] = {}
    for _ in range(ROUNDS):
        for name in (small, large):
            volumes.use(name)
            for which, ask in lists().items():
                for _ in range(3):
                    ask()
                begun = time.perf_counter()
                for _ in range(CALLS):
                    ask()
                spent = (time.perf_counter() - begun) * 1000 / CALLS
                taken.setdefault(which, {}).setdefault(name, []).append(spent)
    return {which: (statistics.median(of[small]), statistics.median(of[large])) for which, of in taken.items()}


def check_plans(small: str, large: str) -> None:
    few, many = seen_in(small), seen_in(large)
    assert Dossier.objects.count() == LARGE
    assert {which: len(rows) for which, rows in few.items()} == {which: len(rows) for which, rows in many.items()}
    assert {which: len(rows) for which, rows in many.items()} == {
        "first page": 2, "middle page": 2, "to take": 2, "counts": 1, "person": 2,
    }  # fmt: skip
    for which, rows in many.items():
        for shape, scanned in rows:
            assert scanned == set(), (which, shape)
            # a person's few dossiers may be sorted; those of an office come in the order of the index
            sorted_rows = [step for step in shape if step.startswith(("Sort", "Bitmap Heap Scan dossiers_dossier"))]
            assert which == "person" or sorted_rows == [], (which, shape)
    for which in ("first page", "middle page", "to take"):
        assert "Index Scan dossier_queue" in many[which][0][0], many[which]


@pytest.mark.bulk
@pytest.mark.skipif(WHOLE, reason="the whole is below, with its times")
def test_statements_and_plans_stay_the_same(sizes):
    check_plans(*sizes)


@pytest.mark.prove
@pytest.mark.alone
def test_a_hundred_times_as_many_dossiers_cost_the_same(sizes, promise):
    check_plans(*sizes)
    found = times_of(*sizes)
    growth = {which: large / small for which, (small, large) in found.items()}
    assert max(growth.values()) <= GROWTH, found
    told = ", ".join(f"{which} {small:.2f} and {large:.2f} ms" for which, (small, large) in found.items())
    promise(
        "lists",
        f"{SMALL} and {LARGE} dossiers: {told}; growth at most {max(growth.values()):.2f}; 2 statements, no scan",
    )
