"""The sentences: both languages, what to do, and the same words."""

import re

import pytest

from matricule.rules.errors import RulesError
from matricule.rules.numbers import reasons
from matricule.rules.numbers.reasons import NumberError, Reason, reason, table, verdict

ROWS = sorted(table())
GOOD = {"severity": "error", "source": "s", "fr": "Relisez {found}.", "en": "Read {found}."}


@pytest.mark.parametrize("code", ROWS)
def test_no_sentence_blames_alarms_or_says_invalid_alone(code):
    row = table()[code]
    for word in (
        "invalide",
        "invalid",
        "erreur",
        "error",
        "incorrect",
        "failed",
        "malheureusement",
        "sorry",
        "please",
    ):
        assert not re.search(rf"\b{word}", row.fr + " " + row.en, re.IGNORECASE), word
    assert "!" not in row.fr + row.en


@pytest.mark.parametrize("code", [code for code in ROWS if table()[code].severity != "info"])
def test_what_is_not_right_says_what_to_do(code):
    doing = r"\b(recopiez|relisez|vérifiez|demandez|retirez|commence)\b"
    assert re.search(doing, table()[code].fr, re.IGNORECASE)


@pytest.mark.parametrize("code", ROWS)
def test_each_sentence_is_short(code):
    """Wording.md: one idea a sentence, at most 20 words; a rule with numbers may hold a few more."""
    row = table()[code]
    for text in (row.fr, row.en):
        for sentence in re.split(r"[.;:]\s", text):
            assert len(sentence.split()) <= 22, sentence


def test_a_reason_fills_its_words_and_is_a_text_in_both_languages():
    found = reason("length", count=12)
    assert "12" in found.fr and "12" in found.en
    assert found.text == {"fr": found.fr, "en": found.en}
    assert found.as_dict() == {"code": "length", **found.text}


def test_a_code_or_a_word_that_does_not_exist_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        reason("nothing")
    with pytest.raises(KeyError):
        reason("length")


@pytest.mark.parametrize(
    ("severities", "expected"),
    [([], "valid"), (["info"], "valid"), (["info", "warning"], "warning"), (["warning", "error", "info"], "invalid")],
)
def test_the_verdict_is_that_of_the_gravest(severities, expected):
    assert verdict(Reason("x", severity, "f", "e") for severity in severities) == expected


def test_the_error_holds_codes_only():
    error = NumberError([reason("empty"), reason("key_wrong")])
    assert str(error) == "empty, key_wrong"
    assert [item.code for item in error.reasons] == ["empty", "key_wrong"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"fr": ""}, "must all be written"),
        ({"source": ""}, "must all be written"),
        ({"en": 3}, "must all be written"),
        ({"severity": "grave"}, "severity must be one of"),
        ({"en": "Read it."}, "same words"),
        ({"en": "Read {found} and {other}."}, "same words"),
    ],
)
def test_a_wrong_row_is_refused(monkeypatch, change, why):
    monkeypatch.setattr(reasons.data, "read_toml", lambda name: {"bad": GOOD | change})
    with pytest.raises(RulesError, match=why) as caught:
        reasons.table.__wrapped__()
    assert (caught.value.file, caught.value.row) == ("number_reasons.toml", "bad")


def test_words_may_be_told_in_each_language(monkeypatch):
    row = GOOD | {"fr": "Relisez {place_fr}.", "en": "Read {place_en}."}
    monkeypatch.setattr(reasons.data, "read_toml", lambda name: {"good": row})
    assert set(reasons.table.__wrapped__()) == {"good"}
