"""Invented facts of the letters, as ``dossiers.letters`` gives them."""

from datetime import UTC, datetime

from matricule.attestations import verification

DATED = datetime(2026, 9, 10, 22, 30, tzinfo=UTC)
CODE = "7KQ4-92HX-M3TD-5VAC"
PERSON = {
    "birth_name": "Nguyễn",
    "usage_name": "Delacroix",
    "given_names": "Thị Minh Anh",
    "birth_date": "2004-03-14",
}
CERTIFICATE = {
    "office": "CPAM du Doubs",
    "office_code": "251",
    "office_address": ["CPAM du Doubs", "25036 Besançon cedex"],
    "reference": "M26-7KQ4-92HX",
    **PERSON,
    "number": "2 04 03 99 243 017 54",
    "number_kind": "nia",
    "regime": {"fr": "régime général, étudiants", "en": "general scheme, students"},
    "rights_from": "2026-09-07",
    "starts_on": "2026-09-11",
    "ends_on": "2026-12-10",
    "why_ends": "stay",
    "issued_on": "2026-09-11",
}

REQUEST = {
    "reference": "M26-7KQ4-92HX",
    "own_reference": "MAT-0042",
    "company": "Atelier du Doubs",
    "siret": "73282932000074",
    "office": "CPAM du Doubs",
    "submitted_at": "2026-09-11T00:30+02:00",
    "target": "2026-10-02",
    "title_checked": True,
    "people": [
        {
            "role": "principal",
            "name": "Okonkwo, Adaeze Ifeoma",
            "birth_date": "1990-05-17",
            "sent": [{"fr": "Acte de naissance", "en": "Birth certificate"}],
            "later": [],
        },
        {"role": "child", "name": "Bello, Zainab", "birth_date": "2019-00-00", "sent": [], "later": []},
    ],
    "demo": True,
}
"""What the receipt of a company's request says, as ``dossiers.receipts`` gives it."""


PROOF = {
    "reference": "M26-7KQ4-92HX",
    "own_reference": "MAT-0042",
    "company": "Atelier du Doubs",
    "siret": "732 829 320 00074",
    "office": "CPAM du Doubs",
    "submitted_at": "2026-09-11T00:30+02:00",
    "birth_name": "Okonkwo",
    "given_names": "Adaeze Ifeoma",
    "starts_on": "2026-09-11",
    "ends_on": "",
}
"""What the proof of filing says, as ``dossiers.receipts`` gives it."""


def written_for(kind: str, **changes) -> dict:
    """Return the facts of a letter as its template gets them."""
    given = {**(PROOF if kind == verification.PROOF else CERTIFICATE), "demo": True}
    if kind in verification.KINDS:
        given["verification"] = verification.on_paper(CODE)
    if kind not in {"provisional_certificate", verification.PROOF}:
        given |= {"number_kind": "nir", "why_ends": ""}
    if kind in {"number_letter", "vitale_request"}:
        given |= {"address": ["12 rue des Granges", "25000 Besançon"], "replaces": False}
    return {**given, **changes}
