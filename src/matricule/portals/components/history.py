"""The journal in words: who did, read or was refused what on a dossier, for the desk and for the person's export."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.core.journal import Entry

ACTS: dict[str, str | Promise] = {
    "draft.opened": _("Request begun"),
    "draft.edited": _("Information typed"),
    "section.saved": _("A page of information saved"),
    "answers.changed": _("Answers to the questions changed"),
    "bank_details.saved": _("Bank details saved"),
    "file.added": _("File sent"),
    "file.checked": _("File checked"),
    "file.removed": _("File removed"),
    "file.restored": _("File brought back"),
    "file.kept": _("File kept"),
    "file.moved": _("Files put in another order"),
    "file.erased": _("Removed file erased"),
    "page.turned": _("Page turned"),
    "page.removed": _("Page removed"),
    "page.restored": _("Page brought back"),
    "page.moved": _("Pages put in another order"),
    "translator.named": _("Translator named"),
    "document.replaced": _("Document replaced"),
    "dossier.submitted": _("Request sent"),
    "dossier.taken": _("Taken for examination"),
    "dossier.given_back": _("Given back to the office"),
    "dossier.handed_over": _("Handed over to another office"),
    "document.accepted": _("Document accepted"),
    "document.refused": _("Document sent back"),
    "documents.asked": _("Documents asked for"),
    "ask.lengthened": _("More time given"),
    "ask.answered": _("Request for documents answered"),
    "ask.reminded": _("Reminder sent"),
    "closure.held": _("Closure held back: a reminder is not proved sent"),
    "impossibility.said": _("A document cannot be had"),
    "impossibility.answered": _("Answer about a document that cannot be had"),
    "information.changed": _("Information changed"),
    "information.corrected": _("Information corrected"),
    "change.asked": _("Change asked for"),
    "change.answered": _("Request for a change answered"),
    "correction.objected": _("Objection to a correction"),
    "letter.written": _("Message written"),
    "letter.handled": _("Message dealt with"),
    "note.kept": _("Private note kept"),
    "likeness.found": _("Looks like somebody known: stopped"),
    "likeness.judged": _("Comparison with somebody known decided"),
    "provisional.issued": _("Provisional number given"),
    "provisional.ended": _("Provisional number ended"),
    "register.sent": _("Sent to the national register"),
    "register.answer_applied": _("Answer of the national register"),
    "certificate.issued": _("Certificate issued"),
    "certificate.warned": _("Warning that a certificate ends"),
    "number.revealed": _("Number shown"),
    "request.rejected": _("Request turned down"),
    "request.withdrawn": _("Request withdrawn"),
    "request.account_joined": _("Came over from another account of the company"),
    "dossier.closed": _("File closed without an answer"),
    "request.closed": _("Closed without a decision"),
    "dossier.reopened": _("File opened again"),
    "mailbox.asked": _("Lost mailbox: another address asked for"),
    "mailbox.proposed": _("Lost mailbox: papers checked, another address proposed"),
    "mailbox.confirmed": _("Lost mailbox: address confirmed by a second person"),
    "mailbox.refused": _("Lost mailbox: turned down"),
    "mailbox.stopped": _("Lost mailbox: stopped by the present address"),
    "space.warned": _("Warning that the space closes"),
    "caches.rebuilt": _("Counts mended"),
    "request.opened": _("Request opened"),
    "request.changed": _("Category or answers changed"),
    "request.sendable": _("Company told that the request can be sent"),
    "employee.written": _("E-mail sent to the person"),
    "employee.address_changed": _("Address of the person corrected"),
    "employee.birth_date_typed": _("Another date of birth typed behind the person’s link"),
    "employee.confirmed": _("Company confirmed by the employee"),
    "employee.disowned": _("Somebody does not know the company"),
    "title.told": _("Company told that a residence permit ends"),
    "person.added": _("Person added"),
    "person.sent": _("Added person sent"),
    "person.removed": _("Person taken out"),
    "read.case": _("File looked at"),
    "read.history": _("History looked at"),
    "read.page_image": _("Page of a document looked at"),
    "read.original": _("File downloaded"),
    "check.answered": _("Check of the category answered"),
    "rib.arrived": _("Bank details (RIB) came by post"),
    "rib.undone": _("Bank details (RIB) had not come: noted by error"),
    "check.reopened": _("Check of the category to answer again: its document was sent back or replaced"),
    "read.by_post": _("Page for the forms by post looked at"),
    "read.status": _("Status looked at"),
    "read.identity": _("Information looked at"),
    "read.documents": _("Documents looked at"),
    "read.document": _("Document downloaded"),
    "read.file": _("File looked at"),
    "read.summary": _("Summary looked at"),
    "read.receipt": _("Receipt looked at"),
    "read.receipt_pdf": _("Receipt downloaded"),
    "read.proof_pdf": _("Proof of filing downloaded"),
    "read.notifications": _("Messages looked at"),
    "read.messages": _("Messages looked at"),
    "read.thumbnail": _("Small picture of a page looked at"),
    "read.letter": _("Letter downloaded"),
    "read.export": _("Everything downloaded"),
}


OF_THE_CAISSE = frozenset(
    {
        "likeness.found", "likeness.judged", "note.kept", "caches.rebuilt", "employee.disowned",
        "employee.birth_date_typed",
    }
)  # fmt: skip
"""What concerns the caisse's own work, says that somebody is known here, or was told by an employee to the caisse
alone: no company reads it (issue 5, sections 1 and 2)."""


@dataclass(frozen=True)
class Line:
    """One act in words: when, who, what, whether it was refused, and in a family whom it is about.

    ``times`` for the same act several times in a row.
    """

    at: datetime
    who: str
    what: str
    refused: bool
    times: int = 1
    about: str = ""


def line(entry: Entry, names: Mapping[UUID, str], family: Mapping[str, str] | None = None) -> Line:
    """Return an entry of the journal in words; ``names`` are those of the caisse's people, everybody else is "you".

    ``family``: the names of the people of a request, by id, where there are several (Operation.about).
    """
    if entry.actor.startswith("system:"):
        who = gettext("The service")
    elif entry.actor.startswith("user:"):
        who = names.get(UUID(entry.actor[5:])) or gettext("The person")
    else:
        who = gettext("Somebody not signed in")
    what = str(ACTS.get(entry.action) or gettext("Another act (%(name)s)") % {"name": entry.action})
    about = (family or {}).get(str(entry.detail.get("person", "")), "")
    return Line(entry.at, who, what, entry.outcome == "refused", about=about)


def folded(lines: Iterable[Line]) -> list[Line]:
    """Return the lines with those of the same person's same act in a row as one, at the moment of the latest."""
    found: list[Line] = []
    for one in lines:
        last = found[-1] if found else None
        if last is not None and replace(last, at=one.at, times=one.times) == one:
            found[-1] = replace(last, times=last.times + 1)
        else:
            found.append(one)
    return found
