"""What was written to a person of a request at their own address, what became of it, and who is reminded of what."""

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from matricule.core import i18n
from matricule.dossiers import people, requests
from matricule.dossiers.operations import confirming
from matricule.dossiers.queries import Space
from matricule.portals.requests.shown import href
from matricule.portals.student import pieces

WRITTEN = {
    "employee_filed": gettext_lazy("Told of the request, and how to confirm the company"),
    "employee_asked": gettext_lazy("Asked for a document, by post"),
    "employee_reminder": gettext_lazy("Reminded of a document, by post"),
    "employee_provisional": gettext_lazy("Told that a provisional number exists"),
    "employee_number": gettext_lazy("Told that the number exists"),
    "employee_ended": gettext_lazy("Told that the request ended"),
    "employee_taken_back": gettext_lazy("Told that your company withdrew the request"),
    "employee_rib_arrived": gettext_lazy("Told that the bank details came by post"),
    "employee_rib_not_arrived": gettext_lazy("Told that no bank details came by post after all"),
    "employee_office": gettext_lazy("Told which caisse examines from now on, and where to post"),
}
"""What was written to a person of a request, by the kind of the mail."""

CAME_BACK = frozenset({"refused", "bounced"})


def written_to(space: Space, found: list[requests.Written]) -> dict[str, Any] | None:
    """Return what was written to a person at their own address, and whether it arrived, or that there is none.

    None where nothing was, and nothing is: a minor of the family.
    """
    if not (found or people.is_told(space.registrant)):
        return None
    links = sum(one.kind == confirming.KIND for one in found)
    may = people.is_told(space.registrant) and confirming.may_write(space.dossier, links)
    return {
        "address": space.registrant.email,
        "mails": [{"what": WRITTEN[one.kind], "at": one.at, "state": _fate(one.state)} for one in found],
        "came_back": bool(found) and found[-1].state in CAME_BACK,
        "again": href("write-to", space) if may else "",
    }


def _fate(state: str) -> str:
    if state in CAME_BACK:
        return gettext("came back")
    return gettext("sent") if state == "sent" else gettext("waiting to be sent")


def reminded(space: Space, found: requests.Awaited | None) -> dict[str, Any] | None:
    """Return who is reminded of what, and when next; None where nothing is asked."""
    if found is None:
        return None
    by_person = [i18n.pick(pieces.entry(space, code).name) for code in found.person]
    return {
        "company": bool(found.company),
        "person": ", ".join(by_person),
        "by": found.due_on,
        "on": found.reminder_on,
    }
