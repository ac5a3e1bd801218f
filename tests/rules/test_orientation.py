"""The orientation engine, on every orientation file: nothing unreachable, nothing asked in vain, every end right."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matricule.rules import countries, deadlines, orientation, orientation_loading, requirements
from matricule.rules.orientation import REGISTER, Orientation, Question, general_answers

TODAY = date(2026, 11, 21)
NAMES = orientation_loading.names()
STUDENT = orientation.load("student")
MOST = 9

VIETNAM = {
    "situation": "study",
    "has_number": "no",
    "birth_country": "VN",
    "nationality": "VN",
    "birth_date": "2004-04-09",
    "residence_title": "vls_ts",
    "document_language": "vi",
}
SPAIN = {
    "situation": "study",
    "has_number": "no",
    "birth_country": "ES",
    "nationality": "ES",
    "birth_date": "2004-04-09",
    "home_cover": "none",
}


def every_condition(orient: Orientation):
    for row in (*orient.questions, *orient.outcomes, *orient.notes, *orient.derivations):
        yield getattr(row, "when", None) or getattr(row, "ask_when", None)
        for option in getattr(row, "options", ()):
            yield option.when


def countries_that_differ(orient: Orientation) -> list[str]:
    """Return one country for each way in which the file's conditions tell countries apart, and Czechoslovakia."""
    operands = [frozenset(map(str, test.operand)) for c in every_condition(orient) if c for test in c.every_test()]
    kinds: dict[tuple[bool, ...], str] = {}
    for code, country in countries.table().items():
        if country.kind in ("current", "french_territory"):
            kinds.setdefault(tuple(code in operand for operand in operands), code)
    return [*kinds.values(), "99115"]


COUNTRIES = {name: countries_that_differ(orientation.load(name)) for name in NAMES}
DATES = {"birth_date": ["2000-01-01", "2009-01-01", "2012-00-00"], "ceam_until": ["2027-01-31", "2027-08-31"]}


def values_of(orient: Orientation, question: Question, answers) -> list[object]:
    if question.kind == "country":
        return [code for code in COUNTRIES[orient.name] if question.historical or not code.isdigit()]
    if question.kind == "yes_no":
        return [True, False]
    if question.kind == "language":
        return ["fr", "vi"]
    if question.kind == "date":
        return list(DATES[question.id])
    return [option.value for option in orient.options(question, answers, on=TODAY) if option.settles]


def walk(orient: Orientation, answers: dict | None = None) -> Iterator[dict]:
    """Yield the answers of every path from the first question to an end."""
    answers = answers or {}
    question = orient.next_question(answers, on=TODAY)
    if question is None:
        yield answers
        return
    for value in values_of(orient, question, answers):
        yield from walk(orient, {**answers, question.id: value})


@pytest.fixture(scope="module", params=NAMES)
def walked(request) -> tuple[Orientation, list[dict]]:
    orient = orientation.load(request.param)
    return orient, list(walk(orient))


def test_every_path_ends(walked):
    orient, paths = walked
    assert len(paths) > 100
    assert [path for path in paths if orient.outcome(path, on=TODAY) is None] == []


def test_no_question_and_no_outcome_is_unreachable(walked):
    orient, paths = walked
    asked = {key for path in paths for key in path}
    ends = {orient.outcome(path, on=TODAY).slug for path in paths}
    assert {question.id for question in orient.questions} - asked == set()
    assert {outcome.slug for outcome in orient.outcomes} - ends == set()


def test_no_option_and_no_note_is_unreachable(walked):
    orient, paths = walked
    for question in orient.questions:
        chosen = {path[question.id] for path in paths if question.id in path}
        assert {option.value for option in question.options if option.settles and question.kind == "choice"} <= chosen
    notes = {note.id for path in paths for note in orient.notes_for(path, on=TODAY)}
    assert notes == {note.id for note in orient.notes}


def test_a_path_takes_about_three_minutes(walked):
    _orient, paths = walked
    lengths = [len(path) for path in paths]
    assert max(lengths) <= MOST


def test_no_question_is_asked_that_other_answers_settle(walked):
    orient, paths = walked
    for path in paths:
        assert {question.id for question in orient.answered(path, on=TODAY)} == set(path)


def test_every_list_of_documents_can_be_made(walked):
    orient, paths = walked
    for path in paths:
        if orient.outcome(path, on=TODAY).kind == REGISTER:
            rows = requirements.requirements_for(orient.name, orient.facts(path, on=TODAY), on=TODAY)
            assert {"enrolment", "rib"} <= {row.code for row in rows}


