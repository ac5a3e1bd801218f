"""The lists of a company, and of the caisses that examine its requests, do not grow with the number of requests.

Statements, plans, rows looked at, time (issue 5, section 3). The requests are those of ``matricule demo --volume N
--company``. The floor compares 150 with 750, in counts and plans; the whole 1,000 with 100,000, in times too, side by
side: a copy of the database is kept at its first size, and the two are asked in turn.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connections

from matricule.accounts import staff
from matricule.demo import volume
from matricule.demo.volume import companies, people
from matricule.dossiers import access, desk, keeping, labels, queries, requests
from matricule.dossiers.listing import ORDERS, ListedRequest, View
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import viewing
from tests.support import plans, volumes
from tests.support.promises import WHOLE, bulk

SMALL, LARGE = bulk(150, 1_000), bulk(750, 100_000)
ROUNDS, CALLS, AGAIN = 9, 5, 3
GROWTH = 1.2
FIXED = {"dossiers_labelcount", "dossiers_savedview", "accounts_organisation", "accounts_staff"}
"""Tables whose size is that of the companies, their labels and kept views, and of the staff: read whole or not."""
PARIS, DESK = "751", "dossier_queue"
WAYS = ("Scan", "Scan Backward", "Only Scan", "Only Scan Backward")
WALKED = 5 * (requests.PAGE + 1)
"""Rows that a page may look at: its lines, and what is read beside each of them."""
SEARCHED = 8 * requests.FOUND
"""Rows that a search may look at: it stops at so many by each kind of name."""


@dataclass(frozen=True)
class Asked:
    """One list, ready to be asked: how many statements it may send and rows they may look at, by which indexes."""

    call: Callable[[], object]
    statements: int = 3
    walked: int = WALKED
    index: str = ""


def lists() -> dict[str, Asked]:
    """Return every list; what it needs is looked up now."""
    company_id, chief = companies.firm()
    return _sorted(company_id) | _searched(company_id) | _at_the_desk() | {
        "to do": Asked(lambda: requests.to_do(company_id), 7, 3 * WALKED),
        "counts": Asked(lambda: labels.counts(company_id), 1),
        "saved views": Asked(lambda: keeping.views_of(chief.pk, company_id), 1),
    }  # fmt: skip


def _sorted(company_id: UUID) -> dict[str, Asked]:
    """Return the whole list and each of its filters in every order, and a page in the middle."""
    orders = [sign + order for order in ORDERS for sign in ("", "-")]
    views = {f"{label or 'all'} by {order}": View(label, order) for label in ("", *labels.FILTERS) for order in orders}
    found = {
        which: Asked(partial(requests.listed, company_id, view), index="listed_") for which, view in views.items()
    }
    view = View(order="person")
    half = ListedRequest.objects.filter(organisation=company_id).order_by("person_key", "pk")
    mark = requests._sealed(half[half.count() // 2], company_id, view)
    return found | {"a page in the middle": Asked(lambda: requests.listed(company_id, view, mark), index="listed_")}


def _searched(company_id: UUID) -> dict[str, Asked]:
    own = Dossier.objects.filter(organisation=company_id).order_by("reference")[:1].get()
    name = ListedRequest.objects.get(pk=own.pk).person_key.split(" ")[0]
    words = {
        "a name": View(text=name),
        "a name under a filter": View("registered", "person", name),
        "three letters": View(text=name[:3]),
        "a reference": View(text=own.reference),
        "an own number": View(text=own.own_reference.lower()),
    }
    return {
        f"search {which}": Asked(partial(requests.listed, company_id, view), 4, SEARCHED)
        for which, view in words.items()
    }


def _at_the_desk() -> dict[str, Asked]:
    """Return the lists of Paris by category, and those of the Doubs by postcode, first and middle pages."""
    wanted = [(PARIS, only) for only in (*sorted(set(companies.CATEGORIES)), "assistant_langue", desk.STUDENTS)]
    wanted += [(people.DOUBS, code) for code in ("25000", "25300", "99999")]
    found = {}
    for office, only in (*wanted, (PARIS, ""), (people.DOUBS, "")):
        post = staff.Post(uuid4(), "", office, "caseworker")
        for which in ("to_take", "done"):
            ask = partial(desk.listed, post, which, _middle(office, which, only), only)
            found[f"{office} {which} {only or 'all'}"] = Asked(ask, index=DESK)
    return found


def _middle(office: str, which: str, only: str) -> str:
    """Return the mark after which the middle page of a list begins, "" where there is one page."""
    rows = Dossier.objects.filter(desk._narrowed(office, only), office=office, queue=which)
    count = rows.count()
    if count <= 2 * queries.PAGE:
        return ""
    since, pk = rows.order_by("waiting_since", "pk").values_list("waiting_since", "pk")[count // 2]
    return f"{since.isoformat()}~{pk}"


@pytest.fixture
def sizes(whole_db) -> Iterator[tuple[str, str]]:
    """Give two databases: one of the small size, one of the large, which began as the small one."""
    list(volume.make(SMALL, 1))  # some students, whom Paris examines beside the companies' requests
    with volumes.sizes("make_requests", SMALL, LARGE) as found:
        for name in found:
            volumes.use(name)
            company_id, chief = companies.firm()
            viewing.keep(access.member(chief.pk), company_id, "Mine", View("awaiting", "turn"), key=uuid4())
        yield found


def rows_of(answer: object) -> int:
    """Return how many rows an answer shows."""
    return len(getattr(answer, "rows", ()))


def check_plans(small: str, large: str) -> tuple[int, int]:
    """Compare both sizes; return how many statements were looked at, and the most rows that one list walked."""
    volumes.use(small)
    few = {which: len(plans.statements(one.call)) for which, one in lists().items()}
    volumes.use(large)
    assert Dossier.objects.exclude(organisation=None).count() == LARGE
    if not WHOLE:  # a table of some hundred rows is rightly read whole: the floor asks whether an index can answer
        with connections["default"].cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"set enable_{way} = off")
    looked, most = 0, 0
    for which, asked in lists().items():
        sent = plans.statements(asked.call)
        # fewer where a page shows no row; at the desk, where nobody of it has a caseworker
        assert len(sent) <= asked.statements and (few[which] <= len(sent) or asked.index == DESK), which
        for one in sent:
            assert plans.scanned(one.plan()) - FIXED == set(), (which, plans.shape(one.plan()))
        # what the floor forbids makes it read small tables whole by an index: there the list itself is looked at
        walked = sum(one.walked() for one in (sent if WHOLE else sent[:1] if asked.index else ()))
        assert walked <= asked.walked, (which, walked, [plans.shape(one.plan()) for one in sent])
        if asked.index:
            shape = plans.shape(sent[0].plan())
            assert any(step.startswith(f"Index {way} {asked.index}") for step in shape for way in WAYS), (which, shape)
            assert not any(step.startswith(("Sort", "Incremental Sort", "Bitmap")) for step in shape), (which, shape)
        looked, most = looked + len(sent), max(most, walked)
    return looked, most


Least = dict[tuple[str, str], float]


def times_of(small: str, large: str) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of each list that shows as many rows in both: of its calls, asked in turn, the least.

    The least is what a list costs when nothing stands in its way; the middle one of a hundred lists is now and then a
    third more by chance. Lists that seem to grow are asked again, both sizes as often: what stood in the way of one of
    them for its turns is gone in the next ones, what it costs is not.
    """
    least: Least = {}
    shown = _ask_in_turn(small, large, least)
    alike = {which for which, numbers in shown.items() if len(numbers) == 1}
    for _ in range(AGAIN):
        seem = {which for which in alike if least[which, large] > GROWTH * least[which, small]}
        if seem:
            _ask_in_turn(small, large, least, seem)
    return {which: (least[which, small], least[which, large]) for which in alike}


