"""The same facts give the same bytes: in another process, on another day, in another time zone.

The day is moved for Python. typst reads the clock of the machine, which stays: it has its moment from the facts, twice
(the date of the document, and the timestamp); with neither the test fails by the seconds between two processes.
"""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from matricule.attestations import typesetting, verification
from tests.attestations import facts
from tests.attestations.test_typesetting import FACTS as RECEIPT

DAYS = ("2026-09-11T23:59:00+02:00", "2031-02-28T04:00:00+09:00")
ZONES = ("Pacific/Kiritimati", "Pacific/Honolulu")
SCRIPT = """
import hashlib, json, sys
from datetime import datetime
import time_machine
with time_machine.travel(sys.argv[1], tick=False):
    from matricule.attestations import typesetting
    given = json.load(sys.stdin)
    dated = datetime.fromisoformat(given["dated"])
    made = {kind: typesetting.compose(kind, one, dated=dated).pdf for kind, one in given["facts"].items()}
    print(datetime.now().isoformat(), file=sys.stderr)
print(json.dumps({kind: hashlib.sha256(pdf).hexdigest() for kind, pdf in made.items()}))
"""
CLOCK = re.compile(r"datetime\.today|\btoday\(|read\(|plugin\(")


def all_facts() -> dict[str, dict]:
    rest = {kind: facts.written_for(kind) for kind in typesetting.KINDS if not kind.endswith("_receipt")}
    return {"deposit_receipt": RECEIPT, "request_receipt": facts.REQUEST, **rest}


def made_elsewhere(day: str, zone: str, seed: str) -> dict[str, str]:
    """Return the digest of every letter, made by a process of its own on that day in that zone."""
    given = json.dumps({"dated": facts.DATED.isoformat(), "facts": all_facts()})
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, day], input=given, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_two_processes_on_two_days_in_two_time_zones_make_the_same_letters(promise):
    here = {
        kind: hashlib.sha256(typesetting.compose(kind, given, dated=facts.DATED).pdf).hexdigest()
        for kind, given in all_facts().items()
    }
    for place in zip(DAYS, ZONES, ("1", "2"), strict=True):
        assert made_elsewhere(*place) == here
    promise("letters, byte for byte", f"{len(here)} kinds, 3 processes, 2 days, 2 time zones: the same bytes")


def test_no_template_asks_a_clock_or_reads_a_file_of_its_own():
    sources = sorted(typesetting.TEMPLATES.rglob("*.typ"))
    assert len(sources) == len(typesetting.KINDS) + 2
    assert [path.name for path in sources if CLOCK.search(path.read_text(encoding="utf-8"))] == []


def test_another_code_gives_another_letter():
    kind = "provisional_certificate"
    other = facts.written_for(kind, verification=verification.on_paper("0000-0000-0000-0000"))
    made = {typesetting.compose(kind, given, dated=facts.DATED).pdf for given in (facts.written_for(kind), other)}
    assert len(made) == 2
