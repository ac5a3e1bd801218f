"""What every page has around its content: titles, languages, banner, addresses; and the pages of trouble."""

import logging
from dataclasses import replace

import pytest
from django import forms as django_forms
from django.http import Http404
from django.test import override_settings
from django.urls import path
from lxml import html as lxml_html

from matricule.core import config
from matricule.core.i18n import in_language
from matricule.portals.components import addresses, errors, views
from matricule.portals.components.forms import Form
from tests.portals.components.conftest import words
from tests.support.pseudo import leaks, pseudo

PAGE = (
    '{% extends "components/base.html" %}{% load i18n matricule %}{% block title %}{% translate "Help" %}'
    "{% endblock %}{% block main %}<h1>{% translate 'Help' %}</h1>{% endblock %}"
)


class One(Form):
    name = django_forms.CharField()


@pytest.fixture
def layout(request_of):
    from django.template import engines

    def make(request=None, **context):
        text = engines["django"].from_string(PAGE).render(context, request or request_of("/en/help/?a=1"))
        return lxml_html.document_fromstring(text)

    return make


@pytest.fixture
def demo(monkeypatch):
    def switch(on: bool) -> None:
        real = config.current()
        monkeypatch.setattr(config, "current", lambda: replace(real, demo=on))

    return switch


def test_the_language_of_the_page_is_said(layout) -> None:
    assert layout().get("lang") == "en"
    with in_language("fr"):
        assert layout().get("lang") == "fr"


def test_the_title_says_that_something_needs_another_look(layout) -> None:
    assert layout().findtext(".//title") == "Help – Matricule"
    assert layout(form=One()).findtext(".//title") == "Help – Matricule"
    assert layout(form=One({})).findtext(".//title") == "Error: Help – Matricule"
    assert layout(forms=[One({"name": "x"}), One({})]).findtext(".//title") == "Error: Help – Matricule"


def test_the_first_link_leads_to_the_content(layout) -> None:
    found = layout()
    first = found.xpath("//body//a")[0]
    assert found.get_element_by_id(first.get("href")[1:]).tag == "main"


