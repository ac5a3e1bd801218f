"""A port to a directory of companies: SIRET in, name and address out (issue 5, section 1).

The service has none of its own: with the default nothing is found and everything is typed, off line too. An adapter
never holds up a page: it has two seconds, a few run at a time, and one that fails or is slow found nothing. What it
fills stays the person's to change, and proves nothing.
"""

import logging
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore, Event, Thread
from typing import Protocol

from django.utils.module_loading import import_string

from matricule.core import config

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a person waits for a directory."""

AT_ONCE = 4
"""Look-ups that may run at the same time; a directory that hangs holds so many threads and no more."""


@dataclass(frozen=True)
class Found:
    """One establishment as a directory knows it; the postcode has five digits."""

    name: str
    street: str
    postcode: str
    city: str


class Directory(Protocol):
    """What an adapter does; it may raise, and it may take its time."""

    def find(self, siret: str) -> Found | None:
        """Return the establishment of a SIRET of 14 digits, None when it is not known."""


class Nobody:
    """The default: no directory is asked, nothing is found."""

    def find(self, siret: str) -> Found | None:
        """Find nothing."""
        return None


_used: list[Directory] = []
_free = BoundedSemaphore(AT_ONCE)


def use(adapter: Directory | None) -> None:
    """Ask this adapter from now on, instead of the one that the settings name; None: that one again."""
    _used[:] = [adapter] if adapter is not None else []


def current() -> Directory:
    """Return the adapter in use; raises ImportError for a name in the settings that leads nowhere."""
    return _used[0] if _used else _named(config.current().directory)


def is_there() -> bool:
    """Tell whether a directory can be asked at all: the pages offer it only then."""
    return not isinstance(current(), Nobody)


def look_up(siret: str, *, patience: float = PATIENCE) -> Found | None:
    """Return what the directory knows of a SIRET; None when it knows nothing, fails, is busy or takes too long.

    The log says that it failed and never what was asked.
    """
    adapter, answer, done = current(), [], Event()
    if isinstance(adapter, Nobody) or not _free.acquire(blocking=False):
        return None

    def ask() -> None:
        try:
            answer.append(adapter.find(siret))
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the fields are typed instead
            log.warning("directory_failed error=%s", type(error).__name__)
        finally:
            _free.release()
            done.set()

    try:
        Thread(target=ask, name="directory", daemon=True).start()
    except RuntimeError:  # the machine has no thread left: nobody runs who would give the place back
        _free.release()
        log.warning("directory_no_thread")
        return None
    if not done.wait(patience):
        log.warning("directory_slow")
        return None
    return answer[0] if answer else None


@cache
def _named(name: str) -> Directory:
    """Return the adapter of this name, made once; Nobody for one that cannot be made, which is logged that once."""
    made = import_string(name) if name else Nobody
    try:
        adapter: Directory = made()
    except Exception as error:  # noqa: BLE001 - a page goes on without a directory, whatever its maker raises
        log.warning("directory_not_made error=%s", type(error).__name__)
        return Nobody()
    return adapter
