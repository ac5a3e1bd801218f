"""What may stand in an entry of the journal: codes, counts and flags, never a person's words."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core.journal import entry
from matricule.core.journal.entry import Entry, Refused

SUBJECT = ("dossier", UUID("01890a5d-ac96-774b-bcce-b302099a8057"))


@pytest.mark.parametrize(
    "actor", ["anonymous", "system:dossiers.check", "system:core.journal-seal", f"user:{SUBJECT[1]}"]
)
def test_who_may_act(actor):
    entry.check(actor, "dossier.submitted", SUBJECT, "done")


@pytest.mark.parametrize(
    "actor",
    [
        "",
        "Anonymous",
        "user:anh@example.org",
        "user:Nguyen",
        f"user:{str(SUBJECT[1]).upper()}",
        f"user:{SUBJECT[1]}\n",
        "system:",
        "system:Thiago Ferreira",
        f"system:{'x' * 61}",
    ],
)
def test_an_actor_of_another_form_is_refused_without_its_text(actor):
    with pytest.raises(Refused) as refused:
        entry.check(actor, "dossier.submitted", SUBJECT, "done")
    assert str(refused.value) == "the actor must be user:<uuid>, system:<job> or anonymous"


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("action", {"action": "Dossier submitted"}),
        ("action", {"action": "a.b.c.d.e"}),
        ("action", {"action": f"x{'y' * 40}"}),
        ("outcome", {"outcome": "anh@example.org"}),
        ("kind of the subject", {"subject": ("Dossier de Anh", SUBJECT[1])}),
    ],
)
def test_each_name_is_short_and_small(part, given):
    whole = {"actor": "anonymous", "action": "file.read", "subject": SUBJECT, "outcome": "done"}
    with pytest.raises(Refused, match=f"the {part} must be a short name"):
        entry.check(**{**whole, **given})


def test_an_entry_without_subject_passes():
    entry.check("anonymous", "code.refused", None, "refused")


@pytest.mark.parametrize("word", sorted(entry.PERSONAL))
def test_a_key_that_names_something_personal_is_refused_wherever_the_word_stands(word):
    for key in (word, f"old_{word}", f"{word}_count", f"the_{word}_of"):
        with pytest.raises(Refused, match="impersonal"):
            entry.check_detail({key: 1})


def test_a_key_that_only_contains_such_a_word_passes():
    entry.check_detail({"mailing": True, "named": 2, "birthday_rule": "x", "shipping": 1})


@pytest.mark.parametrize("value", [10**12, -(10**12), 2040399243017, 3.5, ["a"], {"a": 1}, b"code"])
def test_a_value_that_is_no_code_count_or_flag_is_refused_by_the_name_of_its_key(value):
    with pytest.raises(Refused, match="the detail reason is not") as refused:
        entry.check_detail({"reason": value})
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize("value", [0, -1, 10**12 - 1, True, False, None, "", "ok", "too_large", "2026-11-21", "1/3"])
def test_codes_counts_and_flags_are_kept(value):
    entry.check_detail({"reason": value})


def test_identifiers_and_digests_are_codes_although_they_hold_many_digits():
    entry.check_detail({"file": str(uuid4()), "sha256": "0123456789abcdef" * 4, "zeros": "0" * 32})


@given(st.from_regex(r"[12378][0-9]{2}(0[1-9]|1[0-2])[0-9]{8}([0-9]{2})?", fullmatch=True), st.sampled_from(["", "."]))
def test_no_number_of_a_person_passes_as_a_code(number, gap):
    spelled = gap.join(number)
    with pytest.raises(Refused):
        entry.check_detail({"reason": spelled})


def test_an_entry_comes_back_from_its_row_with_and_without_subject():
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    base = (7, 202611, at, "anonymous", "file.read")
    with_subject = entry.from_row((*base, *SUBJECT, '{"count": 3}', "done"))
    assert with_subject == Entry(7, 202611, at, "anonymous", "file.read", SUBJECT, {"count": 3}, "done")
    without = entry.from_row((*base, None, None, {}, "refused"))
    assert (without.subject, without.detail, without.outcome) == (None, {}, "refused")
