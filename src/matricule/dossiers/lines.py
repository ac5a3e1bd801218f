"""Writing the lines of a company's list (dossiers.listing), and saying what they should be.

The one door calls ``settle`` at the end of each operation that recorded something; the reconciler compares the same
``wanted`` with what stands there.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from matricule.dossiers import labels
from matricule.dossiers.case import Ask, AskItem
from matricule.dossiers.listing import ListedPerson, ListedRequest
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.people import BY_PERSON, TITLE_OVER
from matricule.dossiers.states import OVER, State, all_ended
from matricule.rules.employer import labels as meanings
from matricule.rules.text import fold

RANKS = {code: place for place, code in enumerate(("draft", *labels.FILTERS))}
"""The order of the labels: drafts, then the filters of seed 000."""

TURNS: dict[meanings.Acts, str] = {"company": "1", "caisse": "2", "nobody": "3"}
ACTS = {turn: acts for acts, turn in TURNS.items()}

LINE = (
    "organisation_id", "filter", "rank", "turn", "due_on", "person_due_on", "person_key", "own_key", "people",
    "opened_at",
)  # fmt: skip
"""What a line repeats: all but ``changed_at``, which only the operations know."""
PERSON = ("dossier_id", "organisation_id", "name_key", "usage_key", "given_key", "title_until")

Values = dict[str, Any]


def settle(dossier: Dossier, now: datetime, *, changed: bool) -> None:
    """Write the line of a company's request and those of its people, where they differ from what they should be.

    ``changed``: somebody changed the request now; else its last change stays what it was.
    """
    if dossier.organisation_id is None:
        return
    line, people = wanted([dossier])[dossier.pk]
    row = ListedRequest.objects.filter(pk=dossier.pk).first()
    if changed:
        line["changed_at"] = now
    elif row is None:
        line["changed_at"] = dossier.submitted_at or dossier.opened_at
    if row is None:
        ListedRequest.objects.create(dossier_id=dossier.pk, **line)
    else:
        _write(row, line)
    held = {one.pk: one for one in ListedPerson.objects.filter(dossier=dossier.pk)}
    for person_id, values in people.items():
        if person_id in held:
            _write(held[person_id], values)
        else:
            ListedPerson.objects.create(registrant_id=person_id, **values)


def wanted(dossiers: Sequence[Dossier]) -> dict[UUID, tuple[Values, dict[UUID, Values]]]:
    """Return what the line of each request, and that of each of its people, should say; two statements."""
    ids = [dossier.pk for dossier in dossiers]
    names = ("birth_name", "usage_name", "given_names")
    rows = Registrant.objects.filter(dossier__in=ids).only("dossier", "state", "position", "title_until", *names)
    people: dict[UUID, list[Registrant]] = {}
    for person in rows.order_by("dossier", "position"):
        people.setdefault(person.dossier_id, []).append(person)
    ours, theirs = _days(ids)
    found = {}
    for dossier in dossiers:
        mine = people.get(dossier.pk, [])
        found[dossier.pk] = (
            line_of(dossier, mine, ours.get(dossier.pk), theirs.get(dossier.pk)),
            {person.pk: person_of(dossier, person) for person in mine},
        )
    return found


def differing(dossiers: Sequence[Dossier]) -> list[UUID]:
    """Return the companies' requests of these whose lines are missing or say something else; four statements."""
    ours = [dossier for dossier in dossiers if dossier.organisation_id is not None]
    if not ours:
        return []
    ids = [dossier.pk for dossier in ours]
    lines = {row.pk: _values(row, LINE) for row in ListedRequest.objects.filter(pk__in=ids)}
    people: dict[UUID, dict[UUID, Values]] = {}
    for row in ListedPerson.objects.filter(dossier__in=ids):
        people.setdefault(row.dossier_id, {})[row.pk] = _values(row, PERSON)
    return [
        dossier_id
        for dossier_id, (line, everybody) in wanted(ours).items()
        if lines.get(dossier_id) != line or people.get(dossier_id, {}) != everybody
    ]


def line_of(dossier: Dossier, people: Iterable[Registrant], due_on: date | None, person_due_on: date | None) -> Values:
    """Return what the line of a request says of it and its people, in their order.

    ``due_on``: the nearest day by which the company sends something, ``person_due_on``: by which a person of it does.
    """
    everybody = list(people)
    shown = labels.SHOWN_AS.get(dossier.label, dossier.label)
    return {
        "organisation_id": dossier.organisation_id,
        "filter": shown,
        "rank": RANKS[shown],
        "turn": _turn(dossier.label, [State(person.state) for person in everybody], due_on),
        "due_on": due_on,
        "person_due_on": person_due_on,
        "person_key": _key(everybody[0].birth_name, everybody[0].given_names) if everybody else "",
        "own_key": dossier.own_reference.upper(),
        "people": len(everybody),
        "opened_at": dossier.opened_at,
    }


def person_of(dossier: Dossier, person: Registrant) -> Values:
    """Return what the line of one person says: the names under which a search finds them, the end of their title."""
    usage = person.usage_name
    return {
        "dossier_id": dossier.pk,
        "organisation_id": dossier.organisation_id,
        "name_key": _key(person.birth_name, person.given_names),
        "usage_key": _key(usage, person.given_names) if usage else "",
        "given_key": _key(person.given_names, person.birth_name),
        "title_until": None if State(person.state) in TITLE_OVER else person.title_until,
    }


def acts(line: ListedRequest) -> meanings.Acts:
    """Return who acts on a request: the company, the caisse or nobody."""
    return ACTS[line.turn[:1]]


def _days(dossier_ids: Sequence[UUID]) -> tuple[dict[UUID, date], dict[UUID, date]]:
    """Return by request the nearest day by which the company sends something, and that of its people; one statement.

    What a person gives by themselves (people.BY_PERSON) is never the company's to send (issue 5, section 3).
    """
    waiting = AskItem.objects.filter(
        ask__registrant__dossier__in=dossier_ids, ask__state=Ask.State.OPEN, answered_at=None
    )
    ours: dict[UUID, date] = {}
    theirs: dict[UUID, date] = {}
    columns = ("ask__registrant__dossier", "ask__registrant__state", "code", "ask__due_on")
    for dossier_id, state, code, day in waiting.order_by("ask__due_on").values_list(*columns):
        if State(state) not in OVER:
            (theirs if code in BY_PERSON else ours).setdefault(dossier_id, day)
    return ours, theirs


def _turn(label: str, states: Iterable[State], due_on: date | None) -> str:
    """Return who acts, then by when: the company while something is asked of it, whatever the label.

    Beside a number an ask changes no state: the label of a family may say that the caisse acts. Where everybody's
    request ended the caisse has nothing left to do.
    """
    if due_on is not None:
        return f"{TURNS['company']} {due_on.isoformat()}"
    acts = TURNS[meanings.meaning(label).acts]
    if label == "partial" and all_ended(states):
        acts = TURNS["company"]
    return f"{acts} later" if acts == TURNS["company"] else acts


def _key(*names: str) -> str:
    return fold(" ".join(names))[:320]


def _write(row: ListedRequest | ListedPerson, values: Values) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def _values(row: ListedRequest | ListedPerson, names: Iterable[str]) -> Values:
    return {name: getattr(row, name) for name in names}
