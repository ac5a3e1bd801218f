"""Every route × the cast × own, another's, nobody's × method × language (reliability.md R49, R50, R70)."""

from uuid import uuid4

import pytest

from tests.access import table
from tests.support import cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db

ROUTES = cast.routes()
OF_A_DOSSIER = [route for route in ROUTES if "dossier_id" in route.parts]
LANGUAGES = ("fr", "en")


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


def calls(client, ids):
    """Call every route of a dossier by both methods in both languages; yield what and the answer."""
    for route in OF_A_DOSSIER:
        for language in LANGUAGES:
            for address in table.addresses(route.name, route.parts, ids, language):
                for method in ("get", "post"):
                    yield (route.name, address, method), getattr(client, method)(address)


@pytest.mark.slow
@pytest.mark.parametrize("role", cast.OUTSIDERS)
def test_anothers_dossier_answers_like_one_that_does_not_exist_and_nothing_changes(role):
    owners = (make.a_ready_draft(), make.a_submitted())
    client = cast.browser(cast.somebody(role))
    before = cast.fingerprint()
    missing = [(cast.plain(answer), answer.status_code) for _, answer in calls(client, nobodys())]
    for dossier in owners:
        mark = cast.last_entry()
        hidden = 0
        answers = calls(client, table.ids_of(dossier))
        for ((name, _, method), answer), (expected, _) in zip(answers, missing, strict=True):
            assert answer.status_code in {404, 405}, (role, name, method)
            assert cast.plain(answer) == expected, (role, name, method)
            hidden += answer.status_code == 404
        entries = cast.entries_since(mark)
        assert {outcome for _, outcome in entries} == {"refused"}
        assert len(entries) == hidden
    assert cast.fingerprint() == before


@pytest.mark.slow
def test_nobody_signed_in_is_sent_to_sign_in_whatever_exists():
    dossier = make.a_ready_draft()
    before = cast.fingerprint()
    client = cast.browser()
    missing = [cast.plain(answer) for _, answer in calls(client, nobodys())]
    for ((name, _, method), answer), expected in zip(calls(client, table.ids_of(dossier)), missing, strict=True):
        assert answer.status_code == 302 and "/student/sign-in/" in answer["Location"], (name, method)
        assert cast.plain(answer) == expected, (name, method)
    assert cast.fingerprint() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_files_and_pages_of_another_are_not_reached_through_ones_own_dossier(method):
    mine, others = make.a_ready_draft(), table.ids_of(make.a_ready_draft())
    client = cast.browser(mine.owner)
    before = cast.fingerprint()
    for route in OF_A_DOSSIER:
        if not {"file_id", "page_id"} & set(route.parts):
            continue
        swapped = table.addresses(route.name, route.parts, {**others, "dossier_id": mine.pk}, "en")
        absent = table.addresses(route.name, route.parts, {**nobodys(), "dossier_id": mine.pk}, "en")
        for one, other in zip(swapped, absent, strict=True):
            answer, expected = getattr(client, method)(one), getattr(client, method)(other)
            assert answer.status_code in {404, 405}, one
            assert cast.plain(answer) == cast.plain(expected), one
    assert cast.fingerprint() == before


@pytest.mark.parametrize("state", ["draft", "submitted"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_reading_ones_own_leaves_exactly_the_expected_entries(route, state):
    dossier = make.a_ready_draft() if state == "draft" else make.a_submitted()
    client = cast.browser(dossier.owner)
    for address in table.addresses(route.name, route.parts, table.ids_of(dossier), "en"):
        mark = cast.last_entry()
        answer = client.get(address)
        assert answer.status_code < 500, address
        expected = getattr(table.TABLE[route.name], state)
        assert cast.entries_since(mark) == [(action, "done") for action in expected], address


@pytest.mark.parametrize("role", cast.OUTSIDERS)
def test_the_space_of_somebody_without_a_dossier_shows_nobodys(role):
    submitted = make.a_submitted()
    client = cast.browser(cast.somebody(role))
    for route in ROUTES:
        if route.name.startswith("student:") and not route.parts:
            for address in table.addresses(route.name, (), {}, "en"):
                text = client.get(address).content.decode()
                assert submitted.reference not in text and "Minh Anh" not in text, address
