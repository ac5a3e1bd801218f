"""Somebody who sends files to a running service, in a process of their own: ``python -m tests.support.sender``.

One line of JSON on standard input says where and what: ``port``, ``people`` ([session, dossier] each), ``files``
(paths), ``every`` and ``seconds``. It signs nobody in; it opens the page of the documents once a person, says "ready",
and after the next line sends a file every ``every`` seconds, the people in turn. At the end it says how many it sent
and the statuses of the answers.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from tests.support import journey


def main() -> None:
    """Do as the first line says."""
    orders = json.loads(sys.stdin.readline())
    doors = [_door(orders["port"], session, dossier) for session, dossier in orders["people"]]
    files = [(Path(path).name, Path(path).read_bytes()) for path in orders["files"]]
    print("ready", flush=True)
    sys.stdin.readline()
    answers: Counter[str] = Counter()
    end = time.monotonic() + orders["seconds"]
    number = 0
    while time.monotonic() < end:
        browser, page, token = doors[number % len(doors)]
        browser.send = journey.over_socket(orders["port"])  # the server has closed the one of their last file
        begun = time.monotonic()
        try:
            form = {"csrfmiddlewaretoken": token, "part": "main"}
            headers = {"X-Matricule-Fragment": "1"}
            sent = browser.post(f"{page}identity/add/", form, {"files": files[number % len(files)]}, headers)
            answers[str(sent.status)] += 1
        except AssertionError as wrong:
            answers[str(wrong)[-3:]] += 1
        number += 1
        time.sleep(max(0.0, min(begun + orders["every"], end) - time.monotonic()))
    print(json.dumps(answers), flush=True)


def _door(port: int, session: str, dossier: str) -> tuple[journey.Browser, str, str]:
    browser = journey.Browser(journey.over_socket(port), {"sid": session})
    page = f"/fr/student/dossier/{dossier}/documents/"
    return browser, page, browser.get(page).hidden("csrfmiddlewaretoken")


if __name__ == "__main__":
    main()
