"""What a log or an error would print of a row: its kind and an identifier, nothing that a person wrote."""

from uuid import UUID, uuid4

import pytest

from matricule.dossiers import access
from matricule.dossiers.models import Document, Done, Dossier, Erasure, File, Page, Registrant, Requirement, Version
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.operations.files import TooMuch
from matricule.dossiers.states import IllegalMove, State

PK = UUID("01900000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        (Dossier(pk=PK, reference="M26-7KQ4-92HX", answers={"nationality": "VN"}), f"dossier:{PK}"),
        (Registrant(pk=PK, birth_name="Nguyễn", iban="FR76"), f"registrant:{PK}"),
        (Requirement(code="visa_d"), "requirement:visa_d"),
        (Document(slot="identity"), "document:identity"),
        (Version(number=2, translator_name="Hélène Vũ"), "version:2"),
        (File(pk=PK, name="Nguyễn passport.pdf"), f"file:{PK}"),
        (Page(number=3), "page:3"),
        (Done(key=PK, actor=f"user:{PK}", operation="submit"), "done:submit"),
        (Erasure(file_id=PK, sha256="a" * 64), f"erasure:{PK}"),
    ],
)
def test_a_row_names_nobody(row, printed):
    assert str(row) == printed


@pytest.mark.parametrize(
    "error",
    [
        access.NotFound(),
        Conflict(PK, 4),
        AlreadyDone(PK),
        AlreadyDone(None),
        TooMuch("too_many_files"),
        IllegalMove("submit", State.EXAMINED),
    ],
)
def test_an_error_names_no_dossier(error):
    assert str(PK) not in str(error)


def test_an_error_keeps_what_its_page_needs():
    assert (Conflict(PK, 4).dossier_id, Conflict(PK, 4).current) == (PK, 4)
    assert AlreadyDone(PK).dossier_id == PK and AlreadyDone(None).dossier_id is None
    assert TooMuch("document_too_large").code == "document_too_large"


def test_two_actors_of_one_identifier_differ_by_their_kind():
    same = uuid4()
    assert access.person(same) == access.person(same) != access.system(str(same))
    assert len({access.person(same), access.person(same), access.person(uuid4())}) == 2
