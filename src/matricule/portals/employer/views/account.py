"""A company's account: opening it, its start page, its address, its shared mailbox."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule.accounts import companies, organisations
from matricule.core import i18n
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer import forms
from matricule.portals.employer.frame import frame
from matricule.rules import caisses, offices


@gate.strongly
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open the account of a company, or of one more."""
    form = forms.RegisterForm(request.POST if request.method == "POST" else None)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        company_id = companies.register(
            gate.user_id(request), given["siret"], given, name=given["person"], language=i18n.language()
        )
        request.session[gate.COMPANY] = str(company_id)
        return redirect("employer:home")
    context = {"form": form, "page_form": True, "first": gate.member_of(request) is None}
    return render(request, "employer/register.html", context, status=_status(form))


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: HttpRequest) -> HttpResponse:
    """Send a private household without a SIRET to the caisse of the employee's residence, with form S1106."""
    form = forms.HouseholdForm(request.POST if request.method == "POST" else None)
    found = []
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        rows = caisses.for_postcode(form.cleaned_data["postcode"])
        found = [{"name": offices.name(row.code), "lines": offices.postal_address(row.code, "")} for row in rows]
    context = {"form": form, "page_form": True, "offices": found}
    return render(request, "employer/household.html", context, status=_status(form))


@gate.for_company
@require_safe
def home(request: gate.MemberRequest) -> HttpResponse:
    """Show the company's start page."""
    return render(request, "employer/home.html", frame(request, "home"))


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: gate.MemberRequest) -> HttpResponse:
    """Show what is known of the company; an administrator changes it."""
    member = request.member
    known = {name: getattr(member.company, name) for name in companies.ADDRESS}
    form = forms.AddressForm(request.POST if request.method == "POST" else None, initial=known)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        companies.change_address(member.user_id, member.company.id, form.cleaned_data)
        return redirect("employer:company")
    return _company_page(request, form)


@gate.for_company
@require_POST
def mailbox(request: gate.MemberRequest) -> HttpResponse:
    """Name the mailbox that gets a copy of every message, or none."""
    member = request.member
    form = forms.MailboxForm(request.POST)
    if form.is_valid():
        companies.set_shared_mailbox(member.user_id, member.company.id, form.cleaned_data["shared"])
        return redirect("employer:company")
    known = {name: getattr(member.company, name) for name in companies.ADDRESS}
    return _company_page(request, forms.AddressForm(initial=known), form)


def _company_page(
    request: gate.MemberRequest, form: forms.AddressForm, box: forms.MailboxForm | None = None
) -> HttpResponse:
    shared = organisations.shared_mailbox_of(request.member.company.id)
    context = {
        **frame(request, "company"),
        "form": form,
        "shared": shared,
        "box": box or forms.MailboxForm(initial={"shared": shared.address}),
        "places": organisations.memberships_of(request.member.user_id),
    }
    wrong = form.errors if form.is_bound else box is not None and box.errors
    return render(request, "employer/company.html", context, status=422 if wrong else 200)


@gate.for_company
@require_POST
def choose(request: gate.MemberRequest) -> HttpResponse:
    """Act for another one of the person's companies from now on, in this session."""
    places = {str(place.company.id) for place in organisations.memberships_of(request.member.user_id)}
    chosen = request.POST.get("company", "")
    if chosen not in places:
        raise Http404
    request.session[gate.COMPANY] = chosen
    return redirect("employer:home")


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_mailbox(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a shared mailbox by the link that it received; the button confirms, not the opening of the page."""
    done = companies.confirm_shared_mailbox(token) if request.method == "POST" else None
    return render(request, "employer/confirm-mailbox.html", {"done": done}, status=404 if done is False else 200)


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