def test_the_rules_that_turn_away_agree_with_the_list(walked):
    """Where the CEAM covers the year, nobody is given a list; where it does not, the list asks for resources."""
    orient, paths = walked
    for path in paths:
        if path.get("home_cover") != "ceam" or "ceam_until" not in path:
            continue
        covered = deadlines.ceam_covers_year(date.fromisoformat(path["ceam_until"]), TODAY)
        assert (orient.outcome(path, on=TODAY).slug == "ceam-covers-you") is covered


def test_general_answers_lead_to_their_own_page(walked):
    orient, _paths = walked
    for year in (2026, 2031):
        for outcome in orient.outcomes:
            if outcome.general:
                day = date(year, 11, 21)
                assert orient.outcome(general_answers(outcome, on=day), on=day) == outcome


def test_the_longest_way_is_announced_as_it_goes(walked):
    orient, paths = walked
    for path in paths[:: max(1, len(paths) // 200)]:
        answers: dict = {}
        for rank, (key, value) in enumerate(path.items(), start=1):
            number, left = orient.progress(answers, on=TODAY)
            assert number == rank
            assert 0 <= left <= MOST
            answers[key] = value
        assert orient.progress(answers, on=TODAY) == (len(path), 0)


# ---------------------------------------------------------------------------------------------- the student's file


def end(**changes) -> str | None:
    answers = {key: value for key, value in {**VIETNAM, **changes}.items() if value is not None}
    found = STUDENT.outcome(answers, on=TODAY)
    return found.slug if found else None


def spanish(**changes) -> str | None:
    found = STUDENT.outcome({**SPAIN, **changes}, on=TODAY)
    return found.slug if found else None


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({}, "register-with-visa"),
        ({"residence_title": "visa_d_card_later"}, "register-with-visa"),
        ({"residence_title": "short_or_none"}, "stay-first"),
        ({"residence_title": "card", "refugee": False}, "register-with-card"),
        ({"residence_title": "card", "refugee": True}, "register-refugee"),
        ({"situation": "study_work"}, "employer"),
        ({"situation": "work"}, "employer"),
        ({"situation": "applied"}, "enrol-first"),
        ({"situation": "other"}, "caisse-of-residence"),
        ({"has_number": "yes"}, "already-a-number"),
        ({"has_number": "unsure"}, "register-with-visa"),
        ({"birth_country": "FR"}, "born-in-france"),
        ({"birth_country": "RE"}, "born-in-france"),
        ({"nationality": "GB"}, "register-with-visa"),
        ({"nationality": "GB", "residence_title": "short_or_none"}, "stay-first"),
        ({"nationality": "FR"}, "register-french"),
        ({"nationality": "FR", "birth_country": "NC"}, "register-french"),
        ({"nationality_2": "FR"}, "register-french"),
        ({"birth_date": "2009-06-01", "refugee": False, "residence_title": "short_or_none"}, "register-minor"),
        ({"birth_date": "2012-06-01", "refugee": False, "with_parent": True}, "register-minor"),
        ({"nationality": "CA", "agreement": "quebec"}, "register-quebec"),
        ({"nationality": "CA", "agreement": "none"}, "register-with-visa"),
        (
            {"nationality": "AD", "agreement": "andorra", "residence_title": "card", "refugee": False},
            "register-andorra",
        ),
    ],
)
def test_who_ends_where(changes, slug):
    assert end(**changes) == slug


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({}, "register-eu"),
        ({"home_cover": "s1"}, "register-eu-s1"),
        ({"home_cover": "ceam", "ceam_until": "2027-08-31"}, "ceam-covers-you"),
        ({"home_cover": "ceam", "ceam_until": "2027-08-30"}, "register-eu-ceam-too-short"),
        ({"home_cover": "ceam", "ceam_until": "2027-08-30", "academic_year_end": "2027-06-30"}, "ceam-covers-you"),
        (
            {"home_cover": "ceam", "ceam_until": "2027-08-31", "academic_year_end": "2027-09-30"},
            "register-eu-ceam-too-short",
        ),
        ({"nationality": "CH"}, "register-eu"),
        ({"nationality": "VN", "nationality_2": "DE"}, "register-eu"),
    ],
)
def test_who_of_the_union_ends_where(changes, slug):
    assert spanish(**changes) == slug


