"""The tags and filters of every page: what each writes, and that nothing given to them becomes markup."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms as django_forms
from django.template import Context

from matricule.core import i18n
from matricule.portals.components.forms import Form
from matricule.portals.components.library import UnknownComponent
from matricule.portals.components.templatetags import matricule as tags
from tests.portals.components.conftest import words

DAY = date(2026, 12, 21)
MOMENT = datetime(2026, 12, 21, 17, 4, tzinfo=UTC)
BAD = '"><script>x</script>'


@pytest.mark.parametrize(
    ("name", "value", "english", "french"),
    [
        ("date_long", DAY, "21 December 2026", "21 décembre 2026"),
        ("date_weekday", DAY, "Monday 21 December 2026", "lundi 21 décembre 2026"),
        ("date_short", DAY, "21\u00a0Dec", "21\u00a0déc."),
        ("date_day", date(2027, 1, 1), "1", "1ᵉʳ"),
        ("month_year", DAY, "December 2026", "décembre 2026"),
        ("weekday", DAY, "Monday", "lundi"),
        ("date_civil", "2004-03-00", "March 2004", "mars 2004"),
        ("time_of_day", MOMENT, "18:04", "18\u00a0h\u00a004"),
        ("moment", MOMENT, "21 December 2026, 18:04", "21 décembre 2026 à 18\u00a0h\u00a004"),
        ("file_size", 212_000, "212\u00a0kB", "212\u00a0ko"),
        ("number", 1204, "1,204", "1\u202f204"),
        ("percent", 83, "83%", "83\u00a0%"),
        ("amount", 615, "€615", "615\u00a0€"),
        ("localized", {"fr": "un", "en": "one"}, "one", "un"),
    ],
)
def test_each_filter_writes_as_its_language_asks(draw, name, value, english, french) -> None:
    source = "{{ value|" + name + " }}"
    assert draw(source, value=value) == english
    with i18n.in_language("fr"):
        assert draw(source, value=value) == french


@pytest.mark.parametrize(
    "name",
    ["date_long", "date_weekday", "date_short", "date_day", "month_year", "weekday", "date_civil", "time_of_day",
     "moment"],
)  # fmt: skip
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_date_that_is_not_there_leaves_no_word(draw, name, nothing) -> None:
    assert draw("{{ value|" + name + " }}", value=nothing) == ""


def test_a_moment_is_told_from_words() -> None:
    assert tags.is_moment(MOMENT) and not tags.is_moment(DAY) and not tags.is_moment("yesterday")


class TestIconsAndTags:
    """Small marks beside words."""

    def test_an_icon_is_for_the_eye_only(self, tree) -> None:
        (drawn,) = tree('{% icon "check" %}').xpath("//svg")
        assert drawn.get("aria-hidden") == "true" and drawn.get("class") == "icon"

    def test_an_icon_takes_classes(self, tree) -> None:
        assert tree('{% icon "check" "icon-l doc" %}').xpath("//svg")[0].get("class") == "icon icon-l doc"

    @pytest.mark.parametrize("source", ["{% icon bad %}", "{% icon 'check' bad %}", "{% tag bad bad bad %}"])
    def test_nothing_given_becomes_markup(self, draw, source) -> None:
        assert "<script>" not in draw(source, bad=BAD)

    def test_a_tag_without_colour_or_icon_is_a_plain_word(self, tree) -> None:
        found = tree('{% tag "New" %}')
        (drawn,) = found.xpath("//span")
        assert (drawn.get("class"), words(drawn), found.xpath("//svg")) == ("tag", "New", [])

    def test_a_text_in_both_languages_is_escaped_too(self, draw) -> None:
        assert draw("{% localized pair %}", pair={"fr": BAD, "en": BAD}).startswith("&quot;&gt;")


class TestErrors:
    """The page's title and the summary."""

    class One(Form):
        name = django_forms.CharField()

    def prefix(self, **context) -> str:
        return tags.error_prefix(Context(context))

    def test_the_title_is_marked_when_one_of_the_forms_has_an_error(self) -> None:
        assert self.prefix(form=self.One({})) == "Error: "
        assert self.prefix(forms=[self.One({"name": "x"}), self.One({})]) == "Error: "

    def test_it_is_not_before_anything_was_sent(self) -> None:
        assert self.prefix() == self.prefix(form=None) == self.prefix(form=self.One(), forms=None) == ""
        assert self.prefix(form="no form at all") == ""

    def test_the_summary_names_each_field_once(self) -> None:
        (link,) = tags.errors_of(self.One({}))
        assert link.href == "#id_name" and link.label == "Name"


