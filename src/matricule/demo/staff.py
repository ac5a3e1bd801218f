"""The invented people of the demo's offices: the CPAM du Doubs, where every file of a student begins, and Paris."""

from dataclasses import dataclass

from matricule.accounts import staff
from matricule.accounts.models import User

OFFICE, PARIS = "251", "751"


@dataclass(frozen=True)
class Member:
    """One invented member of staff."""

    key: str
    name: str
    email: str
    role: str
    office: str = OFFICE


STAFF = (
    Member("camille", "Camille Roy", "camille.roy@example.org", "caseworker"),
    Member("nadia", "Nadia Haddad", "nadia.haddad@example.org", "caseworker"),
    Member("irene", "Irène Faivre", "irene.faivre@example.org", "supervisor"),
    Member("samia", "Samia Benali", "samia.benali@example.org", "supervisor", PARIS),
)


def load() -> None:
    """Give each of them their post, unless they have it already."""
    for member in STAFF:
        user = User.objects.for_address(member.email, "fr")
        if staff.post_of(user.pk) is None:
            staff.appoint(by="system:demo", user=user, name=member.name, office=member.office, role=member.role)