def test_ends_that_turn_away_come_as_soon_as_they_are_certain():
    assert STUDENT.outcome({"situation": "work"}, on=TODAY).slug == "employer"
    assert STUDENT.outcome({"situation": "study", "has_number": "yes"}, on=TODAY).slug == "already-a-number"
    assert STUDENT.outcome({"situation": "study"}, on=TODAY) is None


def test_an_end_that_lets_register_waits_for_the_whole_list():
    answers = {key: value for key, value in VIETNAM.items() if key != "document_language"}
    assert STUDENT.outcome(answers, on=TODAY) is None
    assert STUDENT.next_question(answers, on=TODAY).id == "document_language"


@pytest.mark.parametrize(
    ("answers", "silent"),
    [
        ({"nationality": "FR", "birth_country": "CA"}, {"residence_title", "home_cover", "refugee"}),
        ({"nationality": "ES", "birth_country": "ES"}, {"residence_title", "document_language", "agreement"}),
        ({"nationality": "VN", "birth_country": "VN"}, {"home_cover", "ceam_until", "agreement", "with_parent"}),
        ({"nationality": "VN", "birth_country": "VN", "birth_date": "2009-06-01"}, {"residence_title"}),
    ],
)
def test_what_other_answers_settle_is_not_asked(answers, silent):
    start = {"situation": "study", "has_number": "no", "birth_date": "2000-01-01", **answers}
    asked = {question.id for question in STUDENT.asked(start, on=TODAY)}
    assert asked & silent == set()


def test_not_being_sure_of_the_stay_title_brings_the_question_back():
    answers = {**VIETNAM, "residence_title": "unsure"}
    assert STUDENT.outcome(answers, on=TODAY) is None
    assert STUDENT.next_question(answers, on=TODAY).id == "residence_title"
    assert "residence_title" not in STUDENT.facts(answers, on=TODAY)


def test_an_answer_of_another_path_is_neither_used_nor_lost():
    """Somebody goes back from Vietnam to Spain: the stay title stays in the answers and counts for nothing."""
    answers = {**VIETNAM, "nationality": "ES", "birth_country": "ES", "home_cover": "none"}
    assert STUDENT.outcome(answers, on=TODAY).slug == "register-eu"
    assert STUDENT.facts(answers, on=TODAY)["residence_title"] == "not_needed"
    assert answers["residence_title"] == "vls_ts"


def test_facts_hold_only_what_the_requirements_read():
    facts = STUDENT.facts(VIETNAM, on=TODAY)
    assert facts == {
        "nationality": "VN",
        "birth_country": "VN",
        "birth_date": "2004-04-09",
        "residence_title": "vls_ts",
        "enrolled": True,
        "home_cover": "none",
        "has_number": "no",
        "paid_work": False,
        "french_origin": "none",
        "agreement": "none",
        "refugee": False,
        "document_country": "VN",
        "document_language": "vi",
    }
    assert set(facts) <= set(requirements.StudentAnswers.__annotations__)


@pytest.mark.parametrize(
    ("born", "origin"), [("NC", "overseas"), ("PF", "overseas"), ("WF", "overseas"), ("MA", "born_abroad")]
)
def test_where_a_french_person_comes_from_follows_from_the_birth_country(born, origin):
    answers = {**VIETNAM, "nationality": "FR", "birth_country": born, "document_language": "fr"}
    assert STUDENT.facts(answers, on=TODAY)["french_origin"] == origin


@pytest.mark.parametrize(("on", "end_of_year"), [(date(2026, 11, 21), "2027-08-31"), (date(2027, 2, 1), "2027-08-31")])
def test_the_year_ends_on_31_august_unless_the_enrolment_says_otherwise(on, end_of_year):
    answers = {**SPAIN, "home_cover": "ceam", "ceam_until": "2020-01-01"}
    assert STUDENT.facts(answers, on=on)["academic_year_end"] == end_of_year
    assert STUDENT.facts({**answers, "academic_year_end": "2027-06-30"}, on=on)["academic_year_end"] == "2027-06-30"


@pytest.mark.parametrize(
    ("born", "asked"),
    [("2008-11-21", True), ("2008-11-22", False), ("2008-11-00", False), ("2008-00-00", False), ("2007-00-00", True)],
)
def test_a_stay_title_is_asked_from_the_18th_birthday_and_doubt_helps_the_young(born, asked):
    answers = {**VIETNAM, "birth_date": born}
    ids = {question.id for question in STUDENT.asked(answers, on=TODAY)}
    assert ("residence_title" in ids) is asked


