"""How a test reaches every page about the e-mail address of a space, in its states."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from matricule.accounts import address_changes
from matricule.dossiers.mailbox import LostMailbox, Recovery
from matricule.dossiers.operations import recovering
from tests.support import caisse
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


def lost_mailbox(world: Any) -> Iterator[Any]:
    yield "open", world.get("student:lost-mailbox")
    yield "nothing typed", world.post("student:lost-mailbox")
    yield "wrong", world.post("student:lost-mailbox", reference="M26", email="x", birth_date_year="26")


def sent(world: Any) -> Iterator[Any]:
    yield "open", world.get("student:lost-mailbox-sent")


def mailbox(world: Any) -> Iterator[Any]:
    """Visit a lost mailbox at the desk, step by step."""
    dossier = make.a_submitted()
    workers = [caisse.a_caseworker(name=name) for name in ("Camille Roy", "Irène Faivre")]
    one, two = (caisse.desk(worker) for worker in workers)
    where = world.url("caseworker:mailbox", dossier.pk)
    yield "nothing asked", one.get(where)
    born = caisse.person(dossier).birth_date
    words = {"new_address": NEW, "phone": "06 98 76 54 01", "words": "Bonjour"}
    recovering.ask({"reference": dossier.reference, "birth_date": born, **words}, network="n")
    recovering.match(LostMailbox.objects.get().pk)
    yield "asked", one.get(where)
    yield "asked, beside a document", one.get(world.url("caseworker:half", dossier.pk, "identity", "main"))
    for act in ("propose", "refuse"):
        yield f"{act} lacks something", one.post(where, {"act": act, "version": caisse.version_of(dossier)})
    given = {"address": NEW, "seen": "post", "paper_number": "C8X4T2L9"}
    recovering.propose(workers[0], dossier.pk, expects=caisse.version_of(dossier), **given)
    yield "proposed, mine", one.get(where)
    yield "proposed, a colleague's", two.get(where)
    yield "confirm lacks something", two.post(where, {"act": "confirm", "version": caisse.version_of(dossier)})
    yield "proposed, beside a document", two.get(world.url("caseworker:half", dossier.pk, "identity", "main"))
    recovering.confirm(workers[1], dossier.pk, expects=caisse.version_of(dossier))
    yield "confirmed", two.get(where)
    recovering.stop(Recovery.objects.get().pk)
    yield "stopped", two.get(where)
    yield "stopped, beside a document", two.get(world.url("caseworker:half", dossier.pk, "identity", "main"))
    recovering.propose(workers[0], dossier.pk, expects=caisse.version_of(dossier), **given)
    recovering.refuse(workers[1], dossier.pk, expects=caisse.version_of(dossier), why="Another face.")
    yield "turned down", two.get(where)


PAGES = {
    "student:address": address,
    "student:address-code": code,
    "student:objection": objection,
    "student:lost-mailbox": lost_mailbox,
    "student:lost-mailbox-sent": sent,
    "caseworker:mailbox": mailbox,
}
OTHERS = {"student:address-stop": _stop, "to-objection": _to_objection}
