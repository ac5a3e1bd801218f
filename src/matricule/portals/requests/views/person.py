"""The pages about one person of a draft, kept as typed; a colleague's words are never written over."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from matricule.dossiers import past, people, requests
from matricule.dossiers.models import Registrant
from matricule.dossiers.operations import deposit, requesting
from matricule.dossiers.queries import Space
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.requests import known, sections, shown
from matricule.portals.requests.views import meanwhile
from matricule.portals.requests.views.draft import draft_or
from matricule.portals.student import again
from matricule.portals.student.sections import SectionForm, initial_from, raw_names
from matricule.rules.employer import eligibility


def _typed_late(request: gate.MemberRequest, found: requests.Request, person: Registrant, name: str) -> HttpResponse:
    """Show what was typed on a page whose request was sent meanwhile, with who sent it: 409, nothing is kept."""
    space = found.person(person.pk)
    if name not in people.pages_of(person):
        raise Http404
    form = _form(space, name, {raw: request.POST.get(raw, "") for raw in raw_names(sections.form_of(name, person))})
    requests.note_reading(shown.actor_of(request), found.dossier.pk, "identity")
    return _page(request, space, name, unvalidated(form), sent=meanwhile.who_sent(request, found, person))


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
@draft_or(_typed_late)
def section(
    request: gate.MemberRequest, dossier_id: UUID, found: requests.Request, person_id: UUID, name: str
) -> HttpResponse:
    """Show and take one page about one person."""
    space = found.person(person_id)
    if name not in people.pages_of(space.registrant):
        raise Http404
    if request.method == "POST":
        return _taken(request, space, name)
    typed = space.registrant.typed
    form_class = sections.form_of(name, space.registrant)
    if any(typed.get(raw) for raw in raw_names(form_class)) or name in space.registrant.sections_done:
        requests.note_reading(shown.actor_of(request), dossier_id, "identity")
    if again.asked(request):
        form = _form(space, name, {raw: typed.get(raw, "") for raw in raw_names(form_class)})
    else:
        form = sections.build(name, space.registrant, None, initial=initial_from(form_class, typed))
    return _page(request, space, name, form)


def _taken(request: gate.MemberRequest, space: Space, name: str) -> HttpResponse:
    """Keep what a page brought; lead on when every field is good, else to the page that says what is not."""
    ids = space.dossier.pk, space.registrant.pk
    raws = raw_names(sections.form_of(name, space.registrant))
    merged = {raw: known.merged(request.POST, space.registrant.typed, raw) for raw in raws}
    form = _form(space, name, {raw: value for raw, (_before, value) in merged.items()})
    good = not switching(request) and form.is_valid()
    if not good and form.data.get("original_names", "") != merged.get("original_names", ("", ""))[1]:
        merged["original_names"] = (merged["original_names"][0], form.data["original_names"])
    try:
        requesting.save_section(shown.actor_of(request), *ids, name, merged, form.checked() if good else None)
    except requesting.Clash as clash:
        requests.note_reading(shown.actor_of(request), space.dossier.pk, "identity")
        return _page(request, space, name, form, clash.fields)
    if switching(request):
        return again.SeeOther(request.get_full_path())
    if not good:
        return again.back_to(request.path, request, "back")
    return redirect(_next(request, space, name))


def _form(space: Space, name: str, typed: Mapping[str, str]) -> SectionForm:
    data = QueryDict(mutable=True)
    data.update(dict(typed))
    return sections.build(name, space.registrant, data)


def _page(
    request: gate.MemberRequest,
    space: Space,
    name: str,
    form: SectionForm,
    clash: Mapping[str, str] | None = None,
    *,
    sent: str = "",
) -> HttpResponse:
    """Show the page; ``clash``: what a colleague changed meanwhile, ``sent``: who sent the request meanwhile."""
    order = people.pages_of(space.registrant)
    place = order.index(name)
    held = {**space.registrant.typed, **(clash or {})}
    raws = [] if sent else raw_names(type(form))  # what was sent is not shown again: parents are masked from then on
    context = {
        **frame(request, "home"),
        "space": space,
        "dossier": space.dossier,
        "who": shown.name_of(space.registrant),
        "role": shown.role_beside(space.registrant),
        "section": name,
        "title": sections.title_of(name, space.registrant),
        "lead": sections.lead_of(name, space.registrant),
        "number": place + 1,
        "of": len(order),
        "previous": shown.href("identify", space, order[place - 1]) if place and not sent else "",
        "autosave": shown.href("autosave", space),
        "decision": _first_answer(space, name),
        "form": form,
        "base": known.base(raws, held),
        "clash": sorted(value for value in (clash or {}).values()),
        "sent": sent,
        "page_form": True,
    }
    status = 409 if clash or sent else 422 if form.is_bound and form.errors else 200
    return render(request, "requests/person.html", context, status=status)


def _first_answer(space: Space, name: str) -> eligibility.Decision | None:
    """Return what the first questions gave about somebody of the family: said once, on their first page."""
    person = space.registrant
    fresh = person.role != people.PRINCIPAL and not {*people.pages_of(person)} & {*person.sections_done}
    return past.decision(person) if fresh and name == people.pages_of(person)[0] else None


def _next(request: gate.MemberRequest, space: Space, name: str) -> str:
    if request.GET.get("back") == "check":
        return shown.check_page(space)
    order = people.pages_of(space.registrant)
    place = order.index(name) + 1
    return shown.href("identify", space, order[place]) if place < len(order) else shown.href("documents", space)


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
@draft_or(meanwhile.saved)
def autosave(request: gate.MemberRequest, dossier_id: UUID, found: requests.Request, person_id: UUID) -> HttpResponse:
    """Keep the fields that changed since the page last knew them; say which a colleague changed meanwhile."""
    if request.method != "POST":
        return redirect("requests:request", dossier_id)
    names = {raw for form_class in sections.SECTIONS.values() for raw in raw_names(form_class)} | {*past.KEPT}
    changes = known.changes(request.POST, names)
    return known.saved(deposit.save_typed(shown.actor_of(request), dossier_id, changes, person_id=person_id))
