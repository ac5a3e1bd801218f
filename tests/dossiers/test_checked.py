"""The bytes of a file on their way to its row: stored before it or with it, never for a refused one."""

from dataclasses import replace
from uuid import uuid4

import pytest

from matricule.core import vault
from matricule.core.vault import backend
from matricule.dossiers.checked import Stored
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def test_what_is_stored_already_is_taken_as_it_is():
    stored = Stored(uuid4(), vault.prepare(b"bytes", context="anything"))
    before = {one.id for one in backend.current().stored()}
    assert make.checked(stored=stored).store() == (stored.file_id, stored.blob)
    assert {one.id for one in backend.current().stored()} == before


def test_what_is_not_stored_yet_is_bound_to_the_row_that_it_gets():
    checked = make.checked(b"bytes")
    file_id, blob = checked.store()
    assert blob is not None and vault.read(vault.keep(blob), context=str(file_id)) == b"bytes"
    other, _ = checked.store()
    assert other != file_id


def test_a_refused_file_gets_a_row_and_no_bytes():
    before = {one.id for one in backend.current().stored()}
    refused = replace(make.checked(b"bytes"), data=None, ok=False, verdict="broken")
    first, blob = refused.store()
    second, _ = refused.store()
    assert blob is None and first != second
    assert {one.id for one in backend.current().stored()} == before
