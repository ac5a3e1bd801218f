"""The jobs of the dossiers: each can run twice, late or beside itself, with the effect of once."""

from uuid import UUID

from matricule.core import jobs
from matricule.dossiers import receipts, uploads


@jobs.task(name="dossiers.check_file", retries=5)
def check_file(file_id: str) -> None:
    """Give a file that was received while the parser was busy its verdict."""
    uploads.recheck(UUID(file_id))


@jobs.task(name="dossiers.receipt", retries=5)
def receipt(dossier_id: str) -> None:
    """Make the receipt of a submitted dossier (the space makes it on demand when the worker is behind)."""
    receipts.of(UUID(dossier_id))
