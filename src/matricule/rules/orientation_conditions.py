"""The small declarative form in which an orientation file says "when" (issue 2, section 2.1).

A condition is a table: every entry must hold. A bare value asks for equality, a list for one of its values, a table
for operators (``not``, ``not_in``, ``group``, ``not_group``, ``under``, ``at_least``, ``before``, ``from``). Entries
named ``any`` and ``none`` hold lists of conditions. Answers may still be missing, so that a condition has three
values: yes, no, and not known yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from matricule.rules.dates import PartialDate

Value = str | bool | int


class Missing(Enum):
    """Why a key has no value."""

    UNKNOWN = "a question that is still to come settles it"
    ABSENT = "no question asks it of this person"


Resolved = Value | Missing
Lookup = Callable[[str], Resolved]

OPERATORS = frozenset({"not", "not_in", "group", "not_group", "under", "at_least", "before", "from"})
AGE = "age"


class ConditionError(ValueError):
    """A condition of a data file is not written in the form above; the text says why."""


@dataclass(frozen=True)
class Test:
    """One comparison of one key: ``operator`` is one of OPERATORS or ``in``."""

    __test__ = False

    key: str
    operator: str
    operand: tuple[Value, ...]


@dataclass(frozen=True)
class Condition:
    """Tests that must all hold, alternatives of which one must, and conditions of which none may."""

    tests: tuple[Test, ...] = ()
    alternatives: tuple["Condition", ...] = ()
    exclusions: tuple["Condition", ...] = ()

    def every_test(self) -> Iterator[Test]:
        """Yield each comparison, those inside ``any`` and ``none`` included."""
        yield from self.tests
        for inner in (*self.alternatives, *self.exclusions):
            yield from inner.every_test()

    def keys(self) -> frozenset[str]:
        """Return every key that the condition reads, comparisons of two dates included."""
        found = {test.key for test in self.every_test()}
        found |= {str(test.operand[0]) for test in self.every_test() if _compares_with_key(test)}
        return frozenset(found)

    def holds(self, lookup: Lookup) -> bool | None:
        """Return True, False, or None as long as an answer that matters is missing."""
        parts = [_holds(test, lookup) for test in self.tests]
        if self.alternatives:
            parts.append(_either(inner.holds(lookup) for inner in self.alternatives))
        parts += [_negated(inner.holds(lookup)) for inner in self.exclusions]
        return _all(parts)


ALWAYS = Condition()


def parse(table: object, groups: Mapping[str, frozenset[str]]) -> Condition:
    """Return the condition that ``table`` of a TOML file describes; raise ConditionError with the reason.

    ``groups`` are the named sets of values of the file; ``group`` and ``not_group`` are replaced by their members.
    """
    if not isinstance(table, Mapping):
        raise ConditionError(f"a condition is a table, not {table!r}")
    tests: list[Test] = []
    nested: dict[str, tuple[Condition, ...]] = {"any": (), "none": ()}
    for key, wanted in table.items():
        if key in nested:
            if not isinstance(wanted, list) or not wanted:
                raise ConditionError(f"{key!r} holds a list of conditions")
            nested[key] = tuple(parse(inner, groups) for inner in wanted)
        else:
            tests.extend(_tests(str(key), wanted, groups))
    return Condition(tuple(tests), nested["any"], nested["none"])


def _tests(key: str, wanted: object, groups: Mapping[str, frozenset[str]]) -> Iterator[Test]:
    if isinstance(wanted, Mapping):
        if not wanted:
            raise ConditionError(f"{key!r} has no operator")
        for operator, operand in wanted.items():
            yield _operator(key, str(operator), operand, groups)
    else:
        yield Test(key, "in", _values(key, wanted))


def _operator(key: str, operator: str, operand: object, groups: Mapping[str, frozenset[str]]) -> Test:
    if operator not in OPERATORS:
        raise ConditionError(f"{key!r} has the unknown operator {operator!r}")
    if operator in {"group", "not_group"}:
        if operand not in groups:
            raise ConditionError(f"{key!r} names the unknown group {operand!r}")
        members = tuple(sorted(groups[str(operand)]))
        return Test(key, "in" if operator == "group" else "not_in", members)
    if operator in {"under", "at_least"} and (key != AGE or type(operand) is not int):
        raise ConditionError(f"{operator!r} compares {AGE!r} with a number of years")
    if operator in {"before", "from"} and not isinstance(operand, str):
        raise ConditionError(f"{operator!r} of {key!r} names a date or a question")
    return Test(key, "not_in" if operator == "not" else operator, _values(key, operand))


def _values(key: str, wanted: object) -> tuple[Value, ...]:
    values = wanted if isinstance(wanted, list) else [wanted]
    if not values or not all(isinstance(value, str | bool | int) for value in values):
        raise ConditionError(f"{key!r} is compared with texts, numbers, true or false")
    return tuple(values)


def _compares_with_key(test: Test) -> bool:
    return test.operator in {"before", "from"} and not str(test.operand[0])[:1].isdigit()


def _holds(test: Test, lookup: Lookup) -> bool | None:
    value = lookup(test.key)
    if value is Missing.UNKNOWN:
        return None
    if value is Missing.ABSENT:
        return False
    if test.operator == "in":
        return value in test.operand
    if test.operator == "not_in":
        return value not in test.operand
    if test.operator in {"under", "at_least"}:
        return (int(str(value)) < int(test.operand[0])) is (test.operator == "under")
    return _compare_dates(test, value, lookup)


def _compare_dates(test: Test, value: Resolved, lookup: Lookup) -> bool | None:
    limit: Resolved = lookup(str(test.operand[0])) if _compares_with_key(test) else test.operand[0]
    if isinstance(limit, Missing):
        return None if limit is Missing.UNKNOWN else False
    earlier = latest_day(str(value)) < latest_day(str(limit))
    return earlier if test.operator == "before" else not earlier


def _all(parts: Iterable[bool | None]) -> bool | None:
    seen = list(parts)
    if False in seen:
        return False
    return None if None in seen else True


def _either(parts: Iterable[bool | None]) -> bool | None:
    seen = list(parts)
    if True in seen:
        return True
    return None if None in seen else False


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def latest_day(text: str) -> date:
    """Return the last day that ``text`` (ISO date whose day or month may be missing) can mean.

    The last one, because nobody who may still be under 18 is sent away for want of a stay title (house.md, section 1).
    Raises ValueError when the text is no such date.
    """
    return PartialDate.parse(text).latest
