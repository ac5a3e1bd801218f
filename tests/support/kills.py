"""Kill the process of an act before and after every statement, commit and file call, and look at what is left.

Each kill is a SIGKILL of a forked child at an exact point, so it needs no luck and no time-out. Two ways to use it:

``every_point(act, check)`` kills at every point in turn; the check is the caller's.

``Ordeal(act, place).run()`` does the same for a row of a table (``Act``: a name, what makes it ready, the act, a look)
and checks what must hold after every kill, whatever the act: the database shows a state that an undisturbed run shows
after one of its commits; what was acknowledged is there; every file opens; the same act again ends in one effect. A
*pair* is an act and one of its writes; reads are points too, but only ``make prove`` kills there, and no pair.
"""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from matricule.accounts.proofs import OrganisationProof
from matricule.core import journal, vault
from matricule.core.vault.folder import Folder
from matricule.core.vault.models import Blob
from matricule.dossiers import reconciling, uploads
from matricule.dossiers.keeping import ListExport
from matricule.dossiers.models import File

CALLS = ("write", "fsync", "rename", "replace", "unlink", "mkdir")
WRITES = ("insert", "update", "delete", "queue", "COMMIT", *CALLS)
_SHAPE = re.compile(r'^\s*(insert into|update|delete from|savepoint|release savepoint)\s+"?(\w+)', re.I)
_TOGETHER = re.compile(r'\((insert|update)(?: into)? "?(\w+)')
_FROM = re.compile(r'\bfrom\s+"?(\w+)', re.I)


def name_of(sql: str) -> str:
    """Return what a statement is called in a pair: its verb and its table; savepoints lose their number."""
    if "procrastinate_defer" in sql:
        return "queue a job"
    together = _TOGETHER.findall(sql) if sql.startswith("with ") else []
    if together:
        return f"{together[0][0]} {', '.join(dict.fromkeys(table for _, table in together))}"
    if "journal_append" in sql:
        return "insert core_journal"
    shape = _SHAPE.match(sql)
    if shape is None:
        found = _FROM.search(sql)
        return f"select {found[1]}" if found else "select"
    verb = shape[1].lower().split()[0]
    return verb if verb in {"savepoint", "release"} else f"{verb} {shape[2]}"


class Points:
    """Names the points of one run; ``reached`` is called at each, with ``before`` or ``after`` and the name."""

    def __init__(self, reached: Callable[[str, str], None]) -> None:
        self._reached = reached
        self._times: Counter[str] = Counter()

    def around(self, call: Callable, named: Callable[..., str]) -> Callable:
        """Return ``call`` between its two points; what repeats in a run gets a number."""

        def wrapped(*arguments: Any, **options: Any) -> Any:
            name = named(*arguments)
            self._times[name] += 1
            number = self._times[name]
            name = name if number == 1 else f"{name} ({number})"
            self._reached("before", name)
            result = call(*arguments, **options)
            self._reached("after", name)
            return result

        return wrapped

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Put a point around every statement, commit and file call of the block."""
        commit, calls = DatabaseWrapper._commit, {name: getattr(os, name) for name in CALLS}
        for name, call in calls.items():
            setattr(os, name, self.around(call, lambda *_, name=name: name))
        DatabaseWrapper._commit = self.around(commit, lambda *_: "COMMIT")
        try:
            with connection.execute_wrapper(
                lambda execute, *given: self.around(execute, lambda sql, *_: name_of(sql))(*given)
            ):
                yield
        finally:
            DatabaseWrapper._commit = commit
            for name, call in calls.items():
                setattr(os, name, call)


def run_and_die(act: Callable[[], object], dies: Callable[[str, str], bool]) -> tuple[bool, bool]:
    """Run ``act`` in a child that dies where ``dies`` says; return whether it died, and whether it acknowledged."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            answer = os.write

            def reached(when: str, name: str) -> None:
                if dies(when, name):
                    os.kill(os.getpid(), signal.SIGKILL)

            with Points(reached).watched():
                act()
                answer(writing, b"yes")
                reached("after", "the answer")
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the operation failed by itself"
    return os.WIFSIGNALED(status), bool(said)


def every_point(act: Callable[[], object], check: Callable[[bool], None]) -> int:
    """Kill ``act`` at each of its points in turn, and call ``check`` (acknowledged?) after each; return how many."""
    for points in count():
        passed = iter(range(points))
        died, acknowledged = run_and_die(act, lambda *_, passed=passed: next(passed, None) is None)
        check(acknowledged)
        if acknowledged:
            return points
        assert died
    raise AssertionError


