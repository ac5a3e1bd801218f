"""The script in a real browser: files sent one by one, answers saved while typed; and all of it without script.

No server: the pages come from the templates, the answers from the test; the content policy is the service's own.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from django import forms as django_forms
from django.template import engines
from django.test import RequestFactory

from matricule.core.i18n import in_language
from matricule.portals.components import fields
from matricule.portals.components.fields import CodeField, DateField
from matricule.portals.components.forms import Form
from tests.portals.components.conftest import HOST, Site

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 800}
PATIENCE = 30.0
"""Seconds that a page may take on a busy machine; nothing is measured here."""
LAYOUT = (
    '{% extends "components/base.html" %}{% load i18n matricule %}{% block title %}T{% endblock %}{% block main %}'
)


@pytest.fixture
def open_page(chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    contexts = []

    def show(source: str, script: bool = True, session: int = 0, **context: Any) -> Any:
        request = RequestFactory().get("/en/x/")
        request.session_ends_in = session  # type: ignore[attr-defined]
        site.pages["/en/x/"] = render(LAYOUT + source + "{% endblock %}", request, **context)
        where = chromium.new_context(
            java_script_enabled=script, locale="en-GB", viewport={"width": 390, "height": 800}
        )
        contexts.append(where)
        page = where.new_page()
        page.on("console", lambda message: site.complaints.append(message.text))
        page.on("pageerror", lambda error: site.complaints.append(str(error)))
        page.route("**/*", site.handle)
        page.goto(f"{HOST}/en/x/")
        return page

    yield show
    for where in contexts:
        where.close()


def until(page: Any, holds: Callable[[], bool]) -> None:
    """Wait for what the page will do; the content policy forbids Playwright's own wait_for_function."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "the page did not get there"
        page.wait_for_timeout(20)


def saved_text(page: Any) -> str:
    return page.locator(".saved-text").inner_text()


def render(source: str, request: Any = None, **context: Any) -> str:
    with in_language("en"):
        return engines["django"].from_string(source).render(context, request or RequestFactory().get("/en/x/"))


PIECE = (
    '{% load matricule %}{% component "piece" title="Passport" id="passport" as_of=as_of poll=poll %}'
    '<ul class="files" role="list" aria-live="polite">{% for f in files %}{% part "file" name=f.0 state=f.1 text=f.2 '
    'tools=tools %}{% endfor %}</ul>{% part "drop" action="/up/" label="Add a page" id="p" %}{% endcomponent %}'
)


def piece(*files: tuple[str, str, str], as_of: int | str = "", poll: str = "") -> str:
    tools = [{"action": "/remove/", "icon": "trash", "label": "Remove it", "hidden": ()}]
    return render(PIECE, files=files, tools=tools, as_of=as_of, poll=poll)


def html(route: Any, body: str) -> None:
    route.fulfill(body=body, content_type="text/html")


def a_file(name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + name.encode()}


def test_files_are_sent_one_by_one_and_the_piece_comes_from_the_server(open_page, site) -> None:
    sent: list[str] = []

    def up(route: Any) -> None:
        body = route.request.post_data_buffer.decode("utf-8", "replace")
        sent.extend(re.findall(r'filename="([^"]+)"', body))
        assert route.request.headers["x-matricule-fragment"] == "1"
        html(route, piece(*((name, "ok", "1 page") for name in sent)))

    site.answers["/up/"] = up
    page = open_page("{{ p|safe }}", p=piece())
    page.set_input_files("#p", [a_file("a.pdf"), a_file("b.pdf"), a_file("c.pdf")])
    until(page, lambda: page.locator(".verdict-ok").count() == 3)
    assert page.locator(".file").count() == 3
    assert sorted(sent) == ["a.pdf", "b.pdf", "c.pdf"]
    until(page, lambda: page.locator("#say").inner_text().endswith("Opens well. 1 page"))
    assert site.complaints == []


