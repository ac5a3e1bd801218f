"""How a test reaches every page of the caisse's desk, and of the space after sending, in its states."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.test import Client

from matricule.accounts import staff
from matricule.accounts.models import User
from matricule.core import clock
from matricule.dossiers.case import Ask, Certificate, Correction, Impossibility, Message, Sending
from matricule.dossiers.operations import asking, correcting, ending, posting, talking
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make


def _desk() -> tuple[Any, Client]:
    worker = caisse.a_caseworker(role="supervisor")
    return worker, caisse.desk(worker)


def _get(world: Any, client: Client, name: str, *args: Any, query: str = "") -> Any:
    return client.get(world.url(f"caseworker:{name}", *args) + query)


def _post(world: Any, client: Client, where: str, *args: Any, **data: str) -> Any:
    return client.post(world.url(f"caseworker:{where}", *args), data)


def lists(world: Any) -> Iterator[Any]:
    _, client = _desk()
    yield "empty", _get(world, client, "lists")
    make.a_submitted()
    for which in ("to_take", "mine", "waiting", "answered", "ready", "register", "done"):
        yield which, _get(world, client, "lists", query=f"?list={which}")
    paris = caisse.desk(caisse.a_caseworker(caisse.PARIS))
    yield "by category", _get(world, paris, "lists", query="?list=to_take&only=ict")


def checks(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = firm.a_sent_request(family=True)
    for person in dossier.registrants.order_by("position"):
        query = f"?person={person.pk}"
        yield f"beside {person.position}", _get(world, client, "half", dossier.pk, "identity", "main", query=query)
        yield f"{person.position}", _get(world, client, "checks", dossier.pk, query=query)
    given = {"answer_contract_running": "needless"}
    yield "no reason", _post(world, client, "checks", dossier.pk, version="3", **given)


def search(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    for text in ("", "Nguyễn", dossier.reference, "qqqq", "2 04 03 99 243 017 54"):
        yield f"search {text[:3]}", _post(world, client, "search", q=text)


def people(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    yield "open", _get(world, client, "people")
    yield "nothing", _post(world, client, "people")
    yield "wrong", _post(world, client, "people", name="X", email="not an address", role="caseworker")
    yield "the last supervisor", _post(world, client, "people", dismiss=str(worker.uuid))


def half(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    for slot, part in (("identity", "main"), ("civil_status", "main"), ("civil_status", "translation")):
        yield slot, _get(world, client, "half", dossier.pk, slot, part)
    yield "zoom", _get(world, client, "half", dossier.pk, "identity", "main", query="?zoom=1&turn=90")
    asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why="x" * 30, lasting=True)
    talking.write(make.owner_of(dossier), dossier.pk, "Bonjour", kind="call")
    correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Hue", "the certificate")
    yield "what waits", _get(world, client, "half", dossier.pk, "identity", "main")
    caisse.give_provisional(worker, dossier)
    yield "a number", _get(world, client, "half", dossier.pk, "identity", "main")
    Ask.objects.create(
        registrant=caisse.person(dossier), asked_at=dossier.submitted_at, days=45, due_on="2026-12-31",
        held_at=dossier.submitted_at,
    )  # fmt: skip
    yield "held", _get(world, client, "half", dossier.pk, "identity", "main")
    caisse.send_to_register(worker, dossier)
    yield "at the register", _get(world, client, "half", dossier.pk, "identity", "main")


def accept(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    for slot in ("identity", "visa_d"):
        version = str(caisse.version_of(dossier))
        yield f"{slot} lacks something", _post(world, client, "accept", dossier.pk, slot, "main", version=version)
    yield (
        "stale",
        _post(world, client, "accept", dossier.pk, "identity", "main", version="999", paper_number="C1234567"),
    )


def refuse(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    yield "reasons", _get(world, client, "refuse", dossier.pk, "identity", "main")
    for reason in ("blurred", "cut", "incomplete", "expired", "wrong_document", "wrong_person", "other"):
        yield reason, _get(world, client, "refuse", dossier.pk, "identity", "main", query=f"?reason={reason}")
        yield (
            f"{reason} empty",
            _post(world, client, "refuse", dossier.pk, "identity", "main", reason=reason, version="1", days="3"),
        )
    good = {"reason": "wrong_person", "version": str(caisse.version_of(dossier)), "days": "45"}
    yield "seen", _post(world, client, "refuse", dossier.pk, "identity", "main", **good)


def ask(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    version = str(caisse.version_of(dossier))
    yield "open", _get(world, client, "ask", dossier.pk)
    yield "none chosen", _post(world, client, "ask", dossier.pk, version=version)
    yield "too short", _post(world, client, "ask", dossier.pk, version=version, code="civil_status", days="3")


def lengthen(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    yield "nothing asked", _get(world, client, "lengthen", dossier.pk)
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    yield "open", _get(world, client, "lengthen", dossier.pk)
    yield "shorter", _post(world, client, "lengthen", dossier.pk, version="1", days="10")


def correct(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    for field in ("birth_name", "birth_date", "sex", "nationality", "school_name", "arrival_date"):
        yield field, _get(world, client, "correct", dossier.pk, query=f"?field={field}")
        yield f"{field} empty", _post(world, client, "correct", dossier.pk, field=field, version="1")


def answer_change(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    correcting.ask_change(make.owner_of(dossier), dossier.pk, "birth_place", "Hue", "the certificate")
    row = Correction.objects.get()
    yield "asked", _get(world, client, "answer-change", dossier.pk, row.pk)
    yield "refused without words", _post(world, client, "answer-change", dossier.pk, row.pk, act="refuse", version="1")
    Correction.objects.update(state="objected", by_person=False)
    yield "objected", _get(world, client, "answer-change", dossier.pk, row.pk)


def impossibility(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    asking.cannot_get(make.owner_of(dossier), dossier.pk, "civil_status", "main", why="x" * 30, lasting=False)
    row = Impossibility.objects.get()
    yield "open", _get(world, client, "impossibility", dossier.pk, row.pk)
    yield "without words", _post(world, client, "impossibility", dossier.pk, row.pk, version="1", act="refuse")


def texts(name: str) -> Any:
    def visit(world: Any) -> Iterator[Any]:
        worker, client = _desk()
        dossier = make.a_submitted()
        yield "empty", _get(world, client, name, dossier.pk)
        for kind in ("question", "call", "appointment"):
            talking.write(make.owner_of(dossier), dossier.pk, "Bonjour", kind=kind, language="en")
        talking.write(worker, dossier.pk, "Bonjour", language="fr")
        talking.note(worker, dossier.pk, "note")
        yield "written", _get(world, client, name, dossier.pk)
        yield "nothing", _post(world, client, name, dossier.pk)

    return visit


def hand_over(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    yield "nobody elsewhere", _get(world, client, "hand-over", dossier.pk)
    caisse.a_caseworker(caisse.PARIS, name="Samia Benali")
    yield "open", _get(world, client, "hand-over", dossier.pk)
    yield "a company's", _get(world, client, "hand-over", firm.a_sent_request().pk)
    yield "nothing chosen", _post(world, client, "hand-over", dossier.pk, version="1")


def history(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    yield "open", _get(world, client, "history", dossier.pk)


def give(name: str) -> Any:
    def visit(world: Any) -> Iterator[Any]:
        worker, client = _desk()
        dossier = make.a_submitted()
        yield "not yet", _get(world, client, name, dossier.pk)
        key = {"idempotency_key": str(uuid4())}
        yield "refused", _post(world, client, name, dossier.pk, version=str(caisse.version_of(dossier)), **key)
        caisse.accept_phase(worker, dossier, 1)
        yield "ready", _get(world, client, name, dossier.pk)
        stale = caisse.desk(worker, "code")
        yield "proof", _get(world, stale, name, dossier.pk)
        yield (
            "proof of nothing",
            _post(world, stale, name, dossier.pk, step="prove", method="passkey", credential="{}"),
        )

    return visit


def likeness(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    yield "nobody", _get(world, client, "likeness", dossier.pk)
    caisse.give_provisional(worker, dossier)
    twin = make.a_submitted()
    caisse.give_provisional(worker, twin)
    yield "somebody", _get(world, client, "likeness", twin.pk)
    found = twin.registrants.get(position=1).likenesses.get()
    given = {f"{found.pk}-version": "1", "act": f"same:{found.pk}"}
    yield "without a reason", _post(world, client, "likeness", twin.pk, **given)


def reveal(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    yield "shown", _post(world, client, "reveal", dossier.pk)


def _noted(worker: Any, dossier: Any) -> None:
    posting.note_rib(
        worker, dossier.pk, caisse.person(dossier).pk, "FR7630006000011234567890189",
        expects=caisse.version_of(dossier), arrived_on=clock.today(), place="Binder 4",
    )  # fmt: skip


def rib(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    for dossier in (make.a_submitted(), firm.a_sent_request()):
        yield "open", _get(world, client, "rib", dossier.pk)
        version = str(caisse.version_of(dossier))
        yield "nothing", _post(world, client, "rib", dossier.pk, version=version)
        yield "wrong", _post(world, client, "rib", dossier.pk, version=version, iban="FR7630006000011234567890188")
        _noted(worker, dossier)
        yield "noted", _get(world, client, "rib", dossier.pk)
        yield "in the list", _get(world, client, "half", dossier.pk, "rib", "main")


def rib_undo(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    _noted(worker, dossier)
    yield "undone", _post(world, client, "rib-undo", dossier.pk, version=str(caisse.version_of(dossier)))


def reject(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    yield "open", _get(world, client, "reject", dossier.pk)
    yield "nothing", _post(world, client, "reject", dossier.pk, version="1")
    yield "no words", _post(world, client, "reject", dossier.pk, version="1", reason="not_genuine")


def close_with_reason(world: Any) -> Iterator[Any]:
    _, client = _desk()
    dossier = make.a_submitted()
    yield "open", _get(world, client, "close-with-reason", dossier.pk)
    yield "nothing", _post(world, client, "close-with-reason", dossier.pk, version="1")
    yield "no words", _post(world, client, "close-with-reason", dossier.pk, version="1", reason="at_wish")


def deactivate(world: Any) -> Iterator[Any]:
    worker, client = _desk()
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    yield "open", _get(world, client, "deactivate", dossier.pk)
    yield "nothing", _post(world, client, "deactivate", dossier.pk, version=str(caisse.version_of(dossier)))


def sign_in(world: Any) -> Iterator[Any]:
    client = Client()
    address = world.url("caseworker:sign-in")
    yield "open", client.get(address)
    yield "no passkey", client.post(address, {"step": "passkey", "credential": "{}"})
    yield "no address", client.post(address, {"step": "address", "email": ""})
    client.post(address, {"step": "address", "email": "nobody@example.org"})
    yield "code", client.get(address)
    yield "wrong code", client.post(address, {"step": "code", "code": "000000"})


PAGES = {
    "caseworker:sign-in": sign_in,
    "caseworker:lists": lists,
    "caseworker:search": search,
    "caseworker:checks": checks,
    "caseworker:people": people,
    "caseworker:half": half,
    "caseworker:accept": accept,
    "caseworker:refuse": refuse,
    "caseworker:ask": ask,
    "caseworker:lengthen": lengthen,
    "caseworker:correct": correct,
    "caseworker:answer-change": answer_change,
    "caseworker:impossibility": impossibility,
    "caseworker:note": texts("note"),
    "caseworker:write": texts("write"),
    "caseworker:hand-over": hand_over,
    "caseworker:history": history,
    "caseworker:provisional": give("provisional"),
    "caseworker:register": give("register"),
    "caseworker:likeness": likeness,
    "caseworker:reveal": reveal,
    "caseworker:reject": reject,
    "caseworker:close-with-reason": close_with_reason,
    "caseworker:rib": rib,
    "caseworker:deactivate": deactivate,
}


def _acts(name: str) -> Any:
    def visit(world: Any) -> Iterator[Any]:
        _, client = _desk()
        dossier = make.a_submitted()
        if name == "handle":
            talking.write(make.owner_of(dossier), dossier.pk, "Bonjour", kind="call")
            yield "done", _post(world, client, name, dossier.pk, Message.objects.get().pk)
        elif name in {"take", "give-back"}:
            yield "done", _post(world, client, name, dossier.pk, version=str(caisse.version_of(dossier)))
        else:
            yield "opened as a page", _get(world, client, name, dossier.pk)

    return visit


def _files(name: str, *more: str) -> Any:
    def visit(world: Any) -> Iterator[Any]:
        from tests.access import table

        _, client = _desk()
        dossier = make.a_submitted()
        ids = table.ids_of(dossier)
        which = ids["page_id"] if name == "image" else ids["file_id"]
        yield "served", _get(world, client, name, dossier.pk, which, *more)

    return visit


def _dossier(world: Any) -> Iterator[Any]:
    _, client = _desk()
    yield "leads on", _get(world, client, "dossier", make.a_submitted().pk)


def _sign_out(world: Any) -> Iterator[Any]:
    _, client = _desk()
    yield "out", _post(world, client, "sign-out")


OTHERS = {
    "caseworker:sign-out": _sign_out,
    "caseworker:dossier": _dossier,
    "caseworker:rib-undo": rib_undo,
    "caseworker:take": _acts("take"),
    "caseworker:give-back": _acts("give-back"),
    "caseworker:handle": _acts("handle"),
    "caseworker:close": _acts("close"),
    "caseworker:reopen": _acts("reopen"),
    "caseworker:image": _files("image", "thumb"),
    "caseworker:original": _files("original"),
}


# --- the space after sending


def _own(world: Any, dossier: Any, name: str, *args: Any, **data: str) -> Any:
    client = world.client(dossier)
    address = world.url(f"student:{name}", dossier.pk, *args)
    return client.post(address, data) if data else client.get(address)


def write(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    yield "too early", _own(world, dossier, "write")
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    talking.write(make.owner_of(dossier), dossier.pk, "Bonjour", kind="call")
    yield "open", _own(world, dossier, "write")
    yield "empty", _own(world, dossier, "write", text="")


def cannot(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    yield "open", _own(world, dossier, "cannot", "civil_status", "main")
    yield "empty", _own(world, dossier, "cannot", "civil_status", "main", why="")


def change(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    for name in ("civil_status", "parents", "contact", "studies"):
        yield name, _own(world, dossier, "change", name)
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    yield "held", _own(world, dossier, "change", "civil_status")
    yield "wrong", _own(world, dossier, "change", "contact", phone="x")


def ask_change(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    yield "open", _own(world, dossier, "ask-change", "birth_name")
    yield "empty", _own(world, dossier, "ask-change", "birth_name", new="")


def object_to(world: Any) -> Iterator[Any]:
    dossier, worker = make.a_submitted(), caisse.a_caseworker()
    correcting.correct(
        worker, dossier.pk, caisse.person(dossier).pk,
        expects=caisse.version_of(dossier), field="birth_place", value="Hue", why="as on the paper",
    )  # fmt: skip
    row = Correction.objects.get()
    yield "open", _own(world, dossier, "object", row.pk)
    yield "empty", _own(world, dossier, "object", row.pk, words="")


def withdraw(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    yield "possible", _own(world, dossier, "withdraw")
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    yield "no longer", _own(world, dossier, "withdraw")


def number(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    yield "shown", _own(world, dossier, "number", show="1")


def readers(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    yield "open", _own(world, dossier, "readers")


def _reopen(world: Any) -> Iterator[Any]:
    yield "leads back", _own(world, make.a_submitted(), "reopen")


PAGES |= {
    "student:write": write,
    "student:cannot": cannot,
    "student:change": change,
    "student:ask-change": ask_change,
    "student:object": object_to,
    "student:withdraw": withdraw,
    "student:number": number,
    "student:readers": readers,
}


def _letter(world: Any) -> Iterator[Any]:
    dossier = make.a_submitted()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    (row,) = Certificate.objects.all()
    yield "served", _own(world, dossier, "letter", row.pk, "provisional_certificate")


def _everything(world: Any) -> Iterator[Any]:
    yield "served", _own(world, make.a_submitted(), "everything")


OTHERS |= {"student:reopen": _reopen, "student:letter": _letter, "student:everything": _everything}


def states_of_the_space(world: Any) -> Iterator[Any]:
    """Show the status page of a dossier at every stage of the examination."""
    worker = caisse.a_caseworker()

    def page(dossier: Any) -> Any:
        return world.client(dossier).get(world.url("student:space"))

    given = make.a_submitted()
    given.registrants.update(birth_name="Autrement", person_index=None)  # somebody alike would stop the number
    assert not caisse.give_provisional(worker, given)
    yield "a number", page(given)
    assert not caisse.send_to_register(worker, given)
    yield "at the register", page(given)
    words = {"fr": "Le lieu de naissance diffère.", "en": "The place of birth differs."}
    Sending.objects.update(answer="refused", words=words, answered_at=clock.now())
    given.registrants.update(state="provisional_number")
    yield "sent back by the register", page(given)
    ending.deactivate(worker, given.pk, caisse.person(given).pk, expects=caisse.version_of(given), reason="duplicate")
    yield "the number ended", page(given)
    asked = make.a_submitted()
    asking.ask(
        worker, asked.pk, caisse.person(asked).pk, expects=caisse.version_of(asked),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    yield "asked", page(asked)
    rejected = make.a_submitted()
    ending.reject(
        worker, rejected.pk, caisse.person(rejected).pk, expects=caisse.version_of(rejected), reason="duplicate"
    )
    yield "turned down", page(rejected)
    closed = make.a_submitted()
    ending.close_with_reason(
        worker, closed.pk, caisse.person(closed).pk,
        expects=caisse.version_of(closed), reason="at_wish", words="Lettre du 3.",
    )  # fmt: skip
    yield "closed without a decision", page(closed)
    gone = make.a_submitted()
    ending.withdraw(make.owner_of(gone), gone.pk, expects=caisse.version_of(gone))
    yield "withdrawn", page(gone)
    make.a_draft(gone.owner)
    yield "another one begun", page(gone)
    assert staff.office_of(worker.uuid) and User.objects.exists()
