"""How a test reaches every page about the e-mail address of a space, in its states."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from matricule.accounts import address_changes
from tests.support import factories as make

NOBODYS = UUID("00000000-0000-7000-8000-000000000000")
NEW = "new-box@example.org"


def address(world: Any) -> Iterator[Any]:
    user = make.a_user()
    for state, typed in (("nothing typed", ""), ("not an address", "minh at"), ("misspelt", "minh@gmial.com")):
        yield state, world.post("student:address", by=user, email=typed)
    yield "open", world.get("student:address", by=user)


def code(world: Any) -> Iterator[Any]:
    client, where = world.client(make.a_user()), world.url("student:address-code")
    client.post(world.url("student:address"), {"email": NEW})
    yield "open", client.get(where)
    yield "wrong", client.post(where, {"code": "000000"})
    client.post(where, {"again": "1"})
    yield "sent again", client.get(where)


def a_change(by_caisse: bool = False) -> address_changes.AddressChange:
    """Return a change that waits, of somebody with a submitted dossier."""
    user = make.a_user()
    make.a_submitted(user)
    return address_changes.begin(user.pk, f"{user.pk.hex}@example.net", by=f"user:{user.pk}", by_caisse=by_caisse)


def information(world: Any) -> Iterator[Any]:
    for by_caisse in (False, True):
        yield f"address waits, by caisse {by_caisse}", world.get("student:information", by=a_change(by_caisse).user)


def objection(world: Any) -> Iterator[Any]:
    row = a_change()
    client, where = world.client(), world.url("student:objection", row.pk, address_changes.mark_of(row.pk))
    yield "waits", client.get(where)
    yield "stopped", client.post(where)
    yield "over", client.get(where)


def _stop(world: Any) -> Iterator[Any]:
    yield "nothing waits", world.post("student:address-stop", by=make.a_user())


def _to_objection(world: Any) -> Iterator[Any]:
    yield "leads on", world.client().get(f"/space/stop/{NOBODYS}/{'0' * 40}/")


PAGES = {"student:address": address, "student:address-code": code, "student:objection": objection}
OTHERS = {"student:address-stop": _stop, "to-objection": _to_objection}
