"""What cards and passports say of their holder: the right person, the right dates, and zones that agree with them."""

from dataclasses import replace
from datetime import date

import pytest

from matricule.demo.documents import cards
from matricule.demo.documents.words import country
from matricule.demo.people import Cover, get_person, load_people
from tests.demo.paper import Paper, lay

everyone = pytest.mark.parametrize("person", load_people(), ids=lambda person: person.key)
every_card = pytest.mark.parametrize("kind", sorted(cards.CARDS))


@pytest.fixture(autouse=True)
def paper(monkeypatch):
    lay(monkeypatch)


def drawn(kind, person, seed=3) -> Paper:
    return cards.CARDS[kind](person, seed)


@every_card
def test_every_side_carries_the_word_specimen(kind):
    names = [name for name, *_ in drawn(kind, get_person("jonas")).marks]
    assert names.count("specimen") + names.count("slanted") == 1


@every_card
@everyone
def test_texts_stay_on_the_card(kind, person):
    page = drawn(kind, person)
    for (x, y), text, size, _ in page.texts:
        assert 0 < x < page.width, text
        assert 0 < y <= page.height and size >= 15, text


@everyone
def test_a_passport_names_its_holder_and_both_days(person):
    said = drawn("passport", person).said
    assert person.birth_name.upper() in said
    assert (person.given_names.upper() or "—") in said
    assert person.paper.number in said
    assert f"{person.birth_date:%d %m %Y}" in said
    assert f"{person.paper.issued:%d %m %Y}" in said and f"{person.paper.expires:%d %m %Y}" in said
    assert country(person.nationality).iso3 in said and country(person.nationality).local in said


@pytest.mark.parametrize("kind", ["passport", "id_card_back", "vls_ts", "visa_d", "residence_permit_back"])
@everyone
def test_the_zone_that_is_drawn_is_the_zone_that_is_told(kind, person):
    page = drawn(kind, person)
    told = {"id_card_back": "id_card", "residence_permit_back": "residence_permit"}.get(kind, kind)
    assert tuple(line for _, line, _ in page.zones) == cards.zone_lines(told, person)
    tops = [top for (_, top), _, _ in page.zones]
    assert tops == sorted(tops) and tops[-1] < page.height - 30
    (_, _, pitch) = page.zones[0]
    assert 60 + pitch * (len(page.zones[0][1]) + 0.2) <= page.width


@pytest.mark.parametrize("kind", ["id_card_front", "residence_permit_front", "ceam_front", "ceam_back"])
def test_sides_without_a_zone_have_none(kind):
    assert drawn(kind, get_person("jonas")).zones == []


def test_a_single_name_leaves_a_dash_and_no_empty_line():
    kavitha = get_person("kavitha")
    for kind in ("passport", "id_card_front", "ceam_front"):
        said = drawn(kind, kavitha).said
        assert "KAVITHA" in said and "—" in said and "" not in said, kind
    assert "KAVITHA" in drawn("vls_ts", kavitha).said, "no blank after a single name"


def test_a_visa_counts_both_its_first_and_its_last_day():
    thiago = get_person("thiago")
    said = drawn("vls_ts", thiago).said
    assert str((thiago.stay.ends - thiago.stay.starts).days + 1) in said
    one_day = replace(thiago, stay=replace(thiago.stay, ends=thiago.stay.starts))
    assert "1" in drawn("vls_ts", one_day).said


@pytest.mark.parametrize(
    ("kind", "label", "note"),
    [("vls_ts", "VALANT TITRE DE SÉJOUR", "À valider en ligne"), ("visa_d", "À SOLLICITER", "Dans les 2 mois")],
)
def test_each_visa_says_what_follows(kind, label, note):
    said = drawn(kind, get_person("thiago")).said
    assert any(label in text for text in said) and any(text.startswith(note) for text in said)


def test_a_person_without_a_title_gets_one_for_the_examples():
    jonas = get_person("jonas")
    assert jonas.stay is None
    stay = cards._stay(jonas)
    assert stay["number"] == "SPC000000" and stay["starts"] == jonas.arrival
    assert stay["ends"] == date(jonas.courses_start.year + 1, jonas.courses_start.month, jonas.courses_start.day)
    assert "SPC000000" in drawn("residence_permit_front", jonas).said


