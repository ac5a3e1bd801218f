"""The small language in which rules data says when a row applies: no code is ever run from a file.

A condition is a list of words that must all hold. A word is one of

- ``adult``: the fact holds; ``!adult``: it does not;
- ``residence_title=vls_ts|card``: the answer is one of these; ``residence_title!=card``: it is none of these
  (an answer that was not given is none of them).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"(?P<no>!?)(?P<name>[a-z][a-z0-9_]*)(?:(?P<sign>!?=)(?P<values>[a-z0-9_]+(?:\|[a-z0-9_]+)*))?")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a condition. ``values`` is empty for a fact."""

    name: str
    values: frozenset[str]
    positive: bool

    def holds(self, facts: Mapping[str, bool], answers: Mapping[str, object]) -> bool:
        """Whether the word holds."""
        found = answers.get(self.name) in self.values if self.values else facts[self.name]
        return found is self.positive


@dataclass(frozen=True, slots=True)
class Condition:
    """Words that must all hold; none of them means always."""

    words: tuple[Word, ...]

    def holds(self, facts: Mapping[str, bool], answers: Mapping[str, object]) -> bool:
        """Whether the row applies to these facts and answers."""
        return all(word.holds(facts, answers) for word in self.words)


def parse(texts: Iterable[str], *, facts: Collection[str], choices: Mapping[str, Collection[str]]) -> Condition:
    """Read a condition. ``facts`` are the facts that exist, ``choices`` the answers with the values they can take.

    Raises ``ValueError`` for a word that is not written so, or names what does not exist.
    """
    return Condition(tuple(_word(text, facts, choices) for text in texts))


def _word(text: str, facts: Collection[str], choices: Mapping[str, Collection[str]]) -> Word:
    match = _WORD.fullmatch(text)
    if match is None or (match["no"] and match["sign"]):
        raise ValueError(f"{text!r} is not a condition")
    name = match["name"]
    if match["sign"] is None:
        if name not in facts:
            raise ValueError(f"there is no fact {name!r}")
        return Word(name, frozenset(), not match["no"])
    values = frozenset(match["values"].split("|"))
    unknown = values.difference(choices.get(name, ()))
    if unknown:
        raise ValueError(f"{name} cannot be {', '.join(sorted(unknown))}")
    return Word(name, values, match["sign"] == "=")
