"""Certificates as rows, without a PDF behind them: what the page that checks a code needs."""

from datetime import date, timedelta
from uuid import uuid4

from matricule.attestations import verification
from matricule.attestations.models import Letter
from matricule.core import clock, ids

YEAR = timedelta(days=365)


def issued(
    kind: str = "provisional_certificate",
    *,
    starts_on: date | None = None,
    ends_on: date | None = date.max,
    withdrawn: bool = False,
) -> str:
    """Keep a certificate of Thị Minh Anh Nguyễn and return its code; by default it runs from today for a year."""
    code, start = ids.new_code(), starts_on or clock.today()
    end = start + YEAR if ends_on == date.max else ends_on
    facts = {
        "given_names": "Thị Minh Anh",
        "birth_name": "Nguyễn",
        "starts_on": start.isoformat(),
        "ends_on": end.isoformat() if end else "",
    }
    Letter.objects.create(
        kind=kind,
        subject_id=uuid4(),
        blob=uuid4(),
        sha256="0" * 64,
        pages=2,
        dated=clock.now(),
        made_at=clock.now(),
        code_index=verification.index_of(code),
        shown=verification.shown_of(facts),
        withdrawn_at=clock.now() if withdrawn else None,
    )
    return code
