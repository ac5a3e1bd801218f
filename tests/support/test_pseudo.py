"""The pseudo-language must catch what is not translated, and only that."""

from datetime import date

from django.template import Context, Engine
from django.utils.translation import gettext, gettext_lazy, ngettext

from matricule.core import i18n
from tests.support.pseudo import leaks, outside, pseudo

LAZY = gettext_lazy("Draft")


def test_it_brackets_gettext_pick_and_formats() -> None:
    with pseudo():
        assert gettext("Draft") == "⟦Draft⟧"
        assert str(LAZY) == "⟦Draft⟧"
        assert ngettext("one", "many", 2) == "⟦many⟧"
        assert i18n.pick({"fr": "a", "en": "a"}) == "⟦a⟧"
        assert i18n.format_size(212_000).startswith("⟦")
        with i18n.in_language("fr"):  # found on a 27 November: a leaf of the calendar said it, once a month
            assert i18n.format_day(date(2026, 12, 1)) == "⟦1ᵉʳ⟧"
            assert outside(i18n.format_date(date(2026, 12, 1))) == ""
    assert gettext("Draft") != "⟦Draft⟧"
    assert i18n.pick({"fr": "a", "en": "a"}) == "a"


def test_it_brackets_the_tags_of_templates() -> None:
    source = "{% load i18n %}{% translate 'Hello' %}{% blocktranslate with n=1 %}so {{ n }}{% endblocktranslate %}"
    template = Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string(source)
    with pseudo():
        assert template.render(Context()) == "⟦Hello⟧⟦so 1⟧"


def test_a_plain_text_leaks() -> None:
    assert leaks("<p>⟦Hello⟧ world</p>") == ["⟦Hello⟧ world"]
    assert leaks('<img alt="A passport">') == ["A passport"]
    assert leaks('<button aria-label="Close">×</button>') == ["Close"]
    assert leaks('<input type="submit" value="Send">') == ["Send"]


def test_what_may_stay_does_not_leak() -> None:
    assert leaks('<p translate="no">Nguyễn <b>Minh</b></p><p>⟦Hi⟧</p>') == []
    assert leaks("<p>12 · 4/6 — 2,5</p><script>let word = 1</script>") == []
    assert leaks('<p>⟦at ⟦14:32⟧ today⟧</p><input type="text" value="Nguyễn">') == []


def test_what_follows_a_hidden_element_is_read_again() -> None:
    assert leaks('<div translate="no">a<br>b<img src="x"></div><p>seen</p>') == ["seen"]


def test_nesting_of_brackets() -> None:
    assert outside("a⟦b⟦c⟧d⟧e⟧f") == "ae⟧f"


def test_a_translation_may_hold_elements() -> None:
    assert leaks('<p>⟦You wrote <b translate="no">gmial</b>. Did you <i>mean</i> that?⟧</p><p>seen</p>') == ["seen"]


def test_a_translation_that_never_closes_hides_nothing() -> None:
    assert leaks("<p>⟦Hello</p><p>world</p>") == ["never closed: ⟦Hello"]