@dataclass(frozen=True)
class Act:
    """One row: what is done to what, and how to see it.

    ``of`` is the function of the operations that it proves ("files.add_file"). ``ready`` makes something to act on,
    ``do`` acts on it, the same way each time it is called. ``look`` returns what a person sees of it. ``second`` are
    the refusals with which the act may answer when it is already done.
    """

    name: str
    of: str
    ready: Callable[[], Any]
    do: Callable[[Any], object]
    look: Callable[[Any], object]
    second: tuple[type[Exception], ...] = ()
    repeats: str = ""
    """Why doing it again is one more effect; empty for what has its effect once."""
    shares: bool = False
    """The first of its kind makes a row that all share: a count of an office."""
    settle: Callable[[Any], object] | None = None
    """What finishes an act that was cut between two of its commits, when that is not the act itself."""


Picture = Counter[tuple[str, str]]

LEFT_OUT = {"version", "attempts", "tries", "id", "n", "last"}
"""Columns that count how often something was tried, or how many there are, numbers given by sequences."""
UNWATCHED = ("django_", "procrastinate_workers", "procrastinate_periodic", "core_vaultsweep")


class Watcher:
    """Sees what everybody sees: a connection of its own, that commits nothing."""

    def __init__(self) -> None:
        self.link = psycopg.connect(**connection.get_connection_params(), autocommit=True)
        self.link.cursor_factory, self.link.row_factory = psycopg.Cursor, psycopg.rows.tuple_row
        self.query = self._query()

    def _query(self) -> str:
        columns = self.link.execute(
            "select c.relname, a.attname, t.typname, t.typtype from pg_class c"
            " join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid"
            " where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace"
            " and a.attnum > 0 and not a.attisdropped order by 1, a.attnum"
        ).fetchall()
        tables: dict[str, list[str]] = {}
        for table, column, kind, sort in columns:
            if not table.startswith(UNWATCHED) and column not in LEFT_OUT:
                tables.setdefault(table, []).append(_plain(f'"{column}"', kind, sort))
        shapes = "select '{0}', concat_ws('|', {1}), count(*) from \"{0}\" group by 2"
        exact = "select '{0}', '#' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0), 1 from \"{0}\" t"
        return " union all ".join(
            text.format(table, ", ".join(parts)) for table, parts in tables.items() for text in (shapes, exact)
        )

    def picture(self) -> Picture:
        """Return how many rows of each shape each table holds: whole numbers, truths, codes, and what is empty.

        And a digest of each table, exact to the last byte: what changed nothing left every row as it was.
        """
        return Counter({(table, row): count for table, row, count in self.link.execute(self.query, prepare=True)})

    def wait_until_alone(self) -> None:
        """Wait until the server has noticed that the killed child is gone, and undone what it had open."""
        others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        deadline = time.monotonic() + 30
        while self.link.execute(others + " and backend_type = 'client backend'").fetchone() != (0,):
            assert time.monotonic() < deadline, "a killed process is still in the database"
            time.sleep(0.001)


def _plain(column: str, kind: str, sort: str) -> str:
    if kind in {"bool", "int2", "int4"} or sort == "e":
        return f"coalesce({column}::text, '-')"
    if kind in {"varchar", "text"}:
        code = f"{column} ~ '^[a-z][a-z_.]{{0,40}}$' or {column} = ''"
        return f"case when {column} is null then '-' when {code} then {column} else '~' end"
    return f"case when {column} is null then '-' else '~' end"


Change = frozenset[tuple[tuple[str, str], int]]


def difference(before: Picture, now: Picture, *, leave_out: str = "\0") -> Change:
    """Return which rows came and went and which tables changed, but those whose name starts with ``leave_out``."""
    change = Counter(now)
    change.subtract(before)
    return frozenset(
        ((table, "changed"), 1) if row.startswith("#") else ((table, row), count)
        for (table, row), count in change.items()
        if count and not table.startswith(leave_out)
    )


