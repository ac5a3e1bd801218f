"""What became of a file after it was sent: for each state, the acts of the desk and of the calendar, and their days.

No row is written here: each step is an act, done on its day (demo.days).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from matricule.demo import caisse
from matricule.demo.caisse import Caseworker
from matricule.demo.days import ago
from matricule.demo.employees import Filed
from matricule.demo.people import Person
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import numbers


@dataclass(frozen=True)
class Shown:
    """What the papers of one person say: the last day of the stay title, and the number of the identity document."""

    until: date | None
    paper_number: str


@dataclass(frozen=True)
class SentBack:
    """Which document of which person (1 is the first) the caisse sends back, and why (rules/data/refusals.toml)."""

    requirement: str
    reason: str
    fields: Mapping[str, str] = field(default_factory=dict)
    person: int = 1


@dataclass(frozen=True)
class TurnedDown:
    """Whose request the caisse turns down, and why (rules/data/rejections.toml), with the caseworker's own words."""

    reason: str
    words: str
    person: int = 1


@dataclass(frozen=True)
class Case:
    """One file on the desk: its people in their order, and what is sent back or turned down in it."""

    dossier_id: UUID
    people: tuple[Shown, ...]
    sent_back: SentBack | None = None
    turned_down: TurnedDown | None = None

    def registrant(self, place: int) -> Registrant:
        """Return one person of the file as they stand now (1 is the first)."""
        return Registrant.objects.get(dossier=self.dossier_id, position=place)


def case_of(dossier_id: UUID, shown: tuple[Shown, ...], told: Person | Filed) -> Case:
    """Return a file on the desk, with what ``told`` (a student, a request) says was sent back or turned down in it."""
    return Case(
        dossier_id,
        shown,
        SentBack(**told.sent_back) if told.sent_back else None,
        TurnedDown(**told.turned_down) if told.turned_down else None,
    )


Act = Callable[[Case, Caseworker], None]


@dataclass(frozen=True)
class Story:
    """How many days ago a file was sent, and what was done since: days ago and the act."""

    sent_ago: int
    steps: tuple[tuple[int, Act], ...] = ()


def _take(case: Case, worker: Caseworker) -> None:
    worker.take()


def _send_back(case: Case, worker: Caseworker) -> None:
    assert case.sent_back is not None
    back = case.sent_back
    _accept(case, worker, phase=2, but=back.requirement)
    worker.send_back(case.registrant(back.person), back.requirement, back.reason, back.fields)


def _remind(case: Case, worker: Caseworker) -> None:
    caisse.remind(case.dossier_id)


def _turn_down(case: Case, worker: Caseworker) -> None:
    assert case.turned_down is not None
    worker.turn_down(case.registrant(case.turned_down.person), case.turned_down.reason, case.turned_down.words)


def _accept_all(case: Case, worker: Caseworker) -> None:
    _accept(case, worker, phase=2)


def _number(case: Case, worker: Caseworker) -> None:
    _accept(case, worker, phase=1)
    for place in _going_on(case):
        worker.give_number(case.registrant(place))


def _to_register(case: Case, worker: Caseworker) -> None:
    _accept(case, worker, phase=2)
    for place in _going_on(case):
        worker.send_to_register(case.registrant(place))


def _answer(case: Case, worker: Caseworker) -> None:
    numbers.take_answers()


def _accept(case: Case, worker: Caseworker, *, phase: int, but: str = "") -> None:
    for place in _going_on(case):
        shown = case.people[place - 1]
        worker.accept(case.registrant(place), phase, until=shown.until, paper_number=shown.paper_number, but=but)


def _going_on(case: Case) -> list[int]:
    """Return the places of the people who are not turned down."""
    out = case.turned_down.person if case.turned_down is not None else 0
    return [place for place in range(1, len(case.people) + 1) if place != out]


STUDENTS: Mapping[str, Story] = {
    "ready": Story(9, ((4, _take), (2, _accept_all))),
    "asked": Story(19, ((12, _take), (8, _send_back))),
    "reminded": Story(26, ((20, _take), (20, _send_back), (5, _remind))),
    "closed": Story(70, ((60, _take), (60, _send_back), (45, _remind), (30, _remind), (12, _remind))),
    "rejected": Story(17, ((5, _take), (3, _turn_down))),
    "certified": Story(20, ((13, _take), (10, _number))),
    "lapsed": Story(52, ((45, _take), (40, _number))),
    "at_register": Story(31, ((24, _take), (20, _number), (6, _to_register))),
    "returned": Story(38, ((30, _take), (28, _number), (15, _to_register), (4, _answer))),
    "registered": Story(45, ((38, _take), (34, _number), (18, _to_register), (7, _answer))),
}
"""By the state of a student (demo.people). The register answers ten days after it was asked (repertoire/standin.toml);
reminders come on day 15 and 30 of an ask."""

REQUESTS: Mapping[str, Story] = {
    "in_progress": Story(4),
    "awaiting": Story(18, ((11, _take), (6, _send_back))),
    "reminded": Story(33, ((24, _take), (24, _send_back), (9, _remind))),
    "closed": Story(75, ((62, _take), (62, _send_back), (47, _remind), (32, _remind), (14, _remind))),
    "rejected": Story(21, ((6, _take), (4, _turn_down))),
    "provisional": Story(28, ((20, _take), (6, _number))),
    "partial": Story(60, ((52, _take), (48, _number), (48, _turn_down), (33, _to_register), (20, _answer))),
    "registered": Story(65, ((58, _take), (54, _number), (36, _to_register), (23, _answer))),
}
"""By the label that a request of the company ends under (dossiers.states.LABELS)."""


def play(story: Story, case: Case, by: str) -> None:
    """Do what was done with a file since it was sent, each act on its day, by one of the invented caseworkers."""
    worker = caisse.caseworker(by, case.dossier_id)
    for day, act in story.steps:
        with ago(day):
            act(case, worker)
