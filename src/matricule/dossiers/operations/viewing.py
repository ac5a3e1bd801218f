"""Views of a company's list under a name: kept, renamed, removed, each by the person whose it is (issue 5, 3)."""

from uuid import UUID

from django.db import transaction

from matricule.core import clock, journal
from matricule.dossiers import access, keeping
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.keeping import SavedView
from matricule.dossiers.listing import View
from matricule.dossiers.operations.door import spend

MOST = 20
"""Views that one person keeps of one company's list."""
LONGEST = 60
"""Characters of a name."""


class TooMany(Exception):
    """The person keeps as many views as one can."""


def keep(actor: Actor, organisation_id: UUID, name: str, view: View, *, key: UUID) -> UUID:
    """Keep a view under a name; return its id. The same key twice keeps it once.

    Raises NotFound for who acts for no such company, TooMany, ValueError without a name, AlreadyDone for a spent key.
    """
    with transaction.atomic():
        access.of_company(actor, organisation_id)
        row = SavedView(
            organisation_id=organisation_id, user_id=actor.uuid, name=_name(name), created_at=clock.now(),
            **keeping.columns(view),
        )  # fmt: skip
        spend(actor, "keep_view", key, None)
        if SavedView.objects.filter(user=actor.uuid, organisation=organisation_id).count() >= MOST:
            raise TooMany
        row.save(force_insert=True)
        _record(actor, organisation_id, "view.kept")
    return row.pk


def rename(actor: Actor, organisation_id: UUID, view_id: UUID, name: str) -> None:
    """Give a view another name; raises NotFound for somebody else's, ValueError without a name."""
    with transaction.atomic():
        row = _own(actor, organisation_id, view_id)
        wanted = _name(name)
        if row.name != wanted:
            row.name = wanted
            row.save(update_fields=["name"])
            _record(actor, organisation_id, "view.renamed")


def remove(actor: Actor, organisation_id: UUID, view_id: UUID) -> None:
    """Remove a view; raises NotFound for somebody else's. The requests that it showed stay as they are."""
    with transaction.atomic():
        _own(actor, organisation_id, view_id).delete()
        _record(actor, organisation_id, "view.removed")


def _own(actor: Actor, organisation_id: UUID, view_id: UUID) -> SavedView:
    access.of_company(actor, organisation_id)
    rows = SavedView.objects.select_for_update().filter(user=actor.uuid, organisation=organisation_id)
    row = rows.filter(pk=view_id).first()
    if row is None:
        raise NotFound
    return row


def _name(text: str) -> str:
    name = " ".join(text.split())[:LONGEST]
    if not name:
        raise ValueError("name")
    return name


def _record(actor: Actor, organisation_id: UUID, action: str) -> None:
    journal.record(actor=str(actor), action=action, subject=("organisation", organisation_id))
