"""The real service in a process of its own, as a person would start it: the demo, or with settings of its own.

It knows nothing of the test's own database: it has a data folder, a port and a PostgreSQL of its own.
"""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
"""Seconds that a start may take on a busy machine; nothing is measured here."""
_ports: tuple[int, BinaryIO, set[int]] | None = None
"""The process, the file on which it holds a lock for each port that it took, and those ports."""
OURS = ("MATRICULE_", "DATABASE_", "DJANGO_", "PYTEST_")


def free_port() -> int:
    """Return a port that nobody listens on, and that no other test of this machine gets while this process lives.

    From below the range of which the system gives ports to outgoing connections: between the question and its use
    nobody gets it by chance either.
    """
    global _ports
    if _ports is None or _ports[0] != os.getpid():
        path = Path(tempfile.gettempdir()) / f"matricule-test-ports-{os.getuid()}"
        _ports = os.getpid(), path.open("a+b"), set()
    _, file, mine = _ports
    for _ in range(1000):
        port = secrets.randbelow(10_000) + 20_000
        with suppress(OSError), socket.socket() as probe:
            if port in mine:
                continue
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            mine.add(port)
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class Service:
    """One running service; ``address`` is where a browser finds it."""

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        settings: dict[str, str] | None = None,
        people: bool = False,
    ) -> None:
        """Prepare a service that keeps everything in ``data``; with ``settings`` it is a real one, else the demo.

        ``people``: the demo with its invented people instead of an empty one.
        ``tuned`` may hold settings that change nothing of that: time-outs, pauses.
        """
        self.tuned: dict[str, str] = {}
        self.data, self.port = data, port or free_port()
        self.settings, self.people = settings, people
        self.address = f"http://localhost:{self.port}"
        self.lines: deque[str] = deque(maxlen=50_000)
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises AssertionError with its last lines when it does not."""
        environment = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        environment |= {
            "MATRICULE_DATA": str(self.data),
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONUNBUFFERED": "1",
            **(self.settings or {}),
            **self.tuned,
        }
        mode = [] if self.settings is not None else ["--demo"] if self.people else ["--demo", "--empty"]
        self.process = subprocess.Popen(
            [os.environ.get("BENCH_PYTHON", sys.executable), "-m", "matricule.cli", "run", *mode],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when the pages can be asked for."""
        self._until(self._answers, "the service does not answer")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def kill(self) -> None:
        """Kill the parent of everything with SIGKILL, and wait until nobody answers any more."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._until(lambda: not self._answers(), "a killed service goes on answering")

    def kill_web(self) -> None:
        """Kill the web server and its children with SIGKILL; the parent starts it again."""
        assert self.process is not None
        found = [pid for pid in children_of(self.process.pid) if "gunicorn" in command_of(pid)]
        assert found, "no web server among the children of the service"
        for pid in found:
            os.killpg(pid, signal.SIGKILL)
        self._until(lambda: not any(map(alive_in, found)), "a killed web server lives on")

    def _answers(self) -> bool:
        link = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", "/health/ready")
            return link.getresponse().status == 200
        except OSError:
            return False
        finally:
            link.close()

    def _until(self, good: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not good():
            ended = self.process is not None and self.process.poll() not in (None, -signal.SIGKILL)
            if ended or time.monotonic() > deadline:
                raise AssertionError(what + ":\n" + "\n".join(list(self.lines)[-400:]))
            time.sleep(0.1)

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())


def children_of(parent: int) -> list[int]:
    """Return the process ids of the direct children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
            except OSError:
                continue
            if int(status.rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
    return found


def command_of(process: int) -> str:
    """Return the command line of a process, empty when it has ended."""
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive_in(group: int) -> list[int]:
    """Return the processes of a process group that live; the dead that nobody asked after are not among them."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == group and fields[0] not in {"Z", "X"}:
                    found.append(int(entry.name))
    return found
