"""The repertoire: who already has a number, and the attribution of NIA and NIR (house.md, section 1).

It takes an identity and an opaque ``subject_id``; it never knows a dossier. Everything that changes something is
called inside the caller's transaction, so that a number, its journal entry and the caller's own change are one act:

    with transaction.atomic():
        found = repertoire.known(identity)                                        nobody: go on
        issued = repertoire.attribute(subject_id, identity, request_id, actor=…)  a NIA
        sent = repertoire.submit(subject_id, request_id, actor=…)                 the answer comes later
    …
    with transaction.atomic():
        for answer in repertoire.answers_due(limit=1):
            repertoire.take(answer.id, actor=…)

The embedded repertoire stands behind these names. A number is sealed in its column, found by a blind index, and never
written in a log, an exception or the journal.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matricule.repertoire.errors import (
    AlreadyCertified,
    AlreadyHolds,
    AlreadySubmitted,
    NoAnswer,
    NoNumber,
    NumbersExhausted,
    OtherBirth,
    RepertoireError,
    RequestReused,
)
from matricule.repertoire.values import Answer, Identity, Issued, Known, Sent

if TYPE_CHECKING:
    from matricule.repertoire.attribution import attribute, correct, deactivate
    from matricule.repertoire.certification import answers_due, submit, take
    from matricule.repertoire.loading import load
    from matricule.repertoire.searching import holder, known, number_of, subjects_of

_WHERE = {
    "attribute": "attribution",
    "correct": "attribution",
    "deactivate": "attribution",
    "answers_due": "certification",
    "submit": "certification",
    "take": "certification",
    "load": "loading",
    "holder": "searching",
    "known": "searching",
    "number_of": "searching",
    "subjects_of": "searching",
}

__all__ = [
    "AlreadyCertified",
    "AlreadyHolds",
    "AlreadySubmitted",
    "Answer",
    "Identity",
    "Issued",
    "Known",
    "NoAnswer",
    "NoNumber",
    "NumbersExhausted",
    "OtherBirth",
    "RepertoireError",
    "RequestReused",
    "Sent",
    "answers_due",
    "attribute",
    "correct",
    "deactivate",
    "holder",
    "known",
    "load",
    "number_of",
    "subjects_of",
    "submit",
    "take",
]


def __getattr__(name: str) -> Any:
    """Load what needs the tables at first use: this package is imported before Django knows any model."""
    if name in _WHERE:
        return getattr(import_module(f"matricule.repertoire.{_WHERE[name]}"), name)
    raise AttributeError(name)