class KindForm(Form):
    """The question that some documents ask with a file."""

    said = django_forms.ChoiceField(
        label="What is this file?", choices=[("", "Choose"), ("payslip", "Payslip")], widget=fields.Select
    )


def test_a_file_waits_in_its_field_until_it_is_said_what_it_is(open_page, site) -> None:
    sent: list[str] = []

    def up(route: Any) -> None:
        sent.append(route.request.post_data_buffer.decode("utf-8", "replace"))
        html(route, piece(("a.pdf", "ok", "1 page")))

    site.answers["/up/"] = up
    asking = PIECE.replace(' id="p" %}', ' id="p" asks=asks %}')
    page = open_page("{{ p|safe }}", p=render(asking, files=(), tools=(), as_of="", poll="", asks=KindForm()["said"]))
    page.set_input_files("#p", [a_file("a.pdf")])
    until(page, lambda: page.locator("select").evaluate("e => e === document.activeElement"))
    assert sent == [] and "What is this file?" in page.locator("#say").inner_text()
    page.select_option("select", "payslip")
    until(page, lambda: page.locator(".verdict-ok").count() == 1)
    assert len(sent) == 1 and 'filename="a.pdf"' in sent[0] and re.search(r'name="said"\s+payslip', sent[0])
    assert site.complaints == []


def test_each_part_of_a_shared_piece_keeps_its_own_files(open_page, site) -> None:
    site.answers["/up/"] = lambda route: route.abort("connectionreset")
    two = render(
        '{% load matricule %}{% component "piece" title="Birth" id="birth" %}'
        '<h4>One</h4><ul class="files" id="f1" role="list"></ul>{% part "drop" action="/up/" label="A" id="p1" %}'
        '<h4>Two</h4><ul class="files" id="f2" role="list"></ul>{% part "drop" action="/up/" label="B" id="p2" %}'
        "{% endcomponent %}"
    )
    page = open_page("{{ p|safe }}", p=two)
    page.set_input_files("#p2", [a_file("translation.pdf")])
    page.wait_for_selector("#f2 [data-retry]")
    assert page.locator("#f1 .file").count() == 0


