"""The commands that start and serve: run, web, worker, migrate; and the database for every other command.

``run`` is one parent that watches three children (PostgreSQL, web, worker). It stops them in order, starts again what
dies, and after a kill -9 of any of them the next start finds the data intact.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matricule.cli.errors import CommandError
from matricule.core import cluster, config
from matricule.core.supervisor import Output, Program, Supervisor, end_with_parent

SERVER = ["-m", "gunicorn", "--config", "python:matricule.site.server", "matricule.site.wsgi:application"]
READY_WITHIN = 60.0
DEMO_WITHIN = 1800.0
"""Seconds that the demo may take: its people are drawn, sent and examined, on a busy machine several minutes."""
REFUSED = 3
"""Exit code of ``site.prepare`` when what it prints is a sentence for the operator."""
PORT_PATIENCE = 5.0
"""Seconds that the web server of a killed run may need to leave the port."""
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""For programs with threads: glibc gives each thread a heap of its own that it never hands back (10 MiB at rest), so
that they need not wait for each other; Python's own lock lets one of them run at a time anyway."""


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``run``."""
    parser.add_argument("--demo", action="store_true", help="demo mode: invented people, mailbox, time machine")
    parser.add_argument("--empty", action="store_true", help="demo mode without the invented people")


def run(args: argparse.Namespace) -> int:
    """Start everything, say where it is, and keep it running until Ctrl-C or SIGTERM."""
    if args.demo:
        os.environ["MATRICULE_DEMO"] = "1"
    settings = _settings()
    _refuse_if_unfit(settings)
    os.umask(0o077)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Service(settings, Output(sys.stdout), load_demo=settings.demo and not args.empty).run()


def web(_args: argparse.Namespace) -> int:
    """Become the web server (for a process manager that starts each part itself)."""
    _refuse_if_unfit(_settings())
    os.environ["MATRICULE_PROCESS"] = "web"
    os.execve(sys.executable, [sys.executable, *SERVER], {**ONE_HEAP, **os.environ})  # noqa: S606


def worker(_args: argparse.Namespace) -> int:
    """Run jobs and the calendar until SIGTERM."""
    _refuse_if_unfit(_settings())
    with service("worker"):
        from django.db import connection

        from matricule import attestations
        from matricule.core import jobs

        attestations.apart()
        refuse_database_of_other_mode()
        connection.close()  # each thread of the worker has its own: this one would be kept by nobody, for ever
        jobs.run_worker()
    return 0


def migrate(_args: argparse.Namespace) -> int:
    """Bring the database to this version, as the owner of the tables."""
    with database():
        _prepare(_settings(), Output(sys.stdout))
    return 0


def refuse_database_of_other_mode() -> None:
    """Raise CommandError when demo mode meets a database that it did not make, or real mode one that it did."""
    from matricule.core import demo_mark, startup

    try:
        demo_mark.refuse_database_of_other_mode(_settings())
    except startup.RefusedToStart as refusal:
        raise CommandError(str(refusal)) from None


@contextmanager
def database() -> Iterator[None]:
    """Give the block a database: the one that is set, the private one that runs, or one started meanwhile."""
    settings = _settings()
    if settings.database_url:
        yield
        return
    try:
        with cluster.ensure(settings.data):
            yield
    except cluster.ClusterError as error:
        raise CommandError(str(error)) from None


@contextmanager
def service(process: str = "worker") -> Iterator[None]:
    """Give the block a database and a ready Django, for commands that read or write what the service keeps.

    ``process`` decides role and time-outs: "worker" (the application's role), or "owner".
    """
    os.environ["MATRICULE_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
    config.current.cache_clear()
    with database():
        import django

        django.setup()
        if process == "worker":
            _require_tables()
        yield


def _require_tables() -> None:
    """Raise CommandError when the database was never prepared: a command cannot read what is not there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('dossiers_dossier')")
        if cursor.fetchone()[0] is None:
            raise CommandError("the database has no tables yet: run matricule migrate, or start the service once")


class Service:
    """Everything that ``matricule run`` keeps alive."""

    def __init__(self, settings: config.Config, output: Output, *, load_demo: bool) -> None:
        """Prepare nothing yet."""
        self.settings = settings
        self.load_demo = load_demo
        self.output = output
        self.supervisor = Supervisor(output, settings.restart_pause)
        self.cluster: cluster.Cluster | None = None
        self.database_log = -1
        self.database_pause = 0.5
        self.database_due = 0.0

    def run(self) -> int:
        """Start in order, watch, stop in the opposite order; return the exit code."""
        self.supervisor.listen()
        try:
            self._take_folder()
            _wait_for_port(self.settings)
            self._start_database()
            _prepare(self.settings, self.output)
            if not self.supervisor.stopping:
                self._start_programs()
                self._announce()
            self.supervisor.run()
        except cluster.ClusterError as error:
            raise CommandError(str(error)) from None
        finally:
            self.stop()
        return 0

    def stop(self) -> None:
        """Stop web and worker, then the database that they use."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut the clean stop
        self.supervisor.stop()
        if self.cluster is not None:
            self.cluster.stop()
        self.output.say("Matricule has stopped.")

    def _take_folder(self) -> None:
        """Hold the data folder before anything else: the same folder and port twice is one instance too many."""
        if not self.settings.database_url:
            self.cluster = cluster.Cluster(self.settings.data)
            self.cluster.take_lock()

    def _start_database(self) -> None:
        if self.cluster is None:
            return
        reader, self.database_log = os.pipe()
        self.output.pump(os.fdopen(reader, "rb"), "postgres", _worth_telling)
        self.cluster.start(self.database_log)
        self.supervisor.also_watch(self._revive_database)

    def _revive_database(self) -> None:
        """Start PostgreSQL again when it was killed; it recovers from its own log."""
        owned = self.cluster
        if owned is None or self.supervisor.stopping or (owned.server and owned.server.poll() is None):
            return
        if time.monotonic() < self.database_due:
            return
        self.output.say("postgres stopped; it starts again.")
        try:
            owned.revive(self.database_log)
            self.database_pause = 0.5
        except cluster.ClusterError as error:
            self.output.say(str(error))
            self.database_due = time.monotonic() + self.database_pause
            self.database_pause = min(self.database_pause * 2, float(self.settings.restart_pause))

    def _start_programs(self) -> None:
        for name, command in (("web", SERVER), ("worker", ["-m", "matricule.cli", "worker"])):
            environment = {**ONE_HEAP, **os.environ, "MATRICULE_PROCESS": name}
            self.supervisor.start(Program(name, [sys.executable, *command], environment))

    def _announce(self) -> None:
        if not self.supervisor.wait_until(self._web_answers, READY_WITHIN):
            if not self.supervisor.stopping:
                self.output.say("The web server does not answer yet; its log above says why.")
            return
        where = f"{self.settings.address}/"
        if self.load_demo:
            self.output.say(f"{where} answers. The demo is being loaded (slow the first time) …")
            self._load_demo()
        if self.supervisor.stopping:
            return
        self.output.say(f"\nMatricule is ready: {where}")
        if self.settings.demo:
            self.output.say("Demo mode: sign in with one click on the first page. Ctrl-C stops everything.")
        self.output.say(f"Data: {self.settings.data}\n")

    def _load_demo(self) -> None:
        """Load the demo while the programs are looked after; its last lines are the accounts."""
        process = subprocess.Popen(
            [sys.executable, "-m", "matricule.cli", "demo", "load"],
            env={**os.environ, "MATRICULE_PROCESS": "worker"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(os.getpid()),
        )
        pump = self.output.pump(process.stdout, "demo", _is_no_log_line) if process.stdout else None
        if not self.supervisor.wait_until(lambda: process.poll() is not None, DEMO_WITHIN):
            process.terminate()
        code = process.wait()
        if pump is not None:
            pump.join(5)
        if code and not self.supervisor.stopping:
            self.output.say("The invented people could not be loaded; the lines above say why.")
        elif not code:
            self.output.say("The demo is loaded.")

    def _web_answers(self) -> bool:
        """Ask our own server: alive first, because another program on the same port would answer too."""
        if not all(program.alive() for program in self.supervisor.programs if program.name == "web"):
            return False
        return _says_ready(self.settings.port)


def _says_ready(port: int) -> bool:
    """Tell whether the web server of this port answers that it is ready.

    By a bare socket: the library for HTTP brings TLS and mail along, 4 MiB that this process would keep for ever.
    """
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            link.sendall(f"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            return link.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _worth_telling(line: str) -> bool:
    """Tell whether a line of PostgreSQL's is about trouble: its start and its stop take ten lines each time."""
    if " LOG:  " in line:
        return any(word in line for word in ("recovery", "crash", "terminated", "corrupt"))
    return "the database system is starting up" not in line


def _is_no_log_line(line: str) -> bool:
    return not line.startswith("{")


def _prepare(settings: config.Config, output: Output) -> None:
    """Make tables, catalogues, fonts and static files in a process of its own: the parent stays small."""
    output.say(f"Preparing {settings.data} …")
    done = _call([sys.executable, "-m", "matricule.site.prepare"], {**os.environ, "MATRICULE_PROCESS": "owner"})
    if done.returncode == REFUSED:
        raise CommandError(done.stdout.strip())
    if done.returncode:
        raise CommandError(f"the service could not be prepared:\n{done.stdout}")
    for line in filter(_is_no_log_line, done.stdout.splitlines()):
        output.say(line)


def _call(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=end_with_parent(os.getpid()),
    )


def _wait_for_port(settings: config.Config) -> None:
    """Return when our port is free; raise CommandError when somebody else keeps it."""
    address = "127.0.0.1" if settings.demo else settings.bind
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, settings.port))
            except PermissionError:
                raise CommandError(
                    f"port {settings.port} needs more rights: choose one above 1023 with PORT=…"
                ) from None
            except OSError:
                if time.monotonic() > deadline:
                    taken = f"port {settings.port} is already taken by another program"
                    raise CommandError(f"{taken}: stop it, or choose another port with PORT=…") from None
            else:
                return
        time.sleep(0.1)


def _settings() -> config.Config:
    try:
        config.current.cache_clear()
        settings = config.current()
    except config.ConfigError as error:
        raise CommandError(str(error)) from None
    os.environ["MATRICULE_DATA"] = str(Path(settings.data))
    return settings


def _refuse_if_unfit(settings: config.Config) -> None:
    from matricule.core import startup

    try:
        startup.refuse_if_unfit(settings)
    except startup.RefusedToStart as error:
        raise CommandError(str(error)) from None
