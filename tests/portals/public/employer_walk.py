"""Answers of the employer's way as a browser sends them, for the tests and for the visits of every page."""

import re
from collections.abc import Iterator
from typing import Any

from matricule.rules.answers import CATEGORIES

NIR = "198079935201752"
PERSON = {
    "birth_country": "BR",
    "nationality": "BR",
    "nationality_2": "",
    "birth_date_day": "9",
    "birth_date_month": "4",
    "birth_date_year": "1990",
    "ever_in_france": "no",
    "has_number": "no",
    "number": "",
}
WORK = {
    "category": "salarie",
    "contract_start_day": "2",
    "contract_start_month": "11",
    "contract_start_year": "2020",
    "postcode": "69001",
    "head_office": "",
    "document_language": "pt",
    "family": [],
}
DETAILS: dict[str, dict[str, Any]] = {
    "assistant_langue": {"assistant": "order"},
    "membre_majeur_famille": {"holder": "contract"},
    "none": {"door": "farm"},
}
WAYS: dict[str, list[dict[str, Any]]] = {
    "number to check": [PERSON | {"number": "12"}],
    "which kind of number": [PERSON | {"number": NIR}],
    "definitive number": [PERSON | {"number": NIR}, {"number_kind": "definitive"}],
    "provisional number": [PERSON | {"number": NIR}, {"number_kind": "waiting"}],
    "old provisional number": [PERSON | {"number": "7112312345678"}],
    "perhaps payroll": [PERSON | {"number": "191234567500017"}],
    "born in France": [PERSON | {"birth_country": "FR"}],
    "a return or not": [PERSON | {"nationality": "FR", "ever_in_france": "yes"}],
    "returning": [PERSON | {"nationality": "FR", "ever_in_france": "yes"}, {"returning": "yes"}],
    "where and when": [PERSON | {"ever_in_france": "yes"}],
    "where and when, empty": [PERSON | {"ever_in_france": "yes"}, {"where": ""}],
    "searched": [PERSON | {"has_number": "yes"}, {"where": "Lyon", "when": "2019"}, WORK],
    "payroll number": [PERSON | {"number": "1912345675A12"}, WORK],
    "the work": [PERSON],
    "work, nothing typed": [PERSON, {"category": ""}],
    **{
        f"list of {code}": [PERSON, WORK | {"category": code}, *([DETAILS[code]] if code in DETAILS else [])]
        for code in (*CATEGORIES, "none")
    },
    "detail of an assistant": [PERSON, WORK | {"category": "assistant_langue"}],
    "detail of a family member": [PERSON, WORK | {"category": "membre_majeur_famille"}],
    "the other doors": [PERSON, WORK | {"category": "none"}],
    "family member by post": [PERSON, WORK | {"category": "membre_majeur_famille"}, {"holder": "neither"}],
    "family member alone": [PERSON, WORK | {"category": "membre_majeur_famille"}, {"holder": "title"}],
    "contract to come": [PERSON, WORK | {"contract_start_year": "2090"}],
    "several offices and Paris": [PERSON, WORK | {"postcode": "59000", "head_office": "92000"}],
    "no office": [PERSON, WORK | {"postcode": "98800"}],
    "whole family": [PERSON, WORK | {"category": "passeport_talent", "family": ["spouse", "child"]}],
    "European": [PERSON | {"birth_country": "DE", "nationality": "DE"}, WORK],
    "translation needed": [PERSON | {"birth_country": "CN", "nationality": "CN"}, WORK | {"document_language": "zh"}],
}


SEEN = [
    way
    for way in WAYS
    if (
        way not in {"provisional number", "old provisional number", "returning", "where and when", "born in France"}
        and not way.startswith("list of ")
    )
    or way in {"list of salarie", "list of assistant_langue", "list of none"}
]
"""The ways whose last pages differ in more than the words of the rules: what every page's visits look at."""


def sent(step: str, token: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the whole form of one page."""
    return {"step": step, "answers": token, "go": "next", **values}


def fields_of(answer: Any) -> tuple[str, str]:
    """Return the step and the token that a page holds: those of the first page when there is none yet."""
    if answer is None:
        return "person", ""
    text = answer.content.decode()
    found = [re.search(rf'name="{name}" value="([^"]*)"', text) for name in ("step", "answers")]
    return tuple(match[1] if match else "" for match in found)  # type: ignore[return-value]


def steps(way: str) -> Iterator[dict[str, Any]]:
    """Yield what is typed on each page of a way."""
    yield from WAYS[way]
