"""Windows that type into one draft at the same moment, and what each of them was told.

Every value that is typed is another one. What was kept then forms one chain a field, each save knowing the one before
it: two saves that replaced the same value would have lost one of them in silence.
"""

import random
from collections import defaultdict
from collections.abc import Callable

from django.test import Client

from tests.support.threads import together


class Autosaves:
    """Two windows with the same page; ``stored`` reads what the service holds of its ``fields``."""

    def __init__(
        self, windows: list[Client], address: str, fields: list[str], stored: Callable[[], dict[str, str]]
    ) -> None:
        self.windows, self.address, self.fields, self.stored = windows, address, fields, stored
        self.seen = [dict.fromkeys(fields, "") for _ in windows]
        self.kept: list[set[str]] = [set() for _ in windows]
        self.refused: list[set[str]] = [set() for _ in windows]
        """What each window typed that was kept, and what it was told is not."""
        self._after: dict[str, dict[str, str]] = defaultdict(dict)
        self._chance = random.Random(5)

    def save_at_once(self, number: int) -> list[str]:
        """Let every window save half of the fields, then look at the page again; return the answers as they came."""
        many = len(self.fields) // 2
        typed = [
            {name: f"{name} {number} {who}" for name in self._chance.sample(self.fields, many)}
            for who in range(len(self.windows))
        ]

        def save(who: int):
            bases = {f"base:{name}": self.seen[who][name] for name in typed[who]}
            return self.windows[who].post(self.address, typed[who] | bases)

        answers = together(len(self.windows), save)
        now = self.stored()
        for who, answer in enumerate(answers):
            told = {one["name"] for one in answer.json()["conflicts"]}
            assert told <= set(typed[who])
            for name, value in typed[who].items():
                self._note(who, name, value, told=name in told)
                self.seen[who][name] = now[name] if name in told else value
        return [answer.content.decode() for answer in answers]

    def _note(self, who: int, name: str, value: str, *, told: bool) -> None:
        if told:
            self.refused[who].add(value)
            return
        before = self.seen[who][name]
        assert before not in self._after[name], "two saves replaced the same value: one is lost"
        self._after[name][before] = value
        self.kept[who].add(value)

    def nothing_is_lost(self) -> None:
        """Follow each field from save to save: the last one is what is stored, and none stands beside the chain."""
        stored = self.stored()
        for name in self.fields:
            value, chain = "", dict(self._after[name])
            while chain:
                value = chain.pop(value)
            assert stored.get(name, "") == value
