"""Writing a chunk of a volume to the database: its rows, journal, numbers and counts, whole or not at all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from matricule.core import journal
from matricule.demo.volume import numbers
from matricule.demo.volume.history import Made, Writer
from matricule.demo.volume.sheets import Sheets
from matricule.dossiers import labels, queues
from matricule.dossiers.models import Dossier


def keep(sheets: Sheets, writer: Writer, made: Sequence[Made]) -> None:
    """Write what the sheets hold, with the numbers and the journal of the people who were made."""
    with transaction.atomic():
        sheets.write()
        journal.record_many([entry for one in made for entry in one.entries])
        # last, what another load waits for: the counters of the repertoire and the counts of offices and labels
        given = numbers.give(sheets, writer, made)
        sheets.write()
        journal.record_many(given)
        _count({one.dossier.pk: one.dossier for one in made}.values())


def _count(dossiers: Iterable[Dossier]) -> None:
    """Move the counts of the offices and of the companies' labels, in a fixed order."""
    offices: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[UUID, str]] = Counter()
    for dossier in dossiers:
        if dossier.counted_office and dossier.queue:
            offices[dossier.counted_office, dossier.queue] += 1
        if dossier.organisation_id is not None:
            found[dossier.organisation_id, dossier.label] += 1
    for (office, queue), step in sorted(offices.items()):
        queues.count(office, queue, step)
    for (company_id, label), step in sorted(found.items()):
        labels.count(company_id, label, step)
