"""One file of a sweep at a time: a fault in one never hides the files behind it (issue 4, section 5)."""

import logging
from collections.abc import Callable
from uuid import UUID

log = logging.getLogger(__name__)


def apart(job: str, row_id: UUID, step: Callable[[], bool], *, of: str = "dossier") -> bool:
    """Do what is due on one dossier, or on one of what ``of`` names; tell whether something was.

    A fault is a fault of ours: it is logged with the id, its transaction is undone, and the next round of
    ``job`` tries again. A sweep that stopped at it would leave every file behind it without its reminder, for good.
    """
    try:
        return step()
    except Exception:
        log.exception("sweep=%s %s=%s", job, of, row_id)
        return False
