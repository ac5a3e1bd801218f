"""The list of a company does not grow with the number of its requests: statements, plans, time (issue 5, section 3).

The requests are those of ``matricule demo --volume N --company``. The floor compares 150 with 750, in counts and
plans; the whole 1,000 with 100,000, in times too, side by side: a copy of the database is kept at its first size, and
the two are asked in turn.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connections

from matricule.demo import volume
from matricule.demo.volume import companies
from matricule.dossiers import labels, requests
from matricule.dossiers.listing import ORDERS, ListedRequest, View
from matricule.dossiers.models import Dossier
from tests.support import cluster, plans
from tests.support.promises import WHOLE, bulk

SMALL, LARGE = bulk(150, 1_000), bulk(750, 100_000)
ROUNDS, CALLS = 30, 10
GROWTH = 1.2
FIXED = {"dossiers_labelcount", "accounts_organisation"}
"""Tables whose size is that of the companies and their labels: one page may be read whole."""


def lists() -> dict[str, Callable[[], object]]:
    """Return what the list's page asks for, ready to be asked; what it needs is looked up now."""
    company_id, _ = companies.firm()
    half = ListedRequest.objects.filter(organisation=company_id).order_by("person_key", "pk")
    line = half[half.count() // 2]
    view = View(order="person")
    mark = requests._sealed(line, company_id, view)
    name = line.person_key.split(" ")[0]
    own = Dossier.objects.get(pk=line.pk)
    views = {f"by {sign}{order}": View(order=sign + order) for order in ORDERS for sign in ("", "-")}
    views |= {
        f"{label} by {order}": View(label, order)
        for label in ("registered", "awaiting")
        for order in ("-opened", "person", "turn", "-changed")
    }
    asked: dict[str, Callable[[], object]] = {
        which: partial(requests.listed, company_id, one) for which, one in views.items()
    }
    return asked | {
        "a page in the middle": lambda: requests.listed(company_id, view, mark),
        "search a name": lambda: requests.listed(company_id, View(text=name)),
        "search three letters": lambda: requests.listed(company_id, View(text=name[:3])),
        "search a reference": lambda: requests.listed(company_id, View(text=own.reference)),
        "search an own number": lambda: requests.listed(company_id, View(text=own.own_reference.lower())),
        "to do": lambda: requests.to_do(company_id),
        "counts": lambda: labels.counts(company_id),
    }


def use(name: str) -> None:
    """Let Django talk to another database of the same server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


@pytest.fixture
def sizes(whole_db) -> Iterator[tuple[str, str]]:
    """Give two databases: one of the small size, one of the large, which began as the small one."""
    large = connections["default"].settings_dict["NAME"]
    small = f"{large}_small"
    list(volume.make_requests(SMALL, 1))
    connections.close_all()
    cluster._recreate(small, large)
    list(volume.make_requests(LARGE - SMALL, 2))
    connections.close_all()
    plans.analyse(small, large)
    yield small, large
    use(large)
    cluster.drop(small)


def seen_in(name: str) -> dict[str, list[tuple[list[str], set[str]]]]:
    """Return, for each list, the shape of the plan of each statement and what it reads from end to end."""
    use(name)
    found = {}
    if not WHOLE:  # a table of some hundred rows is rightly read whole: the floor asks whether an index can answer
        with connections["default"].cursor() as cursor:
            cursor.execute("set enable_seqscan = off")
            cursor.execute("set enable_bitmapscan = off")
    for which, ask in lists().items():
        read = [one.plan() for one in plans.statements(ask)]
        found[which] = [(plans.shape(plan), plans.scanned(plan) - FIXED) for plan in read]
    return found


def check_plans(small: str, large: str) -> int:
    """Compare both sizes; return how many statements were looked at."""
    few, many = seen_in(small), seen_in(large)
    assert Dossier.objects.count() == LARGE
    assert {which: len(rows) for which, rows in few.items()} == {which: len(rows) for which, rows in many.items()}
    for which, rows in many.items():
        allowed: dict[str, Any] = {"to do": 7, "counts": 1}
        assert len(rows) <= allowed.get(which, 4 if which.startswith("search") else 3), which
        for shape, scanned in rows:
            assert scanned == set(), (which, shape)
        if which.startswith("by ") or " by " in which or "middle" in which:
            shape = rows[0][0]
            assert any(step.startswith(("Index Scan listed_", "Index Scan Backward listed_")) for step in shape), shape
            assert not any(step.startswith(("Sort", "Incremental Sort", "Bitmap")) for step in shape), (which, shape)
    return sum(map(len, many.values()))


def times_of(small: str, large: str) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of one call of each list, small and large, asked in turn."""
    taken: dict[str, dict[str, list[float]]] = {}
    for _ in range(ROUNDS):
        for name in (small, large):
            use(name)
            for which, ask in lists().items():
                for _ in range(2):
                    ask()
                begun = time.perf_counter()
                for _ in range(CALLS):
                    ask()
                spent = (time.perf_counter() - begun) * 1000 / CALLS
                taken.setdefault(which, {}).setdefault(name, []).append(spent)
    return {which: (statistics.median(of[small]), statistics.median(of[large])) for which, of in taken.items()}


@pytest.mark.bulk
@pytest.mark.skipif(WHOLE, reason="the whole is below, with its times")
def test_statements_and_plans_of_a_company_s_list_stay_the_same(sizes, promise):
    looked = check_plans(*sizes)
    promise("a company's list, plans", f"{SMALL} and {LARGE} requests: {looked} statements, none scans")


@pytest.mark.prove
@pytest.mark.alone
def test_a_hundred_times_as_many_requests_cost_the_same(sizes, promise):
    looked = check_plans(*sizes)
    found = times_of(*sizes)
    # a short search finds more people among more of them, up to FOUND: its statements and plans are compared above
    growth = {which: large / small for which, (small, large) in found.items() if "letters" not in which}
    assert max(growth.values()) <= GROWTH, found
    worst = max(growth, key=lambda which: growth[which])
    promise(
        "a company's list",
        f"{SMALL} and {LARGE} requests: {len(found)} lists, {looked} statements, none scans; growth at most"
        f" {growth[worst]:.2f} ({worst}); first page {found['by -opened'][1]:.2f} ms",
    )