def _ask_in_turn(small: str, large: str, least: Least, only: set[str] | None = None) -> dict[str, set[int]]:
    """Ask the lists (``only`` these) of both sizes in turn; note the least milliseconds, return the rows shown."""
    shown: dict[str, set[int]] = {}
    for _ in range(ROUNDS):
        for name in (small, large):
            volumes.use(name)
            for which, asked in lists().items():
                if only is not None and which not in only:
                    continue
                shown.setdefault(which, set()).add(rows_of(asked.call()))
                for _ in range(CALLS):
                    begun = time.perf_counter()
                    asked.call()
                    spent = (time.perf_counter() - begun) * 1000
                    least[which, name] = min(spent, least.get((which, name), spent))
    return shown


@pytest.mark.bulk
@pytest.mark.skipif(WHOLE, reason="the whole is below, with its times")
def test_statements_and_plans_of_a_company_s_lists_stay_the_same(sizes, promise):
    looked, most = check_plans(*sizes)
    promise(
        "a company's lists, plans",
        f"{SMALL} and {LARGE} requests: {looked} statements, none scans, {most} rows at most looked at for a list",
    )


@pytest.mark.prove
@pytest.mark.alone
def test_a_hundred_times_as_many_requests_cost_the_same(sizes, promise):
    looked, most = check_plans(*sizes)
    found = times_of(*sizes)
    growth = {which: large / small for which, (small, large) in found.items()}
    assert len(growth) >= 60 and max(growth.values()) <= GROWTH, sorted(growth.items(), key=lambda one: -one[1])[:9]
    worst = max(growth, key=lambda which: growth[which])
    promise(
        "a company's lists",
        f"{SMALL} and {LARGE} requests: {looked} statements, none scans, {most} rows at most looked at for a list;"
        f" growth of {len(growth)} lists at most {growth[worst]:.2f} ({worst}); first page"
        f" {found['all by -opened'][1]:.2f} ms",
    )
