"""What is asked of a request beside its people's pages: the category, what goes with some of them, the payroll number.

A page of it sends every answer under a name of ``NAMES``, as its browser does: a box is "on" or empty, a day is three
texts. What is typed and not sent yet waits in the answers of the request, over what holds (issue 5, section 2).
"""

from collections.abc import Mapping
from typing import Any

from matricule.dossiers.models import Dossier

BOXES = ("has_appointment_order", "local_recruit", "filed_alone")
HOLDER = "holder_title_until"
DAY = tuple(f"{HOLDER}_{part}" for part in ("day", "month", "year"))
NAMES = ("category", *BOXES, *DAY, "own_reference")

TYPED = "typed"
"""Under which name of the answers what was typed and does not hold yet is kept."""


def holds(dossier: Dossier) -> dict[str, str]:
    """Return the answers that hold, as a page sends them."""
    answers = dossier.answers
    year, month, day = (answers.get(HOLDER) or "--").split("-")
    boxes = {name: "on" if answers.get(name) else "" for name in BOXES}
    until = dict(zip(DAY, (day.lstrip("0"), month.lstrip("0"), year), strict=True))
    return {"category": dossier.category, **boxes, **until, "own_reference": dossier.own_reference}


def typed(dossier: Dossier) -> dict[str, str]:
    """Return the answers as a page shows them: what was typed last, else what holds."""
    return {**holds(dossier), **dossier.answers.get(TYPED, {})}


def kept(dossier: Dossier, news: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers of the request with ``news`` typed: what is as it holds is kept no second time."""
    known = holds(dossier)
    waits = {name: value for name, value in {**typed(dossier), **news}.items() if value != known[name]}
    rest = {name: value for name, value in dossier.answers.items() if name != TYPED}
    return {**rest, TYPED: waits} if waits else rest
