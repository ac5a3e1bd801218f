"""Following one request with its people: where each stands, messages, a number (seed 000)."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.core import clock, config, i18n
from matricule.core.ids import uuid7
from matricule.dossiers import access, queries, requests, states
from matricule.dossiers.case import Message
from matricule.dossiers.operations import ending, numbers, talking
from matricule.dossiers.states import State
from matricule.portals import gate, shown_number
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.components.states import is_nia
from matricule.portals.employer.frame import frame
from matricule.portals.requests import mailed, shown, turns
from matricule.portals.student.after_forms import WriteForm
from matricule.rules import offices
from matricule.rules.employer import labels as words


@gate.for_company
@require_safe
def request(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Show one request: a draft with what it lacks, or a sent one with where each person stands."""
    found = requests.read(shown.actor_of(request), dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "status")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "name": shown.name_of(found.principal.registrant),
        "category": shown.category_name(found.dossier.category),
    }
    if found.dossier.submitted_at is None:
        context |= {
            "people": [shown.person_card(space) for space in found.people],
            "office": shown.office(found),
            "obstacles": shown.obstacles(found.obstacles, found),
            "sendable_on": found.dossier.sendable_on,
            "begun": found.dossier.sendable_on is not None and found.dossier.sendable_on <= clock.today(),
        }
        return render(request, "requests/draft.html", context)
    office, sent = offices.name(found.dossier.office), _people(found)
    context |= {
        "people": sent,
        "nia": any(is_nia(label) for label in (found.dossier.label, *(one["label"] for one in sent))),
        "shows_numbers": access.shows_numbers(found.dossier),
        "drafts": [shown.person_card(space) for space in found.people if not space.registrant.is_sent],
        "may_add": found.may_be_added,
        "adds_later": config.current().add_after_sending,
        "office_name": office,
        "office_address": offices.below(office, offices.postal_address(found.dossier.office, "employers")),
        "meaning": words.meaning(found.dossier.label),
        "todo": turns.todo_of(found.dossier),
        "answer_by": turns.answer_by(found.dossier),
        "can_withdraw": bool(_leaving(found)) and not requests.numbers_of(dossier_id),
        "messages": list(Message.objects.filter(dossier=found.dossier).order_by("-at")[:3]),
        "history": shown.history_of(found),
    }
    return render(request, "requests/request.html", context)


def _people(found: requests.Request) -> list[dict[str, Any]]:
    """Return where each person stands, what they were written, and who is reminded of what."""
    dossier_id = found.dossier.pk
    given, mails, asks = requests.numbers_of(dossier_id), requests.written(dossier_id), requests.awaited(dossier_id)
    ribs = requests.posted_ribs(found)
    return [
        {
            **shown.person_state(space, given.get(space.registrant.pk), asks.get(space.registrant.pk)),
            "told": mailed.written_to(space, mails.get(space.registrant.pk, [])),
            "reminded": mailed.reminded(space, asks.get(space.registrant.pk)),
            "rib_on": ribs.get(space.registrant.pk),
        }
        for space in found.people
        if space.registrant.is_sent
    ]


@gate.for_company
@require_POST
def number(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Show a person's number to a proved company for two minutes; the click is journaled (issue 5)."""
    found = requests.read(shown.actor_of(request), dossier_id)
    space = next((space for space in found.people if space.registrant.pk == person_id), None)
    value = numbers.reveal(shown.actor_of(request), dossier_id, person_id) if space is not None else None
    if space is None or value is None:
        raise Http404
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "name": shown.name_of(space.registrant),
        "number": requests.numbers_of(dossier_id)[person_id],
    }
    back = reverse("requests:request", args=[dossier_id])
    return shown_number.page(request, "requests/number.html", value, context, back=back)


@gate.for_company
@require_POST
def reopen(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Open the request of one person again that was closed without an answer; after its days the page says so."""
    with suppress(ending.TooLate):
        ending.reopen(shown.actor_of(request), dossier_id, person_id)
    return redirect("requests:request", dossier_id)


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Withdraw a request, or that of one of the family, after one confirmation, while nobody of it has a number."""
    actor = shown.actor_of(request)
    found = requests.read(actor, dossier_id)
    if found.dossier.submitted_at is None:
        raise Http404
    if request.method == "POST":
        version, person = request.POST.get("version", ""), request.POST.get("person", "")
        person_id = next((space.registrant.pk for space in found.family if str(space.registrant.pk) == person), None)
        if person and person_id is None:
            raise Http404
        expects = int(version) if version.isdecimal() else 0
        ending.withdraw(actor, dossier_id, expects=expects, person_id=person_id)
        return redirect("requests:request", dossier_id)
    queries.note_reading(actor, dossier_id, "status")
    leaving = _leaving(found)
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "name": shown.name_of(found.principal.registrant),
        "possible": bool(leaving) and not requests.numbers_of(dossier_id),
        "adding": [shown.name_of(space.registrant) for space in found.people if not space.registrant.is_sent],
        "everybody": [shown.name_of(space.registrant) for space in leaving],
        "family": [
            {
                "id": space.registrant.pk,
                "name": shown.name_of(space.registrant),
                "role": shown.role_of(space.registrant),
            }
            for space in leaving
            if len(leaving) > 1 and space is not found.principal
        ],
    }
    return render(request, "requests/withdraw.html", context)


def _leaving(found: requests.Request) -> list[queries.Space]:
    """Return whose request can be withdrawn by the table of states; a number of anybody stops it all."""
    return [space for space in found.people if states.may("withdraw", State(space.registrant.state))]


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: gate.MemberRequest, dossier_id: UUID) -> HttpResponse:
    """Show the messages about a request, and send one to the caisse."""
    found = requests.read(shown.actor_of(request), dossier_id)
    if found.dossier.submitted_at is None:
        raise Http404
    fresh = {"idempotency_key": uuid7(), "language": i18n.language()}
    form = WriteForm(request.POST if request.method == "POST" else None, initial=fresh)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        talking.write(
            shown.actor_of(request), dossier_id, given["text"],
            kind=given["kind"], language=given["language"], key=given["idempotency_key"],
        )  # fmt: skip
        return redirect("requests:write", dossier_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "messages")
    context = {
        **frame(request, "home"),
        "dossier": found.dossier,
        "form": form,
        "page_form": True,
        "messages": list(Message.objects.filter(dossier=found.dossier).order_by("-at")),
    }
    return render(request, "requests/write.html", context, status=422 if form.is_bound and form.errors else 200)
