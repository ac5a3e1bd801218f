"""Who an employer may register: each answer by a person who gets it, and what no answer ever says."""

import copy
from dataclasses import replace
from itertools import product

import pytest

from matricule.rules import countries, data
from matricule.rules.employer import eligibility
from matricule.rules.employer.eligibility import Situation, decide
from matricule.rules.errors import InputError, RulesError
from matricule.rules.orientation_loading import read as read_orientation

NIR = "1 98 07 99 352 017 52"
NNP = "7112312345678"
MIG = "5112312345678"
NTT = "1912345675A12"
THERE = {"where": "Lyon", "when": "2019"}


def person(**changes) -> Situation:
    return replace(Situation(birth_country="BR", nationality="BR"), **changes)


@pytest.mark.parametrize(
    ("said", "code", "stops", "asks"),
    [
        ({}, "may_register", False, ""),
        ({"ever_in_france": "no", "has_number": "no"}, "may_register", False, ""),
        ({"ever_in_france": "unsure"}, "may_register", False, ""),
        ({"ever_in_france": "yes"}, "known_in_france", False, "where_and_when"),
        ({"has_number": "yes"}, "known_in_france", False, "where_and_when"),
        ({"has_number": "yes", "where": "Lyon"}, "known_in_france", False, "where_and_when"),
        ({"has_number": "yes", **THERE}, "may_register_searched", False, ""),
        ({"ever_in_france": "yes", **THERE}, "may_register_searched", False, ""),
        ({"birth_country": "FR"}, "born_in_france", True, ""),
        ({"birth_country": "RE"}, "born_in_france", True, ""),
        ({"birth_country": "FR", "has_number": "yes", **THERE}, "born_in_france", True, ""),
        ({"birth_country": "FR", "number": NTT}, "born_in_france", True, ""),
        ({"birth_country": "NC", "nationality": "FR"}, "may_register_french", False, ""),
        ({"nationality": "FR"}, "may_register_french", False, ""),
        ({"nationality_2": "FR"}, "may_register_french", False, ""),
        ({"nationality": "FR", "ever_in_france": "yes"}, "return_or_first_time", False, "returning"),
        ({"nationality": "FR", "ever_in_france": "yes", "returning": "yes"}, "returning_french", True, ""),
        (
            {"nationality": "FR", "ever_in_france": "yes", "returning": "no"},
            "known_in_france",
            False,
            "where_and_when",
        ),
        (
            {"nationality": "FR", "ever_in_france": "yes", "returning": "no", **THERE},
            "may_register_searched",
            False,
            "",
        ),
        ({"number": NIR}, "kind_of_number", False, "number_kind"),
        ({"number": NIR, "number_kind": "payroll"}, "kind_of_number", False, "number_kind"),
        ({"number": NIR, "number_kind": "definitive"}, "has_number", True, ""),
        ({"number": NIR, "number_kind": "waiting"}, "has_waiting_number", True, ""),
        ({"number": "1980799352017", "number_kind": "definitive"}, "has_number", True, ""),
        ({"number": NNP}, "has_old_provisional", True, ""),
        ({"number": MIG}, "may_register", False, ""),
        ({"number": NTT}, "may_register", False, ""),
        ({"number": NTT, "has_number": "yes"}, "known_in_france", False, "where_and_when"),
        ({"number": "198079935201753"}, "number_to_check", False, "number"),
        ({"number": "12"}, "number_to_check", False, "number"),
        ({"number": "2 69 05 49 588 157 80"}, "number_to_check", False, "number"),
    ],
)
def test_who_may_be_registered(said, code, stops, asks):
    found = decide(person(**said))
    assert (found.code, found.stops, found.asks) == (code, stops, asks)
    assert found.goes_on is (not stops and not asks)
    again = eligibility.told(code, [note.code for note in found.notes])
    assert again is not None and (again.title, again.notes) == (found.title, found.notes)


def test_there_is_no_answer_of_another_name():
    assert eligibility.told("perhaps") is None


def test_fifteen_digits_with_a_companys_number_inside_may_be_a_payroll_number():
    """1 + SIREN 912345675 + five digits: no key of a NIR, and a SIREN where a NTT has one."""
    number = "191234567500017"
    asked = decide(person(number=number))
    assert (asked.code, asked.asks) == ("perhaps_payroll", "number_kind")
    assert [item.code for item in asked.reasons][-1] == "maybe_ntt"
    told = decide(person(number=number, number_kind="payroll"))
    assert told.goes_on and [note.code for note in told.notes] == ["ntt"]
    assert decide(person(number=number, number_kind="definitive")).code == "perhaps_payroll", "the key stays wrong"


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ({"number": NTT}, ["ntt"]),
        ({"number": MIG}, ["mig"]),
        ({"ever_in_france": "unsure"}, ["not_sure"]),
        ({"ever_in_france": "unsure", "has_number": "yes", **THERE}, []),
        ({}, []),
    ],
)
def test_what_is_explained_beside_the_answer(said, notes):
    assert [note.code for note in decide(person(**said)).notes] == notes


def test_a_payroll_number_never_changes_the_answer():
    """The same people with and without a NTT: what stops them is never the NTT."""
    for birth, nationality, ever, has in product(("BR", "FR"), ("BR", "FR"), ("", "no", "yes"), ("", "yes")):
        one = Situation(birth, nationality, ever_in_france=ever, has_number=has)
        assert decide(one).code == decide(replace(one, number=NTT)).code


