"""Joining two accounts of one company: its people, what they keep and its requests come to one place (issue 5, 1)."""

from uuid import UUID

from django.db import transaction

from matricule.accounts import companies, staff
from matricule.core import journal
from matricule.dossiers import labels
from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.keeping import ListExport, SavedView
from matricule.dossiers.listing import ListedPerson, ListedRequest
from matricule.dossiers.models import Dossier


def join_accounts(actor: Actor, keep_id: UUID, other_id: UUID) -> int:
    """Let one account take over another one of the same SIRET with its requests; return how many those were.

    The views and files that its members keep come over with them.

    For a caseworker; raises NotFound for anybody else, NotTheirs for no such accounts, NotAlike for two SIRETs. Each
    request's history says that it came over.
    """
    if actor.kind != "staff" or staff.post_of(actor.uuid) is None:
        raise NotFound
    with transaction.atomic():
        companies.join(str(actor), keep_id, other_id)
        moved = list(Dossier.objects.filter(organisation=other_id).order_by("pk").values_list("pk", flat=True))
        Dossier.objects.filter(pk__in=moved).update(organisation=keep_id)
        for rows in (ListedRequest, ListedPerson, SavedView, ListExport):
            rows.objects.filter(organisation=other_id).update(organisation=keep_id)
        labels.join(keep_id, other_id)
        journal.record_many(
            [journal.Draft(str(actor), "request.account_joined", ("dossier", dossier_id)) for dossier_id in moved]
        )
    return len(moved)
