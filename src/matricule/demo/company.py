"""The invented company of the demo: somebody who administers its account, and a colleague."""

from dataclasses import asdict

from matricule.accounts import companies, invitations, organisations
from matricule.accounts.models import User
from matricule.demo import directory
from matricule.demo.staff import Member

SIRET = directory.LUMEN
ADDRESS = {**asdict(directory.COMPANIES[SIRET]), "head_postcode": ""}
TEAM = (
    Member("chloe", "Chloé Morel", "chloe.morel@example.org", "administrator"),
    Member("karim", "Karim Benali", "karim.benali@example.org", "member"),
)


def load() -> None:
    """Open the company's account, prove it, and let the colleague in, unless they are there already."""
    chief, colleague = (User.objects.for_address(member.email, "fr") for member in TEAM)
    known = organisations.memberships_of(chief.pk)
    if not known:
        company_id = companies.register(chief.pk, SIRET, ADDRESS, name=TEAM[0].name, language="fr")
        companies.prove("system:demo", company_id)
    else:
        company_id = known[0].company.id
    if not organisations.is_member(colleague.pk, company_id):
        invitation = invitations.invite(chief.pk, company_id, colleague.email, TEAM[1].role)
        invitations.accept(colleague.pk, invitations.token_of(invitation), TEAM[1].name)
