"""The caseworker's answers to the checks of a category: each holds, or is not needed, and why (issue 5, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from matricule.dossiers import checks
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import CategoryCheck
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations.door import Operation, operation


@dataclass(frozen=True)
class Found:
    """What was found of one check: it ``holds``, or it is not needed here, and ``words`` say why."""

    holds: bool
    words: str = ""


def answer_checks(
    actor: Actor, dossier_id: UUID, registrant_id: UUID, *, expects: int, found: Mapping[str, Found]
) -> None:
    """Keep what was found of some checks of a person, by code; a newer answer supersedes an older one.

    Raises NotFound for a check that is not one of this person's, ValueError for "not needed" without a reason.
    """
    with operation(actor, "answer_checks", dossier_id, expects=expects) as op:
        registrant = op.person(registrant_id)
        asked = {item.check.code: item for item in checks.of(op.dossier, registrant) if not item.needless}
        if not found.keys() <= asked.keys():
            raise NotFound
        for code, one in found.items():
            words = one.words.strip()[:500]
            if not one.holds and not words:
                raise ValueError("words")
            before = asked[code].answer
            if before is not None and (before.holds, before.words) == (one.holds, words):
                continue
            if before is not None:
                before.superseded_at = op.now
                before.save(update_fields=["superseded_at"])
            CategoryCheck.objects.create(
                registrant=registrant, code=code, holds=one.holds, words=words, by=op.actor.uuid, at=op.now
            )
            op.record("check.answered", check=code, holds=one.holds)


def reopen(op: Operation, registrant: Registrant, slot: str, part: str) -> None:
    """Take back what was found on a document that was refused or replaced: it is to be checked again.

    An answer "not needed" stays: it rests on its reason, not on the document.
    """
    for answer in checks.resting_on(registrant, slot, part):
        answer.superseded_at = op.now
        answer.save(update_fields=["superseded_at"])
        op.record("check.reopened", check=answer.code)
