"""The questionnaire's answers between pages: a signed text in a hidden field, never in an address (issue 2, 2.1)."""

from typing import Any

from django.core import signing

SALT = "matricule.questionnaire.v1"
LIFETIME = 24 * 3600
"""Seconds that a page of the questionnaire stays good: a day."""


def write(answers: dict[str, Any]) -> str:
    """Return the signed form of ``answers``."""
    return signing.dumps(answers, salt=SALT, compress=True)


def read(text: str) -> dict[str, Any]:
    """Return the answers of a signed text; raise ``BadSignature`` when it was changed or is too old."""
    found = signing.loads(text, salt=SALT, max_age=LIFETIME)
    if not isinstance(found, dict):
        raise signing.BadSignature("not a set of answers")
    return found


def answers_of(text: str) -> dict[str, Any]:
    """Return the answers alone of a signed text; raises like ``read``."""
    found = read(text)
    given = found.get("answers", found)
    return dict(given) if isinstance(given, dict) else {}
