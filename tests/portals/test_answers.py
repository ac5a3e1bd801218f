"""The signed answers that travel in a hidden field: nobody can change them, and a day later they are over."""

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from matricule.portals import answers

GIVEN = {"situation": "study", "nationality": "VN", "birth_date": "2004-03-14", "languages": ["vi", "fr"]}
PLAIN = st.dictionaries(
    st.text(max_size=12),
    st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.none()),
    max_size=6,
)


@pytest.fixture
def later(monkeypatch):
    """Move the clock of the signatures."""
    from django.core.signing import time

    start = time.time()

    def to(seconds: float) -> None:
        monkeypatch.setattr(signing.time, "time", lambda: start + seconds)

    return to


@given(PLAIN)
def test_what_was_written_is_read_back(found):
    assert answers.read(answers.write(found)) == found


def test_the_signed_text_can_stand_in_a_field_as_it_is():
    text = answers.write({"name": "<\"&'>", "country": "Côte d’Ivoire"})
    assert text.isascii() and not set(text) & set("<>\"'& \n")


@given(st.data())
def test_no_changed_sign_passes(data):
    text = answers.write(GIVEN)
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("abcXYZ019-_:."))
    changed = text[:place] + sign + text[place + 1 :]
    if changed != text:
        with pytest.raises(signing.BadSignature):
            answers.read(changed)


@pytest.mark.parametrize("text", ["", ":", "::", "a:b:c", "{}", "e30", "é", "\x00", " " * 50])
def test_anything_else_is_refused(text):
    with pytest.raises(signing.BadSignature):
        answers.read(text)


def test_a_text_signed_for_another_purpose_is_refused():
    with pytest.raises(signing.BadSignature):
        answers.read(signing.dumps(GIVEN, salt="another.purpose"))
    with pytest.raises(signing.BadSignature):
        signing.loads(answers.write(GIVEN), salt="another.purpose")


@pytest.mark.parametrize("other", [["a", "list"], "a text", 12, None, True])
def test_what_is_signed_but_no_set_of_answers_is_refused(other):
    text = signing.dumps(other, salt=answers.SALT)
    with pytest.raises(signing.BadSignature, match="not a set"):
        answers.read(text)


def test_a_page_stays_good_for_a_day(later):
    text = answers.write(GIVEN)
    later(answers.LIFETIME - 60)
    assert answers.read(text) == GIVEN


def test_after_a_day_it_is_over(later):
    text = answers.write(GIVEN)
    later(answers.LIFETIME + 60)
    with pytest.raises(signing.SignatureExpired):
        answers.read(text)
    with pytest.raises(signing.SignatureExpired):
        answers.answers_of(text)


def test_the_answers_stand_alone_or_beside_where_the_person_is():
    assert answers.answers_of(answers.write(GIVEN)) == GIVEN
    assert answers.answers_of(answers.write({"answers": GIVEN, "skipped": ["school"]})) == GIVEN
    assert answers.answers_of(answers.write({})) == {}


@pytest.mark.parametrize("wrong", [["VN"], "VN", 3, None])
def test_answers_of_another_shape_count_as_none(wrong):
    assert answers.answers_of(answers.write({"answers": wrong})) == {}


def test_the_answers_taken_out_are_a_copy_of_their_own():
    text = answers.write({"answers": {"nationality": "VN"}})
    first = answers.answers_of(text)
    first["nationality"] = "DE"
    assert answers.answers_of(text) == {"nationality": "VN"}
