"""Four processes attribute numbers and are killed at random: no number twice, no gap that nothing explains.

A worker says a number only after its commit, and dies by SIGKILL whenever the parent likes: inside a statement, inside
the commit, between the commit and the word. Its successor asks for the last number again, which must be the same one,
and goes on. Kills are counted in numbers said, not in seconds, so that a busy machine proves as much as a quiet one.
"""

import os
import random
import select
import signal
from collections import Counter as Tally
from time import sleep
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from matricule import repertoire
from matricule.repertoire.models import Counter, Holder, Intent
from matricule.rules.numbers import check
from tests.repertoire.people import ACTOR, an_identity
from tests.support.promises import bulk

pytestmark = [pytest.mark.race, pytest.mark.bulk]

WORKERS = 4
SHARE = 850
"""People of one sex, month and place of birth: below 999, and many enough for the workers to meet."""


def births(total: int) -> int:
    return max(3, -(-total // SHARE))


def identity(number: int, total: int) -> repertoire.Identity:
    month = number % births(total)
    day = f"{2000 + month // 12}-{month % 12 + 1:02d}-15"
    return an_identity(birth_name=f"N{number}", birth_date=day, passport="")


def attribute(number: int, total: int) -> str:
    with transaction.atomic():
        issued = repertoire.attribute(
            UUID(int=1 << 100 | number), identity(number, total), UUID(int=2 << 100 | number), actor=ACTOR
        )
    return issued.number


class Fleet:
    """Four workers, each with its share of the people, and the pipe on which they say what they attributed."""

    def __init__(self, total: int, chance: random.Random) -> None:
        self.total, self.chance = total, chance
        self.reading, self.writing = os.pipe()
        self.rest = b""
        self.said: dict[int, set[str]] = {}
        self.alive: dict[int, int] = {}
        self.kills = self.again = 0

    def start(self, place: int) -> None:
        mine = range(place, self.total, WORKERS)
        done = [number for number in mine if number in self.said]
        child = os.fork()
        if child == 0:
            self._work([*done[-1:], *(number for number in mine if number not in self.said)])
        self.alive[child] = place

    def _work(self, numbers: list[int]) -> None:
        status = 1
        try:
            for number in numbers:
                os.write(self.writing, f"{number} {attribute(number, self.total)}\n".encode())
            status = 0
        finally:
            os._exit(status)

    def listen(self, seconds: float = 0.05) -> int:
        """Take in what was said within a moment; return how many numbers."""
        if not select.select([self.reading], [], [], seconds)[0]:
            return 0
        *lines, self.rest = (self.rest + os.read(self.reading, 65_536)).split(b"\n")
        for line in lines:
            number, value = line.decode().split()
            self.again += int(number) in self.said
            self.said.setdefault(int(number), set()).add(value)
        return len(lines)

    def kill_one(self) -> int:
        """Kill a worker, put another in its place, and return how many numbers were said meanwhile."""
        sleep(self.chance.random() * 0.004)
        victim = self.chance.choice(list(self.alive))
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        place = self.alive.pop(victim)
        if os.WIFSIGNALED(status):
            self.kills += 1
        else:
            assert status == 0, "a worker failed by itself"
        heard = self.listen(0)  # what it said before it died counts
        self.start(place)
        return heard

    def reap(self) -> None:
        for child in list(self.alive):
            gone, status = os.waitpid(child, os.WNOHANG)
            if gone:
                assert status == 0, "a worker failed by itself"
                del self.alive[child]

    def run(self, mean: int) -> None:
        try:
            for place in range(WORKERS):
                self.start(place)
            wait = self.chance.randint(1, 2 * mean)
            while self.alive:
                wait -= self.listen()
                while wait <= 0 and self.alive:
                    wait += self.chance.randint(1, 2 * mean) - self.kill_one()
                self.reap()
            while self.listen(0):
                pass
        finally:
            for child in self.alive:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            os.close(self.reading)
            os.close(self.writing)


def test_attributions_under_kills(whole_db, promise):
    total, mean = bulk(300, 10_000), bulk(6, 16)
    seed = random.randrange(1 << 32)
    print("seed", seed)
    connections.close_all()
    fleet = Fleet(total, random.Random(seed))
    fleet.run(mean)
    assert fleet.kills >= total // (3 * mean)
    assert fleet.again > 0

    assert sorted(fleet.said) == list(range(total))
    assert all(len(values) == 1 for values in fleet.said.values()), "one request was told two numbers"
    said = {number: next(iter(values)) for number, values in fleet.said.items()}
    held = {row.subject_id.int & ((1 << 100) - 1): row.number for row in Holder.objects.filter(ended_at=None)}
    assert held == said
    assert len(set(held.values())) == Holder.objects.count() == total
    assert all(check(value).verdict == "valid" for value in held.values())

    orders: dict[str, list[int]] = {}
    for value in held.values():
        orders.setdefault(value[:10], []).append(int(value[10:13]))
    expected = Tally(number % births(total) for number in range(total))
    assert sorted(len(found) for found in orders.values()) == sorted(expected.values())
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in orders.values()), "a gap"
    assert sorted(Counter.objects.values_list("last", flat=True)) == sorted(expected.values())
    assert Intent.objects.filter(holder=None).count() == 0
    assert Intent.objects.count() == total
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct subject_id) from core_journal where action = 'number.attributed'"
        )
        assert cursor.fetchone() == (total, total)
    promise(
        "attributions under kills",
        f"{total} by {WORKERS} workers, {fleet.kills} killed, {fleet.again} asked again, {len(orders)} births: "
        "0 duplicates, 0 gaps",
    )
