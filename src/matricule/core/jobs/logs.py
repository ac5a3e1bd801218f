"""What the library of jobs may write to the logs: task, identifier, class and place of an error, never a value.

Its own messages quote the arguments of a job and the text of an exception; both may hold what a person wrote
(house.md, closed decision 9). One handler rewrites every record.
"""

import logging
import traceback
from pathlib import PurePath

log = logging.getLogger("matricule.jobs")
LIBRARY = "procrastinate"
TOLD = {"job_success", "job_error", "job_error_retry", "job_aborted", "start_worker", "stop_worker", "task_not_found"}


class IdsOnly(logging.Handler):
    """Passes on what happened to which job, and drops the rest."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line for an event worth telling or for any warning."""
        action = getattr(record, "action", record.name)
        if action not in TOLD and record.levelno < logging.WARNING:
            return
        job = getattr(record, "job", None) or {}
        error = record.exc_info[1] if record.exc_info else None
        log.log(
            record.levelno,
            "%s task=%s job=%s error=%s",
            action,
            job.get("task_name", "-"),
            job.get("id", "-"),
            place(error) if error else "-",
        )


def place(error: BaseException) -> str:
    """Return the class of an exception and where it was raised, never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


def install() -> None:
    """Take the library's records off the root logger; calling it again changes nothing."""
    library = logging.getLogger(LIBRARY)
    library.propagate = False
    if not any(isinstance(handler, IdsOnly) for handler in library.handlers):
        library.addHandler(IdsOnly())
        library.setLevel(logging.INFO)
