"""Identities and the acts that tests begin with."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction

from matricule import repertoire
from matricule.repertoire import Identity, Issued, Sent

ACTOR = f"user:{UUID(int=7)}"


def an_identity(**changes) -> Identity:
    """Return an invented person whom no row of the stand-in names."""
    given = {
        "birth_name": "Nguyễn",
        "given_names": "Thị Minh Anh",
        "sex": "F",
        "birth_date": "2004-03-14",
        "birth_country": "VN",
        "birth_place": "Hà Nội",
        "passport": "K1234567",
    }
    return Identity(**{**given, **changes})


MOROCCO = {"birth_name": "El Amrani", "given_names": "Yassine", "sex": "M", "birth_date": "2004-01-05"}
YASSINE = an_identity(**MOROCCO, birth_country="MA", passport="")
MAUDE = an_identity(birth_name="Tremblay-Gagnon", birth_date="2003-11-08", birth_country="CA", passport="")
THIAGO = an_identity(birth_name="Ferreira de Souza", sex="M", birth_date="2003-07-23", birth_country="BR", passport="")


def attribute(
    subject_id: UUID | None = None, identity: Identity | None = None, request_id=None
) -> tuple[UUID, Issued]:
    """Give somebody a NIA in a transaction of its own; return who, and the number."""
    subject_id = subject_id or uuid4()
    with transaction.atomic():
        issued = repertoire.attribute(subject_id, identity or an_identity(), request_id or uuid4(), actor=ACTOR)
    return subject_id, issued


def submit(subject_id: UUID, *, complete: bool = True, request_id=None) -> Sent:
    """Send somebody to the repertoire in a transaction of its own."""
    with transaction.atomic():
        return repertoire.submit(subject_id, request_id or uuid4(), complete, actor=ACTOR)


def answer(subject_id: UUID):
    """Take the one answer that is due for somebody; return it."""
    with transaction.atomic():
        (due,) = (one for one in repertoire.answers_due() if one.subject_id == subject_id)
        return repertoire.take(due.id, actor=ACTOR)


def ten_days() -> timedelta:
    """Return what the demo's stand-in lets pass before it answers."""
    return timedelta(days=10)
