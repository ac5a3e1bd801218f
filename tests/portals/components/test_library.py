"""The list of components and their templates agree, and a wrong call stops the page."""

import re
from pathlib import Path

import pytest

from matricule.portals import components
from matricule.portals.components.library import COMPONENTS, REQUIRED, UnknownComponent, parameters
from matricule.portals.components.states import FILE_LOOKS, LOOKS
from tests.portals.components.conftest import words

ROOT = Path(components.__file__).parent
TEMPLATES = ROOT / "templates" / "components"
ICONS = set(re.findall(r'id="([a-z-]+)"', (ROOT / "static/matricule/icons.svg").read_text()))
NOT_CALLED = {
    "base", "nav", "footer", "demo-banner", "language-switch", "problem", "showroom", "file-act", "stopped",
    "real-time",
}  # fmt: skip
"""Templates that the layout or another component includes; pages do not call them."""


def test_each_component_has_its_template_and_each_template_its_entry() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.html")} - NOT_CALLED == set(COMPONENTS)


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_each_parameter_is_used_by_the_template(name: str) -> None:
    source = (TEMPLATES / f"{name}.html").read_text()
    unused = [key for key in COMPONENTS[name] if not re.search(rf"\b{key}\b", source)]
    assert unused == []


def test_a_wrong_call_says_what_is_wrong() -> None:
    with pytest.raises(UnknownComponent, match="no component 'bttn'"):
        parameters("bttn", {})
    with pytest.raises(UnknownComponent, match=r"unknown \['colour'\], missing \['text'\]"):
        parameters("btn", {"colour": "red"})


def test_defaults_are_filled_in() -> None:
    found = parameters("callout", {"kind": "you"})
    assert found["kind"] == "you"
    assert found["level"] == 3
    assert REQUIRED not in found.values()


def test_every_state_has_an_icon_of_the_sprite_and_a_word() -> None:
    for state, look in LOOKS.items():
        assert look.icon in ICONS, state
        assert str(look.word), state
        assert look.colour in {"ok", "you", "us", "bad", "wait", "off"}, state
    for state, look in FILE_LOOKS.items():
        assert {look.icon, look.thumb} <= ICONS, state


def test_templates_only_use_icons_that_exist() -> None:
    used = set()
    for path in ROOT.rglob("*.html"):
        used |= set(re.findall(r'{% icon "([a-z-]+)"', path.read_text()))
        used |= set(re.findall(r'icon="([a-z-]+)"', path.read_text()))
    assert used <= ICONS


@pytest.mark.parametrize("state", sorted(FILE_LOOKS))
def test_each_state_of_a_file_draws(tree, state: str) -> None:
    tools = [{"action": "/a", "icon": "trash", "label": "Remove x.pdf", "hidden": [{"name": "n", "value": "1"}]}]
    found = tree(
        '{% part "file" name="x.pdf" state=state title="T." text="U" tools=tools id="f1" %}', state=state, tools=tools
    )
    assert words(found.xpath("//*[@class='file-name']")[0]) == "x.pdf"
    assert "T. U" in words(found)
    (form,) = found.xpath("//form[@data-act]")
    assert (form.get("method"), form.get("action")) == ("post", "/a")
    assert words(form.xpath(".//button")[0]) == "Remove x.pdf"
    assert found.xpath("//input[@type='hidden' and @name='n' and @value='1']")
    assert bool(found.xpath("//progress")) == FILE_LOOKS[state].busy


def test_a_file_on_its_way_says_how_far(tree) -> None:
    found = tree('{% part "file" name="x" state="sending" sent=2600000 total=4100000 id="f" %}')
    assert "2.6 MB of 4.1 MB" in words(found)
    (bar,) = found.xpath("//progress")
    assert (bar.get("value"), bar.get("max"), bar.get("aria-labelledby")) == ("2600000", "4100000", "f-v")


def test_a_drop_works_without_script_and_brings_the_words_of_the_script(tree) -> None:
    hidden = [{"name": "part", "value": "original"}]
    found = tree('{% part "drop" action="/up" label="Add a page" id="p" hidden=hidden %}', hidden=hidden)
    (form,) = found.xpath("//form")
    assert (form.get("enctype"), form.get("method"), form.get("action")) == ("multipart/form-data", "post", "/up")
    assert form.xpath(".//label[@for='p']")
    assert form.xpath(".//input[@type='file' and @multiple and @id='p']")
    assert form.xpath("./button[@type='submit']")
    states = {each.get("data-state"): words(each) for each in form.xpath(".//template")}
    assert "{done} of {all}" in states["sending"]
    assert "Send again" in states["interrupted"]
    assert "{name}" in states["sending"]


def test_steps_mark_the_current_one_and_say_what_is_done(tree) -> None:
    found = tree('{% part "steps" now=3 %}')
    (current,) = found.xpath("//li[@aria-current='step']")
    assert words(current) == "I send my documents"
    assert [words(each) for each in found.xpath("//li[@class='done']")] == [
        "I prepare (done)",
        "I identify myself (done)",
    ]


def test_a_due_date_shows_weekday_day_and_month(tree) -> None:
    from datetime import date

    found = tree('{% part "due" date=day %}', day=date(2026, 12, 21))
    assert words(found) == "by Monday 21 December 2026"


def test_a_button_that_is_not_possible_yet_says_why(tree) -> None:
    found = tree('{% btn "Send" why="Open on 1 December" id="go" %}')
    (button,) = found.xpath("//button")
    assert button.get("aria-disabled") == "true"
    assert words(found.get_element_by_id(button.get("aria-describedby"))) == "Open on 1 December"


def test_a_link_is_a_link_and_a_button_a_button(tree) -> None:
    assert tree('{% btn "Go" href="/x" %}').xpath("//a[@href='/x' and @class='btn']")
    found = tree('{% btn "Go" name="act" value="1" form="f" formaction="/y" size="s" kind="2" %}')
    (button,) = found.xpath("//button[@type='submit']")
    assert button.get("class") == "btn btn-s btn-2"
    assert (button.get("form"), button.get("formaction"), button.get("value")) == ("f", "/y", "1")


def test_text_given_to_a_component_is_escaped_and_its_body_is_not(draw) -> None:
    shown = draw("{% callout title=bad %}<p>{{ bad }}</p>{% endcallout %}", bad="<script>x</script>")
    assert "<script>" not in shown
    assert "<p>&lt;script&gt;" in shown


def test_forms_inside_components_carry_the_token(draw, request_of) -> None:
    shown = draw('{% component "card" %}{% part "drop" action="/up" label="L" id="p" %}{% endcomponent %}')
    assert "csrfmiddlewaretoken" in shown


@pytest.mark.parametrize(("number", "said"), [(1, "1 waits for you"), (3, "3 wait for you")])
def test_a_tab_says_how_much_waits(tree, number: int, said: str) -> None:
    items = [{"href": "/a", "label": "My documents", "current": True, "waiting": number, "new": 0}]
    found = tree('{% part "tabs" label="My file" items=items %}', items=items)
    assert words(found.xpath("//a[@aria-current='page']")[0]) == f"My documents {said}"


def test_filters_write_as_the_language_asks(draw) -> None:
    from datetime import date

    source = (
        "{{ day|date_long }}|{{ day|date_weekday }}|{{ none|date_long }}|{{ size|file_size }}|{{ pair|localized }}"
    )
    shown = draw(source, day=date(2026, 12, 21), none=None, size=212_000, pair={"fr": "un", "en": "one"})
    assert shown == "21 December 2026|Monday 21 December 2026||212\u00a0kB|one"
