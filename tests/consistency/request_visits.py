"""How a test reaches every page of a company's requests, in its states."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.test import Client

from matricule.accounts import companies
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers import asked, keeping, listing, sheets
from matricule.dossiers.models import Dossier, File, Page, Registrant
from matricule.dossiers.operations import asking, deposit, ending, exporting, requesting
from tests.support import caisse, company
from tests.support import companies as firm

WHO = {"birth_country": "NG", "nationality": "NG", "ever_in_france": "no", "has_number": "no"}


def _at(world: Any, name: str, *args: Any) -> str:
    return str(world.url(f"requests:{name}", *args))


def _given(make: Callable[..., Dossier], **more: Any) -> tuple[Client, Dossier]:
    chief = company.a_company()
    return company.browser(chief.user_id), firm.owned(chief, make, **more)


def _spouse(dossier: Dossier) -> Registrant:
    return dossier.registrants.get(role="spouse")


def _file(person: Registrant) -> File:
    found = File.objects.filter(version__document__registrant=person, version__document__slot="identity").first()
    assert found is not None
    return found


def listed(world: Any) -> Iterator[Any]:
    chief = company.a_company()
    client = company.browser(chief.user_id)
    yield "empty", client.get(_at(world, "list"))
    firm.owned(chief, firm.a_sent_request, family=True)
    yield "one", client.get(_at(world, "list"))
    for label in ("in_progress", "awaiting", "registered"):
        yield label, client.get(_at(world, "list") + f"?label={label}")


def search(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    yield "open", client.get(_at(world, "search"))
    yield "found", client.post(_at(world, "search"), {"q": dossier.reference})
    yield "nothing", client.post(_at(world, "search"), {"q": "Nobody"})


def views(world: Any) -> Iterator[Any]:
    client, _ = _given(firm.a_sent_request)
    yield "empty", client.get(_at(world, "views"))
    shown = {"label": "in_progress", "order": "person", "q": "okonkwo", "idempotency_key": str(uuid4())}
    yield "nothing", client.post(_at(world, "views"), shown)
    client.post(_at(world, "views"), {**shown, "name": "To send this week"})
    yield "one", client.get(_at(world, "views"))
    yield "list", client.get(_at(world, "list"))
    view = keeping.SavedView.objects.get()
    yield "kept", client.get(_at(world, "list") + f"?saved={view.pk}")
    yield "no name", client.post(_at(world, "view-act", view.pk, "rename"), {"idempotency_key": str(uuid4())})


def exports(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    yield "none", client.get(_at(world, "exports"))
    for kind in sheets.KINDS:
        for state in keeping.ListExport.State:
            keeping.ListExport.objects.create(
                organisation_id=dossier.organisation_id, user_id=dossier.owner_id, kind=kind, language="fr",
                state=state, asked_at=clock.now(), total=1200 if state == "ready" or kind == "csv" else 0, done=500,
            )  # fmt: skip
    yield "every state", client.get(_at(world, "exports"))


def _file_of(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    actor = firm.actor_of(dossier)
    asked = exporting.ask(actor, dossier.organisation_id, listing.EVERYTHING, "csv", "fr", key=uuid4())
    exporting.make(asked)
    yield "given", client.get(_at(world, "export-file", asked))


def _export(world: Any) -> Iterator[Any]:
    client, _ = _given(firm.a_sent_request)
    yield "at once", client.post(_at(world, "export"), {"kind": "csv", "idempotency_key": str(uuid4())})


def new(world: Any) -> Iterator[Any]:
    client = company.browser(company.a_company().user_id)
    yield "open", client.get(_at(world, "new"))
    yield "nothing", client.post(_at(world, "new"))
    yield "born here", client.post(_at(world, "new"), {**WHO, "birth_country": "FR"})
    yield "asked", client.post(_at(world, "new"), {**WHO, "ever_in_france": "yes"})


def request(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    yield "empty", client.get(_at(world, "request", dossier.pk))
    client, dossier = _given(firm.a_sent_request, family=True)
    yield "sent", client.get(_at(world, "request", dossier.pk))
    turned_down = {"expects": caisse.version_of(dossier), "reason": "duplicate"}
    ending.reject(caisse.a_caseworker(), dossier.pk, _spouse(dossier).pk, **turned_down)
    yield "turned down", client.get(_at(world, "request", dossier.pk))
    worker, employee = caisse.a_caseworker(), caisse.person(dossier)
    both = {code: ("not_sent", {}) for code in ("rib", "civil_status")}
    asking.ask(worker, dossier.pk, employee.pk, expects=caisse.version_of(dossier), codes=both)
    for state in ("sent", "bounced"):
        Mail.objects.filter(kind__startswith="employee_").update(state=state)
        yield f"asked, {state}", client.get(_at(world, "request", dossier.pk))


def reopen(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request, family=True)
    worker, spouse = caisse.a_caseworker(), _spouse(dossier)
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="duplicate")
    yield "too late", client.post(_at(world, "reopen", dossier.pk, spouse.pk))


def withdraw(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request, family=True)
    yield "a family", client.get(_at(world, "withdraw", dossier.pk))
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    yield "with a number", client.get(_at(world, "withdraw", dossier.pk))
    client, dossier = _given(firm.a_sent_request)
    yield "one person", client.get(_at(world, "withdraw", dossier.pk))
    firm.added(dossier)
    yield "somebody being added", client.get(_at(world, "withdraw", dossier.pk))


def number(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request, family=True)
    companies.prove("system:tests", dossier.organisation_id)
    worker = caisse.a_caseworker()
    person = dossier.registrants.get(position=1)
    caisse.give_provisional(worker, dossier)
    yield "with a number", client.get(_at(world, "request", dossier.pk))
    yield "shown", client.post(_at(world, "number", dossier.pk, person.pk))


def _drafts(name: str) -> Callable[[Any], Iterator[Any]]:
    def visit(world: Any) -> Iterator[Any]:
        client, dossier = _given(firm.a_ready_request)
        yield "open", client.get(_at(world, name, dossier.pk))
        if name not in {"check", "delete"}:
            yield "nothing", client.post(_at(world, name, dossier.pk))
        client, dossier = _given(firm.a_request)
        yield "empty", client.get(_at(world, name, dossier.pk))

    return visit


def add_person(world: Any) -> Iterator[Any]:
    yield from _drafts("add-person")(world)
    client, dossier = _given(firm.a_request)
    address = _at(world, "add-person", dossier.pk)
    yield "asked", client.post(address, {**WHO, "role": "spouse", "ever_in_france": "yes"})
    yield "born here", client.post(address, {**WHO, "role": "child", "birth_country": "FR"})


def category(world: Any) -> Iterator[Any]:
    yield from _drafts("category")(world)
    client, dossier = _given(firm.a_request)
    address = _at(world, "category", dossier.pk)
    typed = {"category": "ict", "own_reference": "A-12"}
    known = {name: ("salarie" if name == "category" else "") for name in asked.NAMES}
    requesting.save_asked(firm.actor_of(dossier), dossier.pk, {name: (known[name], typed[name]) for name in typed})
    yield "a colleague's", client.post(address, {"category": "mannequin", "base:category": "salarie"})
    yield "again", client.get(address + "?again=1")


def _category_saved(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    yield "act", client.post(_at(world, "category-autosave", dossier.pk), {"category": "ict"})


def _sent(name: str) -> Callable[[Any], Iterator[Any]]:
    def visit(world: Any) -> Iterator[Any]:
        client, dossier = _given(firm.a_sent_request, family=True)
        yield "open", client.get(_at(world, name, dossier.pk))

    return visit


def remove_person(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    person_id = requesting.add_person(firm.actor_of(dossier), dossier.pk, "spouse", key=uuid4())
    yield "open", client.get(_at(world, "remove-person", dossier.pk, person_id))


def identify(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    person = dossier.registrants.get()
    for name in ("civil_status", "parents", "contact", "stay", "work"):
        address = _at(world, "identify", dossier.pk, person.pk, name)
        yield name, client.get(address)
        yield f"{name} again", client.get(address + "?again=1")
    deposit.save_typed(firm.actor_of(dossier), dossier.pk, {"city": ("", "Dole")}, person_id=person.pk)
    address = _at(world, "identify", dossier.pk, person.pk, "contact")
    yield "a colleague's", client.post(address, {"city": "Lons", "base:city": ""})
    yield "contact of a spouse", client.get(_at(world, "identify", dossier.pk, firm.added(dossier).pk, "contact"))
    client, dossier = _given(firm.a_sent_request)
    address = _at(world, "identify", dossier.pk, dossier.registrants.get().pk, "contact")
    yield "sent meanwhile", client.post(address, {"city": "Lons"})


def before(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    address = _at(world, "before", dossier.pk, dossier.registrants.get().pk)
    yield "open", client.get(address)
    yield "asked", client.post(address, {**WHO, "has_number": "yes"})
    number = {"has_number": "yes", "number": "290059924301743", "number_kind": "definitive"}
    client.post(address, {**WHO, **number})
    yield "has a number", client.get(address)
    person_id = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    family = _at(world, "before", dossier.pk, person_id)
    yield "of a child", client.get(family)
    client.post(family, {**WHO, **number})
    yield "a child has a number", client.get(family)
    deposit.save_typed(firm.actor_of(dossier), dossier.pk, {"where": ("", "Dole")}, person_id=person_id)
    yield "a colleague's", client.post(family, {**WHO, "ever_in_france": "yes", "where": "Lons", "when": "2019"})


def documents(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_request)
    yield "not known", client.get(_at(world, "documents", dossier.pk, dossier.registrants.get().pk))
    client, dossier = _given(firm.a_ready_request, family=True)
    for person in dossier.registrants.order_by("position"):
        yield person.role, client.get(_at(world, "documents", dossier.pk, person.pk))


def translator(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_ready_request)
    person = dossier.registrants.get()
    firm.fill(dossier, person, {**firm.EMPLOYEE["civil_status"], "document_language": "vi"})
    yield "nothing", client.post(_at(world, "translator", dossier.pk, person.pk, "civil_status"))


def replace(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    yield "open", client.get(_at(world, "replace", dossier.pk, dossier.registrants.get().pk, "identity"))


def cannot(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    address = _at(world, "cannot", dossier.pk, dossier.registrants.get().pk, "identity", "main")
    yield "open", client.get(address)
    yield "nothing", client.post(address)


def file(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_ready_request, family=True)
    spouse = _spouse(dossier)
    yield "open", client.get(_at(world, "file", dossier.pk, spouse.pk, _file(spouse).pk))


def _acts(name: str, *, post: bool) -> Callable[[Any], Iterator[Any]]:
    def visit(world: Any) -> Iterator[Any]:
        client, dossier = _given(firm.a_ready_request, family=True)
        spouse = _spouse(dossier)
        found = _file(spouse)
        page = Page.objects.filter(file=found).first()
        assert page is not None
        last: dict[str, tuple[Any, ...]] = {
            "add": ("identity",),
            "autosave": (),
            "joined": ("identity",),
            "original": (found.pk,),
            "file-act": (found.pk, "remove"),
            "image": (page.pk, "view"),
            "page-act": (page.pk, "turn"),
        }
        address = _at(world, name, dossier.pk, spouse.pk, *last[name])
        yield "act", client.post(address) if post else client.get(address)

    return visit


def write_to(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    address = _at(world, "write-to", dossier.pk, dossier.registrants.get().pk)
    yield "open", client.get(address)
    yield "wrong", client.post(address, {"email": "not an address", "idempotency_key": uuid4()})
    for _ in range(2):
        client.post(address, {"email": "new@example.org", "idempotency_key": uuid4()})
    yield "no more", client.post(address, {"email": "new@example.org", "idempotency_key": uuid4()})


def receipt_pdf(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    yield "pdf", client.get(_at(world, "receipt-pdf", dossier.pk))


def proof_pdf(world: Any) -> Iterator[Any]:
    client, dossier = _given(firm.a_sent_request)
    yield "pdf", client.get(_at(world, "proof-pdf", dossier.pk))


def _added(world: Any) -> tuple[Client, Dossier, Registrant]:
    client, dossier = _given(firm.a_sent_request)
    return client, dossier, firm.added(dossier)


def check_person(world: Any) -> Iterator[Any]:
    client, dossier, person = _added(world)
    yield "lacking", client.get(_at(world, "check-person", dossier.pk, person.pk))
    yield "its card", client.get(_at(world, "request", dossier.pk))
    firm.send_documents(dossier)
    yield "open", client.get(_at(world, "check-person", dossier.pk, person.pk))


def by_post(world: Any) -> Iterator[Any]:
    client, dossier, _ = _added(world)
    yield "somebody", client.get(_at(world, "by-post", dossier.pk))
    worker, principal = caisse.a_caseworker(), dossier.registrants.get(position=1)
    ending.reject(worker, dossier.pk, principal.pk, expects=caisse.version_of(dossier), reason="duplicate")
    yield "too late", client.get(_at(world, "request", dossier.pk))


def person_by_post(world: Any) -> Iterator[Any]:
    client, dossier, person = _added(world)
    yield "open", client.get(_at(world, "person-by-post", dossier.pk, person.pk))


def _sent_alone(world: Any) -> tuple[Client, Dossier, Registrant]:
    client, dossier, person = _added(world)
    firm.send_documents(dossier)
    expects = caisse.version_of(dossier)
    requesting.send_person(firm.actor_of(dossier), dossier.pk, person.pk, expects=expects, key=uuid4())
    return client, dossier, person


def person_receipt(world: Any) -> Iterator[Any]:
    client, dossier, person = _sent_alone(world)
    yield "open", client.get(_at(world, "person-receipt", dossier.pk, person.pk))


def person_receipt_pdf(world: Any) -> Iterator[Any]:
    client, dossier, person = _sent_alone(world)
    yield "pdf", client.get(_at(world, "person-receipt-pdf", dossier.pk, person.pk))


PAGES = {
    "requests:list": listed,
    "requests:search": search,
    "requests:views": views,
    "requests:view-act": views,
    "requests:exports": exports,
    "requests:new": new,
    "requests:request": request,
    "requests:number": number,
    "requests:category": category,
    "requests:add-person": add_person,
    "requests:check": _drafts("check"),
    "requests:delete": _drafts("delete"),
    "requests:receipt": _sent("receipt"),
    "requests:write": _sent("write"),
    "requests:withdraw": withdraw,
    "requests:check-person": check_person,
    "requests:person-receipt": person_receipt,
    "requests:by-post": by_post,
    "requests:person-by-post": person_by_post,
    "requests:remove-person": remove_person,
    "requests:write-to": write_to,
    "requests:before": before,
    "requests:identify": identify,
    "requests:documents": documents,
    "requests:translator": translator,
    "requests:replace": replace,
    "requests:cannot": cannot,
    "requests:file": file,
}

OTHERS = {
    "requests:export": _export,
    "requests:export-file": _file_of,
    "requests:reopen": reopen,
    "requests:category-autosave": _category_saved,
    "requests:autosave": _acts("autosave", post=True),
    "requests:add": _acts("add", post=True),
    "requests:file-act": _acts("file-act", post=True),
    "requests:page-act": _acts("page-act", post=True),
    "requests:joined": _acts("joined", post=False),
    "requests:original": _acts("original", post=False),
    "requests:image": _acts("image", post=False),
    "requests:receipt-pdf": receipt_pdf,
    "requests:proof-pdf": proof_pdf,
    "requests:person-receipt-pdf": person_receipt_pdf,
}
