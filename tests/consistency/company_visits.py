"""How a test reaches every page of a company's account, and of companies at the desk, in its states."""

import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pyotp
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from matricule.accounts import companies, invitations, members, organisation_notices, organisations, proofs, totp
from matricule.accounts.models import User
from matricule.core import clock
from tests.support import caisse, company
from tests.support import factories as make

NOBODY = "01900000-0000-7000-8000-000000000000"


def _firm() -> tuple[organisations.Member, Client]:
    """Return an administrator of a company with a colleague and somebody invited, and their browser."""
    chief = company.a_company()
    company.a_colleague(chief)
    invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "administrator")
    return chief, company.browser(chief.user_id)


def _url(world: Any, name: str, *args: Any) -> str:
    return str(world.url(f"employer:{name}", *args))


def sign_in(world: Any) -> Iterator[Any]:
    client, address = Client(), _url(world, "sign-in")
    yield "open", client.get(address)
    yield "no passkey", client.post(address, {"step": "passkey", "credential": "{}"})
    yield "no address", client.post(address, {"step": "address", "email": ""})
    client.post(address, {"step": "address", "email": "new@example.org"})
    yield "code", client.get(address)
    yield "wrong code", client.post(address, {"step": "code", "code": "000000"})


def household(world: Any) -> Iterator[Any]:
    client, address = Client(), _url(world, "household")
    yield "open", client.get(address)
    for postcode in ("25000", "59000", "x"):
        yield postcode, client.post(address, {"postcode": postcode})


def register(world: Any) -> Iterator[Any]:
    client, address = company.browser(make.a_user().pk), _url(world, "register")
    yield "first", client.get(address)
    yield "nothing", client.post(address)
    yield "one more", _firm()[1].get(address)
    for siret in (company.SIRET, company.OTHER_SIRET, "1"):
        yield f"looked up {siret}", client.post(address, {"look_up": "1", "siret": siret})


def home(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    yield "not proved", client.get(_url(world, "home"))
    companies.prove("system:tests", chief.company.id)
    yield "proved", client.get(_url(world, "home"))


def company_page(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    address = _url(world, "company")
    yield "open", client.get(address)
    yield "nothing", client.post(address)
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "rh@example.org")
    for number, reason in enumerate(["", *proofs.REASONS]):
        proof = proofs.send(
            chief.user_id, chief.company.id, name="kbis.pdf", kind="pdf", sha256=f"{number}", data=b"%PDF"
        )
        if reason:
            proofs.decide("system:tests", proof, by=uuid4(), reason=reason)
    company.a_company(User.objects.get(pk=chief.user_id), siret=company.OTHER_SIRET)
    yield "with everything", client.get(address)
    for colleague in organisations.members(chief.company.id):
        if not colleague.administers:
            yield "a member", company.browser(colleague.user_id).get(address)
    proof = proofs.of_company(chief.company.id)[-1]
    proofs.decide("system:tests", proof.id, by=uuid4())
    organisations.Organisation.objects.filter(pk=chief.company.id).update(shared_mailbox_proved_at=clock.now())
    yield "proved and confirmed", client.get(address)


def mailbox(world: Any) -> Iterator[Any]:
    _, client = _firm()
    yield "wrong", client.post(_url(world, "mailbox"), {"shared": "not an address"})


def proof(world: Any) -> Iterator[Any]:
    _, client = _firm()
    yield "nothing", client.post(_url(world, "proof"))
    yield "wrong", client.post(_url(world, "proof"), {"files": SimpleUploadedFile("kbis.pdf", b"nothing")})


def confirm_mailbox(world: Any) -> Iterator[Any]:
    chief, _ = _firm()
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "rh@example.org")
    token = companies._token(organisations.Organisation.objects.get(pk=chief.company.id))
    client, address = Client(), _url(world, "confirm-mailbox", token)
    yield "open", client.get(address)
    yield "confirmed", client.post(address)
    yield "over", client.post(_url(world, "confirm-mailbox", "forged"))


