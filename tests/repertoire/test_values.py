"""What goes in and comes out: written one way, and silent when it is printed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from matricule.matching import compare
from matricule.repertoire import Answer, Identity, Issued, Known, errors
from matricule.repertoire.errors import RepertoireError
from matricule.repertoire.models import Counter, Holder, Intent, Submission
from matricule.rules.errors import InputError
from tests.repertoire.people import an_identity

PK = UUID("01900000-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
ISSUED = Issued("204039924320362", "nia", NOW)


@pytest.mark.parametrize(
    ("given", "kept"), [("UK", "GB"), ("gb", "GB"), ("el", "GR"), ("99115", "99115"), ("vn", "VN")]
)
def test_a_country_is_kept_in_one_spelling(given, kept):
    assert an_identity(birth_country=given).birth_country == kept


@pytest.mark.parametrize(
    ("given", "kept"), [("2004", "2004-00-00"), ("2004-03", "2004-03-00"), ("2004-03-14", "2004-03-14")]
)
def test_a_birth_date_is_kept_in_one_spelling(given, kept):
    assert an_identity(birth_date=given).birth_date == kept


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"birth_country": "QQ"}, "birth_country"), ({"birth_country": ""}, "birth_country"),
     ({"birth_date": "14/03/2004"}, "birth_date"), ({"birth_date": "2004-02-30"}, "birth_date")],
)  # fmt: skip
def test_a_birth_that_is_none_is_named_by_its_field(changed, field):
    with pytest.raises(InputError) as caught:
        an_identity(**changed)
    assert caught.value.field == field


def test_an_identity_comes_back_as_it_was_sealed():
    identity = an_identity(birth_commune="98818")
    assert Identity.from_json(identity.as_json()) == identity


def test_a_number_is_cut_grouped_and_masked():
    assert (ISSUED.body, ISSUED.key) == ("2040399243203", "62")
    assert ISSUED.formatted == "2 04 03 99 243 203 62"
    assert ISSUED.masked == str(ISSUED) == "2 04 03 •• ••• ••• ••"


@pytest.mark.parametrize(
    "value",
    [
        an_identity(),
        ISSUED,
        Known(PK, an_identity(), ISSUED, ("passport",), compare(an_identity(), an_identity()), True),
        Answer(PK, PK, "known", NOW, NOW, number=ISSUED),
        Holder(pk=PK, number=ISSUED.number, identity=an_identity().as_json()),
        Counter(pk=3, last=4),
        Intent(pk=PK),
        Submission(pk=PK, detail={"number": ISSUED.number}),
    ],
)
def test_nothing_prints_a_name_or_a_number(value):
    for text in (str(value), repr(value), f"{value}"):
        for secret in ("Nguy", "Minh", "2004", "K1234567", "99243", "204039924320362"):
            assert secret not in text, text


@pytest.mark.parametrize("error", RepertoireError.__subclasses__(), ids=lambda error: error.__name__)
def test_every_refusal_speaks_both_languages_and_names_nobody(error):
    raised = error()
    assert raised.text["fr"] and raised.text["en"] and raised.text["fr"] != raised.text["en"]
    assert str(raised) == raised.text["en"]


def test_every_refusal_is_offered_by_the_room():
    from matricule import repertoire

    names = {name for name in vars(errors) if name[0].isupper()}
    assert names <= set(repertoire.__all__)
    assert all(getattr(repertoire, name) is not None for name in repertoire.__all__)
    with pytest.raises(AttributeError):
        repertoire.nothing_of_the_kind  # noqa: B018
