"""The invented people: whole, valid, varied, and nobody's."""

import re
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from stdnum import iban

from matricule.demo.documents import KINDS
from matricule.demo.people import Person, get_person, load_people, read_person
from matricule.rules import institutions

PEOPLE = load_people()
TODAY = date(2026, 11, 21)
# Ranges kept for fiction by ARCEP (decision 2018-0881), Québec's 555-01xx, and two numbers that nobody answers.
FICTION = re.compile(r"\+33639980\d{3}|\+1\d{3}55501\d{2}|\+34600000123|\+376312045")

everyone = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)


def age(person: Person) -> int:
    born = person.birth_date
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def test_the_cast_covers_the_situations_of_the_questionnaire():
    assert len(PEOPLE) >= 10
    assert len({person.nationality for person in PEOPLE}) >= 10
    states = Counter(person.state for person in PEOPLE)
    assert states["draft"] >= 3 and states["submitted"] >= 3 and states["none"] >= 1
    assert any(age(person) == 15 for person in PEOPLE)
    assert any(person.status == "refugee" for person in PEOPLE)
    assert any(person.cover and person.cover.kind == "ceam" for person in PEOPLE)
    assert any(person.cover and person.cover.kind == "s1" for person in PEOPLE)
    assert any(person.nationality == "FR" and person.birth_country != "FR" for person in PEOPLE)
    assert any(not person.given_names for person in PEOPLE)
    assert {person.language for person in PEOPLE} == {"fr", "en"}
    assert {"agreement_form", "agreement_form_andorra"} <= {o.requirement for p in PEOPLE for o in p.documents}


def test_nobody_shares_what_must_be_their_own():
    for read in (lambda p: p.key, lambda p: p.email, lambda p: p.phone, lambda p: p.iban, lambda p: p.paper.number):
        assert len({read(person) for person in PEOPLE}) == len(PEOPLE)


@everyone
def test_contacts_belong_to_nobody(person):
    assert person.email.endswith("@example.org")
    assert person.email == person.email.lower()
    assert FICTION.fullmatch(person.phone)


@everyone
def test_the_account_is_valid_and_of_no_bank(person):
    assert iban.is_valid(person.iban)
    assert person.iban[4:8] == "9999"
    assert person.bic.startswith("SPCM")


@everyone
def test_a_french_account_has_a_good_rib_key(person):
    if not person.iban.startswith("FR"):
        return
    bank, branch, account, key = person.iban[4:9], person.iban[9:14], person.iban[14:25], person.iban[25:]
    assert (89 * int(bank) + 15 * int(branch) + 3 * int(account) + int(key)) % 97 == 0


@everyone
def test_dates_follow_each_other(person):
    assert person.birth_date <= person.record.registered <= person.record.issued <= TODAY
    assert person.paper.issued <= person.arrival < person.paper.expires
    assert person.paper.expires > TODAY
    assert person.arrival <= person.courses_start <= TODAY
    for parent in person.parents:
        assert 15 <= person.birth_date.year - parent.birth_date.year <= 55
    if person.record.translated:
        assert person.record.issued <= person.record.translated <= TODAY


@everyone
def test_the_title_to_stay_is_valid_today(person):
    stay = person.stay
    if stay is None:
        return
    assert stay.starts <= TODAY <= stay.ends
    if stay.entered:
        assert stay.starts <= stay.entered
    if stay.validated and stay.entered:
        assert stay.entered <= stay.validated
        assert (stay.validated - stay.entered).days <= 92


@everyone
def test_who_needs_a_title_has_one(person):
    """Not French, not of the Union, 18 or over (domain/document_matrix.csv)."""
    free = {"FR", "DE", "ES", "IT"}
    needs = person.nationality not in free and age(person) >= 18
    assert (person.stay is not None) == needs


@everyone
def test_both_parents_are_named(person):
    assert {parent.role for parent in person.parents} == {"mother", "father"}
    assert person.parent("mother") in person.parents
    assert person.parent("uncle") is None


@everyone
def test_the_address_is_whole(person):
    home = person.address
    assert home.street and home.city and home.letter_box
    assert re.fullmatch(r"\d{5}", home.postcode)


@everyone
def test_every_document_can_be_drawn_and_comes_once(person):
    assert person.documents
    for owned in person.documents:
        assert owned.kind in KINDS
        assert owned.fmt in ("pdf", "jpeg", "png")
    assert max(Counter(owned.requirement for owned in person.documents).values()) == 1


@everyone
def test_a_translation_has_its_translator_and_its_court(person):
    if any(owned.requirement == "translation" for owned in person.documents):
        assert person.record.translator and person.record.court and person.record.translated


@everyone
def test_a_title_owned_matches_the_title_held(person):
    kinds = {owned.kind for owned in person.documents}
    if person.stay:
        wanted = {"card": "residence_permit"}.get(person.stay.kind, person.stay.kind)
        assert wanted in kinds
    else:
        assert not kinds & {"vls_ts", "visa_d", "residence_permit"}


@everyone
def test_the_story_is_told_in_both_languages(person):
    assert set(person.story) == {"fr", "en"}
    assert person.story["fr"] != person.story["en"]
    assert all(text.endswith(".") and len(text) < 130 for text in person.story.values())
    assert "'" not in person.story["fr"]


@everyone
def test_the_school_is_one_of_the_list(person):
    """The list is the rules' own data; a name or a UAI that leaves it must leave here too."""
    listed = institutions.find(person.school.uai)
    assert listed and listed.name.replace("'", "’") == person.school.name.replace("'", "’")


def test_a_person_is_found_by_key():
    assert get_person("anh").birth_name == "Nguyễn"
    with pytest.raises(KeyError):
        get_person("nobody")


def _toml(key: str) -> str:
    return files("matricule.demo.people").joinpath(f"{key}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('state = "draft"', 'state = "lost"'), "unknown state 'lost'"),
        (('sex = "F"', ""), "sex"),
        (('postcode = "25000"', 'postcode = "25000"\nfloor = 3'), "floor"),
        (('sex = "F"', "sex = F"), "people/anh.toml"),
        (('[[parents]]\nrole = "mother"', '[[guardians]]\nrole = "mother"'), "guardians"),
    ],
)
def test_a_wrong_file_says_which_and_why(change, says):
    text = _toml("anh")
    assert change[0] in text
    with pytest.raises(ValueError, match=r"people/anh\.toml") as refusal:
        read_person("anh", text.replace(*change, 1))
    assert says in str(refusal.value)
