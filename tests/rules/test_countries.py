"""Countries: names, history, the free movement of persons, search."""

import pytest

from matricule.rules import countries
from matricule.rules.countries import birth_countries, by_cog, find, get, nationalities, search, table
from matricule.rules.errors import InputError, RulesError
from matricule.rules.text import fold

EU = {
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LV",
    "LT",
    "LU",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SK",
    "SI",
    "ES",
    "SE",
}
ROW = {
    "code": "BR", "iso3": "BRA", "cog": "99416", "fr": "Brésil", "en": "Brazil", "kind": "current", "union": "",
    "languages": "pt", "aliases": "", "source": "s", "valid_from": "2025-01-01",
}  # fmt: skip


def test_the_union_the_eea_and_switzerland():
    by_union = {name: {c.code for c in table().values() if c.union == name} for name in ("EU", "EEA", "CH")}
    assert by_union["EU"] == EU
    assert by_union["EEA"] == {"IS", "LI", "NO"}
    assert by_union["CH"] == {"CH"}


@pytest.mark.parametrize("code", ["GB", "TR", "US", "MC", "AD", "SM", "UA", "RS", "DZ"])
def test_countries_without_free_movement(code):
    assert not get(code).free_movement


@pytest.mark.parametrize("code", ["FR", "NC", "PF", "WF", "PM", "RE", "GP", "YT"])
def test_france_and_its_territories(code):
    assert get(code).french and get(code).free_movement


def test_every_country_has_both_names_and_a_code_of_the_insee():
    assert len(table()) == 279
    for country in table().values():
        assert country.names["fr"] and country.names["en"]
        assert country.cog.isdigit()


@pytest.mark.parametrize(
    ("code", "expected"), [("br", "BR"), (" UK ", "GB"), ("EL", "GR"), ("99416", "BR"), ("99115", "99115")]
)
def test_a_country_is_found_by_the_codes_that_people_write(code, expected):
    assert find(code).code == expected


@pytest.mark.parametrize("code", ["", "XX", "BRA", "Brésil", "99999", "99"])
def test_another_code_is_refused_with_a_sentence(code):
    assert find(code) is None
    with pytest.raises(InputError, match="birth_country") as caught:
        get(code, field="birth_country")
    assert "BR" in caught.value.fr


def test_several_territories_share_a_code():
    assert {country.code for country in by_cog("99425")} == {"AI", "BM", "KY", "MS", "TC", "VG"}
    assert by_cog("00000") == ()


@pytest.mark.parametrize(
    ("fr", "en", "code"),
    [
        ("Yougoslavie (aujourd’hui Serbie)", "Yugoslavia (today Serbia)", "RS"),
        ("Yougoslavie (aujourd’hui Croatie)", "Yugoslavia (today Croatia)", "HR"),
        ("URSS (aujourd’hui Ukraine)", "USSR (today Ukraine)", "UA"),
        ("Union soviétique (aujourd’hui Kazakhstan)", "Soviet Union (today Kazakhstan)", "KZ"),
        ("Tchécoslovaquie", "Czechoslovakia", "99115"),
        ("RDA (Allemagne de l’Est)", "GDR (East Germany)", "99141"),
        ("Zaïre (aujourd’hui Congo-Kinshasa)", "Zaire (today Congo - Kinshasa)", "CD"),
    ],
)
def test_a_state_that_is_gone_is_offered_by_the_name_that_certificates_give(fr, en, code):
    for language, name in (("fr", fr), ("en", en)):
        offered = {c.names[language]: c for c in birth_countries(language) if c.historical}
        assert offered[name].code == code


def test_every_former_name_leads_to_a_country_of_the_table_by_its_own_code():
    for former in countries.former_states():
        today = table()[former.code]
        assert (former.cog, former.union, former.languages) == (today.cog, today.union, today.languages)
        assert former.names != today.names
        assert former not in table().values() and former not in nationalities("fr")


def test_all_that_was_yugoslavia_or_the_ussr_is_named():
    by_state = {
        name: {c.code for c in countries.former_states() if c.names["fr"].startswith(name)}
        for name in ("Yougoslavie", "URSS", "Union soviétique")
    }
    assert by_state["Yougoslavie"] == {c.code for c in table().values() if "Yougoslavie" in c.aliases}
    assert (
        by_state["URSS"] == {c.code for c in table().values() if "URSS" in c.aliases} == by_state["Union soviétique"]
    )
    assert len(by_state["URSS"]) == 15


