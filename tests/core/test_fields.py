"""Sealed columns: the database holds bytes that say nothing, Python sees the value, nobody searches."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models import Value
from django.db.models.functions import Cast
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matricule.core import crypto, keys
from matricule.core.fields import EncryptedJSONField, EncryptedTextField

SQL_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | SQL_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SQL_TEXT, inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def model():
    with isolate_apps("matricule.core"):

        class Sample(models.Model):
            number = EncryptedTextField()
            answers = EncryptedJSONField(default=dict)
            moved = EncryptedTextField(null=True, place="core.older.moved")

            class Meta:
                app_label = "core"

        yield Sample


def round_trip(field, value):
    """Send ``value`` through the database as this field does."""
    query = ContentType.objects.annotate(
        there=Value(value, output_field=field), raw=Cast(Value(value, output_field=field), models.BinaryField())
    )
    row = query.first()
    return row.there, bytes(row.raw)


@pytest.mark.django_db
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SQL_TEXT)
def test_a_text_comes_back_and_the_column_does_not_show_it(model, text):
    field = model._meta.get_field("number")
    value, raw = round_trip(field, text)
    assert value == text
    assert len(text) < 4 or text.encode() not in raw
    assert crypto.unseal(keys.current().fields, raw, b"core.sample.number") == text.encode()


@pytest.mark.django_db
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_whatever_json_can_say_comes_back(model, value):
    field = model._meta.get_field("answers")
    if value is not None:
        assert round_trip(field, value)[0] == value


def test_json_refuses_what_is_no_json(model):
    field = model._meta.get_field("answers")
    for value in (float("nan"), {1, 2}, object()):
        with pytest.raises((ValueError, TypeError)):
            field.get_db_prep_value(value, connection)


def test_a_column_moved_to_another_does_not_open(model):
    number, moved = model._meta.get_field("number"), model._meta.get_field("moved")
    token = number.get_db_prep_value("secret", connection)
    assert number.from_db_value(token, None, connection) == "secret"
    with pytest.raises(crypto.BadToken):
        moved.from_db_value(token, None, connection)


def test_a_renamed_model_keeps_the_place_of_its_values(model):
    moved = model._meta.get_field("moved")
    token = crypto.seal(keys.current().fields, b"older", b"core.older.moved")
    assert moved.from_db_value(token, None, connection) == "older"
    assert moved.deconstruct()[3] == {"null": True, "place": "core.older.moved"}
    assert model._meta.get_field("number").deconstruct()[3] == {}


def test_null_stays_null_and_an_empty_text_is_sealed(model):
    moved = model._meta.get_field("moved")
    assert moved.get_db_prep_value(None, connection) is None
    assert moved.from_db_value(None, None, connection) is None
    assert len(moved.get_db_prep_value("", connection)) > 28


def test_the_same_value_never_looks_the_same(model):
    field = model._meta.get_field("number")
    assert len({bytes(field.get_db_prep_value("same", connection)) for _ in range(50)}) == 50


@pytest.mark.parametrize("lookup", ["exact", "contains", "gt", "in", "iexact"])
def test_a_sealed_column_cannot_be_searched(model, lookup):
    with pytest.raises(FieldError, match="blind index"):
        str(model._base_manager.filter(**{f"number__{lookup}": "x"}).query)


def test_a_sealed_column_may_be_asked_whether_it_is_null(model):
    assert "IS NULL" in str(model._base_manager.filter(moved__isnull=True).query)


def test_the_column_is_of_bytes_and_values_are_cleaned_to_text(model):
    field = model._meta.get_field("number")
    assert field.db_type(connection) == "bytea"
    assert field.to_python(12) == "12"
    assert field.to_python(None) is None
