"""The receipt of a deposit: milliseconds and CPU a page, typeset (typst, PDF/UA-1 and PDF/A-2a) and sealed (PAdES).

Run by ``make bench``, in one process without a database. *First* is the first letter of a process: fonts and template
are read, the signer's key is opened.
"""

import os
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from common import folder, table

ROUNDS = 40
DATED = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def facts(documents: int) -> dict[str, object]:
    """Return what a receipt says, with as many documents sent."""
    name = {"fr": "Extrait d’acte de naissance avec filiation", "en": "Birth record with the parents’ names"}
    return {
        "reference": "M26-7KQ4-92HX",
        "name": "Nguyễn, Thị Ngọc Ánh",
        "birth_date": "2005-03-14",
        "school": "Université Marie et Louis Pasteur",
        "courses_start": "2026-09-07",
        "submitted_at": "2026-11-26T10:30+01:00",
        "target": "2026-12-17",
        "sent": [{**name, "files": 1, "phase": 1}] * documents,
        "later": [{**name, "files": 0, "phase": 3}],
        "demo": True,
    }


def once(documents: int) -> tuple[int, int, float, float, float]:
    """Make one receipt; return its pages and bytes, and the ms of typesetting, of sealing, and of CPU."""
    from matricule.attestations import sealing, typesetting

    cpu, begun = time.process_time(), time.perf_counter()
    letter = typesetting.compose("deposit_receipt", facts(documents), dated=DATED)
    set_at = time.perf_counter()
    sealed = sealing.seal(letter.pdf, dated=DATED)
    done = time.perf_counter()
    spent = (time.process_time() - cpu) * 1000
    return letter.pages, len(sealed), (set_at - begun) * 1000, (done - set_at) * 1000, spent


def main() -> None:
    """Print one line for the first letter and one for each length."""
    with folder("receipt") as place:
        os.environ |= {"MATRICULE_DEMO": "1", "MATRICULE_DATA": str(place)}
        from matricule.core import keys

        keys.make(Path(place) / "keys.toml")
        os.environ["MATRICULE_KEYS_FILE"] = str(place / "keys.toml")
        pages, size, typeset, sealed, cpu = once(6)
        rows = [("first, 6 documents", pages, size / 1000, typeset, sealed, (typeset + sealed) / pages, cpu / pages)]
        for documents in (3, 6, 40):
            found = [once(documents) for _ in range(ROUNDS)]
            pages, size = found[0][:2]
            typeset, sealed, cpu = (statistics.median(row[column] for row in found) for column in (2, 3, 4))
            name = f"{documents} documents"
            rows.append((name, pages, size / 1000, typeset, sealed, (typeset + sealed) / pages, cpu / pages))
        table(("receipt", "pages", "kB", "ms typeset", "ms sealed", "ms a page", "CPU ms a page"), rows)


if __name__ == "__main__":
    main()
