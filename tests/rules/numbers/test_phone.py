"""Phone numbers: foreign ones are welcome."""

import pytest

from matricule.rules.numbers import phone


@pytest.mark.parametrize(
    ("text", "e164", "shown", "french"),
    [
        ("06 12 34 56 78", "+33612345678", "06 12 34 56 78", True),
        ("+33 (0)6 12 34 56 78", "+33612345678", "06 12 34 56 78", True),
        ("0033612345678", "+33612345678", "06 12 34 56 78", True),
        ("09 74 75 36 46", "+33974753646", "09 74 75 36 46", True),
        ("+49 30 901820", "+4930901820", "+49 30 901820", False),
        ("+55 11 96123-4567", "+5511961234567", "+55 11 96123-4567", False),
        ("+262 692 12 34 56", "+262692123456", "+262 692 12 34 56", True),
        ("+687 75 12 34", "+687751234", "+687 75.12.34", True),
    ],
)
def test_numbers_that_exist(text, e164, shown, french):
    answer, found = phone.check(text), phone.find(text)
    assert (answer.ok, answer.value, answer.formatted) == (True, e164, shown)
    assert found.e164 == e164
    assert found.french is french


@pytest.mark.parametrize(
    "text", ["", "hello", "12", "06 12 34 56", "+33 6 12 34 56 7", "06 12 34 56 78 90", "+999 123456"]
)
def test_numbers_that_do_not_exist_say_how_to_write_one(text):
    answer = phone.check(text)
    assert (answer.ok, answer.code) == (False, "phone")
    assert "06 12 34 56 78" in answer.fr and "06 12 34 56 78" in answer.en
    assert phone.find(text) is None


def test_a_national_number_is_read_from_where_it_is_dialled():
    assert phone.check("030 901820", region="DE").value == "+4930901820"
    assert phone.find("030 901820", region="DE").region == "DE"


def test_it_never_shows_itself_by_mistake():
    assert "612345678" not in repr(phone.find("0612345678"))