def people(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    yield "open", client.get(_url(world, "people"))
    organisations.Invitation.objects.update(expires_at=clock.now())
    yield "over", client.get(_url(world, "people"))
    for colleague in organisations.members(chief.company.id):
        yield colleague.role, company.browser(colleague.user_id).get(_url(world, "people"))


def invite(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    for email in ("", "not an address", chief.email):
        yield email[:3] or "nothing", client.post(_url(world, "invite"), {"email": email, "role": "member"})


def _asked(name: str) -> Any:
    def pages(world: Any) -> Iterator[Any]:
        chief, client = _firm()
        colleague = next(one for one in organisations.members(chief.company.id) if not one.administers)
        yield "a colleague", client.get(_url(world, name, colleague.user_id))
        if name == "remove":
            yield "oneself", client.get(_url(world, name, chief.user_id))
            yield "the last administrator", client.post(_url(world, name, chief.user_id))

    return pages


def sign_in_means(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    address = _url(world, "sign-in-means")
    user = User.objects.get(pk=chief.user_id)
    make.a_passkey(user)
    yield "one", client.get(address)
    make.a_passkey(user, used_at=clock.wall())
    secret = totp.begin_another(chief.user_id)
    yield "an app to add", client.get(address + "?app=1")
    client.post(address, {"step": "app", "code": pyotp.TOTP(secret).now()})
    yield "two and an app", client.get(address + "?app=1")
    yield "wrong code", client.post(address, {"step": "app", "code": "000000"})
    yield "not made", client.post(address, {"step": "make", "credential": "{}"})
    with time_machine.travel(clock.wall().timestamp() + 6 * 60):
        yield "a proof first", client.get(address)
        yield "no proof", client.post(address, {"step": "prove", "method": "passkey", "credential": "{}"})


def role(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    yield "the last administrator", client.post(_url(world, "role", chief.user_id), {"role": "member"})


def invitation(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    (waiting,) = invitations.still_open(chief.company.id)
    address = _url(world, "invitation", invitations.token_of(waiting.id))
    yield "nobody", Client().get(address)
    yield "somebody else", client.get(address)
    guest = company.browser(make.a_user("guest@example.org").pk)
    yield "the guest", guest.get(address)
    yield "no name", guest.post(address, {"person": ""})
    yield "over", Client().get(_url(world, "invitation", "0" * 64))


def notifications(world: Any) -> Iterator[Any]:
    chief, client = _firm()
    for kind in ("company_not_proved", "company_proved", "accounts_joined", "roles_changed", "sign_in_reset"):
        organisation_notices.tell(chief.company.id, kind, {})
    members.remove(
        chief.user_id, chief.company.id,
        next(one.user_id for one in organisations.members(chief.company.id) if not one.administers),
    )  # fmt: skip
    yield "some", client.get(_url(world, "notifications"))
    organisations.Membership.objects.update(delivery="daily")
    empty = company.a_company()
    from matricule.notices.models import Notice

    Notice.objects.filter(recipient_id=empty.user_id).delete()
    yield "none", company.browser(empty.user_id).get(_url(world, "notifications"))


def me(world: Any) -> Iterator[Any]:
    _, client = _firm()
    yield "open", client.get(_url(world, "me"))
    yield "nothing", client.post(_url(world, "me"))


def _desk() -> Client:
    return caisse.desk(caisse.a_caseworker(role="supervisor"))


def _proofs() -> tuple[organisations.Member, Any]:
    chief, _ = _firm()
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "PNG")
    proof_id = proofs.send(
        chief.user_id, chief.company.id, name="kbis.png", kind="png", sha256="1", data=out.getvalue()
    )
    return chief, proof_id


def desk_companies(world: Any) -> Iterator[Any]:
    client, address = _desk(), str(world.url("caseworker:companies"))
    yield "empty", client.get(address)
    _proofs()
    yield "one waits", client.get(address)
    for siret in (company.SIRET, company.OTHER_SIRET, "12"):
        yield siret, client.post(address, {"siret": siret})


def desk_company(world: Any) -> Iterator[Any]:
    chief, proof_id = _proofs()
    client, address = _desk(), str(world.url("caseworker:company", chief.company.id))
    yield "a proof waits", client.get(address)
    company.a_company(name="Lumen bis")
    other = company.a_company(siret=company.OTHER_SIRET)
    proofs.decide("system:tests", proof_id, by=uuid4(), reason="too_old")
    yield "another account", client.get(address)
    yield "not alike", client.post(address, {"other": str(other.company.id)})
    companies.prove("system:tests", chief.company.id)
    yield "proved", client.get(address)


def desk_proof(world: Any) -> Iterator[Any]:
    _, proof_id = _proofs()
    client, address = _desk(), str(world.url("caseworker:company-proof", proof_id))
    yield "waits", client.get(address)
    proofs.decide("system:tests", proof_id, by=uuid4())
    yield "decided", client.get(address)
    yield "decided twice", client.post(address, {"accept": "1"})


def _posted(name: str, *args: Any, **data: str) -> Any:
    def acts(world: Any) -> Iterator[Any]:
        _, client = _firm()
        yield "posted", client.post(_url(world, name, *args), data)

    return acts


def _desk_file(name: str) -> Any:
    def files(world: Any) -> Iterator[Any]:
        _, proof_id = _proofs()
        yield "given", _desk().get(world.url(f"caseworker:{name}", proof_id))

    return files


PAGES = {
    "employer:sign-in": sign_in,
    "employer:household": household,
    "employer:register": register,
    "employer:company": company_page,
    "employer:mailbox": mailbox,
    "employer:proof": proof,
    "employer:confirm-mailbox": confirm_mailbox,
    "employer:people": people,
    "employer:invite": invite,
    "employer:remove": _asked("remove"),
    "employer:reset": _asked("reset"),
    "employer:role": role,
    "employer:sign-in-means": sign_in_means,
    "employer:invitation": invitation,
    "employer:notifications": notifications,
    "employer:me": me,
    "caseworker:companies": desk_companies,
    "caseworker:company": desk_company,
    "caseworker:company-proof": desk_proof,
}

OTHERS = {
    "employer:home": home,
    "employer:sign-out": _posted("sign-out"),
    "employer:choose": _posted("choose", company=NOBODY),
    "employer:withdraw-invitation": _posted("withdraw-invitation", NOBODY),
    "employer:notifications-read": _posted("notifications-read"),
    "employer:delivery": _posted("delivery", delivery="daily"),
    "caseworker:company-proof-image": _desk_file("company-proof-image"),
    "caseworker:company-proof-original": _desk_file("company-proof-original"),
}
