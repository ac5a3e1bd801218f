"""The invented people of the demo's one office, the CPAM du Doubs: two caseworkers and their supervisor."""

from dataclasses import dataclass

from matricule.accounts import staff
from matricule.accounts.models import User

OFFICE = "251"


@dataclass(frozen=True)
class Member:
    """One invented member of staff."""

    key: str
    name: str
    email: str
    role: str


STAFF = (
    Member("camille", "Camille Roy", "camille.roy@example.org", "caseworker"),
    Member("nadia", "Nadia Haddad", "nadia.haddad@example.org", "caseworker"),
    Member("irene", "Irène Faivre", "irene.faivre@example.org", "supervisor"),
)


def load() -> None:
    """Give each of them their post, unless they have it already."""
    for member in STAFF:
        user = User.objects.for_address(member.email, "fr")
        if staff.post_of(user.pk) is None:
            staff.appoint(by="system:demo", user=user, name=member.name, office=OFFICE, role=member.role)
