"""What shows that work has begun: the company says what its file is, and two papers prove nothing (seed 000 FAQ 7).

A promise of employment and a declaration before hiring are refused as they come; a letter of assignment is a proof in
some categories only, so that a change of category may leave a request without one.
"""

from collections.abc import Mapping

from matricule.dossiers import plan, rows
from matricule.dossiers.checked import Checked
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.rules.employer import contract

NO_PROOF = "proves_no_work"
"""The verdict of a file that proves no work, as the company itself says what it is (File.said)."""


class NoProof(Exception):
    """The paper proves no work, by what it is said to be; ``code`` is the verdict of its row."""

    code = NO_PROOF


def is_asked(dossier: Dossier, person: Registrant, slot: str) -> bool:
    """Tell whether the company says what a file of this document is, before it is kept."""
    return dossier.organisation_id is not None and person.role == "principal" and slot == contract.DOCUMENT


def keep_to(dossier: Dossier, person: Registrant, slot: str, said: str, checked: Checked) -> None:
    """Let no paper stand as a proof of work that is none.

    Raises NoProof for one, ValueError where what it is was not said, or said of a document that does not ask it.
    """
    if not is_asked(dossier, person, slot):
        if said:
            raise ValueError("nobody is asked what this file is")
    elif said not in contract.table().proofs:
        raise ValueError("a company says what the file is that shows the work")
    elif contract.refused(said, dossier.category) is not None and checked.verdict != NO_PROOF:
        raise NoProof


def why_not(dossier: Dossier, file: File) -> Mapping[str, str] | None:
    """Return why a file proves no work in the category of today, by what it is said to be; None when it does."""
    return contract.refused(file.said, dossier.category) if file.said else None


def unproved(person: Registrant, papers: rows.Papers) -> set[str]:
    """Return the document of the work when a change of category left it no file that proves any; else nothing."""
    version = papers.current(contract.DOCUMENT)
    found = [file for file in papers.files[version.pk] if plan.answers(file)] if version is not None else []
    return {contract.DOCUMENT} if found and all(why_not(person.dossier, file) for file in found) else set()