@pytest.mark.parametrize(("born", "asked"), [("2010-11-22", True), ("2010-11-21", False)])
def test_under_16_a_parent_is_asked_about(born, asked):
    ids = {question.id for question in STUDENT.asked({**VIETNAM, "birth_date": born}, on=TODAY)}
    assert ("with_parent" in ids) is asked


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"has_number": "unsure"}, "number_unsure"),
        ({}, "validate_visa"),
        ({"residence_title": "visa_d_card_later"}, "card_later"),
        ({"birth_date": "2012-06-01", "with_parent": False, "refugee": False}, "under_16"),
    ],
)
def test_notes_speak_of_the_person_s_own_case(changes, note):
    assert note in {found.id for found in STUDENT.notes_for({**VIETNAM, **changes}, on=TODAY)}


def test_options_follow_the_countries():
    question = STUDENT.question("agreement")
    canadian = STUDENT.options(question, {**VIETNAM, "nationality": "CA"}, on=TODAY)
    assert [option.value for option in canadian] == ["quebec", "none"]
    andorran = STUDENT.options(question, {**VIETNAM, "nationality": "AD"}, on=TODAY)
    assert [option.value for option in andorran] == ["andorra", "none"]


def test_progress_counts_the_question_that_is_shown_again():
    assert STUDENT.progress(VIETNAM, on=TODAY, current=STUDENT.question("has_number"))[0] == 2
    assert STUDENT.progress({}, on=TODAY) == (1, 7)


def test_what_does_not_exist_is_not_found():
    assert STUDENT.question("weather") is None
    assert STUDENT.find_outcome("nowhere") is None
    assert STUDENT.find_outcome("stay-first").kind == "not_yet"


def test_every_end_cites_its_rule_and_its_source():
    for outcome in STUDENT.outcomes:
        assert outcome.rule.source
        assert all(len(outcome.rule.text[language]) > 8 for language in ("fr", "en"))


KEYS = [question.id for question in STUDENT.questions]
ANY = st.fixed_dictionaries(
    {},
    optional={
        "situation": st.sampled_from(["study", "work", "other"]),
        "has_number": st.sampled_from(["yes", "no", "unsure"]),
        "birth_country": st.sampled_from(["FR", "NC", "VN", "ES", "CA", "99115"]),
        "nationality": st.sampled_from(["FR", "VN", "ES", "AD"]),
        "nationality_2": st.sampled_from(["FR", "DE", "CA"]),
        "birth_date": st.sampled_from(["2000-01-01", "2009-06-00", "2012-00-00"]),
        "with_parent": st.booleans(),
        "residence_title": st.sampled_from(["vls_ts", "card", "unsure", "short_or_none"]),
        "refugee": st.booleans(),
        "home_cover": st.sampled_from(["none", "ceam", "s1"]),
        "ceam_until": st.sampled_from(["2027-01-01", "2028-01-01"]),
        "academic_year_end": st.sampled_from(["2027-06-30", "2027-09-30"]),
        "agreement": st.sampled_from(["none", "quebec", "andorra"]),
        "document_language": st.sampled_from(["fr", "vi"]),
    },
)


@given(ANY)
@settings(deadline=None)
def test_any_set_of_answers_gives_a_question_or_an_end(answers):
    question, outcome = STUDENT.next_question(answers, on=TODAY), STUDENT.outcome(answers, on=TODAY)
    assert (question is None) is (outcome is not None)
    if outcome is not None and outcome.kind == REGISTER:
        requirements.requirements_for("student", STUDENT.facts(answers, on=TODAY), on=TODAY)


@given(ANY, st.sampled_from(KEYS))
@settings(deadline=None)
def test_an_end_that_turns_away_does_not_change_with_answers_that_come_later(answers, key):
    outcome = STUDENT.outcome(answers, on=TODAY)
    if outcome is None or outcome.kind == REGISTER:
        return
    last = max(KEYS.index(question.id) for question in STUDENT.answered(answers, on=TODAY))
    if KEYS.index(key) > last:
        fewer = {name: value for name, value in answers.items() if name != key}
        assert STUDENT.outcome(fewer, on=TODAY) == outcome


def test_the_pairs_of_nationalities_count_the_better_one():
    for first, second in product(["VN", "ES", "FR"], repeat=2):
        status = STUDENT._lookup({**VIETNAM, "nationality": first, "nationality_2": second}, TODAY)("status")
        expected = "french" if "FR" in (first, second) else "eu" if "ES" in (first, second) else "other"
        assert status == expected
