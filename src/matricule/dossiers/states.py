"""The states of a registrant and who may move them, as data (house.md, section 3; seed 000 for the labels).

``docs/statuses.md`` is generated from this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Who makes a move."""

    PERSON = "person"
    CAISSE = "caisse"
    REGISTER = "register"
    CLOCK = "clock"


class State(StrEnum):
    """Where one person's registration stands."""

    DRAFT = "draft"
    EXAMINED = "under_examination"
    AWAITING = "awaiting_documents"
    REMINDED = "awaiting_reminded"
    PROVISIONAL = "provisional_number"
    NOTICED = "formal_notice"
    SUSPENDED = "suspended"
    DEACTIVATED = "nia_deactivated"
    AT_REGISTER = "at_register"
    REGISTERED = "registered"
    REJECTED = "rejected"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Move:
    """One allowed move: its action, where it may start, where it ends, who makes it."""

    action: str
    starts: frozenset[State]
    ends: State
    who: Who


@dataclass(frozen=True)
class Label:
    """The employer's word for a state (seed 000), and the icon and colour of design.md section 7."""

    code: str
    fr: str
    en: str
    tag: str
    icon: str


LABELS = {
    label.code: label
    for label in (
        Label("draft", "Brouillon", "Draft", "off", "pencil"),
        Label("in_progress", "Traitement en cours", "In progress", "us", "clock"),
        Label("awaiting", "Attente PJ", "Awaiting documents", "you", "upload"),
        Label("reminded", "Attente PJ (relance)", "Awaiting documents (reminded)", "you", "bell"),
        Label("provisional", "NNP attribué", "Provisional number issued", "wait", "hourglass"),
        Label("partial", "Traitement partiel", "Partly done", "us", "half"),
        Label("registered", "NIR attribué", "Registered (NIR)", "ok", "check-circle"),
        Label("rejected", "Rejeté", "Turned down", "bad", "stop"),
        Label("closed", "Sans suite", "Closed without action", "off", "dash"),
        Label("withdrawn", "Sans suite (retirée)", "Withdrawn", "off", "dash"),
    )
}

LABEL_OF = {
    State.DRAFT: "draft",
    State.EXAMINED: "in_progress",
    State.AWAITING: "awaiting",
    State.REMINDED: "reminded",
    State.PROVISIONAL: "provisional",
    State.NOTICED: "provisional",
    State.SUSPENDED: "provisional",
    State.DEACTIVATED: "closed",
    State.AT_REGISTER: "in_progress",
    State.REGISTERED: "registered",
    State.REJECTED: "rejected",
    State.CLOSED: "closed",
    State.REOPENED: "in_progress",
    State.WITHDRAWN: "withdrawn",
}

ENDED = frozenset({State.REGISTERED, State.REJECTED, State.CLOSED, State.DEACTIVATED})
"""A registrant in one of these needs nobody's act any more (house.md: *ended*)."""

OVER = ENDED | {State.WITHDRAWN}
"""Ended, or taken back by whoever sent it: nothing is awaited any more."""


def all_ended(states: Iterable[State]) -> bool:
    """Tell whether a dossier of these people waits for nobody any more: everyone's request ended or was withdrawn.

    Somebody who is being added to a request that was sent, and was not sent yet, counts with nobody.
    """
    people = list(states)
    sent = [state for state in people if state not in {State.DRAFT, State.WITHDRAWN}]
    return all(state in OVER for state in sent or people)


OPEN = frozenset({State.EXAMINED, State.AWAITING, State.REMINDED, State.REOPENED})
"""Sent, and without a decision of the caisse yet: before a number exists. From the NIA on only the law's clock ends a
request (R114-7 CSS)."""

_HELD = frozenset({State.PROVISIONAL, State.NOTICED, State.SUSPENDED})

