"""A complete deposit of this service against a plain django-formtools wizard (``bench/wizard``), side by side.

Method. Both run at once on the same machine: gunicorn with one process and the same threads, the same PostgreSQL (the
private cluster of ``matricule run``, a database each). Rounds alternate: one deposit here, one deposit there, a new
person each, over one kept connection. The requests are those of ``tests/support/journey.py``: fifteen on each side,
the same answers, the same three PDFs of 500 kB (three requests here, one there). Signing in, the questionnaire,
autosave, thumbnails and static files are left out. The wizard asks for a signed-in person on every request too; it
neither seals, nor journals, nor looks into the files, nor writes a receipt, nor sends a mail.

CPU is utime + stime of /proc, in clock ticks of 10 ms summed over all rounds: "web" is gunicorn's master and worker;
"parser" is the child that looks into the files, its forks included; "worker" is the process of the jobs with its own
children, measured until the queue is empty. The rounds that warm both up are not counted. Milliseconds of a request
are wall time at the client, the worker at rest. Statements and flushes come from the counting test of ``make test``
(tests/dossiers/test_cost.py), which sends the same requests.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support import journey  # noqa: E402
from tests.support.service import Service, children_of, command_of, free_port  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
WARM = 4
TICK = 1000 / os.sysconf("SC_CLK_TCK")
THREADS = 8

SIGN_IN = """
import django, sys
django.setup()
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
for number in range(int(sys.argv[1])):
    user = User.objects.create(username=f"person-{number}", email=f"person-{number}@example.org")
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    print(session.session_key)
"""


class Wizard:
    """The yardstick: its own database in the same cluster, its own gunicorn."""

    def __init__(self, folder: Path, socket: str, people: int) -> None:
        """Prepare the database ``wizard`` and ``people`` signed-in persons, and start the server."""
        import psycopg

        with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as link:
            link.execute("create database wizard owner owner")
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "bench"),
            "DJANGO_SETTINGS_MODULE": "wizard.settings",
            "WIZARD_DATABASE_URL": f"postgresql://owner@/wizard?host={socket}",
            "WIZARD_FILES": str(folder),
        }
        self._python("-m", "django", "migrate", "--verbosity", "0")
        self.cookies = self._python("-c", SIGN_IN, str(people)).split()
        options = ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--no-control-socket"]
        options += ["--timeout", "60", "--keep-alive", "5", "--bind", f"127.0.0.1:{self.port}", "--log-level", "error"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "wizard.wsgi:application"], env=self.environment, cwd="/"
        )
        _until(lambda: _answers(self.port, "/deposit/"))

    def _python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def browser(self) -> "journey.Browser":
        """Return the browser of a new signed-in person."""
        return journey.Browser(_timed(self.port), {"sessionid": self.cookies.pop()})

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(30)


class Desk:
    """This service, started by ``matricule run``; people and drafts are made beside it."""

    def __init__(self, folder: Path) -> None:
        """Start it and make this process able to write to its database."""
        self.service = Service(folder)
        self.service.start()
        os.environ |= {
            "MATRICULE_DATA": str(folder),
            "MATRICULE_DEMO": "1",
            "MATRICULE_PROCESS": "worker",
            "PORT": str(self.service.port),
            "DJANGO_SETTINGS_MODULE": "matricule.site.settings",
        }
        import django

        django.setup()

    def browser(self) -> tuple["journey.Browser", str]:
        """Return the browser of a new person who has just signed in, and the draft they opened."""
        from tests.support import factories as make

        from matricule.accounts.models import User
        from matricule.accounts.sessions import SessionStore
        from matricule.core import clock

        user = User.objects.create(email=f"{uuid4().hex[:12]}@example.org", language="fr")
        session = SessionStore()
        session["_auth_user_id"], session["_auth_user_backend"] = (
            str(user.pk),
            "matricule.accounts.backend.CodeBackend",
        )
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session["seen"] = int(clock.wall().timestamp())
        session.save()
        dossier = make.a_draft(user)
        return journey.Browser(_timed(self.service.port), {"sid": session.session_key}), str(dossier.pk)

    def settle(self) -> None:
        """Wait until no job of a deposit waits or runs."""
        from django.db import connection

        def idle() -> bool:
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from procrastinate_jobs where status in ('todo', 'doing')")
                return cursor.fetchone()[0] == 0

        _until(idle)

    def bytes_written(self) -> tuple[int, int]:
        """Return the bytes of the vault's files and of the WAL until now."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            wal = int(cursor.fetchone()[0])
        vault = sum(path.stat().st_size for path in (self.service.data / "vault").rglob("*") if path.is_file())
        return vault, wal

    def parts(self) -> dict[str, list[int]]:
        """Return the process ids of web, parser and worker."""
        assert self.service.process is not None
        found: dict[str, list[int]] = {"web": [], "parser": [], "worker": []}
        for child in children_of(self.service.process.pid):
            words = command_of(child)
            if "gunicorn" in words:
                found["web"].append(child)
                for worker in children_of(child):
                    found["web"].append(worker)
                    found["parser"] += children_of(worker)
            elif "worker" in words:
                found["worker"] += [child, *children_of(child)]
        return found


def warm(desk: Desk) -> None:
    """Send deposits until one is whole: the parser is started, and answers in time."""
    for _ in range(10):
        browser, dossier = desk.browser()
        try:
            for _step in journey.deposit(browser, dossier, journey.papers()):
                pass
            return
        except journey.Waiting:
            desk.settle()
    raise AssertionError("the machine is too busy: the files get no verdict in time")


LATENCIES: list[float] = []


def _timed(port: int) -> Callable:
    send = journey.over_socket(port)

    def timed(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list, bytes]:
        start = time.perf_counter()
        try:
            return send(method, path, body, headers)
        finally:
            LATENCIES.append((time.perf_counter() - start) * 1000)

    return timed


