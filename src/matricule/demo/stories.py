"""What became of the students of the demo after they sent their file: for each state, the acts and their days.

No row is written here: each step is an act of the desk or of the calendar, done on its day (demo.days).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matricule.demo import caisse
from matricule.demo.caisse import Caseworker
from matricule.demo.days import ago
from matricule.demo.people import Person, State
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import numbers

Act = Callable[[Person, Dossier, Caseworker], None]


@dataclass(frozen=True)
class Story:
    """Who examines a file, how many days ago it was sent, and what was done since: days ago and the act."""

    by: str
    sent_ago: int
    steps: tuple[tuple[int, Act], ...]


def _take(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    worker.take()


def _send_back(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    assert person.sent_back is not None
    _accept(person, dossier, worker, phase=1, but=person.sent_back.requirement)
    worker.send_back(_registrant(dossier), **vars(person.sent_back))


def _remind(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    caisse.remind(dossier.pk)


def _turn_down(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    assert person.turned_down is not None
    worker.turn_down(_registrant(dossier), **vars(person.turned_down))


def _number(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    _accept(person, dossier, worker, phase=1)
    worker.give_number(_registrant(dossier))


def _to_register(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    _accept(person, dossier, worker, phase=2)
    worker.send_to_register(_registrant(dossier))


def _answer(person: Person, dossier: Dossier, worker: Caseworker) -> None:
    numbers.take_answers()


STORIES: Mapping[State, Story] = {
    "asked": Story("nadia", 19, ((12, _take), (8, _send_back))),
    "reminded": Story("nadia", 26, ((20, _take), (20, _send_back), (5, _remind))),
    "closed": Story("camille", 70, ((60, _take), (60, _send_back), (45, _remind), (30, _remind), (12, _remind))),
    "rejected": Story("camille", 17, ((5, _take), (3, _turn_down))),
    "certified": Story("nadia", 20, ((13, _take), (10, _number))),
    "lapsed": Story("camille", 52, ((45, _take), (40, _number))),
    "at_register": Story("nadia", 31, ((24, _take), (20, _number), (6, _to_register))),
    "returned": Story("camille", 38, ((30, _take), (28, _number), (15, _to_register), (4, _answer))),
    "registered": Story("nadia", 45, ((38, _take), (34, _number), (18, _to_register), (7, _answer))),
}
"""The register answers ten days after it was asked (repertoire/standin.toml); reminders come on day 15 and 30."""


def sent_ago(person: Person) -> int:
    """Return how many days ago this person sent the file."""
    story = STORIES.get(person.state)
    return story.sent_ago if story is not None else person.sent_ago


def play(person: Person, dossier: Dossier) -> None:
    """Do what was done with this person's file since it was sent, each act on its day."""
    story = STORIES.get(person.state)
    if story is None:
        return
    worker = caisse.caseworker(story.by, dossier.pk)
    for day, act in story.steps:
        with ago(day):
            act(person, dossier, worker)


def _registrant(dossier: Dossier) -> Registrant:
    found: Registrant = dossier.registrants.get(position=1)
    return found


def _accept(person: Person, dossier: Dossier, worker: Caseworker, *, phase: int, but: str = "") -> None:
    until = person.stay.ends if person.stay is not None else None
    worker.accept(_registrant(dossier), phase, until=until, paper_number=person.paper.number, but=but)
