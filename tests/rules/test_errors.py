"""What the room raises."""

from matricule.rules.errors import InputError, RulesError


def test_a_wrong_file_says_where():
    error = RulesError("countries.csv", 12, "has no source")
    assert str(error) == "countries.csv, row 12: has no source"
    assert (error.file, error.row, error.reason) == ("countries.csv", 12, "has no source")


def test_a_wrong_value_speaks_both_languages():
    error = InputError("birth_date", fr="Relisez la date.", en="Read the date again.")
    assert isinstance(error, ValueError)
    assert error.text == {"fr": "Relisez la date.", "en": "Read the date again."}
    assert str(error) == "birth_date: Read the date again."
