"""Log lines carry ids and never what a person wrote."""

import io
import json
import logging
import logging.config
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from matricule.core.config import ConfigError
from matricule.site import logs

PERSONAL = [
    "amara.diallo@example.org",
    "1 85 05 78 006 084 91",
    "185057800608491",
    "FR76 3000 6000 0112 3456 7890 189",
    "FR7630006000011234567890189",
    "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334",
]


@pytest.fixture
def lines() -> Any:
    """Return a function that gives the JSON lines written so far, through the real formatter."""
    out = io.StringIO()
    description = logs.description("INFO")
    handler = logging.StreamHandler(out)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**_without_class(description["formatters"]["json"])))
    logger = logging.getLogger("tests.logs")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel("INFO")
    return logger, lambda: [json.loads(line) for line in out.getvalue().splitlines()]


def _without_class(formatter: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in formatter.items() if key != "()"}


@pytest.mark.parametrize("value", PERSONAL)
def test_personal_data_is_masked_wherever_it_stands(value: str, lines: Any) -> None:
    logger, written = lines
    logger.info("before %s after", value)
    (line,) = written()
    assert value not in json.dumps(line, ensure_ascii=False)
    assert line["event"].startswith("before ")
    assert line["event"].endswith(" after")


def test_query_strings_are_masked() -> None:
    assert logs.masked("GET /fr/start?name=Diallo&next=x done") == "GET /fr/start?[query] done"


@pytest.mark.parametrize(
    "kept",
    [
        "core.sweeps job=12345",
        "127.0.0.1:8000",
        "2026-11-21",
        "01a2005c-c8d1-7b93-8df4-cf5b4632a204",
        "3 files in 120 ms",
    ],
)
def test_ids_and_figures_stay(kept: str) -> None:
    assert logs.masked(kept) == kept


@given(st.text(alphabet="0123456789", min_size=13, max_size=15), st.sampled_from(["", " ", "."]))
def test_no_number_of_a_person_passes(digits: str, between: str) -> None:
    assert digits not in logs.masked(f"number {between.join(digits)}!").replace(between or "x", "")


def test_an_exception_keeps_its_class_and_places_and_loses_its_text(lines: Any) -> None:
    logger, written = lines
    try:
        raise ValueError("Key (name)=(Diallo) already exists")
    except ValueError:
        logger.exception("it broke")
    (line,) = written()
    assert line["exception"]["class"] == "ValueError"
    assert line["exception"]["places"][-1].startswith("test_logs.py:")
    assert "Diallo" not in json.dumps(line)


def test_an_error_of_the_installation_keeps_its_text(lines: Any) -> None:
    logger, written = lines
    try:
        raise ConfigError("PORT must be a whole number")
    except ConfigError:
        logger.exception("it broke")
    assert written()[0]["exception"]["text"] == "PORT must be a whole number"


@pytest.mark.parametrize("told", ["Internal Server Error", "Error handling request"])
def test_the_path_of_a_broken_request_is_not_told(told: str) -> None:
    event = logs.exception_without_text(None, "", {"event": f"{told} /x/Diallo", "exc_info": OSError()})
    assert event["event"] == told


def test_an_event_without_exception_is_left_alone() -> None:
    assert logs.exception_without_text(None, "", {"event": "x", "exc_info": None}) == {"event": "x"}
    assert logs.exception_without_text(None, "", {"event": "x", "exc_info": True}) == {"event": "x"}


def test_one_event_is_one_line_in_utc(lines: Any) -> None:
    logger, written = lines
    logger.warning("first\nsecond \x1b[31m red")
    (line,) = written()
    assert line["level"] == "warning"
    assert line["timestamp"].endswith("Z")


def test_our_own_log_takes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    description = logs.description("INFO")
    assert description["loggers"]["django.request"]["level"] == "ERROR"
    assert description["root"] == {"handlers": ["out"], "level": "INFO"}
    assert not description["disable_existing_loggers"]


@pytest.mark.parametrize(("asked", "kept"), [("DEBUG", "INFO"), ("INFO", "INFO"), ("ERROR", "ERROR")])
def test_what_gunicorn_says_of_each_request_is_never_written(asked: str, kept: str) -> None:
    """At DEBUG it writes method and path, and a path may be anything that a visitor typed."""
    assert logs.description(asked)["loggers"]["gunicorn.error"]["level"] == kept
