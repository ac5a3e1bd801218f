"""The forms kit: what each field looks like, the summary of errors, the language switch."""

import pytest
from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from matricule.portals.components.fields import ChoiceCards, DateField, TextInput
from matricule.portals.components.forms import Form, KeyedForm, error_links, switching, unvalidated
from tests.portals.components.conftest import words


class Person(KeyedForm):
    name = django_forms.CharField(
        label="Birth name", help_text="As on your certificate.", widget=TextInput("family-name")
    )
    nick = django_forms.CharField(label="Nickname", required=False)
    born = DateField(label="Born", help_text="Day, month, year.")
    title = django_forms.ChoiceField(label="Title", choices=[("a", "A"), ("b", "B")], widget=ChoiceCards)
    mail = django_forms.EmailField(label="E-mail", error_messages={"required": _("Write your name.")})

    def clean(self):
        raise django_forms.ValidationError("Names and title do not agree.")


@pytest.fixture
def wrong() -> Person:
    return Person({"name": "", "nick": "N", "born_day": "3", "born_month": "14", "born_year": "2004", "mail": ""})


def test_a_field_has_label_hint_and_autocomplete(tree) -> None:
    found = tree("{{ form.name.as_field_group }}", form=Person())
    (box,) = found.xpath("//input")
    assert box.get("autocomplete") == "family-name"
    assert "input" in box.get("class").split()
    assert found.xpath("//label")[0].get("for") == box.get("id")
    assert box.get("aria-describedby") == found.xpath("//p[@class='hint']")[0].get("id")
    assert box.get("aria-invalid") is None
    assert box.get("required") is None


def test_an_error_stands_above_the_input_and_is_read_with_it(tree, wrong) -> None:
    found = tree("{{ form.name.as_field_group }}", form=wrong)
    (box,) = found.xpath("//input")
    assert box.get("aria-invalid") == "true"
    described = box.get("aria-describedby").split()
    texts = [words(found.get_element_by_id(each)) for each in described]
    assert texts == ["As on your certificate.", "This answer is missing."]
    assert found.xpath("//*[@id='id_name_error']/following::input")
    assert "has-error" in found.xpath("//div[contains(@class, 'field')]")[0].get("class")


def test_optional_fields_say_so(tree) -> None:
    assert words(tree("{{ form.nick.as_field_group }}", form=Person())) == "Nickname (optional)"
    assert "(optional)" not in words(tree("{{ form.name.as_field_group }}", form=Person()))


def test_only_the_wrong_part_of_a_date_is_red(tree, wrong) -> None:
    found = tree("{{ form.born.as_field_group }}", form=wrong)
    marks = {each.get("name"): each.get("aria-invalid") for each in found.xpath("//input")}
    assert marks == {"born_day": None, "born_month": "true", "born_year": None}
    (box,) = found.xpath("//fieldset")
    assert box.get("aria-describedby") == "id_born_helptext id_born_error"
    assert words(found.xpath("//legend")[0]) == "Born"
    assert [words(label) for label in found.xpath("//label")] == ["Day", "Month", "Year"]


def test_every_part_is_red_when_the_whole_date_is_missing(tree) -> None:
    found = tree("{{ form.born.as_field_group }}", form=Person({}))
    assert [each.get("aria-invalid") for each in found.xpath("//input")] == ["true"] * 3


def test_hidden_fields_have_no_label(tree) -> None:
    found = tree("{{ form.idempotency_key.as_field_group }}", form=Person())
    assert words(found) == ""
    assert len(found.xpath("//input[@type='hidden']")[0].get("value")) == 36


def test_the_summary_leads_to_each_field(tree, wrong) -> None:
    page = "{% error_summary form %}{% for f in form %}{{ f.as_field_group }}{% endfor %}"
    found = tree(page, form=wrong)
    links = found.xpath("//*[@id='error-summary']//a")
    assert [link.get("href") for link in links] == ["#id_name", "#id_born_month", "#id_title_0", "#id_mail"]
    for link in links:
        target = found.get_element_by_id(link.get("href")[1:])
        assert target.tag == "input"
    summary = found.get_element_by_id("error-summary")
    assert (summary.get("role"), summary.get("tabindex")) == ("group", "-1")
    assert "5 answers need another look" in words(summary)
    assert "Names and title do not agree." in words(summary)
    assert "Birth name: This answer is missing." in words(summary)


def test_the_summary_is_silent_without_errors(draw) -> None:
    assert draw("{% error_summary form %}", form=Person()).strip() == ""


@pytest.mark.parametrize("label", ["Account", "Account?", "Account\u00a0?", "Account\u202f!", "Account."])
@pytest.mark.parametrize("message", ["IBAN to be copied.", "February has 29 days. You wrote 30."])
def test_a_line_of_the_summary_is_a_label_without_its_mark_and_the_message_as_written(label, message) -> None:
    class Bank(Form):
        iban = django_forms.CharField(label=label, error_messages={"required": message})

    assert [(link.label, link.message) for link in error_links(Bank({}))] == [("Account", message)]


def test_a_field_keeps_its_own_sentence(wrong) -> None:
    assert wrong.errors["mail"] == ["Write your name."]


def test_a_language_switch_is_recognised(rf) -> None:
    assert switching(rf.post("/en/", {"switch_language": "fr"}))
    assert not switching(rf.post("/en/", {"name": "x"}))
    assert not switching(rf.get("/en/", {"switch_language": "fr"}))


def test_what_was_typed_is_shown_again_without_errors(draw, wrong) -> None:
    shown = draw(
        "{% for f in form %}{{ f.as_field_group }}{% endfor %}{% error_summary form %}", form=unvalidated(wrong)
    )
    assert 'value="N"' in shown
    assert 'name="born_month" value="14"' in shown
    assert "has-error" not in shown
    assert "aria-invalid" not in shown
    assert "error-summary" not in shown


def test_the_question_of_a_page_is_its_title(tree, wrong) -> None:
    found = tree('{% part "question" field=form.title why="Because." %}', form=wrong)
    (box,) = found.xpath("//fieldset")
    assert words(found.xpath("//legend/h1")[0]) == "Title"
    described = [words(found.get_element_by_id(each)) for each in box.get("aria-describedby").split()]
    assert described == ["Because.", "This answer is missing."]
