"""What a page of a draft answers once a colleague, or another window, sent the request (issue 5, section 2).

It says who sent it and when, that nothing more is kept here, and leads to the request, where the caisse is written to.
"""

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from matricule.accounts import organisations
from matricule.core import i18n, journal
from matricule.dossiers import desk, requests
from matricule.dossiers.models import Registrant
from matricule.portals import gate
from matricule.portals.components import errors
from matricule.portals.requests import shown


def is_sent(found: requests.Request, person: Registrant | None) -> bool:
    """Tell whether a page about a request, or about one ``person`` of it, is about what was sent already."""
    return found.dossier.submitted_at is not None and (person is None or person.is_sent)


def who_sent(request: gate.MemberRequest, found: requests.Request, person: Registrant | None) -> str:
    """Return who sent it and when, as a sentence; ``person`` may have been added and sent on their own."""
    dossier, added_at = found.dossier, person.added_at if person is not None else None
    action, at = ("dossier.submitted", dossier.submitted_at) if added_at is None else ("person.sent", added_at)
    assert at is not None
    assert dossier.organisation_id is not None
    acts = [entry for entry in desk.history(dossier.pk) if entry.action == action]
    senders = journal.people_of(acts[:1])
    names = organisations.member_names(senders, dossier.organisation_id)
    when = {"moment": i18n.format_datetime(at), "name": next(iter(names.values()), "")}
    if shown.actor_of(request).uuid in senders:
        return gettext("You sent this request from another window, on %(moment)s.") % when
    if not names:
        return gettext("This request was sent on %(moment)s.") % when
    return gettext("%(name)s sent this request on %(moment)s.") % when


def page(request: gate.MemberRequest, found: requests.Request, person: Registrant | None) -> HttpResponse:
    """Answer a form of a request that was sent meanwhile with 409, and the way to the request."""
    said = gettext(
        "%(who)s Nothing more can be changed in it here. Write to the caisse if something has to be put right."
    ) % {"who": who_sent(request, found, person)}
    return errors.problem(request, 409, conflict=said, back=reverse("requests:request", args=[found.dossier.pk]))


def saved(request: gate.MemberRequest, found: requests.Request, person: Registrant | None) -> HttpResponse:
    """Answer the autosave of a page whose request was sent meanwhile: who sent it, and where to go on."""
    text = gettext("%(who)s What you typed here is not kept: it stays on this page until you leave it.") % {
        "who": who_sent(request, found, person)
    }
    href = reverse("requests:request", args=[found.dossier.pk])
    return JsonResponse({"text": text, "link": gettext("See the request"), "href": href}, status=409)
