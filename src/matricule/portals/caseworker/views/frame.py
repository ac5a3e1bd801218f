"""What every page of a dossier on the desk carries; showing it is a reading, noted once a page (R70)."""

from typing import Any

from matricule.dossiers import desk, queries
from matricule.dossiers.access import caseworker
from matricule.portals import gate
from matricule.portals.caseworker import shown


def frame(request: gate.DeskRequest, case: desk.Case) -> dict[str, Any]:
    """Return the context of a page that shows this case, and note that it was looked at."""
    queries.note_reading(caseworker(request.post.user_id), case.dossier.pk, "case")
    return {
        "post": request.post,
        "tabs": shown.tabs(request.post, ""),
        "case": case,
        "dossier": case.dossier,
        "person": case.person,
        "bar": shown.bar(case),
        "number": shown.number(case),
        "who": shown.who(case),
        "people": shown.people_of(case),
    }
