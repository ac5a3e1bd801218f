"""Why a document is sent back: one kind sentence in both languages, from data (wording.md 5)."""

from datetime import date

import pytest

from matricule.rules import data, refusals
from matricule.rules.errors import RulesError

FIELDS = {
    "part": "names", "side": "left", "missing": "page", "seen": "admission", "end": "2026-10-01", "language": "vi",
    "country": "VN", "written_fr": "La date est raturée", "written_en": "The date is crossed out",
}  # fmt: skip
NAME = {"fr": "Passeport", "en": "Passport"}


def said(code, **changes):
    return refusals.sentence(
        refusals.get(code), {**FIELDS, **changes}, document=NAME, day=lambda day, language: f"{day:%d/%m}-{language}"
    )


@pytest.mark.parametrize("code", sorted(refusals.table().reasons))
def test_every_reason_says_what_to_do_by_when_in_both_languages(code):
    words = said(code)
    assert set(words) == {"fr", "en"} and words["fr"] != words["en"]
    for text in words.values():
        assert refusals.DATE in text and "!" not in text and text[0].isupper()
        assert "{" not in text.replace(refusals.DATE, "")


def test_the_reasons_of_the_issue_are_there():
    assert {
        "blurred", "cut", "incomplete", "expired", "wrong_document", "wrong_person", "not_both_sides", "not_this_year",
        "translation_missing", "translator_not_accepted", "not_a_contract", "other",
    } <= set(refusals.table().reasons)  # fmt: skip


def test_the_day_is_written_when_the_sentence_is_shown():
    words = said("blurred")
    assert refusals.dated(words, "fr", "11 janvier 2027").endswith("renvoyez-la avant le 11 janvier 2027.")


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("blurred", "part", "everything"),
        ("cut", "side", ""),
        ("expired", "end", "yesterday"),
        ("translation_missing", "language", "klingon"),
        ("translator_not_accepted", "country", "ZZ"),
        ("other", "written_fr", "court"),
        ("other", "written_en", "x" * 601),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(code, field, value):
    with pytest.raises(refusals.BadField) as wrong:
        said(code, **{field: value})
    assert wrong.value.field == field


def test_what_a_caseworker_wrote_is_never_read_as_a_variable():
    words = said("other", written_fr="Le champ {date} est vide", written_en="The field {date} is empty")
    assert words["fr"].startswith("Le champ (date) est vide. ")


def test_an_unknown_reason_is_named():
    with pytest.raises(refusals.BadField, match="reason"):
        refusals.get("ugly")


@pytest.mark.parametrize(
    ("codes", "part", "there", "not_there"),
    [
        ({"identity"}, "main", {"expired", "not_both_sides"}, {"translation_missing", "not_this_year", "not_sent"}),
        ({"enrolment"}, "main", {"not_this_year"}, {"expired", "not_a_contract"}),
        ({"translation", "civil_status"}, "translation", {"translator_not_accepted"}, {"not_both_sides"}),
        ({"civil_status"}, "main", {"blurred"}, {"translation_missing"}),
    ],
)
def test_a_reason_is_offered_where_it_can_be_true(codes, part, there, not_there):
    found = {reason.code for reason in refusals.fitting(frozenset(codes), part)}
    assert there <= found and not not_there & found


def test_what_never_came_is_asked_for_and_not_sent_back():
    found = {reason.code for reason in refusals.fitting(frozenset({"identity"}), "main", sent=False)}
    assert found == {"not_sent", "other"}


GOOD = """
[choices.part]
names = { fr = "les noms", en = "the names" }
[[reason]]
code = "blurred"
label = { fr = "Flou", en = "Blurred" }
fields = ["part"]
text = { fr = "Nous ne lisons pas {part}, avant le {date}.", en = "We cannot read {part}, by {date}." }
rule = { fr = "Lisible.", en = "Readable." }
source = "seed"
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('source = "seed"', "", "no source"),
        ('fields = ["part"]', 'fields = ["mood"]', "unknown field mood"),
        ('code = "blurred"', 'code = ""', "no code"),
        ("by {date}", "soon", "must use"),
        ("{part}, by", "it, by", "must use"),
        ('en = "Blurred"', 'en = ""', "fr and en"),
        ("lisons pas", "lisons pas!", "exclamation"),
        ('names = { fr = "les noms", en = "the names" }', "", "no option"),
    ],
)
def test_a_wrong_file_stops_the_start_with_its_reason(monkeypatch, tmp_path, old, new, reason):
    assert old in GOOD
    (tmp_path / refusals.FILE).write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    real = data.read_toml
    monkeypatch.setattr(refusals.data, "read_toml", lambda name: real(name, folder=tmp_path))
    refusals.table.cache_clear()
    try:
        with pytest.raises(RulesError, match=reason):
            refusals.table()
    finally:
        refusals.table.cache_clear()


@pytest.mark.parametrize("text", ["", GOOD + GOOD.split("[[reason]]")[1].join(["[[reason]]", ""])])
def test_a_file_without_reasons_or_with_one_twice_is_refused(monkeypatch, tmp_path, text):
    (tmp_path / refusals.FILE).write_text(text, encoding="utf-8")
    real = data.read_toml
    monkeypatch.setattr(refusals.data, "read_toml", lambda name: real(name, folder=tmp_path))
    refusals.table.cache_clear()
    try:
        with pytest.raises(RulesError):
            refusals.table()
    finally:
        refusals.table.cache_clear()


def test_a_day_of_a_field_is_written_by_the_caller():
    seen = []

    def write(day, language):
        seen.append((day, language))
        return str(day)

    refusals.sentence(refusals.get("expired"), {"end": "2026-10-01"}, document=NAME, day=write)
    assert seen == [(date(2026, 10, 1), "fr"), (date(2026, 10, 1), "en")]
