"""Several invented students at once on a running service, who remember what they were told is kept.

A typist lets the form save by itself, an uploader sends documents, a depositor fills a whole request and submits it.
Whoever gets no answer asks again, as a person does: the same form with the same key. ``python -m tests.support.load``
runs beside the service, with its data folder in the environment: it reads what was acknowledged from standard input
and prints, as JSON, what of it is not there, or there twice.
"""

import hashlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, TypeVar

from tests.support import journey

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds that a student asks again."""
TASKS = ("core.outbox.send", "dossiers.receipt", "dossiers.check_file")


class Stopped(Exception):
    """The test is over."""


class Student(threading.Thread):
    """Somebody with a browser; ``people`` are the sessions and dossiers that they use one after the other."""

    def __init__(self, port: int, people: "queue.Queue[tuple[str, str]]", pause: float) -> None:
        super().__init__(daemon=True)
        self.port, self.people, self.pause = port, people, pause
        self.typed: dict[str, dict[str, str]] = {}
        self.files: dict[str, list[str]] = {}
        self.submitted: list[str] = []
        self.unanswered, self.wrong = 0, ""
        self.ending = threading.Event()

    def run(self) -> None:
        """Use one person after the other until told to stop."""
        try:
            while not self.ending.is_set():
                try:
                    session, dossier = self.people.get(timeout=0.2)
                except queue.Empty:
                    continue
                self.browser = journey.Browser(journey.over_socket(self.port), {"sid": session})
                self.live(dossier, f"/fr/student/dossier/{dossier}/")
                self.people.task_done()
        except Stopped:
            return
        except Exception as error:
            self.wrong = f"{type(self).__name__}: {type(error).__name__}: {error}"

    def live(self, dossier: str, base: str) -> None:
        """Do what this kind of student does."""
        raise NotImplementedError

    def stubborn(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer; no answer is a closed connection, or a server that says it cannot now."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return ask()
            except (OSError, HTTPException, AssertionError) as error:
                cannot = not isinstance(error, AssertionError) or str(error)[-3:] in {"500", "502", "503"}
                if not cannot or time.monotonic() > end:
                    raise
            self.unanswered += 1
            self.browser.send = journey.over_socket(self.port)
            time.sleep(0.2)

    def open(self, path: str) -> journey.Answer:
        """Open a page."""
        return self.stubborn(lambda: self.browser.get(path))

    def rest(self) -> None:
        """Wait as a person does between two acts."""
        if self.ending.wait(self.pause):
            raise Stopped


class Typist(Student):
    """Types, and lets the form save by itself."""

    def live(self, dossier: str, base: str) -> None:
        """Change one field again and again."""
        token = self.open(f"{base}identify/contact/").hidden("csrfmiddlewaretoken")
        kept = ""
        for number in range(1, 100_000):
            now = f"{number} rue Battant"
            values = {"csrfmiddlewaretoken": token, "base:street": kept, "street": now}
            answer = self.stubborn(lambda values=values: self.browser.post(f"{base}autosave/", values))
            assert json.loads(answer.text)["conflicts"] == [], "nobody else types here"
            self.typed[dossier] = {"street": now}
            kept = now
            self.rest()


class Uploader(Student):
    """Sends one document after the other."""

    def live(self, dossier: str, base: str) -> None:
        """Send a dozen documents."""
        from tests.support import factories

        token = self.open(f"{base}documents/").hidden("csrfmiddlewaretoken")
        for _ in range(12):
            data = factories.a_pdf()
            send_file(self, base, token, "identity", data)
            self.files.setdefault(dossier, []).append(hashlib.sha256(data).hexdigest())
            self.rest()


class Depositor(Student):
    """Fills a request, sends its documents and submits it."""

    def live(self, dossier: str, base: str) -> None:
        """Do a whole deposit."""
        from tests.support import factories

        for name, values in journey.SECTIONS.items():
            token = self.open(f"{base}identify/{name}/").hidden("csrfmiddlewaretoken")
            form = {"csrfmiddlewaretoken": token, **values}
            sent = self.stubborn(lambda path=f"{base}identify/{name}/", form=form: self.browser.post(path, form))
            assert sent.status == 302 and "again" not in sent.location, f"{name}: {sent.location}"
        token = self.open(f"{base}documents/").hidden("csrfmiddlewaretoken")
        for slot in journey.SLOTS:
            data = factories.a_pdf()
            send_file(self, base, token, slot, data)
            self.files.setdefault(dossier, []).append(hashlib.sha256(data).hexdigest())
        self.submit(dossier, f"{base}check/")
        self.rest()

    def submit(self, dossier: str, path: str) -> None:
        """Submit until it is done; a document that is still being checked holds it up."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            page = self.open(path)
            form: dict[str, str] = {"declare": "on"}
            if 'name="idempotency_key"' in page.text:
                form |= {name: page.hidden(name) for name in ("csrfmiddlewaretoken", "idempotency_key", "version")}
                sent = self.stubborn(lambda form=form: self.browser.post(path, form))
                if sent.location.endswith("/receipt/"):
                    self.submitted.append(dossier)
                    return
            time.sleep(0.5)
        raise AssertionError("a complete request cannot be submitted")