def test_a_cut_connection_shows_and_the_file_can_be_sent_again(open_page, site) -> None:
    tries: list[int] = []

    def up(route: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            return route.abort("connectionreset")
        return html(route, piece(("x.pdf", "ok", "1 page")))

    site.answers["/up/"] = up
    page = open_page("{{ p|safe }}", p=piece())
    page.set_input_files("#p", [a_file("x.pdf")])
    page.get_by_role("button", name="Send again").click()
    page.wait_for_selector(".verdict-ok")
    assert len(tries) == 2
    assert page.locator(".file").count() == 1


@pytest.mark.parametrize(
    ("status", "word", "link"),
    [
        (401, "Your session has ended.", "Sign in again"),
        (403, "Your session has ended.", "Sign in again"),
        (404, "This document is no longer asked for.", ""),
        (409, "This page has changed meanwhile.", "Load the page again"),
        (413, "This file is too large.", ""),
    ],
)
def test_a_refusal_of_the_server_is_said_in_its_own_words(open_page, site, status, word, link) -> None:
    site.answers["/up/"] = lambda route: route.fulfill(status=status, body="")
    page = open_page("{{ p|safe }}", session=1800, p=piece())
    page.set_input_files("#p", [a_file("x.pdf")])
    page.locator(".file .verdict", has_text=word).wait_for()
    until(page, lambda: word in page.locator("#say").inner_text())
    assert "connection" not in page.locator(".file .verdict").inner_text()
    assert page.locator(".file .verdict a").all_inner_texts() == ([link] if link else [])
    assert page.locator("[data-retry]").count() == 0
    assert page.locator(".file-name").all_inner_texts() == ["x.pdf"]


def test_a_file_that_came_at_a_bad_moment_can_be_sent_again(open_page, site) -> None:
    site.answers["/up/"] = lambda route: route.fulfill(status=503, body="")
    page = open_page("{{ p|safe }}", session=1800, p=piece())
    page.set_input_files("#p", [a_file("x.pdf")])
    page.locator(".file .verdict", has_text="We cannot take this file just now.").wait_for()
    site.answers["/up/"] = lambda route: html(route, piece(("x.pdf", "ok", "1 page")))
    page.get_by_role("button", name="Send again").click()
    page.wait_for_selector(".verdict-ok")


def test_an_answer_that_is_not_the_piece_loses_nothing(open_page, site) -> None:
    site.answers["/up/"] = lambda route: html(route, "<html><body><h1>Sign in</h1></body></html>")
    page = open_page("{{ p|safe }}", p=piece())
    page.set_input_files("#p", [a_file("x.pdf")])
    page.wait_for_selector("[data-retry]")
    assert page.locator(".file-name").all_inner_texts() == ["x.pdf"]


def test_sending_can_be_stopped(open_page, site) -> None:
    site.answers["/up/"] = lambda route: None
    page = open_page("{{ p|safe }}", p=piece())
    page.set_input_files("#p", [a_file("<b>x</b>.pdf")])
    assert page.locator(".file-name").inner_text() == "<b>x</b>.pdf"
    page.get_by_role("button", name="Stop sending <b>x</b>.pdf").click()
    until(page, lambda: page.locator(".file").count() == 0)


def test_a_tool_replaces_the_piece_and_keeps_the_place(open_page, site) -> None:
    site.answers["/remove/"] = lambda route: html(route, piece(("a.pdf", "removed", "")))
    page = open_page("{{ p|safe }}", p=piece(("a.pdf", "ok", "")))
    page.get_by_role("button", name="Remove it").click()
    until(page, lambda: "Removed" in page.locator(".verdict").inner_text())
    until(page, lambda: page.evaluate("document.activeElement.textContent") == "Passport")
    assert site.complaints == []


def test_an_answer_that_is_overtaken_by_a_later_one_hides_nothing(open_page, site) -> None:
    """Two files are on their way at once: the answer that tells of both may come before the one that tells of one."""
    a, b, held = ("a.pdf", "ok", ""), ("b.pdf", "ok", ""), []
    count = '<p id="count" data-also data-as-of="{0}">{0}</p>'

    def up(route: Any) -> None:
        held.append(route)
        if len(held) == 2:
            html(held[1], piece(a, b, as_of=10) + count.format(10))

    site.answers["/up/"] = up
    page = open_page("{{ p|safe }}", p=piece(as_of=8) + count.format(8))
    page.set_input_files("#p", [a_file("a.pdf"), a_file("b.pdf")])
    until(page, lambda: page.locator("#count").inner_text() == "10")
    html(held[0], piece(a, as_of=9) + count.format(9))
    until(page, lambda: page.locator("[data-stop]").count() == 0)
    assert page.locator(".file-name").all_inner_texts() == ["a.pdf", "b.pdf"]
    assert page.locator("#count").inner_text() == "10"


def test_a_piece_being_checked_is_asked_again_and_not_drawn_again_before_it_changes(open_page, site) -> None:
    asked: list[int] = []

    def poll(route: Any) -> None:
        asked.append(1)
        html(
            route,
            piece(("a.pdf", "checking" if len(asked) < 2 else "ok", ""), poll="/poll/" if len(asked) < 2 else ""),
        )

    site.answers["/poll/"] = poll
    page = open_page("{{ p|safe }}", p=piece(("a.pdf", "checking", ""), poll="/poll/"))
    first = page.locator(".file").element_handle()
    until(page, lambda: len(asked) == 1)
    assert first.evaluate("e => e.isConnected")
    page.wait_for_selector(".verdict-ok")
    assert len(asked) == 2
    assert not first.evaluate("e => e.isConnected")


def test_what_is_typed_in_a_piece_that_is_being_checked_stays(open_page, site) -> None:
    site.answers["/poll/"] = lambda route: html(route, piece(("a.pdf", "ok", "")))
    typed = piece(("a.pdf", "checking", ""), poll="/poll/").replace("<ul ", '<input id="typed"><ul ', 1)
    page = open_page("{{ p|safe }}", p=typed)
    page.locator("#typed").fill("Hélène")
    page.locator("#typed").blur()
    page.wait_for_timeout(2500)  # two times its turn to be asked
    assert page.locator("#typed").input_value() == "Hélène"
    page.locator("#typed").fill("")
    page.locator("#typed").blur()
    page.wait_for_selector(".verdict-ok")


def test_without_script_files_go_with_a_button(open_page, site) -> None:
    page = open_page("{{ p|safe }}", script=False, p=piece())
    page.set_input_files("#p", [a_file("x.pdf")])
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    method, path, body = site.asked[-1]
    assert (method, path) == ("POST", "/up/")
    assert 'filename="x.pdf"' in body


class Typed(Form):
    name = django_forms.CharField(label="Name", initial="Anh")
    title = django_forms.ChoiceField(label="Title", choices=[("a", "A"), ("b", "B")], widget=django_forms.RadioSelect)


AUTOSAVE = (
    '<form id="page-form" method="post" data-autosave="/save/">{{ form.name.as_field_group }}'
    '{{ form.title.as_field_group }}{% part "saved" %}<button type="submit">Go</button></form>'
)


def saves(site: Site) -> list[dict[str, list[str]]]:
    return [parse_qs(body, keep_blank_values=True) for method, path, body in site.asked if path == "/save/"]


def answer_saves(site: Site, **result: Any) -> None:
    site.answers["/save/"] = lambda route: route.fulfill(
        body=json.dumps({"text": "Saved at 14:32", **result}), content_type="application/json"
    )


def test_what_is_typed_is_saved_with_what_stood_there_before(open_page, site) -> None:
    answer_saves(site)
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").fill("Minh Anh")
    until(page, lambda: saved_text(page) == "Saved at 14:32")
    (first,) = saves(site)
    assert first["name"] == ["Minh Anh"]
    assert first["base:name"] == ["Anh"]
    assert "title" not in first
    page.locator("#id_title_1").check()
    until(page, lambda: len(saves(site)) == 2)
    second = saves(site)[1]
    assert (second["title"], second["base:title"]) == (["b"], [""])
    assert "name" not in second


def test_leaving_a_field_saves_at_once_and_nothing_new_is_not_sent(open_page, site) -> None:
    answer_saves(site)
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").press_sequentially("x")
    page.locator("#id_name").blur()
    until(page, lambda: saved_text(page) == "Saved at 14:32")
    page.locator("#id_name").focus()
    page.locator("#id_name").blur()
    page.locator("#id_title_1").check()  # what would have been sent by leaving the field comes before this
    until(page, lambda: any("title" in one for one in saves(site)))
    assert ["name" in one for one in saves(site)] == [True, False]


def test_a_failed_save_says_so_and_can_be_tried_again(open_page, site) -> None:
    site.answers["/save/"] = lambda route: route.fulfill(status=503)
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").fill("Zoé")
    page.locator("#id_name").blur()
    again = page.get_by_role("button", name="Save again")
    again.wait_for()
    assert "Not saved yet" in page.locator(".saved").inner_text()
    assert page.locator("#id_name").input_value() == "Zoé"
    answer_saves(site)
    again.click()
    until(page, lambda: saved_text(page) == "Saved at 14:32")
    until(page, lambda: again.count() == 0)


def test_a_save_that_comes_after_the_request_was_sent_says_so_and_is_tried_no_more(open_page, site) -> None:
    told = {"text": "Chloé sent this request.", "link": "See the request", "href": "/request/"}
    site.answers["/save/"] = lambda route: route.fulfill(
        status=409, body=json.dumps(told), content_type="application/json"
    )
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").fill("Zoé")
    until(page, lambda: saved_text(page) == "Chloé sent this request.")
    assert page.locator(".saved a").get_attribute("href") == "/request/"
    assert page.locator(".saved button").count() == 0
    page.locator("#id_title_1").check()
    page.locator("#id_name").fill("Zoé Anh")
    page.locator("#id_name").blur()
    page.wait_for_timeout(2000)
    assert len(saves(site)) == 1 and page.locator("#id_name").input_value() == "Zoé Anh"


def test_a_conflict_stands_at_its_field(open_page, site) -> None:
    answer_saves(site, conflicts=[{"name": "name", "text": "Changed on another device: <i>Linh</i>."}])
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").fill("Zoé")
    page.locator("#id_name").blur()
    page.wait_for_selector("#conflict-name")
    field = page.locator(".field", has=page.locator("#id_name"))
    until(page, lambda: field.inner_text().endswith(": <i>Linh</i>."))


def test_what_another_window_changed_is_not_called_saved(open_page, site) -> None:
    answer_saves(site, conflicts=[{"name": "name", "text": "Changed on another device."}])
    page = open_page(AUTOSAVE, form=Typed())
    page.locator("#id_name").fill("Zoé")
    page.locator("#id_name").blur()
    until(page, lambda: saved_text(page) == "1 field is not saved: see beside it.")
    answer_saves(site)
    page.locator("#id_title_1").check()
    until(page, lambda: len(saves(site)) == 2)
    assert "name" not in saves(site)[1], "a value that was refused is not sent again by itself"
    until(page, lambda: saved_text(page) == "1 field is not saved: see beside it.")
    page.locator("#id_name").fill("Chloé")
    page.locator("#id_name").blur()
    until(page, lambda: saved_text(page) == "Saved at 14:32")
    assert (saves(site)[2]["name"], saves(site)[2]["base:name"]) == (["Chloé"], ["Anh"])


class Wrong(Form):
    born = DateField(label="Born")
    code = CodeField(label="Code")


def test_the_summary_of_errors_has_the_focus_and_its_links_reach_the_field(open_page, site) -> None:
    page = open_page(
        "{% error_summary form %}<form>{{ form.born.as_field_group }}{{ form.code.as_field_group }}</form>",
        form=Wrong({"born_day": "3", "born_month": "14", "born_year": "2004"}),
    )
    until(page, lambda: page.evaluate("document.activeElement.id") == "error-summary")
    page.locator(".error-summary a").first.click()
    until(page, lambda: page.evaluate("document.activeElement.id") == "id_born_month")
    assert site.complaints == []


def test_a_pasted_code_is_cleaned(open_page) -> None:
    page = open_page('<form id="page-form">{{ form.code.as_field_group }}</form>', form=Wrong())
    page.locator("#id_code").fill(" 402 718 ")
    until(page, lambda: page.locator("#id_code").input_value() == "402718")


def test_the_session_warns_before_it_ends_and_can_go_on(open_page, site) -> None:
    page = open_page("<h1>x</h1>", session=121)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    before = len(site.asked)
    page.get_by_role("button", name="Stay").click()
    dialog.wait_for(state="hidden")
    until(page, lambda: len(site.asked) == before + 1)
    assert site.complaints == []


def test_buttons_that_need_the_script_are_hidden_without_it(open_page) -> None:
    source = '{% part "print" %}{% part "copy-link" url="" %}'
    assert open_page(source).get_by_role("button", name="Print").is_visible()
    assert not open_page(source, script=False).get_by_role("button", name="Print").is_visible()


def test_a_language_switch_sends_what_is_typed_without_script(open_page, site) -> None:
    page = open_page(
        '<form id="page-form" method="post">{{ form.name.as_field_group }}</form>',
        script=False,
        form=Typed(),
        page_form=True,
    )
    page.locator("#id_name").fill("Zoé")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("français")).click()
    method, path, body = site.asked[-1]
    assert (method, path) == ("POST", "/fr/x/")
    assert parse_qs(body) == {"name": ["Zoé"], "switch_language": ["fr"]}