def cpu(processes: list[int], *, forks: bool = False) -> float:
    """Return utime + stime of these processes in milliseconds; with their ended children when ``forks``."""
    total = 0
    for process in processes:
        fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        total += sum(int(text) for text in fields[11 : 15 if forks else 13])
    return total * TICK


def _answers(port: int, path: str) -> bool:
    link = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", path)
        return link.getresponse().status < 400
    except OSError:
        return False
    finally:
        link.close()


def _until(good: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not good():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


class Meter:
    """What the rounds of one side cost."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.spent: dict[str, float] = {}
        self.counted: dict[str, int] = {}
        self.late = 0
        self.steps: dict[str, list[float]] = {}
        self.times: list[float] = []

    def run(self, steps: Iterator[str]) -> None:
        """Walk one deposit and keep the time of each request."""
        while True:
            LATENCIES.clear()
            name = next(steps, None)
            if name is None:
                return
            self.times += LATENCIES
            self.steps.setdefault(name, []).extend(LATENCIES)

    def join(self, other: "Meter") -> None:
        """Add what another meter holds."""
        self.times += other.times
        self.late += other.late
        for name, times in other.steps.items():
            self.steps.setdefault(name, []).extend(times)
        for part, milliseconds in other.spent.items():
            self.add(part, milliseconds)

    def add(self, part: str, milliseconds: float) -> None:
        """Add CPU of one part in one round."""
        self.spent[part] = self.spent.get(part, 0.0) + milliseconds
        self.counted[part] = self.counted.get(part, 0) + 1

    def mean(self, part: str) -> float:
        """Return the CPU of one part, milliseconds a round; a round in which its processes changed is not counted."""
        return self.spent[part] / self.counted[part]


def _counted(desk: Desk, meter: Meter, papers: list[bytes]) -> int:
    """Return the requests of one deposit here; one whose verdict came late on a busy machine is left out."""
    for _ in range(10):
        one = Meter()
        try:
            requests = _desk_round(desk, one, papers)
        except journey.Waiting:
            meter.late += 1
            desk.settle()
            papers = journey.papers()
            continue
        meter.join(one)
        return requests
    raise AssertionError("the machine is too busy: the files get no verdict in time")


def _desk_round(desk: Desk, meter: Meter, papers: list[bytes]) -> int:
    browser, dossier = desk.browser()
    parts = desk.parts()
    before = {part: cpu(found, forks=part != "web") for part, found in parts.items()}
    meter.run(journey.deposit(browser, dossier, papers))
    web = cpu(parts["web"])
    desk.settle()
    now = desk.parts()
    after = {part: cpu(found, forks=part != "web") for part, found in now.items()}
    after["web"] = web
    for part in before:
        if set(now[part]) == set(parts[part]):
            meter.add(part, after[part] - before[part])
    return len(browser.requests)


def _wizard_round(yardstick: Wizard, meter: Meter, papers: list[bytes]) -> int:
    browser = yardstick.browser()
    processes = [yardstick.process.pid, *children_of(yardstick.process.pid)]
    before = cpu(processes)
    meter.run(journey.wizard(browser, papers))
    meter.add("web", cpu(processes) - before)
    return len(browser.requests)


def main() -> None:
    """Run the rounds and print the table."""
    folder = Path(tempfile.mkdtemp(prefix="matricule-bench-"))
    desk = Desk(folder / "data")
    yardstick = None
    try:
        socket = (desk.service.data / "pg.socket").read_text().strip()
        (folder / "files").mkdir()
        yardstick = Wizard(folder / "files", socket, ROUNDS + WARM)
        ours, theirs = Meter(), Meter()
        counts = (0, 0)
        for number in range(ROUNDS + WARM):
            if number == WARM:
                ours, theirs = Meter(), Meter()
                start = desk.bytes_written()
            papers = journey.papers()
            counts = (_counted(desk, ours, papers), _wizard_round(yardstick, theirs, papers))
            desk.settle()
        _print(ours, theirs, counts)
        end = desk.bytes_written()
        vault, wal = ((after - before) / ROUNDS / 1e6 for before, after in zip(start, end, strict=True))
        print(f"\nwritten by a deposit of 1.5 MB: vault {vault:.2f} MB; WAL of both and of the worker {wal:.2f} MB")
    finally:
        if yardstick is not None:
            yardstick.stop()
        desk.service.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _print(ours: Meter, theirs: Meter, counts: tuple[int, int]) -> None:
    base, web = theirs.mean("web"), ours.mean("web")
    whole = sum(ours.mean(part) for part in ours.spent)
    print(f"{ROUNDS} deposits each, {counts[0]} and {counts[1]} requests; {ours.late} left out: a late verdict\n")
    print(f"{'':34}{'matricule':>10}{'wizard':>10}{'ratio':>8}")
    rows = [
        ("CPU of web, ms a deposit", web, base),
        ("CPU with parser and worker", whole, base),
        ("request, p50 ms", statistics.median(ours.times), statistics.median(theirs.times)),
        ("request, p95 ms", _p95(ours.times), _p95(theirs.times)),
    ]
    for name, mine, other in rows:
        print(f"{name:34}{mine:10.1f}{other:10.1f}{mine / other:8.2f}")
    shares = ", ".join(f"{part} {ours.mean(part):.0f}" for part in ours.spent)
    print(f"\nCPU ms a deposit: {shares}")
    for title, meter in (("matricule", ours), ("wizard", theirs)):
        steps = ", ".join(f"{name} {statistics.median(times):.0f}" for name, times in meter.steps.items())
        print(f"{title}, median ms by step: {steps}")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]


if __name__ == "__main__":
    main()
