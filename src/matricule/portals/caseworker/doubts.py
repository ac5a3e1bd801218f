"""What is to be confirmed of the rules that a request rests on, each with its source key: for caseworkers alone.

A row marked uncertain applies and is shown to the company without its uncertain detail (house.md 1).
"""

from matricule.core import i18n
from matricule.dossiers import desk, placing, standing
from matricule.rules import offices as addresses
from matricule.rules import requirement_rows
from matricule.rules.employer import categories, offices


def rows(case: desk.Case, half: standing.Half) -> list[dict[str, str]]:
    """Return what is uncertain of the category and of this document: ``text`` in words, ``source`` its key."""
    if case.dossier.organisation_id is None or case.person.role != "principal":
        return []
    category = categories.find(case.dossier.category)
    found = []
    if category is not None and category.to_confirm is not None:
        found.append({"text": i18n.pick(category.to_confirm), "source": category.source})
    for row in requirement_rows.table().rows:
        if (row.applies_to, row.code) == (case.dossier.category, half.code) and row.to_confirm:
            found.append({"text": i18n.pick(row.to_confirm), "source": row.source})
    return found


def chosen(case: desk.Case) -> dict[str, str] | None:
    """Return that the company chose this office though the place says another, and what is to be confirmed of it.

    None where nobody chose: the office is the one of the place, or a colleague handed the request over.
    """
    dossier = case.dossier
    placed = placing.of(dossier, case.everybody[0]) if dossier.organisation_id is not None else None
    office = offices.table().choice.office
    if placed is None or placed.choice is None or placed.to_confirm is None or dossier.office != office:
        return None
    sent = (entry for entry in desk.history(dossier.pk) if entry.action == "dossier.submitted")
    if not any(entry.detail.get("office") == office for entry in sent):
        return None
    return {
        "office": addresses.name(office),
        "usual": i18n.format_list(row.label for row in placed.offices if row.code != office),
        "text": i18n.pick(placed.to_confirm),
        "source": placed.choice_source,
    }