def test_the_answer_never_depends_on_which_number_it_is():
    """Two well-formed numbers get the same words: nothing is looked up, so nothing can be found out here."""
    first, second = (decide(person(number=number)) for number in (NIR, "2 99 03 99 216 123 80"))
    assert first == second
    assert decide(person(number=NIR, number_kind="definitive")) == decide(
        person(number="299039921612380", number_kind="definitive")
    )


def test_no_answer_says_whether_the_number_exists_here():
    """No sentence speaks of what this service knows or found."""
    raw = (data.FOLDER / "employer" / eligibility.FILE).read_text(encoding="utf-8").lower()
    for said in ("connu de ce service", "nous avons trouvé", "existe ici", "known here", "we found", "in our records"):
        assert said not in raw


def test_each_stop_says_what_to_do_and_speaks_of_payroll_rights_and_loss():
    for code in ("has_number", "has_waiting_number", "has_old_provisional"):
        found = next(row.decision for row in eligibility.table().outcomes if row.decision.code == code)
        words = " ".join([text["fr"] for text in found.body] + [step.text["fr"] for step in found.steps])
        assert "DPAE" in words and "paie" in words and "S1106" in words
    lost = next(row.decision for row in eligibility.table().outcomes if row.decision.code == "has_number")
    assert any("attestation" in step.text["fr"] for step in lost.steps)


def test_everybody_gets_an_answer_and_every_answer_has_somebody():
    """All 1,728 combinations of what can be said: none is left without an answer, none of the answers is dead."""
    met = set()
    numbers = ("", NIR, NNP, NTT, "12", "191234567500017")
    for birth, nationality, ever, has, number, kind, back in product(
        ("BR", "FR"),
        ("BR", "FR"),
        ("no", "yes"),
        ("no", "yes"),
        numbers,
        ("", "definitive", "waiting"),
        ("", "no", "yes"),
    ):
        for where in ({}, THERE):
            one = Situation(
                birth,
                nationality,
                ever_in_france=ever,
                has_number=has,
                number=number,
                number_kind=kind,
                returning=back,
                **where,
            )
            met.add(decide(one).code)
    assert met == set(eligibility.table().codes)


def test_a_birth_in_france_is_the_same_here_and_in_the_students_questionnaire():
    student = read_orientation("student").find_outcome("born-in-france")
    assert student is not None
    listed = {code for test in student.when.every_test() for code in test.operand}
    assert listed == eligibility.table().born_in_france
    assert eligibility.born_in_france("gp") and not eligibility.born_in_france("BR")
    assert not eligibility.born_in_france("??")
    assert all(countries.table()[code].french for code in listed)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"birth_country": "ZZ"}, "birth_country"),
        ({"nationality": ""}, "nationality"),
        ({"nationality_2": "ZZ"}, "nationality_2"),
        ({"ever_in_france": "perhaps"}, "ever_in_france"),
        ({"number_kind": "lucky"}, "number_kind"),
    ],
)
def test_a_wrong_answer_names_its_field(said, field):
    with pytest.raises(InputError) as caught:
        decide(person(**said))
    assert caught.value.field == field


def test_nothing_typed_comes_out_again():
    """The number, the places and the years are neither in the answer nor in what Python prints of the question."""
    one = person(number=NIR, where="Lyon", when="2019", has_number="yes")
    for text in (repr(one), str(one), repr(decide(one).as_dict())):
        assert "352" not in text and "Lyon" not in text and "2019" not in text


def test_the_answer_as_json():
    found = decide(person(number="12")).as_dict()
    assert found["goes_on"] is False and found["asks"] == "number" and found["code"] == "number_to_check"
    assert found["reasons"] and found["source"] and set(found["title"]) == {"fr", "en"}


@pytest.fixture
def raw():
    return copy.deepcopy(data.read_toml(f"employer/{eligibility.FILE}"))


def last(raw):
    return raw["outcome"][-1]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: last(raw).update(when=["french"]), "applies always"),
        (lambda raw: last(raw).update(stops=True), "what to do instead"),
        (lambda raw: last(raw).update(stops="no"), "stops is true or false"),
        (lambda raw: last(raw).update(asks="mood"), "asks is one of"),
        (lambda raw: last(raw).update(when=["rich"]), "no fact"),
        (lambda raw: last(raw).update(when=["number=prime"]), "cannot be"),
        (lambda raw: last(raw).update(source=" "), "no source"),
        (lambda raw: last(raw).update(valid_from="soon"), "valid_from"),
        (lambda raw: last(raw).update(code="has_number"), "twice"),
        (lambda raw: last(raw).update(colour="red"), "unknown field 'colour'"),
        (lambda raw: last(raw).update(title={"fr": "a"}), "holds fr and en"),
        (lambda raw: last(raw).update(title={"fr": "a", "en": " "}), "empty"),
        (lambda raw: last(raw).update(body=[]), "list of texts"),
        (lambda raw: last(raw).update(steps=[{"fr": "a", "en": "b", "link": "x"}]), "link's text"),
        (lambda raw: raw.pop("outcome"), "has no"),
        (lambda raw: raw.pop("note"), "has no"),
        (lambda raw: raw.pop("checked"), "compared the file"),
        (lambda raw: raw.pop("born_in_france"), "no source"),
        (lambda raw: raw["born_in_france"].update(countries=["ZZ"]), "codes of countries"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(raw, spoil, reason):
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        eligibility.build(raw)
    assert caught.value.file == "employer/eligibility.toml" and caught.value.row