def test_a_held_title_is_the_one_that_is_shown():
    oleksandra = get_person("oleksandra")
    said = drawn("residence_permit_front", oleksandra).said
    assert oleksandra.stay.number in said and oleksandra.stay.label in said
    assert f"{oleksandra.stay.ends:%d %m %Y}" in said


def test_the_back_of_a_permit_gives_the_address_in_france():
    oleksandra = get_person("oleksandra")
    said = drawn("residence_permit_back", oleksandra).said
    home = oleksandra.address
    assert home.street.upper() in said and f"{home.postcode} {home.city.upper()}" in said
    assert any("KHARKIV (UKRAINE)" in text for text in said)


def test_a_european_card_shows_its_cover():
    jonas = get_person("jonas")
    said = drawn("ceam_front", jonas).said
    assert jonas.cover.number in said and f"{jonas.cover.until:%d/%m/%Y}" in said
    assert f"{jonas.cover.institution_code} – {jonas.cover.institution}" in said
    assert "DE" in said


def test_without_cover_the_card_is_nobodys():
    said = drawn("ceam_front", replace(get_person("jonas"), cover=None)).said
    assert "99000000000000000000" in said and "999900 – SPÉCIMEN" in said
    other = Cover("ceam", "123", "Kasse", "1", date(2030, 1, 2))
    assert "02/01/2030" in drawn("ceam_front", replace(get_person("anh"), cover=other)).said


@pytest.mark.parametrize(("key", "low", "high"), [("anh", 158, 191), ("thiago", 166, 193)])
def test_heights_are_those_of_people(key, low, high):
    for seed in range(0, 80, 7):
        (tall,) = (text for text in drawn("id_card_back", get_person(key), seed).said if text.endswith(" cm"))
        assert low <= int(tall.removesuffix(" cm")) <= high


def test_a_long_value_is_written_smaller_until_it_fits():
    page = Paper(1250, 800)
    cards._fields(page, [(900, 100, "Nom", "WOLFESCHLEGELSTEIN"), (60, 100, "Nom", "LI")], "#000000", 40)
    sizes = {text: size for _, text, size, _ in page.texts}
    assert 16 <= sizes["WOLFESCHLEGELSTEIN"] < 40 == sizes["LI"]
    cards._fields(page, [(1200, 100, "Nom", "W" * 200)], "#000000", 40)
    assert page.texts[-1][2] == 16, "never smaller than can be read"


@pytest.mark.parametrize(("language", "kind"), [("xx", "passport"), ("vi", "ceam"), ("pt", "id_card")])
def test_a_title_that_a_language_lacks_is_in_english(language, kind):
    assert cards._title(language, kind)


def test_sides_belong_to_pairs_that_exist():
    for front, back in cards.PAIRS.values():
        assert front in cards.CARDS and back in cards.CARDS
        assert (front.rpartition("_")[2], back.rpartition("_")[2]) == ("front", "back")


def test_a_zone_may_carry_the_name_of_use():
    awa = replace(get_person("awa"), usage_name="Diop")
    assert cards._holder(awa).surname == awa.birth_name
    assert cards._holder(awa, usage=True).surname == "Diop"
    assert cards._holder(get_person("thiago"), usage=True).surname == get_person("thiago").birth_name


@pytest.mark.parametrize(
    ("kind", "code"),
    [("passport", "P<"), ("id_card", "ID"), ("vls_ts", "VD"), ("visa_d", "VD"), ("residence_permit", "IR")],
)
def test_each_zone_begins_with_the_code_of_its_paper(kind, code):
    assert cards.zone_lines(kind, get_person("thiago"))[0].startswith(code)


def test_a_visa_carries_the_passport_it_lies_in_and_no_identity_card():
    thiago = get_person("thiago")
    assert thiago.paper.number in cards.zone_lines("vls_ts", thiago)[1]
    with_card = replace(thiago, paper=replace(thiago.paper, kind="id_card"))
    assert cards.zone_lines("vls_ts", with_card)[1].endswith("<" * 16)
