"""Logs: one JSON line per event, in UTC, with ids and never with what a person wrote (house.md 4.9; R69).

Messages of Django, gunicorn and libraries pass the same filters as our own: exceptions keep their class and place and
lose their text, which may quote a row; addresses of machines and people, and long numbers, are masked.
"""

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import PurePath
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured

from matricule.core.config import Config, ConfigError
from matricule.core.keys import KeysError
from matricule.core.startup import RefusedToStart

Event = MutableMapping[str, Any]
MASKS = (
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+"), "[address]"),
    (re.compile(r"\b(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b"), "[ip]"),
    (re.compile(r"\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b", re.IGNORECASE), "[ip]"),
    (re.compile(r"\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?", re.IGNORECASE), "[ip]"),
    (re.compile(r"(?<![\w:])::(?!1(?![0-9a-f:]))(?:[0-9a-f]{1,4}:)*[0-9a-f]{1,4}\b", re.IGNORECASE), "[ip]"),
    # before the numbers: those would leave the letters of an account where they stand
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?\b"), "[iban]"),
    (re.compile(r"(?<![0-9a-f-])\d(?:[ .]?\d){8,}"), "[number]"),
    (re.compile(r"\?[^\s\"']*"), "?[query]"),
)
TELLING = (ImportError, SyntaxError, ImproperlyConfigured, RefusedToStart, ConfigError, KeysError)
"""Errors of the installation, whose text quotes nothing that a person wrote."""
WITH_A_PATH = ("Internal Server Error", "Error handling request")
"""Messages of Django and gunicorn that go on with the path that a visitor typed."""
PASSED_AS_THEY_ARE = frozenset({"timestamp", "level", "logger", "request_id", "path", "method", "exception"})


def configure(config: Config) -> None:
    """Send every logger of this process to stdout in one form."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(description(config.log_level))


def description(level: str) -> dict[str, Any]:
    """Return the same form for ``logging.config``; gunicorn's parent process, which has no Django, uses it too."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    out = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"out": out},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # its messages quote the path, which a visitor typed; our own line tells the same without it
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            # it tells that it was loaded, between the lines of what a command answers
            "pikepdf": {"level": "WARNING"},
            # its DEBUG line quotes the path as well
            "gunicorn.error": {
                "handlers": ["out"],
                "level": "INFO" if level == "DEBUG" else level,
                "propagate": False,
            },
            "gunicorn.access": {"level": "CRITICAL", "propagate": False},
        },
    }


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_without_text,
        mask,
    ]


def exception_without_text(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its class and the places it passed through: its text may quote a row of a person."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = _exception(info)
    if error is None:
        return event
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    event["exception"] = {"class": type(error).__name__, "places": places}
    if isinstance(error, TELLING):
        event["exception"]["text"] = masked(str(error))
    for told in WITH_A_PATH:
        if str(event.get("event", "")).startswith(told):
            event["event"] = told
    return event


def _exception(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    return info[1] if isinstance(info, tuple) and isinstance(info[1], BaseException) else sys.exc_info()[1]


def mask(_logger: Any, _method: str, event: Event) -> Event:
    """Mask e-mail addresses, machine addresses, long numbers and query strings in every text of the event."""
    for key, value in event.items():
        if isinstance(value, str) and key not in PASSED_AS_THEY_ARE:
            event[key] = masked(value)
    return event


def masked(text: str) -> str:
    """Return ``text`` without what may name a person; it stays one line."""
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text