@pytest.mark.parametrize("code", ["99211", "99162", "99209", "99124", "99446", "99504"])
def test_a_place_that_was_no_state_is_known_by_its_code_and_offered_to_nobody(code):
    place = get(code)
    assert place.historical and place not in nationalities("fr")
    for language in ("fr", "en"):
        assert place not in birth_countries(language)
        assert place not in search(place.names[language], language)


@pytest.mark.parametrize(("change", "why"), [({"codes": "RS|YU"}, "YU"), ({"en": ""}, "must both be written")])
def test_a_wrong_row_of_the_former_states_is_refused(monkeypatch, change, why):
    row = {"fr": "Yougoslavie", "en": "Yugoslavia", "codes": "RS", "source": "s", "valid_from": "2025-01-01"}
    table()
    monkeypatch.setattr(countries.data, "read_csv", lambda name, columns: [(2, row | change)])
    with pytest.raises(RulesError, match=why):
        countries.former_states.__wrapped__()


@pytest.mark.parametrize("code", ["99115", "99141", "99142", "99233", "99244"])
def test_a_person_can_be_born_in_a_country_of_the_past_but_not_be_its_national(code):
    country = get(code)
    assert country.historical and not country.free_movement
    for language in ("fr", "en"):
        assert country in birth_countries(language)
        assert country not in nationalities(language)


def test_a_code_that_insee_replaced_is_read_but_not_offered():
    for code in ("99143", "99307", "99320"):
        assert by_cog(code)
        assert get(code) not in birth_countries("fr")


def test_french_territories_are_places_of_birth_not_nationalities():
    assert get("NC") in birth_countries("fr")
    assert get("NC") not in nationalities("fr")
    assert get("FR") in nationalities("fr")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_lists_are_ordered_by_name_without_accents(language):
    names = [fold(country.names[language]) for country in birth_countries(language)]
    assert names == sorted(names)
    assert len(set(names)) == len(names), "each name is told apart"


@pytest.mark.parametrize(
    ("query", "language", "first"),
    [
        ("bresil", "fr", "BR"),
        ("Brazil", "fr", "BR"),
        ("côte d'ivoire", "fr", "CI"),
        ("ivory", "en", "CI"),
        ("usa", "en", "US"),
        ("angleterre", "fr", "GB"),
        ("turkey", "en", "TR"),
        ("RDA", "fr", "99141"),
        ("tchecoslovaquie", "fr", "99115"),
        ("coree du sud", "fr", "KR"),
        ("niger", "fr", "NE"),
        ("dz", "fr", "DZ"),
    ],
)
def test_search_finds_what_people_type(query, language, first):
    assert search(query, language)[0].code == first


def test_search_for_a_union_that_is_gone_gives_the_countries_of_today():
    found = {country.code for country in search("Yougoslavie", "fr")}
    assert found == {"RS", "HR", "SI", "BA", "MK", "ME", "XK"}
    assert {"RU", "UA", "KZ", "UZ"} <= {country.code for country in search("urss", "fr", limit=20)}


def test_search_may_leave_history_out_and_is_bounded():
    assert all(not country.historical for country in search("allemagne", "fr", historical=False))
    assert any(country.historical for country in search("allemagne", "fr"))
    assert len(search("a", "fr", limit=5)) == 5
    assert search("zzz", "fr") == []
    assert search("", "fr") == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "past"}, "kind must be one of"),
        ({"union": "UE"}, "union must be"),
        ({"cog": "9941"}, "cog must be"),
        ({"cog": "BRAZI"}, "cog must be"),
        ({"fr": ""}, "must both be written"),
    ],
)
def test_a_wrong_row_is_refused(monkeypatch, change, why):
    monkeypatch.setattr(countries.data, "read_csv", lambda name, columns: [(5, ROW | change)])
    with pytest.raises(RulesError, match=why):
        table.__wrapped__()


def test_countries_can_be_kept_in_sets():
    assert len(set(table().values())) == 279


def test_asking_for_codes_of_nowhere_leaves_nothing_behind():
    """A cache that grows with what strangers type would fill the memory."""
    before = len(countries._cogs())
    for number in range(50):
        assert by_cog(f"x{number}") == ()
        assert find(f"y{number}") is None
    assert len(countries._cogs()) == before