class Ordeal:
    """One act, killed before and after each of its points; with ``most``, at so many of its writes.

    Those are spread over the act, the last commit among them, and killed before (the moment after a write is for
    everybody else the one before the next, and in turn one of the two would be taken twice); the last one also after.
    """

    def __init__(self, act: Act, place: Folder, most: int | None) -> None:
        self.act, self.place, self.most = act, place, most
        self.watcher = Watcher()
        self.opened: set[Any] = set()
        self.kills = self.through = 0

    def run(self) -> list[str]:
        """Do it; return the names of the writes that were killed before and after. Raises AssertionError."""
        names = self._undisturbed()
        pairs = [name for name in names if name.split()[0] in WRITES]
        chosen = names if self.most is None else spread(pairs, self.most)
        self._begin()
        for number, name in enumerate(chosen, start=1):
            both = self.most is None or number == len(chosen)
            for when in ("before", "after") if both else ("before",):
                self._kill(when, name)
        self._kill("after", "the answer")
        assert self.through, "no kill fell between the commit and the answer"
        self._at_the_end()
        self.watcher.link.close()
        return [name for name in chosen if name in pairs]

    def _undisturbed(self) -> list[str]:
        """Run the act; note its points, and what everybody sees after each of its commits.

        An act that shares is done to something else before.
        """
        if self.act.shares:
            self.act.do(self.act.ready())
        subject = self.act.ready()
        first = self.act.look(subject)
        before = self.watcher.picture()
        names: list[str] = []
        self.stages: list[Change] = [frozenset()]

        def reached(when: str, name: str) -> None:
            names.append(name)
            if when == "after" and (name.startswith("COMMIT") or not connection.in_atomic_block):
                seen = difference(before, self.watcher.picture())
                if seen != self.stages[-1]:
                    self.stages.append(seen)

        with Points(reached).watched():
            self.act.do(subject)
        self.looks = first, self.act.look(subject)
        assert len(self.stages) > 1, "the act changed nothing"
        assert self.looks[0] != self.looks[1], "the look does not show what the act did"
        return list(dict.fromkeys(names))

    def _begin(self) -> None:
        self.subject = self.act.ready()
        self.before = self.watcher.picture()

    def _kill(self, when: str, name: str) -> None:
        died, acknowledged = run_and_die(
            lambda: self.act.do(self.subject), lambda time, point: (time, point) == (when, name)
        )
        self.watcher.wait_until_alone()
        where = f"killed {when} {name}"
        assert died, f"{where}: that point did not come"
        self.kills += 1
        seen = difference(self.before, self.watcher.picture())
        assert seen in self.stages, f"{where}: something half-done is there: {sorted(seen)}"
        there = seen == self.stages[-1]
        assert there or not acknowledged, f"{where}: what was acknowledged is not there"
        self.through += there and not acknowledged
        self._files_open()
        if seen in (self.stages[0], self.stages[-1]):
            assert self.act.look(self.subject) == self.looks[there], where
        if seen != self.stages[0]:
            self._again(where, there)
            self._begin()

    def _again(self, where: str, there: bool) -> None:
        """Ask for the same again, as somebody does who saw no answer: in the end there is one effect."""
        if self.act.repeats and there:
            return
        try:
            (self.act.settle or self.act.do)(self.subject)
        except self.act.second:
            assert there, where
        last = frozenset(change for change in self.stages[-1] if not change[0][0].startswith("core_journal"))
        seen = difference(self.before, self.watcher.picture(), leave_out="core_journal")
        assert seen == last, f"{where}, asked again: {sorted(seen ^ last)}"
        assert self.act.look(self.subject) == self.looks[1], f"{where}, asked again"

    def _files_open(self) -> None:
        for file in File.objects.exclude(blob=None).exclude(pk__in=self.opened):
            assert len(uploads.original(file)) == file.size
            self.opened.add(file.pk)

    def _at_the_end(self) -> None:
        """No file lacks its row after the reconciler, every row has its file, the journal verifies."""
        report = vault.reconcile(grace=timedelta(seconds=-5), fuse=10_000)
        assert report.ok, report
        living = set(Blob.objects.filter(erased_at=None).values_list("pk", flat=True))
        assert {file.id for file in self.place.stored()} == living
        known = set(File.objects.exclude(blob=None).values_list("blob", flat=True))
        known |= set(OrganisationProof.objects.values_list("blob", flat=True))
        known |= set(ListExport.objects.exclude(blob=None).values_list("blob", flat=True))
        assert living == known, "a blob that no file has"
        assert not list((self.place.root / "tmp").iterdir())
        self.opened.clear()
        self._files_open()
        journal.seal_pending()
        assert journal.verify().ok
        assert reconciling.compare()[1] == [], "a cache that no rows explain"
        assert list(reconciling.recount()) == [] == reconciling.recount_labels()


def spread(names: list[str], most: int) -> list[str]:
    """Return ``most`` of the names at even distances, the last one among them."""
    if len(names) <= most:
        return names
    return [names[(number + 1) * len(names) // most - 1] for number in range(most)]


def summary(names: list[str]) -> str:
    """Return the writes in a few words: each name once, with how often it comes."""
    times = Counter(re.sub(r" \(\d+\)$", "", name) for name in names)
    return ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in times.items())