def test_nothing_is_inline(layout) -> None:
    found = layout()
    assert not found.xpath("//style | //@style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
    assert all(each.get("defer") is not None for each in found.xpath("//script"))
    assert "includeIndicatorStyles" in found.xpath("//meta[@name='htmx-config']/@content")[0]


def test_the_other_language_is_a_link_that_keeps_the_page(layout) -> None:
    (link,) = layout().xpath("//*[@class='lang']//a")
    assert (link.get("href"), link.get("hreflang"), words(link)) == ("/fr/help/?a=1", "fr", "FR : français")


def test_with_a_form_in_progress_it_is_a_button_that_keeps_what_is_typed(layout) -> None:
    (button,) = layout(page_form=True).xpath("//*[@class='lang']//button")
    assert (button.get("form"), button.get("name"), button.get("value")) == ("page-form", "switch_language", "fr")
    assert button.get("formaction") == "/fr/help/?a=1"


def test_the_banner_stands_in_the_demo_only(layout, demo) -> None:
    demo(True)
    assert "Demonstration." in words(layout().xpath("//aside[@class='demo-banner']")[0])
    demo(False)
    assert not layout().xpath("//aside[@class='demo-banner']")


def test_the_session_dialog_appears_when_the_session_has_an_end(layout, request_of) -> None:
    assert not layout().xpath("//dialog")
    (dialog,) = layout(request_of("/en/", session_ends_in=1800)).xpath("//dialog")
    assert dialog.get("data-session-end") == "1800"


def test_only_addresses_that_exist_are_shown() -> None:
    assert addresses.first_of("nowhere:at-all") == ""
    assert addresses.first_of("nowhere:at-all", "public:start") == addresses.first_of("public:start")


@pytest.mark.parametrize(
    ("given", "french"),
    [("/en/", "/fr/"), ("/en/nothing/here/?q=1", "/fr/nothing/here/?q=1"), ("/hooks/x", "/fr/"), ("/", "/fr/")],
)
def test_the_same_page_in_the_other_language(given: str, french: str) -> None:
    assert addresses.in_language(given, "fr") == french


@pytest.mark.parametrize("status", errors.STATUSES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_of_trouble_says_what_to_do(request_of, status: int, language: str) -> None:
    with in_language(language):
        answer = errors.problem(request_of(f"/{language}/"), status)
    found = lxml_html.document_fromstring(answer.content.decode())
    assert answer.status_code == status
    assert found.get("lang") == language
    assert len(found.xpath("//h1")) == 1
    assert len(words(found.xpath("//p[@class='lead']")[0])) > 30
    assert found.xpath(f"//main//a[@href='/{language}/']")


@pytest.mark.parametrize("status", errors.STATUSES)
def test_pages_of_trouble_are_translated(request_of, status: int) -> None:
    with pseudo():
        assert leaks(errors.problem(request_of(), status).content.decode()) == []


def test_a_conflict_can_say_what_the_other_person_did(request_of) -> None:
    answer = errors.problem(request_of(), 409, conflict="Nadia accepted it at 14:31.", back="/en/back/")
    found = lxml_html.document_fromstring(answer.content.decode())
    assert "Nadia accepted it" in words(found)
    assert found.xpath("//main//a[@href='/en/back/']")


def test_the_handlers_answer_with_their_status(request_of) -> None:
    assert errors.bad_request(request_of()).status_code == 400
    assert errors.forbidden(request_of()).status_code == 403
    assert errors.not_found(request_of(), Http404()).status_code == 404
    assert "open for too long" in errors.no_token(request_of(), "reason").content.decode()


def test_a_breakdown_shows_the_reference_that_the_log_holds(request_of, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        answer = errors.broken(request_of())
    (record,) = [each for each in caplog.records if "reference" in each.getMessage()]
    assert record.args[0] in answer.content.decode()
    assert answer.status_code == 500


def test_a_breakdown_shows_the_reference_of_the_request(request_of) -> None:
    import structlog

    with structlog.contextvars.bound_contextvars(request_id="0193-abc"):
        assert "0193-abc" in errors.broken(request_of()).content.decode()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_components_exists_in_the_demo_only(request_of, demo, language: str) -> None:
    demo(False)
    with pytest.raises(Http404):
        views.showroom(request_of())
    demo(True)
    with in_language(language):
        answer = views.showroom(request_of(f"/{language}/_components"))
    found = lxml_html.document_fromstring(answer.content.decode())
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in found.xpath("//@aria-labelledby | //@aria-describedby | //label/@for"):
        assert set(reference.split()) <= set(ids), reference


def test_the_page_of_components_is_translated(request_of, demo) -> None:
    demo(True)
    with pseudo():
        assert leaks(views.showroom(request_of()).content.decode()) == []


def test_a_language_switch_on_the_page_of_components_keeps_what_was_typed(rf, demo) -> None:
    demo(True)
    answer = views.showroom(rf.post("/en/_components", {"birth_name": "Zoé", "switch_language": "en"}))
    shown = answer.content.decode()
    assert 'value="Zoé"' in shown
    assert "error-summary" not in shown


urlpatterns = [path("space/", lambda request: None, name="space")]


@override_settings(ROOT_URLCONF=__name__)
def test_the_address_tag_takes_the_first_that_exists(draw) -> None:
    assert draw('{% address "student:space" "space" as url %}[{{ url }}]') == "[/space/]"
    assert draw('{% address "no" as url %}[{{ url }}]') == "[]"


def test_here_marks_the_page_that_is_shown(draw, request_of) -> None:
    assert draw('{% here "/en/help/" %}', request_of("/en/help/")) == 'aria-current="page"'
    assert draw('{% here "/en/other/" %}', request_of("/en/help/")) == ""
