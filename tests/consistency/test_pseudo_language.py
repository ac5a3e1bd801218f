"""Every text of every page comes from a translation: in the pseudo-language nothing stands outside the brackets."""

from collections import Counter

import pytest
from django.test import RequestFactory

from matricule.core.i18n import in_language
from matricule.portals.components import errors
from tests.consistency import visits
from tests.consistency.visits import OTHERS, PAGES, World
from tests.support import tested
from tests.support.pseudo import leaks, pseudo

ROUTES = [route.name for route in visits.routes()]


def test_every_address_has_a_way_to_be_reached() -> None:
    assert [name for name in ROUTES if name not in PAGES and name not in OTHERS] == []


def test_no_way_leads_to_an_address_that_is_gone() -> None:
    assert sorted({*PAGES, *OTHERS} - set(ROUTES)) == []


def test_no_address_has_the_same_name_as_another() -> None:
    assert [name for name, times in Counter(ROUTES).items() if times > 1] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
def test_everything_said_is_translated(name: str) -> None:
    found, seen, whole = {}, [], 0
    with pseudo():
        for state, response in PAGES[name](World("fr")):
            seen.append(state)
            assert response.headers["Content-Type"].startswith("text/html"), (state, response)
            assert response.status_code not in (301, 302, 500), (state, response.status_code, response.get("Location"))
            whole += response.content.lstrip().lower().startswith(b"<!doctype")
            left = leaks(response.content.decode())
            if left:
                found[state] = left
    assert seen
    assert found == {}
    # every state is made here anyway, so here is where a state is missed that nobody looked at in Chromium
    assert tested.states("fr", name) == whole, "the statement tells other states: make accessibility"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_is_no_page_shows_no_text(name: str) -> None:
    with pseudo():
        for state, response in OTHERS[name](World()):
            if response.status_code < 400 and not response.streaming and "Location" not in response:
                assert not response.get("Content-Type", "").startswith("text/html"), state


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", errors.STATUSES)
def test_a_page_of_trouble_is_translated(status: int, language: str) -> None:
    request = RequestFactory().get("/")
    with in_language(language), pseudo():
        shown = [errors.problem(request, status)]
        if status == 500:
            shown.append(errors.broken(request))
        if status == 403:
            shown.append(errors.no_token(request))
        assert [leaks(page.content.decode()) for page in shown] == [[]] * len(shown)


def test_the_questionnaire_is_walked_to_its_last_question_and_end() -> None:
    from matricule.rules import orientation

    orient = orientation.load("student")
    reached = {tuple(name.split()[:2]) for name in visits.every_answer()}
    assert {("question", question.id) for question in orient.questions} - reached == set()
    assert {("end", end.slug) for end in orient.outcomes} - reached == set()
