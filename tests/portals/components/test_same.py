"""Blocks that are the same for everybody: written once a language, and blind to what the page knows."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from matricule.portals.components.templatetags import same
from tests.support.pseudo import pseudo


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(same, "_kept", {})


def shown(text, **values):
    return Template("{% load i18n same %}" + text).render(Context(values))


def test_a_block_is_written_once(monkeypatch):
    written = []
    monkeypatch.setattr(same, "get_language", lambda: "en")
    for _round in range(3):
        assert shown('{% same "a" given=given %}<b>{{ given }}</b>{% endsame %}', given="x") == "<b>x</b>"
        written.append(len(same._kept))
    assert written == [1, 1, 1]


def test_nothing_of_the_page_can_be_seen_inside():
    text = '{% same "a" given=given %}{{ given }}{{ name }}{% endsame %}'
    assert shown(text, given="x", name="Minh Anh") == "x"
    assert "Minh Anh" not in str(same._kept)


def test_each_value_has_its_block_and_is_escaped():
    text = '{% same "a" given=given %}{{ given }}{% endsame %}'
    assert [shown(text, given=given) for given in ("x", "y", "<b>", "x")] == ["x", "y", "&lt;b&gt;", "x"]
    assert len(same._kept) == 3


def test_each_language_has_its_block():
    text = '{% same "a" %}{% translate "Sign in" %}{% endsame %}'
    with translation.override("en"):
        english = shown(text)
        with pseudo():
            assert shown(text) == f"⟦{english}⟧"
    with translation.override("fr"):
        assert shown(text) not in (english, f"⟦{english}⟧")
    assert len(same._kept) == 3


def test_no_more_than_the_newest_are_kept(monkeypatch):
    monkeypatch.setattr(same, "KEPT", 2)
    for given in "xyz":
        shown('{% same "a" given=given %}{{ given }}{% endsame %}', given=given)
    assert list(same._kept.values()) == ["y", "z"]


@pytest.mark.parametrize("wrong", ["{% same %}", "{% same name %}", '{% same "a" b %}', '{% same "a" b=c d %}'])
def test_a_tag_that_is_wrong_stops_the_template(wrong):
    with pytest.raises(TemplateSyntaxError):
        shown(wrong + "{% endsame %}")
