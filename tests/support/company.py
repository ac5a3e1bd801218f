"""Invented companies and their people, made through the operations, and browsers signed in as them."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from matricule.accounts import backend, companies, invitations, organisations
from matricule.accounts.models import User
from tests.support import factories as make

SIRET = "91234567500017"
OTHER_SIRET = "35600000000048"
"""La Poste's, whose key is another one (facts.md 1.4)."""

ADDRESS = {
    "name": "Atelier Lumen",
    "street": "4 quai Vauban",
    "postcode": "25000",
    "city": "Besançon",
    "head_postcode": "",
}


def a_company(administrator: User | None = None, siret: str = SIRET, **address: str) -> organisations.Member:
    """Return the administrator of a new company, as a member of it."""
    user = administrator or make.a_user()
    company_id = companies.register(user.pk, siret, {**ADDRESS, **address}, name="Chloé Morel", language="fr")
    return member(user.pk, company_id)


def a_colleague(of: organisations.Member, role: str = "member", user: User | None = None) -> organisations.Member:
    """Return somebody invited by ``of`` who came in."""
    colleague = user or make.a_user()
    invitation = invitations.invite(of.user_id, of.company.id, colleague.email, role)
    invitations.accept(colleague.pk, invitations.token_of(invitation), "Bruno Petit")
    return member(colleague.pk, of.company.id)


def member(user_id: UUID, company_id: UUID) -> organisations.Member:
    """Return a person's present place in a company."""
    found = organisations.membership_of(user_id, company_id)
    assert found is not None
    return found


def browser(user_id: UUID, method: str = "passkey") -> Client:
    """Return a browser signed in as this person, strongly unless ``method`` is "code"."""
    client = Client()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    backend.sign_in(request, User.objects.get(pk=user_id), method)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
