"""The jobs of the dossiers: each can run twice, late or beside itself, with the effect of once."""

import logging
from datetime import timedelta
from uuid import UUID

from matricule.core import clock, jobs
from matricule.dossiers import letters, measures, receipts, reconciling, uploads
from matricule.dossiers.models import File
from matricule.dossiers.operations import (
    certifying,
    exporting,
    monthly,
    numbers,
    recovering,
    requesting,
    retention,
    silence,
    spaces,
)  # fmt: skip

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""A file without a verdict after this time is asked about again: its job may have used up its retries."""


@jobs.task(name="dossiers.check_file", retries=5)
def check_file(file_id: str) -> None:
    """Give a file that was received while the parser was busy its verdict."""
    uploads.recheck(UUID(file_id))


@jobs.task(name="dossiers.receipt", retries=5)
def receipt(dossier_id: str) -> None:
    """Make the receipt of a submitted dossier (the space makes it on demand when the worker is behind).

    Of a company's request the proof of filing as well: each is made once, however often this runs.
    """
    receipts.of_submission(UUID(dossier_id))


@jobs.task(name="dossiers.person_receipt", retries=5)
def person_receipt(person_id: str) -> None:
    """Make the receipt of somebody who was added to a request (the portal makes it when the worker is behind)."""
    receipts.of_person(UUID(person_id))


@jobs.task(name="dossiers.letter", retries=5)
def letter(certificate_id: str, kind: str = "") -> None:
    """Make a certificate, or a letter that goes with it (the space makes it on demand when the worker is behind)."""
    letters.of(UUID(certificate_id), kind)


@jobs.periodic(cron="*/10 * * * *", name="dossiers.ask_again")
def ask_again() -> None:
    """Queue the check of every file that waits for its verdict too long; one job a file."""
    waiting = File.objects.filter(state=File.State.CHECKING, added_at__lt=clock.now() - PATIENCE)
    for file_id in waiting.order_by("added_at").values_list("pk", flat=True)[:500]:
        jobs.defer_once(check_file, str(file_id), file_id=str(file_id))


@jobs.periodic(cron="41 3 * * *", name="dossiers.reconcile")
def reconcile() -> None:
    """Rebuild the cached labels and counts that differ; a difference is a fault of ours, so it is logged."""
    _, found = reconciling.rebuild()
    for difference in found:
        log.error("caches_differ dossier=%s", difference.dossier_id)
    for count in reconciling.recount():
        log.error("counts_differ office=%s queue=%s n=%s right=%s", count.whose, count.place, count.n, count.right)
    for one in reconciling.recount_labels():
        log.error("counts_differ company=%s label=%s n=%s right=%s", one.whose, one.place, one.n, one.right)


@jobs.periodic(cron="11 4 * * *", name="dossiers.measure")
def measure() -> None:
    """Measure the usual delay on the decisions of the last 90 days."""
    measures.measure()


@jobs.sweep("dossiers.retention")
def erase_removed() -> None:
    """Erase what was removed for more than 30 days."""
    retention.erase_removed()


@jobs.sweep("dossiers.silence")
def remind_and_close() -> None:
    """Remind people of what is asked, and close what stayed without an answer."""
    while silence.run():
        pass


@jobs.sweep("dossiers.register")
def take_register_answers() -> None:
    """Take the answers of the national register that have come."""
    numbers.take_answers()


@jobs.sweep("dossiers.certificates")
def issue_certificates() -> None:
    """Issue the certificates whose day has come, and warn of those that end."""
    certifying.run()


@jobs.sweep("dossiers.spaces")
def warn_of_closing() -> None:
    """Warn of spaces that close."""
    spaces.run()


@jobs.sweep("dossiers.requests")
def tell_sendable() -> None:
    """Tell companies of the drafts that can be sent from today on: the work has begun."""
    while requesting.tell_sendable():
        pass


@jobs.sweep("dossiers.titles")
def tell_titles() -> None:
    """Tell companies of the stay titles that end within three months."""
    while requesting.tell_titles():
        pass


@jobs.task(name="dossiers.lost_mailbox", retries=5)
def lost_mailbox(lost_id: str) -> None:
    """Compare what somebody wrote about a lost mailbox with the dossiers."""
    recovering.match(UUID(lost_id))


@jobs.sweep("dossiers.lost_mailboxes")
def forget_forms() -> None:
    """Forget that somebody wrote about a lost mailbox, a day later; in wall time."""
    recovering.forget_forms()


@jobs.task(name="dossiers.list_export", retries=5)
def list_export(export_id: str) -> None:
    """Make a file of a company's list that somebody asked for."""
    exporting.make(UUID(export_id))


@jobs.sweep("dossiers.list_exports")
def forget_list_exports() -> None:
    """Erase the files of lists whose day is over."""
    while exporting.forget():
        pass


@jobs.sweep("dossiers.monthly")
def tell_monthly() -> None:
    """Tell companies once a month what waits for them."""
    while monthly.run():
        pass
