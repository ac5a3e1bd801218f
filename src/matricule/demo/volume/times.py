"""When things happened to a dossier of a volume: for each kind of history its moments, the latest first.

The dates are chosen so that no calendar has anything to do on the day of the load: no reminder, no closure, no answer
of the register, no warning is due. The time machine makes them due in their turn.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from matricule.dossiers.states import State

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Kind:
    """One kind of history: how many in a hundred, where it ended up, and its moments with the days between them."""

    share: int
    state: State
    steps: tuple[tuple[str, int, int], ...]


SENT = ("submitted", 3, 20)
REGISTER = (("issued", 5, 60), ("submitted", 5, 30))
KINDS = {
    "draft": Kind(6, State.DRAFT, ()),
    "fresh": Kind(15, State.EXAMINED, (("submitted", 0, 30),)),
    "examined": Kind(6, State.EXAMINED, (("decided", 0, 10), SENT)),
    "answered": Kind(4, State.EXAMINED, (("answered", 0, 10), ("asked", 3, 20), SENT)),
    "awaiting": Kind(9, State.AWAITING, (("asked", 0, 14), SENT)),
    "reminded": Kind(5, State.REMINDED, (("asked", 16, 28), SENT)),
    "provisional": Kind(8, State.PROVISIONAL, (("issued", 0, 60), ("submitted", 5, 30))),
    "more_sent": Kind(4, State.PROVISIONAL, (("more", 0, 20), ("issued", 0, 40), ("submitted", 5, 30))),
    "complete": Kind(3, State.PROVISIONAL, (("decided", 0, 10), ("issued", 5, 40), ("submitted", 5, 30))),
    "at_register": Kind(7, State.AT_REGISTER, (("sent", 0, 9), *REGISTER)),
    "registered": Kind(23, State.REGISTERED, (("ended", 0, 400), ("sent", 10, 10), *REGISTER)),
    "rejected": Kind(3, State.REJECTED, (("ended", 0, 300), ("submitted", 10, 60))),
    "closed": Kind(4, State.CLOSED, (("ended", 0, 300), ("asked", 46, 60), SENT)),
    "reopened": Kind(1, State.REOPENED, (("answered", 0, 9), ("ended", 0, 20), ("asked", 46, 60), SENT)),
    "withdrawn": Kind(2, State.WITHDRAWN, (("ended", 0, 300), ("submitted", 1, 30))),
}
"""Every state that an operation reaches today; the law's clock (formal notice, suspension) has no operation yet."""

WITH_NUMBER = frozenset({"provisional", "more_sent", "complete", "at_register", "registered"})
ASKED = frozenset({"answered", "awaiting", "reminded", "closed", "reopened"})


def pick(rng: Random) -> str:
    """Return the kind of one history, by the shares."""
    return rng.choices(list(KINDS), [kind.share for kind in KINDS.values()])[0]


def moments(kind: str, rng: Random, now: datetime) -> dict[str, datetime]:
    """Return when each step of a history happened, ``opened`` included; none is later than ``now``."""
    found, at = {}, now
    for name, least, most in (*KINDS[kind].steps, ("opened", 0, 10)):
        at -= timedelta(minutes=rng.randint(least * DAY_MINUTES, most * DAY_MINUTES) + 1)
        found[name] = at
    return found
