"""Every route × the cast × own, another's, nobody's × method × language (reliability.md R49, R50, R70).

``make test`` asks with the methods that a page uses, and one role with all of them; ``make prove`` asks everything.
"""

from collections import Counter
from copy import deepcopy
from uuid import uuid4

import pytest

from matricule.dossiers.models import File
from matricule.dossiers.operations import deposit, files
from matricule.portals.components.forms import SWITCH
from tests.access import asking, table
from tests.support import cast
from tests.support import factories as make
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

ROUTES = cast.routes()
OF_A_DOSSIER = [route for route in ROUTES if "dossier_id" in route.parts]
A_PAGES = asking.EVERYTHING if WHOLE else {"fr": ("get", "head", "post"), "en": ("get",)}
BRIEFLY = asking.EVERYTHING if WHOLE else {"fr": ("get", "post")}


def nobodys() -> dict[str, object]:
    return {"dossier_id": uuid4(), "file_id": uuid4(), "page_id": uuid4()}


def test_every_route_has_a_rule():
    assert ROUTES
    without = [route.name for route in ROUTES if getattr(route.view, "rule", None) is None and route.name != "bounces"]
    assert without == []


def test_every_route_of_a_dossier_goes_through_its_gate():
    assert len(OF_A_DOSSIER) >= 17
    assert {route.view.rule for route in OF_A_DOSSIER} == {"dossier"}


def test_every_route_stands_in_the_table_and_no_row_is_left_over():
    assert {route.name for route in ROUTES} == set(table.TABLE)


def at(ids) -> asking.Where:
    return lambda route, language: table.addresses(route.name, route.parts, ids, language)


def calls(client, ids):
    return asking.calls(client, at(ids), OF_A_DOSSIER, A_PAGES)


def alike(client, several, absent, routes=OF_A_DOSSIER, methods=A_PAGES) -> int:
    return asking.alike(client, [at(ids) for ids in several], at(absent), routes, methods)


@pytest.mark.slow
@pytest.mark.bulk
@pytest.mark.parametrize("role", cast.OUTSIDERS)
def test_anothers_dossier_answers_like_one_that_does_not_exist_and_nothing_changes(role, promise):
    owners = (make.a_ready_draft(), make.a_submitted())
    client = cast.signed_in(role)
    before = cast.fingerprint()
    mark = cast.last_entry()
    methods = asking.EVERYTHING if role == "other_student" else A_PAGES
    hidden = alike(client, [table.ids_of(dossier) for dossier in owners], nobodys(), methods=methods)
    entries = cast.entries_since(mark)
    assert {outcome for _, outcome in entries} == {"refused"}
    # the draft, the dossier and the one that does not exist leave the same refusals
    assert len(entries) * 2 == hidden * 3
    assert cast.fingerprint() == before
    promise(f"access, {role}", f"{hidden} answers for another's draft and dossier, each that of a missing one")


@pytest.mark.slow
@pytest.mark.bulk
def test_nobody_signed_in_is_sent_to_sign_in_whatever_exists(promise):
    dossier = make.a_ready_draft()
    before = cast.fingerprint()
    client = cast.browser()
    missing = [cast.plain(answer) for _, answer in calls(client, nobodys())]
    for ((name, _, method), answer), expected in zip(calls(client, table.ids_of(dossier)), missing, strict=True):
        assert answer.status_code == 302 and "/student/sign-in/" in answer["Location"], (name, method)
        assert cast.plain(answer) == expected, (name, method)
    assert cast.fingerprint() == before
    promise("access, anonymous", f"{len(missing)} answers, each leads to signing in whatever exists")


INSIDE = [route for route in OF_A_DOSSIER if {"file_id", "page_id"} & set(route.parts)]


@pytest.mark.bulk
def test_the_files_and_pages_of_another_are_not_reached_through_ones_own_dossier():
    mine, others = make.a_ready_draft(), table.ids_of(make.a_ready_draft())
    client = cast.browser(mine.owner)
    before = cast.fingerprint()
    assert alike(client, [{**others, "dossier_id": mine.pk}], {**nobodys(), "dossier_id": mine.pk}, routes=INSIDE)
    assert cast.fingerprint() == before


@pytest.mark.bulk
def test_the_files_and_pages_of_ones_other_dossier_are_not_reached_either():
    owner = make.a_user()
    ended = make.a_submitted(owner)
    type(ended).objects.filter(pk=ended.pk).update(ended_at=ended.submitted_at, label="closed")
    mine = make.a_ready_draft(owner)
    swapped = {**table.ids_of(ended), "dossier_id": mine.pk}
    assert alike(cast.browser(owner), [swapped], {**nobodys(), "dossier_id": mine.pk}, routes=INSIDE)


