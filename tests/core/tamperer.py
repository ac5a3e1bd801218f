"""Somebody with the strongest role of the database, who does one thing to a sealed journal at a time.

Each act returns what the report must name: the kind, and the entry, the seal, or the last good entry before a cut.
"""

import random
from collections.abc import Callable

import psycopg

Named = dict[str, str | int]
RESTORE = """
truncate core_journal, core_journal_seal;
insert into core_journal select * from kept_rows;
insert into core_journal_seal select * from kept_seals;
"""
CHANGES = (
    "actor = 'anonymous'",
    "action = 'read.other'",
    "subject_id = gen_random_uuid()",
    "subject_kind = 'person'",
    "subject_kind = null, subject_id = null",
    "detail = detail || '{\"page\": 99}'",
    "detail = detail || '{\"more\": true}'",
    "detail = '{}'",
    "outcome = 'refused'",
    "at = at + interval '1 microsecond'",
    "at = at - interval '1 second'",
)
"""Every column of an entry but its id and month, which have acts of their own."""

SEAL_CHANGES = (
    "first_id = first_id - 1",
    "last_id = last_id + 1",
    "rows = rows + 1",
    "month = month - 1",
    "kind = case kind when 'rows' then 'drop' else 'rows' end",
    "marks = '\\x00' || marks",
    "marks = ''",
    "prev = sha256(prev)",
    "hash = sha256(hash)",
    "sealed_at = sealed_at + interval '1 microsecond'",
)
"""Every column of a seal but its number."""


