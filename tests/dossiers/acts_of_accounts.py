"""The acts on a company's account that are killed at every write (issue 5, section 5), in the shape of ``acts``."""

import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from matricule.accounts import companies, digests, invitations, members, organisation_notices, organisations, proofs
from matricule.accounts.invitations import BadInvitation
from matricule.accounts.models import User
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Invitation, Member, Organisation
from matricule.notices.models import Notice
from tests.support import company
from tests.support import factories as make
from tests.support.kills import Act

GUEST = "guest-{}@example.org"


@dataclass
class Firm:
    """A company, who administers it, a colleague, and what an act is about."""

    chief: Member
    colleague: Member | None = None
    target: Any = None
    more: SimpleNamespace = field(default_factory=SimpleNamespace)

    @property
    def mine(self) -> tuple[UUID, UUID]:
        """Return who acts for which company."""
        return self.chief.user_id, self.chief.company.id


def alone() -> Firm:
    """Return a company with its administrator."""
    return Firm(company.a_company())


def two() -> Firm:
    """Return a company with an administrator and a member."""
    chief = company.a_company()
    return Firm(chief, company.a_colleague(chief))


def invited() -> Firm:
    """Return a company with an invitation that waits for somebody who signed in."""
    chief = company.a_company()
    guest = make.a_user(GUEST.format(uuid4().hex[:8]))
    invitation = invitations.invite(chief.user_id, chief.company.id, guest.email, "member")
    return Firm(chief, target=invitation, more=SimpleNamespace(guest=guest))


def with_mailbox() -> Firm:
    """Return a company whose shared mailbox is named and not confirmed."""
    firm = alone()
    companies.set_shared_mailbox(*firm.mine, "rh@example.org")
    firm.target = companies._token(Organisation.objects.get(pk=firm.chief.company.id))
    return firm


def with_proof() -> Firm:
    """Return a company whose document waits for a caseworker."""
    firm = alone()
    firm.target = _send(firm)
    return firm


def daily() -> Firm:
    """Return a company whose member has messages for the mail of the day, written yesterday."""
    firm = two()
    assert firm.colleague is not None
    members.choose_delivery(firm.colleague.user_id, firm.chief.company.id, "daily")
    organisation_notices.tell(firm.chief.company.id, "company_proved", {})
    Notice.objects.filter(waits_for_digest=True).update(created_at="2026-01-01T00:00:00Z")
    return firm


def newcomer() -> Firm:
    """Return somebody who has no company yet; the company of the others is only looked at."""
    firm = alone()
    firm.more.guest = make.a_user()
    return firm


def _send(firm: Firm) -> UUID:
    data = b"%PDF of a company"
    digest = hashlib.sha256(data).hexdigest()
    return proofs.send(*firm.mine, name="kbis.pdf", kind="pdf", sha256=digest, data=data)


def shown(firm: Firm) -> tuple[Any, ...]:
    """Return what the pages of the company show, and where the guest of an act stands."""
    company_id = firm.chief.company.id
    row = Organisation.objects.get(pk=company_id)
    guest = getattr(firm.more, "guest", None)
    return (
        (row.name, row.city, row.proved_at is not None, row.joined_to_id is not None),
        organisations.shared_mailbox_of(company_id),
        [(one.name, one.role, one.delivery) for one in organisations.members(company_id)],
        sorted(Invitation.objects.filter(organisation=row, used_at=None, withdrawn_at=None).values_list("role")),
        [(one.name, one.waits, one.reason) for one in proofs.of_company(company_id)],
        len(organisations.memberships_of(guest.pk)) if isinstance(guest, User) else 0,
        Notice.objects.filter(organisation_id=company_id, waits_for_digest=True).count(),
        len(organisations.with_sign_in([firm.colleague.user_id])) if firm.colleague else 0,
    )


def _whom(firm: Firm) -> UUID:
    assert firm.colleague is not None
    return firm.colleague.user_id


def equipped() -> Firm:
    """Return a company whose member has a passkey."""

    firm = two()
    make.a_passkey(User.objects.get(pk=_whom(firm)))
    return firm


MOVED = {**company.ADDRESS, "city": "Dole", "postcode": "39100"}

ACTS = [
    Act(
        "open a company's account",
        "companies.register",
        newcomer,
        lambda on: companies.register(
            on.more.guest.pk, company.OTHER_SIRET, company.ADDRESS, name="Awa Diop", language="fr"
        ),
        shown,
    ),
    Act("move a company", "companies.change_address", alone, lambda on: companies.change_address(*on.mine, MOVED),
        shown),
    Act("name a shared mailbox", "companies.set_shared_mailbox", alone,
        lambda on: companies.set_shared_mailbox(*on.mine, "rh@example.org"), shown),
    Act("confirm a shared mailbox", "companies.confirm_shared_mailbox", with_mailbox,
        lambda on: companies.confirm_shared_mailbox(on.target), shown),
    Act("prove a company", "companies.prove", two, lambda on: companies.prove("system:tests", on.chief.company.id),
        shown),
    Act("invite a colleague", "invitations.invite", alone,
        lambda on: invitations.invite(*on.mine, GUEST.format("new"), "member"), shown),
    Act("withdraw an invitation", "invitations.withdraw", invited,
        lambda on: invitations.withdraw(*on.mine, on.target), shown),
    Act("come in by an invitation", "invitations.accept", invited,
        lambda on: invitations.accept(on.more.guest.pk, invitations.token_of(on.target), "Awa Diop"), shown,
        second=(BadInvitation,)),
    Act("remove a colleague", "members.remove", two, lambda on: members.remove(*on.mine, _whom(on)), shown),
    Act("name an administrator", "members.change_role", two,
        lambda on: members.change_role(*on.mine, _whom(on), "administrator"), shown),
    Act("change one's name", "members.rename", alone, lambda on: members.rename(*on.mine, "Chloé Roy"), shown),
    Act("choose how to be written to", "members.choose_delivery", alone,
        lambda on: members.choose_delivery(*on.mine, "daily"), shown),
    Act("let a colleague set up the sign-in again", "members.reset_sign_in", equipped,
        lambda on: members.reset_sign_in(*on.mine, _whom(on)), shown,
        repeats="each time it is asked, what was set up since is taken away again, and told"),
    Act("send a proof", "proofs.send", alone, _send, shown),
    Act("accept a proof", "proofs.decide", with_proof,
        lambda on: proofs.decide("system:tests", on.target, by=on.chief.user_id), shown,
        second=(proofs.AlreadyDecided, NotTheirs)),
    Act("write the mails of the day", "digests.run", daily, lambda on: digests.run(), shown),
]  # fmt: skip
