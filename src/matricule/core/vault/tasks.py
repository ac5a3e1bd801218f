"""The calendar of the vault."""

import logging

from matricule.core import jobs

from .reconciler import reconcile as run_reconciler
from .store import remove_erased

log = logging.getLogger("matricule.vault")


@jobs.periodic(cron="*/10 * * * *", name="core.vault.remove_erased")
def remove_bytes() -> None:
    """Remove the bytes of what was erased; its keys are gone already."""
    remove_erased()


@jobs.periodic(cron="23 4 * * *", name="core.vault.reconcile")
def reconcile() -> None:
    """Compare files and rows once a day; say in the log what a person must look at."""
    report = run_reconciler()
    if not report.ok:
        log.error(
            "vault_differs missing=%d orphans=%d stopped=%s",
            len(report.missing),
            report.orphans,
            report.stopped or "no",
        )
