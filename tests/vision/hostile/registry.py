"""The list of hostile files: each with its class and the verdicts that are right for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

OK = "ok"
CLEANED = "active_content_cleaned"
NOT_ACCEPTED = "not_accepted_type"


@dataclass(frozen=True)
class Case:
    name: str
    klass: str
    codes: frozenset[str]
    make: Callable[[], bytes]
    declared: str = ""

    @property
    def data(self) -> bytes:
        return built(self.name)


_CASES: dict[str, Case] = {}


def case(klass: str, *codes: str):
    """Register a generator. `codes` are the verdicts that are right (several when a library may choose)."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        name = make.__name__.strip("_")
        assert name not in _CASES, name
        _CASES[name] = Case(name, klass, frozenset(codes), make)
        return make

    return register


def family(klass: str, *codes: str, declared: str = ""):
    """Register a generator of several: it returns {name: function}. `declared` is the extension of their names."""

    def register(make: Callable[[], dict[str, Callable[[], bytes]]]):
        for name, one in make().items():
            assert name not in _CASES, name
            _CASES[name] = Case(name, klass, frozenset(codes), one, declared)
        return make

    return register


def cases() -> list[Case]:
    return list(_CASES.values())


@cache
def built(name: str) -> bytes:
    """The bytes of this file, made once a process."""
    return _CASES[name].make()
