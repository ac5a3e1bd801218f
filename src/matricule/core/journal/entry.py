"""One entry of the journal: what may be written, and the bytes that its seal covers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

ACTOR = re.compile(r"(user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|system:[a-z0-9_.-]{1,60}|anonymous)\Z")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}\Z")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,64}\Z")
NUMBER = re.compile(r"[0-9]{9,}|[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}|[123478][0-9]{4}[0-9AB]{2}[0-9]{6,8}")
PERSONAL = frozenset(
    {"name", "names", "surname", "birth", "born", "parent", "mother", "father", "passport", "ip"}
    | {"address", "street", "city", "email", "mail", "phone"}
    | {"nir", "nia", "nnp", "ntt", "iban", "bic"}
    | {"text", "body", "content", "comment", "message", "value", "answer", "answers"}
)
COLUMNS = "id, month, at, actor, action, subject_kind, subject_id, detail, outcome"


class Refused(ValueError):
    """The entry may not be written as it is; the message names the part, never its value."""


@dataclass(frozen=True)
class Entry:
    """Who did, read or was refused what, and when (wall time, UTC)."""

    id: int
    month: int
    at: datetime
    actor: str
    action: str
    subject: tuple[str, UUID] | None
    detail: Mapping[str, str | int | bool | None]
    outcome: str


def from_row(row: tuple[Any, ...]) -> Entry:
    """Return the entry that a row of COLUMNS says."""
    entry_id, month, at, actor, action, kind, subject_id, detail, outcome = row
    return Entry(entry_id, month, at, actor, action, (kind, subject_id) if kind else None, _loaded(detail), outcome)


def canonical(row: tuple[Any, ...]) -> bytes:
    """Return the bytes of a row of COLUMNS that its mark covers: every column, one spelling only."""
    entry_id, month, at, actor, action, kind, subject_id, detail, outcome = row
    parts = [
        entry_id,
        month,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor,
        action,
        kind,
        str(subject_id) if subject_id else None,
        _loaded(detail),
        outcome,
    ]
    return json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()


def check(actor: str, action: str, subject: tuple[str, UUID] | None, outcome: str) -> None:
    """Raise Refused unless each part has the shape that the journal keeps."""
    if not ACTOR.match(actor):
        raise Refused("the actor must be user:<uuid>, system:<job> or anonymous")
    for part, text in (
        ("action", action),
        ("outcome", outcome),
        ("kind of the subject", subject[0] if subject else "x"),
    ):
        if not NAME.match(text):
            raise Refused(f"the {part} must be a short name in small letters")


def check_detail(detail: Mapping[str, str | int | bool | None]) -> None:
    """Raise Refused unless ``detail`` holds codes, counts and flags only (house.md 4.9: no personal data in a log).

    A text is at most 64 characters of a code (no space, no @), and not a run of digits or letters that could be a
    number of a person or an account.
    """
    for key, value in detail.items():
        if not KEY.match(key) or PERSONAL & set(key.split("_")):
            raise Refused("a key of the detail is not a plain, impersonal name")
        if value is None or isinstance(value, bool):
            continue
        # a NIR has 13 digits without its key
        if not (abs(value) < 10**12 if isinstance(value, int) else isinstance(value, str) and _is_code(value)):
            raise Refused(f"the detail {key} is not a short code, a count or a flag")


def _is_code(text: str) -> bool:
    if not CODE.match(text):
        return False
    if re.fullmatch(r"[0-9a-f-]{32,64}", text):  # a digest or a UUID
        return True
    return not NUMBER.search(text.replace("-", "").replace(".", "").upper())


def _loaded(detail: Any) -> Any:
    return json.loads(detail) if isinstance(detail, (str, bytes)) else detail