@pytest.mark.bulk
def test_an_erased_file_answers_like_one_that_never_was():
    dossier = make.a_ready_draft()
    ids = table.ids_of(dossier)
    files.remove_file(make.owner_of(dossier), dossier.pk, ids["file_id"])
    File.objects.filter(pk=ids["file_id"]).update(blob=None)
    only = [route for route in INSIDE if route.name in {"student:original", "student:image"}]
    assert alike(cast.browser(dossier.owner), [ids], {**nobodys(), "dossier_id": dossier.pk}, routes=only)


@pytest.mark.bulk
@pytest.mark.parametrize("role", ["owner", "other_student"])
def test_a_deleted_draft_answers_like_one_that_never_was(role):
    dossier = make.a_ready_draft()
    ids = table.ids_of(dossier)
    deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
    client = cast.browser(dossier.owner) if role == "owner" else cast.signed_in(role)
    assert alike(client, [ids], nobodys(), methods=BRIEFLY)


@pytest.mark.parametrize("state", ["draft", "submitted"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_reading_ones_own_leaves_exactly_the_expected_entries(route, state):
    dossier = make.a_ready_draft() if state == "draft" else make.a_submitted()
    client = cast.browser(dossier.owner)
    for address in table.addresses(route.name, route.parts, table.ids_of(dossier), "en"):
        row = table.TABLE[route.name]
        expected = [(action, "done") for action in getattr(row, state)]
        expected += [(action, "refused") for action in row.not_there if state == "submitted"]
        statuses = []
        for method in ("get", "head"):
            mark = cast.last_entry()
            answer = getattr(client, method)(address)
            assert answer.status_code < 500, address
            assert cast.entries_since(mark) == expected, (method, address)
            statuses.append((answer.status_code, sorted(answer.headers)))
        assert statuses[0] == statuses[1], address
        mark = cast.last_entry()
        for method in ("put", "patch", "delete", "options"):
            assert getattr(client, method)(address).status_code in {403, 404, 405}, (method, address)
        assert cast.entries_since(mark) == []


SECRETS = {
    "birth_name": "Zavoryx",
    "given_names": "Quellabine",
    "parent1_birth_name": "Urbrandel",
    "phone": "+33698765401",
    "street": "77 rue Ixolette",
}
IBAN = "FR7630006000011234567890189"


def a_person(state: str):
    """Return the dossier of somebody whose every trait is found nowhere else, and what gives the person away."""
    dossier = make.a_ready_draft()
    deposit.save_bank_details(make.owner_of(dossier), dossier.pk, IBAN, confirmed=True)
    dossier.refresh_from_db()
    if state == "submitted":
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
        dossier.refresh_from_db()
    return dossier, [*SECRETS.values(), dossier.reference, "76543201.pdf", IBAN, "FR76 3000", "06 98 76 54 01"]


@pytest.mark.bulk
@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_whatever_shows_a_name_a_number_or_an_image_leaves_an_entry(state, promise, monkeypatch):
    """Not told by the table: what the answers hold decides. A POST without a change is a reading as well."""
    for name, value in SECRETS.items():
        for section in make.SECTIONS.values():
            if name in section:
                monkeypatch.setitem(section, name, value)
    dossier, traits = a_person(state)
    File.objects.filter(version__document__registrant__dossier=dossier).update(name="76543201.pdf")
    client, shown = cast.browser(dossier.owner), Counter()
    cookies = deepcopy(client.cookies)
    script = {"X-Matricule-Fragment": "1"}
    for route in ROUTES:
        for address in table.addresses(route.name, route.parts, table.ids_of(dossier), "fr"):
            for what, ask in {
                "get": lambda at=address: client.get(at),
                "again": lambda at=address: client.get(at, {"again": "1"}),
                "post": lambda at=address: client.post(at),
                "switch": lambda at=address: client.post(at, {SWITCH: "en"}),
                "script": lambda at=address: client.post(at, headers=script),
                "asked by the script": lambda at=address: client.get(at, headers=script),
            }.items():
                with cast.undone():
                    client.cookies = deepcopy(cookies)  # signing out takes them away
                    mark = cast.last_entry()
                    answer = ask()
                    if not cast.shows(answer, traits) or route.name in table.INVENTED:
                        continue
                    entries = cast.entries_since(mark)
                    assert entries and {outcome for _, outcome in entries} == {"done"}, (what, address, entries)
                    shown[route.name] += 1
    reading = {name for name, row in table.TABLE.items() if getattr(row, state)}
    assert sorted(reading - set(shown) - table.NOTHING_TO_RECOGNISE) == [], (
        "too little was recognised, or the table counts pages that show nobody"
    )
    promise(
        f"journal rows, {state}", f"{shown.total()} answers of {len(shown)} routes show a person, each with its row"
    )


@pytest.mark.parametrize("role", cast.OUTSIDERS)
def test_the_space_of_somebody_without_a_dossier_shows_nobodys(role):
    submitted = make.a_submitted()
    client = cast.signed_in(role)
    for route in ROUTES:
        if route.name.startswith("student:") and not route.parts:
            for address in table.addresses(route.name, (), {}, "en"):
                text = client.get(address).content.decode()
                assert submitted.reference not in text and "Minh Anh" not in text, address
