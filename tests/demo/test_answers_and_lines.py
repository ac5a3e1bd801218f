"""What the demo types for its people, and how it shows a mail: no database is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from matricule.core import clock
from matricule.demo import loading, sending, time_machine, urls, views
from matricule.demo.apps import DemoConfig
from matricule.demo.people import Cover, get_person, load_people
from matricule.rules import answers, orientation
from matricule.rules.requirements import requirements_for

everyone = pytest.mark.parametrize("person", load_people(), ids=lambda person: person.key)
TODAY = date(2026, 11, 21)


@everyone
def test_the_documents_that_somebody_holds_are_those_that_the_rules_ask(person):
    """When a rule changes, nobody of the demo may stand before a list that they cannot fill."""
    if person.state == "none":
        return
    path = orientation.load("student")
    facts = path.facts(loading.answers_of(person), on=TODAY)
    known = {name: value for name, value in facts.items() if name in answers.fields("student")}
    owed = {rule.code for rule in requirements_for("student", known, on=TODAY) if rule.blocks_submission}
    assert owed <= {owned.requirement for owned in person.documents}


@pytest.mark.parametrize(("kind", "title"), [("vls_ts", "vls_ts"), ("visa_d", "visa_d_card_later"), ("card", "card")])
def test_each_title_is_answered_in_the_words_of_the_questionnaire(kind, title):
    anh = get_person("anh")
    assert loading.answers_of(replace(anh, stay=replace(anh.stay, kind=kind)))["residence_title"] == title
    assert "residence_title" not in loading.answers_of(replace(anh, stay=None))


@pytest.mark.parametrize(("kind", "until"), [("ceam", "2027-08-31"), ("s1", None)])
def test_only_a_european_card_has_a_last_day(kind, until):
    person = replace(get_person("anh"), cover=Cover(kind, "1", "x", "1", date(2027, 8, 31)))
    found = loading.answers_of(person)
    assert (found["home_cover"], found.get("ceam_until")) == (kind, until)
    assert loading.answers_of(replace(person, cover=None))["home_cover"] == "none"


@pytest.mark.parametrize(
    ("status", "refugee", "agreement"),
    [("refugee", True, "none"), ("quebec", False, "quebec"), ("andorra", False, "andorra"), ("", False, "none")],
)
def test_a_status_becomes_its_answer(status, refugee, agreement):
    found = loading.answers_of(replace(get_person("anh"), status=status))
    assert (found["refugee"], found["agreement"]) == (refugee, agreement)


def test_a_plurilingual_extract_is_told_and_read_in_french():
    giulia = get_person("giulia")
    found = loading.answers_of(giulia)
    assert (found["document_language"], found["plurilingual_extract"]) == ("fr", True)
    assert "plurilingual_extract" not in loading.answers_of(get_person("anh"))


@everyone
def test_the_pages_of_step_2_carry_the_person_and_nobody_else(person):
    pages = loading.sections_of(person)
    assert pages["civil_status"]["birth_name"] == person.birth_name
    assert pages["contact"]["letter_box"] in (person.address.letter_box, person.birth_name)
    assert pages["studies"]["school_uai"] == person.school.uai
    assert pages["parents"]["parent1_birth_name"] == person.parents[0].birth_name


def test_a_letter_box_without_a_name_bears_the_holders():
    anh = get_person("anh")
    pages = loading.sections_of(replace(anh, address=replace(anh.address, letter_box="")))
    assert pages["contact"]["letter_box"] == "Nguyễn"


def test_parents_that_the_record_does_not_name_leave_an_empty_page():
    anh = get_person("anh")
    assert loading.sections_of(replace(anh, parents=()))["parents"] == {}
    three = replace(anh, parents=(*anh.parents, anh.parents[0]))
    assert len(loading.sections_of(three)["parents"]) == 4


@pytest.mark.parametrize("native", [{}, {"birth_name": "Коваленко"}, {"given_names": "Олександра"}])
def test_names_in_another_script_have_no_stray_blank(native):
    pages = loading.sections_of(replace(get_person("anh"), native=native))
    assert pages["civil_status"]["original_names"] == " ".join(native.values())


def test_days_are_typed_as_three_fields_without_leading_zeros():
    typed = sending.typed_of(
        {"birth_date": "2005-03-04", "arrival_date": date(2026, 8, 29), "school_name": "U", "x": 3}
    )
    assert typed == {
        "birth_date_year": "2005",
        "birth_date_month": "3",
        "birth_date_day": "4",
        "arrival_date_year": "2026",
        "arrival_date_month": "8",
        "arrival_date_day": "29",
        "school": "U",
        "x": "3",
    }


# --- mails ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("", []),
        ("plain", [[("plain", False)]]),
        ("a\n\nb", [[("a", False)], [("", False)], [("b", False)]]),
        ("see https://x.example/a now", [[("see ", False), ("https://x.example/a", True), (" now", False)]]),
        ("http://x.example/1 http://x.example/2", [[("", False), ("http://x.example/1", True), (" ", False),
                                                   ("http://x.example/2", True), ("", False)]]),
        ("ftp://x.example javascript:alert(1)", [[("ftp://x.example javascript:alert(1)", False)]]),
    ],
)  # fmt: skip
def test_only_addresses_of_pages_become_links_and_no_letter_is_lost(body, lines):
    found = views._lines(body)
    assert found == lines
    assert "\n".join("".join(text for text, _ in line) for line in found) == body


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("sign_in_code", "Your code is 123 456.", "123 456"),
        ("sign_in_code", "Votre code : 123456", "123456"),
        ("sign_in_code", "no code", ""),
        ("sign_in_code", "number 1234567 is too long", ""),
        ("deposit_receipt", "reference 123 456", ""),
    ],
)
def test_only_the_code_of_a_sign_in_is_shown_large(kind, body, code, monkeypatch):
    monkeypatch.setattr(views, "state_of", lambda mail: SimpleNamespace(words={"fr": "parti", "en": "sent"}))
    mail = SimpleNamespace(kind=kind, body=body, pk=1, subject="s", to_address="a@example.org", created_at=None)
    assert views._shown(mail)["code"] == code


# --- time -------------------------------------------------------------------------------------------------------


def test_every_step_of_the_page_moves_forward():
    for step in views.STEPS.values():
        assert set(step) <= {"days", "months"} and all(value > 0 for value in step.values())


@pytest.fixture
def still(monkeypatch, tmp_path):
    """A clock of the test's own, and a file of its own."""
    monkeypatch.setattr(time_machine, "_file", lambda: tmp_path / "folder" / "demo-clock")
    monkeypatch.setattr(time_machine.clock.timezone, "now", lambda: datetime(2027, 1, 31, 12, tzinfo=UTC))
    monkeypatch.setattr(time_machine.jobs, "run_sweeps", lambda: None)
    return tmp_path / "folder"


