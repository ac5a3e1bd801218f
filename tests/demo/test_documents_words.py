"""The words of a document: days, names in their own script, and what stands where somebody has none."""

from dataclasses import replace
from datetime import date

import pytest

from matricule.demo.documents import words
from matricule.demo.documents.words import Day, context, country
from matricule.demo.people import get_person, load_people

everyone = pytest.mark.parametrize("person", load_people(), ids=lambda person: person.key)
KEYS = set(context(get_person("anh")))


@everyone
def test_everybody_has_every_word(person):
    """A template may be used for anybody: a word that one person lacks would break their page only."""
    found = context(person)
    assert set(found) == KEYS
    assert all(isinstance(value, str | Day) for value in found.values())
    assert not [name for name, value in found.items() if value == "" and name not in ("e", "letter_box")]


@everyone
def test_genders_agree_everywhere(person):
    found = context(person)
    woman = person.sex == "F"
    assert found["e"] == ("e" if woman else "") and found["madam"] == ("Madame" if woman else "Monsieur")
    assert found["sex_fr"] == ("féminin" if woman else "masculin")
    assert found["child_fr"] == ("sa fille" if woman else "son fils")
    assert len({found[name] for name in found if name.startswith("sex_")}) == 8


@everyone
def test_an_iban_is_printed_by_four_and_its_parts_are_its_own(person):
    found = context(person)
    assert found["iban"].replace(" ", "") == person.iban
    assert all(len(group) <= 4 for group in found["iban"].split(" "))
    parts = [found[name] for name in ("bank", "branch", "account", "rib_key")]
    if person.iban.startswith("FR"):
        assert "".join(parts) == person.iban[4:]
        assert [len(part) for part in parts] == [5, 5, 11, 2]
    else:
        assert parts == ["—"] * 4


def test_names_in_their_own_script_fall_back_on_the_passports():
    found = context(replace(get_person("oleksandra"), native={}))
    assert (found["native_name"], found["native_given"], found["native_patronymic"]) == (
        "Kovalenko",
        "Oleksandra",
        "—",
    )
    own = context(get_person("oleksandra"))
    assert own["native_name"] == get_person("oleksandra").native["birth_name"] != "Kovalenko"


def test_a_single_name_stands_alone():
    kavitha = get_person("kavitha")
    assert words.single(kavitha) == "Kavitha"
    assert context(kavitha)["native_given"] == "Kavitha"
    assert words.single(get_person("anh")) == "Thị Ngọc Ánh Nguyễn"


@pytest.mark.parametrize(
    ("starts", "year"),
    [(date(2026, 9, 7), "2026-2027"), (date(2026, 7, 1), "2026-2027"), (date(2026, 6, 30), "2025-2026"),
     (date(2027, 1, 4), "2026-2027")],
)  # fmt: skip
def test_the_school_year_turns_in_july(starts, year):
    found = context(replace(get_person("anh"), courses_start=starts))
    assert found["year"] == year
    assert found["year_end"] == date(int(year[5:]), 8, 31)


@pytest.mark.parametrize(
    ("building", "apartment", "door"),
    [("B", "12", "B, 12"), ("B", "", "B"), ("", "12", "12"), ("", "", "12 rue des Granges")],
)
def test_a_door_without_building_or_flat_is_the_street(building, apartment, door):
    anh = get_person("anh")
    home = replace(anh.address, building=building, apartment=apartment)
    assert context(replace(anh, address=home))["door"] == door


def test_who_has_no_title_and_no_cover_still_has_words_for_an_example():
    found = context(replace(get_person("anh"), stay=None, cover=None))
    assert found["stay_number"] == "000000000" and found["stay_label"] == "ÉTUDIANT"
    assert found["stay_ends"] == found["cover_until"] == date(2027, 8, 31)
    assert found["entered"] == get_person("anh").arrival and found["validated"] == date(2026, 9, 30)
    assert "Vietnam" in found["institution"] or "Viêt" in found["institution"]


def test_a_held_title_gives_its_own_days():
    anh = get_person("anh")
    found = context(anh)
    assert (found["stay_number"], found["validated"], found["entered"]) == (
        anh.stay.number,
        anh.stay.validated,
        anh.stay.entered,
    )
    undated = context(replace(anh, stay=replace(anh.stay, validated=None, entered=None)))
    assert (undated["validated"], undated["entered"]) == (date(2026, 9, 30), anh.arrival)


def test_an_untranslated_record_borrows_the_day_and_the_name_of_a_translator():
    jonas = get_person("jonas")
    found = context(jonas)
    assert found["translated"] == jonas.record.issued and found["translator"] == "Jeanne Lemoine"


def test_parents_speak_with_the_words_of_their_own_country():
    anh = get_person("anh")
    mother = replace(anh.parent("mother"), nationality="DE", native={"birth_name": "TRẦN", "birth_place": "ĐN"})
    found = context(replace(anh, parents=(mother, anh.parent("father"))))
    assert (found["mother_country"], found["father_country"]) == (country("DE").fr, country("VN").fr)
    assert found["mother_native"] == "TRẦN Thị Thu Hà" and found["mother_native_place"] == "ĐN"


def test_a_record_that_names_nobody_has_no_words_for_them():
    found = context(replace(get_person("anh"), parents=()))
    assert not [name for name in found if name.startswith(("mother", "father"))]


@pytest.mark.parametrize(
    ("spec", "text"),
    [("-", "02-01-2006"), (".", "02.01.2006"), ("%d%m", "0201"), ("fr", "2 janvier 2006"), ("en", "2 January 2006")],
)
def test_days_are_written_as_the_page_asks(spec, text):
    assert f"{Day(2006, 1, 2):{spec}}" == text


def test_only_the_first_of_a_month_is_an_ordinal_in_french():
    assert f"{Day(2006, 1, 1):fr}" == "1er janvier 2006"
    assert f"{Day(2006, 1, 11):fr}" == "11 janvier 2006"
    assert f"{Day(2006, 1, 21):fr}" == "21 janvier 2006"
    assert f"{Day(2006, 1, 1):en}" == "1 January 2006"


def test_a_day_remains_a_date():
    assert Day.of(date(2026, 9, 7)) == date(2026, 9, 7)


def test_a_country_that_nobody_needs_is_refused():
    with pytest.raises(KeyError):
        country("ZZ")


@everyone
def test_every_country_that_somebody_needs_is_there(person):
    for code in {person.nationality, person.birth_country, *(parent.nationality for parent in person.parents)}:
        found = country(code)
        assert len(found.iso3) == (1 if code == "DE" else 3) and found.iso3.isupper(), "Germany is D (ICAO 9303-3, 5)"
        assert found.theme in words.read_data("cards.toml")["themes"]
        assert found.language in words.read_data("cards.toml")["labels"]
    assert person.record.language in words.read_data("countries.toml")["languages"]