MOVES = (
    Move("submit", frozenset({State.DRAFT}), State.EXAMINED, Who.PERSON),
    Move("ask", frozenset({State.EXAMINED, State.REOPENED, State.REMINDED}), State.AWAITING, Who.CAISSE),
    Move("remind", frozenset({State.AWAITING, State.REMINDED}), State.REMINDED, Who.CLOCK),
    Move("answer", frozenset({State.AWAITING, State.REMINDED}), State.EXAMINED, Who.PERSON),
    Move("issue_provisional", frozenset({State.EXAMINED, State.REOPENED}), State.PROVISIONAL, Who.CAISSE),
    Move("formal_notice", frozenset({State.PROVISIONAL}), State.NOTICED, Who.CLOCK),
    Move("suspend", frozenset({State.NOTICED}), State.SUSPENDED, Who.CLOCK),
    Move("restore", frozenset({State.NOTICED, State.SUSPENDED}), State.PROVISIONAL, Who.CAISSE),
    Move("deactivate", _HELD | {State.AT_REGISTER}, State.DEACTIVATED, Who.CAISSE),
    Move("send_to_register", _HELD, State.AT_REGISTER, Who.CAISSE),
    Move("register_returns", frozenset({State.AT_REGISTER}), State.PROVISIONAL, Who.REGISTER),
    Move("register", frozenset({State.AT_REGISTER}), State.REGISTERED, Who.REGISTER),
    Move("reject", OPEN, State.REJECTED, Who.CAISSE),
    Move("close", frozenset({State.REMINDED}), State.CLOSED, Who.CLOCK),
    Move("close_with_reason", OPEN, State.CLOSED, Who.CAISSE),
    Move("reopen", frozenset({State.CLOSED, State.REJECTED}), State.REOPENED, Who.CAISSE),
    Move("reopen_by_person", frozenset({State.CLOSED}), State.REOPENED, Who.PERSON),
    Move("withdraw", OPEN, State.WITHDRAWN, Who.PERSON),
)


class IllegalMove(Exception):
    """The action does not start from this state."""

    def __init__(self, action: str, state: State) -> None:
        super().__init__(f"{action} does not start from {state}")
        self.action, self.state = action, state


def after(action: str, state: State) -> State:
    """Return the state that ``action`` leads to from ``state``; raise IllegalMove when the table has no such move."""
    for move in MOVES:
        if move.action == action and state in move.starts:
            return move.ends
    raise IllegalMove(action, state)


def may(action: str, state: State) -> bool:
    """Tell whether ``action`` starts from this state."""
    return any(move.action == action and state in move.starts for move in MOVES)


def person_label(state: State, provisional_known: bool) -> str:
    """Return the label code of a person; at the register, whoever has a NIA still reads "NNP attribué" (house.md)."""
    return "provisional" if state is State.AT_REGISTER and provisional_known else LABEL_OF[state]


def dossier_label(states: Iterable[State], provisional_known: Iterable[bool] = ()) -> str:
    """Return the label code of a dossier from its people's states (house.md, section 3, the six rules in order).

    ``provisional_known`` tells, person by person, whether a NIA is known: at the register such a person still reads
    "NNP attribué". People who withdrew are left out; all withdrawn gives "withdrawn". Whoever is being added to a
    request that was sent, and was not sent yet, is left out too.
    """
    people = list(states)
    sent = any(state not in {State.DRAFT, State.WITHDRAWN} for state in people)
    known = list(provisional_known) or [False] * len(people)
    labels = [
        person_label(state, has_nia)
        for state, has_nia in zip(people, known, strict=True)
        if state is not State.WITHDRAWN and not (sent and state is State.DRAFT)
    ]
    if not labels:
        return "withdrawn"
    for waiting in ("reminded", "awaiting"):
        if waiting in labels:
            return waiting
    if len(set(labels)) == 1:
        return labels[0]
    if any(state in ENDED for state in people):
        return "partial"
    return "provisional" if "provisional" in labels else "in_progress"