def test_a_month_from_the_31st_is_the_last_day_of_a_short_month(still):
    assert time_machine.forward(months=1).days == 28
    assert time_machine.offset().days == 28


def test_days_come_after_months(still):
    assert time_machine.forward(months=1, days=1).days == 29


def test_the_longest_way_is_exact(still):
    assert time_machine.forward(days=time_machine.MOST_DAYS).days == time_machine.MOST_DAYS
    with pytest.raises(ValueError, match="enough"):
        time_machine.forward(days=1)
    assert time_machine.offset().days == time_machine.MOST_DAYS


def test_nothing_but_the_offset_is_left_in_the_folder(still):
    time_machine.forward(days=1)
    time_machine.back_to_now()
    assert [path.name for path in still.iterdir()] == ["demo-clock"]
    assert time_machine.offset().total_seconds() == 0


def test_no_file_is_no_offset(still):
    assert time_machine.offset().total_seconds() == 0


def test_the_room_gives_its_offset_to_the_clock(monkeypatch):
    given = []
    monkeypatch.setattr(clock, "use_offset", given.append)
    DemoConfig.ready(None)
    assert given == [time_machine.offset]


def test_changing_something_is_never_a_link():
    """Whoever signs in or bounces a mail sends a form: a link could be followed by a browser on its own."""
    for view in (views.sign_in, views.send_back):
        request = SimpleNamespace(method="GET", path="/", META={})
        assert view(request, "x").status_code == 405
    assert {page.name for page in urls.pages} == {"start", "sign-in", "mailbox", "mail", "send-back", "time-machine"}
