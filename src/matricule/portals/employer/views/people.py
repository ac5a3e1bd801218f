"""The company's people: who acts for it, inviting and removing colleagues, leaving."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.accounts import invitations, members, organisations
from matricule.accounts.organisation_door import LastAdministrator, NotTheirs
from matricule.accounts.organisations import Member
from matricule.core import config, i18n
from matricule.portals import gate
from matricule.portals.employer import forms
from matricule.portals.employer.frame import frame


@gate.for_company
@require_safe
def people(request: gate.MemberRequest) -> HttpResponse:
    """Show who acts for the company and who is invited."""
    return _page(request)


def _page(
    request: gate.MemberRequest, form: forms.InviteForm | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    member = request.member
    company_id = member.company.id
    team = organisations.members(company_id)
    names = {one.user_id: one.name for one in team}
    ready = organisations.with_sign_in([one.user_id for one in team])
    resettable = members.resettable([one.user_id for one in team], company_id)
    waiting = invitations.still_open(company_id)
    address, language = config.current().address, i18n.language()
    context = {
        **frame(request, "people"),
        "team": [_row(one, member, team, ready, resettable) for one in team],
        "waiting": [
            {"what": one, "by": names.get(one.invited_by, ""),
             "link": address + invitations.path_of(one.id, language)}
            for one in waiting
        ],
        "form": form or forms.InviteForm(),
        "error": error,
    }  # fmt: skip
    return render(request, "employer/people.html", context, status=status)


def _row(one: Member, reader: Member, team: list[Member], ready: set[UUID], resettable: set[UUID]) -> dict[str, Any]:
    return {
        "who": one,
        "own": one.user_id == reader.user_id,
        "ready": one.user_id in ready,
        "can_reset": one.user_id in resettable,
        "alone": one.administers and sum(other.administers for other in team) == 1,
    }


@gate.for_company
@require_POST
def invite(request: gate.MemberRequest) -> HttpResponse:
    """Invite a colleague."""
    form = forms.InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            invitations.invite(request.member.user_id, request.member.company.id, given["email"], given["role"])
            return redirect("employer:people")
        except invitations.AlreadyMember:
            form.add_error("email", _("This address belongs to somebody of your team already."))
        except invitations.TooMany:
            form.add_error("email", _("Too many invitations wait: withdraw some first."))
    return _page(request, form, status=422)


@gate.for_company
@require_POST
def withdraw(request: gate.MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitations.withdraw(request.member.user_id, request.member.company.id, invitation_id)
    return redirect("employer:people")


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: gate.MemberRequest, user_id: UUID) -> HttpResponse:
    """Ask once, then end somebody's place, or one's own."""
    member = request.member
    if _left(request, user_id):
        return _page(request, error=_gone(), status=409)
    whom = _colleague(request, user_id)
    own = user_id == member.user_id
    if not own and not member.administers:
        raise NotTheirs
    if request.method != "POST":
        return render(request, "employer/remove.html", {**frame(request, "people"), "whom": whom, "own": own})
    try:
        members.remove(member.user_id, member.company.id, user_id)
    except LastAdministrator:
        return _page(request, error=_last(), status=422)
    return redirect("employer:home" if own else "employer:people")


@gate.for_company
@require_POST
def role(request: gate.MemberRequest, user_id: UUID) -> HttpResponse:
    """Make somebody an administrator, or a member."""
    if _left(request, user_id):
        return _page(request, error=_gone(), status=409)
    _colleague(request, user_id)
    try:
        members.change_role(
            request.member.user_id, request.member.company.id, user_id, request.POST.get("role", "")
        )  # fmt: skip
    except ValueError:
        raise Http404 from None
    except LastAdministrator:
        return _page(request, error=_last(), status=422)
    return redirect("employer:people")


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: gate.MemberRequest, user_id: UUID) -> HttpResponse:
    """Ask once, then let a colleague set up their sign-in again."""
    member = request.member
    whom = _colleague(request, user_id)
    if (
        not member.administers
        or user_id not in members.resettable([user_id], member.company.id)
        or user_id == member.user_id
    ):
        raise NotTheirs
    if request.method != "POST":
        return render(request, "employer/reset.html", {**frame(request, "people"), "whom": whom})
    members.reset_sign_in(member.user_id, member.company.id, user_id)
    return redirect("employer:people")


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: gate.MemberRequest) -> HttpResponse:
    """Change the name under which colleagues and the caisse know a person."""
    member = request.member
    form = forms.PersonForm(request.POST if request.method == "POST" else None, initial={"person": member.name})
    if request.method == "POST" and form.is_valid():
        members.rename(member.user_id, member.company.id, form.cleaned_data["person"])
        return redirect("employer:people")
    context = {**frame(request, "people"), "form": form}
    return render(request, "employer/me.html", context, status=422 if form.errors else 200)


def _colleague(request: gate.MemberRequest, user_id: UUID) -> organisations.Member:
    found = organisations.membership_of(user_id, request.member.company.id)
    if found is None:
        raise Http404
    return found


def _left(request: gate.MemberRequest, user_id: UUID) -> bool:
    """Tell whether a form speaks of a colleague who left meanwhile, by another window or another click."""
    company_id = request.member.company.id
    gone = organisations.membership_of(user_id, company_id) is None
    return request.method == "POST" and gone and user_id in organisations.member_names({user_id}, company_id)


def _gone() -> str:
    return _("This person is no longer in the team.")


def _last() -> str:
    return _("A company keeps an administrator: make a colleague one first.")
