"""One line for each event worth telling, made of identifiers."""

import logging

import pytest

from matricule.core.jobs.logs import LIBRARY, IdsOnly, install, place

SECRET = "Thiago Ferreira 2 04 03 99 243 017 54"


@pytest.fixture
def told(caplog):
    """Hand one record of the library to the handler and return what it wrote."""

    def tell(level: int = logging.INFO, error: BaseException | None = None, **extra: object) -> list[str]:
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("procrastinate.worker", level, __file__, 1, f"about {SECRET}", (), info)
        record.__dict__.update(extra)
        with caplog.at_level(logging.DEBUG, "matricule.jobs"):
            IdsOnly().emit(record)
        return [line.getMessage() for line in caplog.records if line.name == "matricule.jobs"]

    return tell


JOB = {"id": 7, "task_name": "core.outbox.send", "task_kwargs": {"name": SECRET}, "call_string": SECRET}


def test_an_event_keeps_task_and_number(told):
    assert told(action="job_success", job=JOB) == ["job_success task=core.outbox.send job=7 error=-"]


@pytest.mark.parametrize("action", ["start_job", "jobs_deferred", "about_to_defer_jobs", "loaded_job_info"])
def test_what_is_not_worth_telling_is_dropped(told, action):
    assert told(action=action, job=JOB) == []


def test_a_warning_is_always_told_with_its_action_or_the_name_of_its_logger(told):
    assert told(logging.WARNING, action="side_task_failed") == ["side_task_failed task=- job=- error=-"]


def test_a_warning_without_an_action_is_told_by_its_logger(told):
    assert told(logging.ERROR) == ["procrastinate.worker task=- job=- error=-"]


def test_an_error_keeps_class_and_place(told):
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        (line,) = told(logging.ERROR, error, action="job_error", job=JOB)
    assert line.startswith("job_error task=core.outbox.send job=7 error=KeyError at test_jobs_logs.py:")
    assert "Thiago" not in line


def test_the_place_is_where_it_was_raised_not_where_it_passed():
    def deep() -> None:
        raise ValueError(SECRET)

    try:
        deep()
    except ValueError as error:
        assert place(error).startswith("ValueError at test_jobs_logs.py:")
        assert str(deep.__code__.co_firstlineno + 1) in place(error)


def test_installing_twice_is_once():
    install()
    install()
    handlers = logging.getLogger(LIBRARY).handlers
    assert len([handler for handler in handlers if isinstance(handler, IdsOnly)]) == 1