def send_file(student: Student, base: str, token: str, slot: str, data: bytes) -> None:
    """Send one document until the answer says that it was received."""
    values = {"csrfmiddlewaretoken": token, "part": "main"}
    script = {"X-Matricule-Fragment": "1", "X-Requested-With": "fetch"}
    path, files = f"{base}documents/{slot}/add/", {"files": (f"{slot}.pdf", data)}
    answer = student.stubborn(lambda: student.browser.post(path, values, files, script))
    assert answer.status == 200, answer.status


def acknowledged(students: list[Student]) -> dict[str, Any]:
    """Return everything that the students were told is kept."""
    return {
        "typed": {dossier: kept for one in students for dossier, kept in one.typed.items()},
        "files": {dossier: kept for one in students for dossier, kept in one.files.items()},
        "submitted": [dossier for one in students for dossier in one.submitted],
    }


def main() -> None:
    """Compare what was acknowledged with what is there."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "matricule.site.settings", "MATRICULE_PROCESS": "worker"}
    import django

    django.setup()
    told = json.load(sys.stdin)
    problems = jobs_left()
    next_round()
    problems += [*lost_typing(told["typed"]), *lost_files(told["files"])]
    problems += [*lost_submissions(told["submitted"]), *inconsistencies()]
    print(json.dumps(problems))


def jobs_left() -> list[str]:
    """Wait until the worker has done what was queued; return what it did not do."""
    from django.db import connection

    from matricule.core.jobs import running

    query = "select task_name, status::text, count(*) from procrastinate_jobs where task_name = any(%s) group by 1, 2"
    # a job that lost its worker three times rests for as long as that: until then nobody has left it out
    end = time.monotonic() + running.AFTER_A_DEATH[-1] + 2 * PATIENCE
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [list(TASKS)])
            left = cursor.fetchall()
        if not any(status in {"todo", "doing"} for _, status, _ in left) or time.monotonic() > end:
            return [f"job {name}: {count} {status}" for name, status, count in left]
        time.sleep(0.2)


def next_round() -> None:
    """Send what a killed worker was sending: the calendar does it when the two minutes of the lease are over."""
    import time_machine

    from matricule.core import clock, outbox
    from matricule.core.outbox import relay

    with time_machine.travel(clock.wall() + relay.LEASE, tick=True):
        outbox.deliver_due()


def lost_typing(typed: dict[str, dict[str, str]]) -> list[str]:
    """Return what an autosave acknowledged and the form does not hold; the last one may have had no answer."""
    from matricule.dossiers.models import Registrant

    def number(text: str) -> int:
        return int(text.split()[0])

    problems = []
    for dossier, kept in typed.items():
        found = Registrant.objects.get(dossier_id=dossier).typed.get("street", "0")
        if not number(kept["street"]) <= number(found) <= number(kept["street"]) + 1:
            problems.append(f"autosave {dossier}: told {kept['street']}, found {found}")
    return problems


def lost_files(files: dict[str, list[str]]) -> list[str]:
    """Return the documents that were acknowledged and are not there once, whole; a second sending only asks."""
    from matricule.dossiers import uploads
    from matricule.dossiers.models import File

    problems = []
    for dossier, digests in files.items():
        for digest in digests:
            found = File.objects.filter(version__document__registrant__dossier=dossier, sha256=digest)
            whole = [file.state for file in found if hashlib.sha256(uploads.original(file)).hexdigest() == digest]
            if whole.count("ready") != 1 or len(whole) != found.count():
                problems.append(f"file {digest[:8]} of {dossier}: {whole}")
    return problems


def lost_submissions(submitted: list[str]) -> list[str]:
    """Return the requests whose submission did not have each effect once, acknowledged or not."""
    from matricule import attestations
    from matricule.attestations.models import Letter
    from matricule.core import journal
    from matricule.core.outbox import Mail
    from matricule.dossiers.models import Dossier
    from matricule.notices.models import Notice

    there = {str(pk) for pk in Dossier.objects.exclude(submitted_at=None).values_list("pk", flat=True)}
    problems = [f"submission {dossier} is lost" for dossier in submitted if dossier not in there]
    for dossier in there:
        mails = list(Mail.objects.filter(dossier_id=dossier, kind="deposit_receipt").values_list("state", flat=True))
        notices = Notice.objects.filter(dossier_id=dossier, kind="deposit_receipt").count()
        letters = [
            attestations.read(pk)[:4] for pk in Letter.objects.filter(subject_id=dossier).values_list("pk", flat=True)
        ]
        entries = [one.action for one in journal.entries_about(("dossier", dossier))].count("dossier.submitted")
        if (mails, notices, letters, entries) != (["sent"], 1, [b"%PDF"], 1):
            problems.append(f"effects of {dossier}: {mails} {notices} {letters} {entries}")
    return problems


def inconsistencies() -> list[str]:
    """Return what does not fit together: files and rows, the journal, the caches of the dossiers."""
    from datetime import timedelta

    from matricule.core import journal, vault
    from matricule.dossiers import reconciling

    first = vault.reconcile(grace=timedelta(seconds=-5), fuse=10_000)
    again = vault.reconcile(grace=timedelta(seconds=-5), dry_run=True)
    journal.seal_pending()
    problems = [] if first.ok and not again.orphans else [f"vault: {first.as_json()} {again.orphans}"]
    problems += [] if journal.verify().ok else ["the journal does not verify"]
    return problems + [f"cache of {one.dossier_id}" for one in reconciling.compare()[1]]


if __name__ == "__main__":
    main()