class Tamperer:
    """Does one thing to the journal; ``do(number)`` walks through all kinds, and draws victims by its seed."""

    def __init__(self, admin: psycopg.Connection, seed: str) -> None:
        """Read what there is to tamper with."""
        self.admin, self.random = admin, random.Random(seed)
        self.rows: list[tuple[int, int]] = admin.execute("select id, month from core_journal order by id").fetchall()
        self.ids = [row[0] for row in self.rows]
        self.months = sorted({row[1] for row in self.rows})
        self.seals = admin.execute("select n, kind, first_id, last_id from core_journal_seal order by n").fetchall()
        self.acts: list[Callable[[], Named]] = [
            self.change, self.change_id, self.change_month, self.delete, self.delete_first, self.delete_last,
            self.delete_some, self.swap, self.swap_what_they_say, self.insert, self.insert_before_the_first,
            self.insert_into_a_closed_month, self.cut_rows, self.cut_seals, self.cut_all, self.replay, self.seal,
            self.delete_seal, self.renumber_seal, self.swap_seals, self.drop_month, self.empty_month, self.forge_drop,
        ]  # fmt: skip

    def do(self, number: int) -> Named:
        """Do the act of this number."""
        return self.acts[number % len(self.acts)]()

    def restore(self) -> None:
        """Put everything back as it was, in the second place too."""
        for month in self.months:
            self._run("select core_journal_make_month(%s)", month)
        self.admin.execute(RESTORE)

    def change(self) -> Named:
        victim = self.random.choice(self.ids)
        self._run(f"update core_journal set {self.random.choice(CHANGES)} where id = %s", victim)
        return {"kind": "changed", "entry": victim}

    def change_id(self) -> Named:
        month = self.random.choice(self.months)
        among = [entry for entry, where in self.rows if where == month]
        victim, gap = self.random.choice(among), self.random.choice(self._gaps(among) or [max(self.ids) + 50])
        self._run("update core_journal set id = %s where id = %s", gap, victim)
        return {"kind": "added", "entry": gap} if gap < victim else {"kind": "missing", "entry": victim}

    def change_month(self) -> Named:
        victim, month = self.random.choice(self.rows)
        (other,) = [known for known in self.months if known != month]
        self._run(
            "update core_journal set month = %s, at = to_timestamp(%s || '15', 'YYYYMMDD') where id = %s",
            other,
            str(other),
            victim,
        )
        # whichever comes first in the chain: where it lacks, or where it does not belong
        first = other < month and victim < max(entry for entry, where in self.rows if where == other)
        return {"kind": "added" if first else "missing", "entry": victim}

    def delete(self) -> Named:
        return self._deleted(self.random.choice(self.ids))

    def delete_first(self) -> Named:
        return self._deleted(min(self.ids))

    def delete_last(self) -> Named:
        return self._deleted(max(self.ids))

    def delete_some(self) -> Named:
        return self._deleted(*self.random.sample(self.ids, self.random.randint(2, 9)))

    def swap(self) -> Named:
        first, second = self._two_of_a_month()
        for old, new in ((first, -1), (second, first), (-1, second)):
            self._run("update core_journal set id = %s where id = %s", new, old)
        return {"kind": "changed", "entry": first}

    def swap_what_they_say(self) -> Named:
        first, second = self._two_of_a_month()
        self._run(
            "update core_journal j set actor = o.actor, at = o.at, subject_id = o.subject_id, detail = o.detail"
            " from core_journal o where (j.id, o.id) in ((%s, %s), (%s, %s))",
            first, second, second, first,
        )  # fmt: skip
        return {"kind": "changed", "entry": first}

    def insert(self) -> Named:
        return self._inserted(self.random.choice(self._gaps(self.ids)))

    def insert_before_the_first(self) -> Named:
        return self._inserted(self.random.choice([0, -1, -7, -(2**63)]), self.random.choice(self.months))

    def insert_into_a_closed_month(self) -> Named:
        return self._inserted(max(self.ids) + self.random.randint(1, 500), self.months[0])

    def cut_rows(self) -> Named:
        start = self.random.choice(self.ids)
        self._run("delete from core_journal where id >= %s", start)
        return {"kind": "missing", "entry": start}

    def cut_seals(self) -> Named:
        n = self.random.choice([seal[0] for seal in self.seals if seal[0] > self._final()])
        self._run("delete from core_journal_seal where n >= %s", n)
        return {"kind": "cut", "seal": n}

    def cut_all(self) -> Named:
        n, _, _, last_id = self.random.choice([seal for seal in self.seals[:-1] if seal[1] == "rows"])
        self._run("delete from core_journal_seal where n > %s", n)
        self._run("delete from core_journal where id > %s", last_id)
        return {"kind": "cut", "after": last_id}

    def replay(self) -> Named:
        """Put an older copy of everything in its place, and go on writing: only the second place remembers."""
        named = self.cut_all()
        for step in range(self.random.randint(1, 30)):
            self._copy(max(self.ids) + 1000 + step, self.months[-1])
        return named

    def seal(self) -> Named:
        n = self.random.choice(self.seals)[0]
        self._run(f"update core_journal_seal set {self.random.choice(SEAL_CHANGES)} where n = %s", n)
        return {"kind": "seal_changed", "seal": n}

    def delete_seal(self) -> Named:
        n = self.random.choice(self.seals[:-1])[0]
        self._run("delete from core_journal_seal where n = %s", n)
        return {"kind": "seal_missing", "seal": n}

    def renumber_seal(self) -> Named:
        n = self.random.choice(self.seals)[0]
        self._run("update core_journal_seal set n = n + 500 where n = %s", n)
        return {"kind": "seal_missing", "seal": n}

    def swap_seals(self) -> Named:
        first, second = sorted(seal[0] for seal in self.random.sample(self.seals, 2))
        for old, new in ((first, -1), (second, first), (-1, second)):
            self._run("update core_journal_seal set n = %s where n = %s", new, old)
        return {"kind": "seal_changed", "seal": first}

    def drop_month(self) -> Named:
        return self._gone("drop table core_journal_{}")

    def empty_month(self) -> Named:
        return self._gone("truncate core_journal_{}")

    def forge_drop(self) -> Named:
        """Drop a month, and forge the seal that would say that it was due."""
        n = self.seals[-1][0] + 1
        self._run(
            "insert into core_journal_seal select %s, %s, 'drop', 0, 0, 0, '', hash, sha256(hash), now()"
            " from core_journal_seal order by n desc limit 1",
            n,
            self.months[0],
        )
        self.admin.execute(f"drop table core_journal_{self.months[0]}")
        return {"kind": "seal_changed", "seal": n}

    def _run(self, statement: str, *values: object) -> None:
        self.admin.execute(statement, values)

    def _final(self) -> int:
        return max(seal[0] for seal in self.seals if seal[1] == "final")

    def _gaps(self, ids: list[int]) -> list[int]:
        return sorted(set(range(min(ids), max(ids))) - set(ids))

    def _two_of_a_month(self) -> tuple[int, int]:
        month = self.random.choice(self.months)
        first, second = sorted(self.random.sample([entry for entry, where in self.rows if where == month], 2))
        return first, second

    def _deleted(self, *victims: int) -> Named:
        self._run("delete from core_journal where id = any(%s)", list(victims))
        return {"kind": "missing", "entry": min(victims)}

    def _inserted(self, entry: int, month: int | None = None) -> Named:
        self._copy(entry, month or next(where for known, where in self.rows if known > entry))
        return {"kind": "added", "entry": entry}

    def _copy(self, entry: int, month: int) -> None:
        self._run(
            "insert into core_journal select %s, month, at, actor, action, subject_kind, subject_id, detail, outcome"
            " from kept_rows where month = %s order by id limit 1",
            entry,
            month,
        )

    def _gone(self, statement: str) -> Named:
        month = self.random.choice(self.months)
        self.admin.execute(statement.format(month))
        return {"kind": "missing", "entry": min(entry for entry, where in self.rows if where == month)}
