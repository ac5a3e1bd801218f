"""Numbers worked out by hand, and the edges where one day, one digit or one sign decides."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.dates import PartialDate
from matricule.rules.numbers import Nir, business, check, coherence, iban, nir, phone
from matricule.rules.numbers.answer import no, yes
from matricule.rules.numbers.explain import explain
from matricule.rules.numbers.nir import _possible_years, key_of
from matricule.rules.numbers.ntt import check as check_ntt
from matricule.rules.numbers.shape import clean, grouped

ON = date(2026, 11, 21)


def full(body: str) -> str:
    return body + key_of(body)


def codes(body: str, on: date = ON) -> list[str]:
    return [reason.code for reason in nir.check(full(body), on=on)]


# --- keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("0000000000000", "97"),
        ("0000000000001", "96"),
        ("0000000000096", "01"),
        ("0000000000097", "97"),
        ("1000000000000", "47"),
        ("2550814168025", "38"),
        ("1850578006084", "91"),
    ],
)
def test_keys_worked_out_by_hand(body, key):
    """97 minus the remainder by 97: 10**12 leaves 50; the last two are the examples that France prints."""
    assert key_of(body) == key


@pytest.mark.parametrize("place", [3, 4, 6, 7, 8, 11])
def test_corsicas_letters_count_at_their_place_only(place):
    body = "1800520001012"
    assert key_of(body[:place] + "2A" + body[place + 2 :]) is None
    assert key_of(body[:5] + "2A" + body[7:]) == key_of(body[:5] + "19" + body[7:])
    assert key_of(body[:5] + "2a" + body[7:]) is None, "a cleaned number has capitals"


@pytest.mark.parametrize("key", ["00", "98", "99"])
def test_a_key_beyond_97_is_never_right(key):
    assert not nir.has_key("1850578006084" + key)


@pytest.mark.parametrize("value", ["", "1850578006084", "18505780060849", "1850578006084911"])
def test_only_fifteen_characters_carry_a_key(value):
    assert not nir.has_key(value)


# --- centuries and departments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("two", "on", "years"),
    [
        ("26", date(2026, 1, 1), (1926, 2026)),
        ("27", date(2026, 12, 31), (1927,)),
        ("06", date(2026, 1, 1), (1906, 2006)),
        ("05", date(2026, 1, 1), (2005,)),
        ("00", date(2026, 1, 1), (2000,)),
        ("99", date(2026, 1, 1), (1999,)),
        ("80", date(2000, 1, 1), (1880, 1980)),
        ("79", date(2000, 1, 1), (1979,)),
    ],
)
def test_a_year_of_two_digits_is_of_somebody_alive(two, on, years):
    """The oldest person that a number is read for is 120."""
    assert _possible_years(f"1{two}", on) == years


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("1750720050012", None),
        ("1760720050012", "department_ended"),
        ("175072A050012", "department_early"),
        ("176072A050012", None),
        ("1670796050012", "department_ended"),
        ("1680799351012", None),
    ],
)
def test_departments_end_and_begin_with_a_year(body, found):
    assert [code for code in codes(body) if code.startswith("department")] == ([found] if found else [])


def test_the_days_of_a_department_are_written_in_both_languages():
    (ended,) = [item for item in nir.check(full("1980720050012"), on=ON) if item.code == "department_ended"]
    assert "1ᵉʳ janvier 1976" in ended.fr and "1 January 1976" in ended.en


@pytest.mark.parametrize("body", ["1980099352017", "1980799000000", "3980799352017"])
def test_a_number_with_an_error_is_not_said_to_be_a_nia_too(body):
    assert "same_digits_as_nia" not in codes(body)


def test_everything_wrong_is_said_at_once():
    found = codes("3981700000000")
    assert {"sex", "month_unknown_code", "department_unknown", "place_zero", "order_zero"} <= set(found)


# --- which kind -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1" + "0" * 9, "unknown"),
        ("5" + "1" * 12, "MIG"),
        ("4" + "1" * 12, "unknown"),
        ("0" + "1" * 12, "unknown"),
        ("5" + "1" * 11, "unknown"),
        ("1" + "1" * 13, "NTT"),
        ("2" + "A" * 10, "NTT"),
        ("2" + "A" * 9, "unknown"),
        ("É" * 15, "NIR"),
    ],
)
def test_kinds_at_the_edge_of_their_length(text, kind):
    assert check(text).kind == kind


@pytest.mark.parametrize(
    ("text", "code"),
    [("1", "length"), ("222", "length"), ("7" * 10, "length_13"), ("8" * 14, "length_13"),
     ("7" * 9, "not_recognised"), ("5" * 12, "not_recognised"), ("A", "not_recognised")],
)  # fmt: skip
def test_what_is_too_short_is_told_by_how_it_begins(text, code):
    assert [reason.code for reason in check(text).reasons] == [code]


@pytest.mark.parametrize(
    ("length", "told"), [(13, False), (14, True), (15, False), (16, True), (17, True), (18, False)]
)
def test_a_payroll_number_close_to_a_nir_in_length_is_told(length, told):
    found = [reason.code for reason in check_ntt("1732829320" + "0" * (length - 10))]
    assert ("maybe_nir" in found) is told


def test_the_employer_is_compared_only_when_the_siren_can_be_one():
    wrong = [reason.code for reason in check_ntt("1732829321ABC", employer_siren="356000000")]
    assert "ntt_siren" in wrong and "ntt_employer" not in wrong


# --- with the person --------------------------------------------------------------------------------------------


ALGIERS = Nir.parse(full("1980799352017"))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"sex": "f", "birth_date": PartialDate(1997, 1, 1), "birth_country": "MA"},
         ["sex_differs", "year_differs", "country_differs"]),
        ({"birth_date": PartialDate(2098, 7)}, []),
        ({"birth_date": PartialDate(1998, 6, 30)}, ["month_differs"]),
        ({"sex": ""}, []),
        ({"birth_country": ""}, []),
    ],
)  # fmt: skip
def test_everything_that_does_not_go_together_is_told_once(told, expected):
    assert [reason.code for reason in coherence.warnings(ALGIERS, **told)] == expected


def test_the_card_of_a_number_has_six_groups_as_it_is_written():
    parts = explain(ALGIERS)
    assert [part.digits for part in parts] == ["1", "98", "07", "99352", "017", ALGIERS.key]
    assert parts[0].meaning == {"fr": "homme", "en": "man"} and parts[2].meaning == {"fr": "juillet", "en": "July"}


# --- accounts, companies, telephones ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [(-1, "Un caractère semble manquer"), (-2, "2 caractères semblent manquer"), (1, "Il y a un caractère de trop"),
     (3, "Il y a 3 caractères de trop")],
)  # fmt: skip
def test_how_many_characters_are_missing_is_counted(change, said):
    whole = "FR7630006000011234567890189"
    answer = iban.check(whole[:change] if change < 0 else whole + "0" * change)
    assert answer.code == "length" and answer.fr.startswith(said)
    assert f"{27 + change} au lieu de 27" in answer.fr and f"{27 + change} instead of 27" in answer.en


@pytest.mark.parametrize(
    ("value", "shown"),
    [("FR7630006000011234567890189", "•••• •••• •••• •••• •••• •••0 189"), ("1234", "1234"), ("12345", "•234 5")],
)
def test_an_account_shows_its_last_four_only(value, shown):
    assert iban.masked(value) == shown


@pytest.mark.parametrize("text", ["IBAN FR76 3000 6000 0112 3456 7890 189", "iban: fr7630006000011234567890189"])
def test_the_word_in_front_is_no_part_of_the_account(text):
    assert iban.check(text).value == "FR7630006000011234567890189"


@pytest.mark.parametrize("text", ["", "F", "FR", "1234", "FRAA3000", "ÉR76", "FR76 3000/6000"])
def test_what_is_no_account_at_all_says_where_to_find_one(text):
    assert iban.check(text).code == "shape"


def test_every_country_of_the_area_has_a_length_that_the_standard_knows():
    from stdnum import iban as standard

    for zone in iban.sepa().values():
        ((_, info),) = standard._ibandb.info(zone.code)[:1]
        assert info.get("bban"), zone.code


@pytest.mark.parametrize(("siren", "good"), [("000000000", False), ("356000000", True), ("356000001", False)])
def test_a_siren_by_its_key(siren, good):
    assert business.is_siren(siren) is good


def test_a_number_abroad_that_could_be_dialled_keeps_its_country():
    found = phone.find("+1 514 555 0112")
    assert (found.e164, found.french) == ("+15145550112", False)
    assert phone.find("0612345678", region="ZZ") is None
    assert phone.find("1" * 300) is None


# --- what an answer is ------------------------------------------------------------------------------------------


def test_an_answer_says_what_it_is_and_never_the_number():
    good, bad = yes("FR76", "FR 76"), no("key", "Relisez.", "Read again.")
    assert (good.ok, good.value, good.formatted, good.text) == (True, "FR76", "FR 76", {"fr": "", "en": ""})
    assert (bad.ok, bad.value, bad.code, bad.text) == (False, "", "key", {"fr": "Relisez.", "en": "Read again."})
    assert "FR76" not in repr(good) and repr(bad) == "Answer(ok=False, code='key')"


@given(st.text(max_size=40))
def test_what_is_cleaned_has_no_space_dot_or_hyphen(text):
    assert not set(clean(text)) & set(" .-\t\n\u00a0\u202f–—\u2011\u200b")


@pytest.mark.parametrize(("text", "sizes", "shown"), [("", (1, 2), ""), ("1", (2, 2), "1"), ("12345", (2,), "12 345")])
def test_groups_take_what_there_is(text, sizes, shown):
    assert grouped(text, *sizes) == shown