class TestHereAndThere:
    """Marks that depend on the page that is shown."""

    @pytest.mark.parametrize(
        ("url", "marked"), [("/en/help/", True), ("/en/", False), ("", False), ("/en/help/?a=1", False)]
    )
    def test_the_link_to_this_page_is_marked(self, request_of, url, marked) -> None:
        found = tags.here(Context({"request": request_of("/en/help/")}), url)
        assert bool(found) is marked

    def test_without_a_request_nothing_is(self) -> None:
        assert tags.here(Context({}), "/en/") == ""

    def test_the_switch_without_a_request_leads_to_the_start(self) -> None:
        found = tags.language_switch(Context({}))
        assert [row["url"] for row in found["languages"]] == ["/fr/", "/en/"]
        assert [row["current"] for row in found["languages"]] == [False, True] and found["page_form"] is False

    @pytest.mark.parametrize("seconds", [None, 0])
    def test_a_session_without_an_end_has_no_dialog(self, draw, request_of, seconds) -> None:
        assert draw("{% session_end %}", request_of(session_ends_in=seconds)) == ""

    def test_no_page_links_to_a_door_that_is_not_there(self) -> None:
        assert tags.address("nowhere:at-all") == ""
        assert tags.address("nowhere:at-all", "student:space") == tags.address("student:space") != ""


class TestWhatTheScriptFillsIn:
    """Templates of a file that only the script can show."""

    def test_a_file_on_its_way_can_be_stopped(self, draw) -> None:
        shown = draw('{% file_template "sending" %}')
        assert "{name}" in shown and "{done} of {all}" in shown and "Stop sending {name}" in shown

    def test_an_interrupted_one_can_be_sent_again_or_removed(self, draw) -> None:
        shown = draw('{% file_template "interrupted" %}')
        assert "Send again" in shown and "Remove {name}" in shown and "Stop sending" not in shown

    def test_both_speak_french(self, draw) -> None:
        with i18n.in_language("fr"):
            assert draw('{% file_template "sending" %}') != draw('{% file_template "interrupted" %}')
            assert "Stop" not in draw('{% file_template "sending" %}')


def test_a_due_date_says_its_weekday_or_the_word_given() -> None:
    assert tags.due_words(DAY, "") == {"top": "by Monday", "day": "21", "month": "December 2026"}
    assert tags.due_words(DAY, "target")["top"] == "target"


@pytest.mark.parametrize("source", ['{% part "nothing" %}', '{% btn "Go" colour="red" %}', '{% part "steps" %}'])
def test_a_component_that_is_called_wrongly_stops_the_page(draw, source) -> None:
    with pytest.raises(UnknownComponent):
        draw(source)


def test_a_component_sees_nothing_of_the_page_but_what_it_is_given(draw) -> None:
    shown = draw('{% callout title="T" %}x{% endcallout %}', id="secret", kind="bad", text="secret")
    assert "secret" not in shown


def test_the_banner_names_the_day_of_business_time(monkeypatch) -> None:
    monkeypatch.setattr(tags.clock, "today", lambda: DAY)
    monkeypatch.setattr(tags.config, "current", lambda: SimpleNamespace(demo=True))
    found = tags.demo_banner()
    assert found["demo"] is True and found["today"] == DAY and found["mailbox"] and found["time_machine"]


def test_a_history_says_in_demo_mode_only_that_its_times_are_real(draw, monkeypatch) -> None:
    monkeypatch.setattr(tags.config, "current", lambda: SimpleNamespace(demo=False))
    assert draw("{% real_time %}").strip() == ""
    monkeypatch.setattr(tags.config, "current", lambda: SimpleNamespace(demo=True))
    assert "real time of each act" in draw("{% real_time %}")
