"""Invented people and their dossiers, made through the operations that the product itself uses."""

import hashlib
import io
from datetime import date
from typing import Any
from uuid import uuid4

import pikepdf
from PIL import Image

from matricule.accounts.models import User
from matricule.accounts.passkeys import Passkey
from matricule.core import clock
from matricule.dossiers import access, plan
from matricule.dossiers.models import Dossier, Version
from matricule.dossiers.operations import deposit, files

NON_EU = {
    "situation": "study",
    "nationality": "VN",
    "birth_country": "VN",
    "birth_date": "2004-03-14",
    "residence_title": "vls_ts",
    "has_number": "no",
    "document_country": "VN",
    "document_language": "vi",
}
"""Answers of a student from outside the EU with a VLS-TS: three documents of phase 1."""

CIVIL_STATUS = {
    "birth_name": "Nguyễn",
    "usage_name": "",
    "given_names": "Thị Minh Anh",
    "original_names": "",
    "sex": "F",
    "birth_date": "2004-03-14",
    "birth_place": "Hà Nội",
    "birth_country": "VN",
    "nationality": "VN",
}
PARENTS = {
    "parent1_birth_name": "Trần",
    "parent1_given_names": "Thị Lan",
    "parent2_birth_name": "Nguyễn",
    "parent2_given_names": "Văn Hùng",
}
CONTACT = {
    "phone": "+33612345678",
    "street": "12 rue Battant",
    "building": "B",
    "apartment": "204",
    "letter_box": "Nguyễn",
    "postcode": "25000",
    "city": "Besançon",
}
STUDIES = {
    "school_name": "Université de Franche-Comté",
    "school_uai": "0251215K",
    "courses_start": date(2026, 9, 7),
    "arrival_date": date(2026, 8, 28),
}
SECTIONS = {"civil_status": CIVIL_STATUS, "parents": PARENTS, "contact": CONTACT, "studies": STUDIES}


def a_user(email: str = "", language: str = "fr") -> User:
    """Return a new person with a proved mailbox."""
    return User.objects.create(email=email or f"{uuid4().hex[:12]}@example.org", language=language)


def a_passkey(user: User, **given: Any) -> Passkey:
    """Return a passkey of a person, which opens nothing: no device holds its other half."""
    given = {"credential_id": uuid4().bytes, "public_key": b"key", "made_at": clock.wall(), **given}
    return Passkey.objects.create(user=user, **given)


def a_draft(user: User | None = None, answers: dict | None = None) -> Dossier:
    """Return a fresh draft of a student."""
    owner = user or a_user()
    return deposit.open_draft(access.person(owner.pk), owner.pk, "student", answers or NON_EU)


def owner_of(dossier: Dossier) -> access.Actor:
    """Return the actor of a dossier's owner."""
    return access.person(dossier.owner_id)


def a_filled_draft(user: User | None = None) -> Dossier:
    """Return a draft whose four pages are complete, without documents."""
    dossier = a_draft(user)
    for name, checked in SECTIONS.items():
        deposit.save_section(owner_of(dossier), dossier.pk, name, {}, checked)
    dossier.refresh_from_db()
    return dossier


def a_pdf(pages: int = 1, mark: str = "") -> bytes:
    """Return a small PDF; ``mark`` makes it different from others."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Subject"] = mark or uuid4().hex
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_jpeg(width: int = 300, height: int = 200, shade: int = 200) -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (shade, shade, 255 - shade)).save(out, "JPEG")
    return out.getvalue()


def checked(data: bytes | None = None, name: str = "document.pdf", pages: int = 1, **changes) -> files.Checked:
    """Return a file as the parser would have judged it: fine, unless ``changes`` say otherwise."""
    data = a_pdf(pages) if data is None else data
    given = {
        "name": name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "data": data,
        "kind": "pdf",
        "verdict": "ok",
        "ok": True,
        "pages": pages,
        "detail": {},
        "needs_clean": False,
    }
    return files.Checked(**{**given, **changes})


def add(dossier: Dossier, slot: str, part: str = "main", **changes):
    """Add one file to a slot; return its id."""
    return files.add_file(owner_of(dossier), dossier.pk, slot, part, checked(**changes))


def replace(dossier: Dossier, slot: str, part: str = "main", **changes):
    """Send one file in place of everything that a slot holds; return its id."""
    current = Version.objects.filter(document__registrant__dossier=dossier, document__slot=slot, replaced_at=None)
    version_id = current.values_list("pk", flat=True).first()
    return files.add_file(owner_of(dossier), dossier.pk, slot, part, checked(**changes), replaces=version_id)


def a_ready_draft(user: User | None = None) -> Dossier:
    """Return a draft that can be submitted: pages complete, documents of phase 1 sent."""
    dossier = a_filled_draft(user)
    registrant = dossier.registrants.get(position=1)
    for slot in {row.slot for row in registrant.requirements.filter(blocks_submission=True, dropped_at=None)}:
        add(dossier, slot)
    dossier.refresh_from_db()
    assert plan.obstacles(dossier, registrant) == []
    return dossier


def a_submitted(user: User | None = None) -> Dossier:
    """Return a submitted dossier."""
    dossier = a_ready_draft(user)
    deposit.submit(owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    dossier.refresh_from_db()
    return dossier
