"""The service's side of the parser: starts it when first needed, hands it files, takes nothing from it on trust.

One parser per process, started lazily (a gunicorn worker gets its own after its fork), one file at a time; `share`
makes it one at a time among all processes of the machine.
"""

import atexit
import json
import logging
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matricule.vision import turn, wire
from matricule.vision.limits import Fence

log = logging.getLogger(__name__)

Bytes = bytes | bytearray | memoryview | int
_SOURCES = str(Path(__file__).resolve().parents[2])
_LAUNCH = (
    "import sys; sys.path[:0] = sys.argv[3:]; from matricule.vision.zygote import main; "
    "main(int(sys.argv[1]), sys.argv[2])"
)
_MEMORY = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""The whole environment of the parser: a page of a scan is megabytes that a fork touches once, a huge page at a time
where the kernel gives them (madvise). Another C library does not know the word."""
_START_SECONDS = 30
_GRACE_SECONDS = 3
_BIG_PIPE = 1024 * 1024
_F_SETPIPE_SZ = 1031


class Unavailable(Exception):
    """The parser cannot be started, or died twice on one call: try again later, the file is not judged."""


class Busy(Exception):
    """Another file is being looked at, and the caller did not want to wait longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `header` is None when the fork ended without a whole answer; `ended` then says how. `cpu`
    (milliseconds) and `memory` (KiB at most, with what the fork shares) are what the kernel says it used."""

    header: dict[str, Any] | None
    body: bytes
    ended: str
    cpu: int = 0
    memory: int = 0


class Parser:
    """One warm parser process and the lock around it. Safe between threads, replaced after a fork."""

    def __init__(self, tasks: str = "matricule.vision.tasks", path: Sequence[str] = ()) -> None:
        self._tasks = tasks
        self._path = [_SOURCES, *path]
        self._turn: Path | None = None
        self._most: int | None = None
        self._forget()

    def share(self, path: Path | None, most: int | None) -> None:
        """Take turns with the other processes that name the same file, and let at most `most` impatient callers in.

        A caller that says how long it would wait is one that answers a person: when `most` of them wait already, the
        next one is told Busy at once, so that some threads of a web server stay free for ordinary pages.
        """
        self._turn, self._most = path, most

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._inside = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self.isolation: dict[str, bool] = {}

    @property
    def pid(self) -> int | None:
        """Process id of the running parser, None before the first use."""
        return self._process.pid if self._process else None

    def warm(self) -> dict[str, bool]:
        """Start the parser if it does not run, and say which walls hold. Raises Unavailable."""
        with self._lock:
            self._start()
            return dict(self.isolation)

    def call(
        self,
        task: str,
        arguments: dict[str, Any],
        files: Sequence[Bytes],
        fence: Fence | None = None,
        patience: float | None = None,
    ) -> Answer:
        """Run one task over these files in a fresh fork. Raises Busy after `patience` seconds (at once when too many
        wait already, see `share`), Unavailable."""
        limits = fence or Fence()
        with self._admitted(patience):
            end = time.monotonic() + (patience or 0.0)
            if not self._lock.acquire(timeout=-1 if patience is None else patience):
                raise Busy
            try:
                left = None if patience is None else max(0.0, end - time.monotonic())
                return self._in_turn(left, task, arguments, files, limits)
            finally:
                self._lock.release()

    @contextmanager
    def _admitted(self, patience: float | None) -> Iterator[None]:
        with self._counting:
            if patience is not None and self._most is not None and self._inside >= self._most:
                raise Busy
            self._inside += 1
        try:
            yield
        finally:
            with self._counting:
                self._inside -= 1

    def _in_turn(
        self, patience: float | None, task: str, arguments: dict[str, Any], files: Sequence[Bytes], limits: Fence
    ) -> Answer:
        with ExitStack() as stack:
            try:
                came = stack.enter_context(turn.taken(self._turn, patience))
            except OSError as error:
                raise Unavailable("the file of the turn cannot be made") from error
            if not came:
                raise Busy
            return self._call_twice(task, arguments, files, limits)

    def _call_twice(self, task: str, arguments: dict[str, Any], files: Sequence[Bytes], limits: Fence) -> Answer:
        message = {"task": task, "arguments": arguments, "fence": asdict(limits)}
        for _ in range(2):
            self._start()
            try:
                return self._exchange(message, files, limits)
            except (OSError, ValueError, EOFError) as error:
                log.warning("vision.parser_restarted", extra={"reason": type(error).__name__})
                self._stop()
        raise Unavailable("the parser died twice on one call")

    def _exchange(self, message: dict[str, Any], files: Sequence[Bytes], limits: Fence) -> Answer:
        if self._channel is None:
            raise EOFError
        reader, writer = os.pipe()
        inputs: list[int] = []
        try:
            with suppress(OSError, ValueError):  # a small pipe is only slower
                _widen(reader)
            for data in files:
                inputs.append(_as_descriptor(data))
            wire.send(self._channel, message, [writer, *inputs])
        finally:
            for descriptor in (writer, *inputs):
                os.close(descriptor)
        try:
            raw = _read(reader, limits.answer, limits.wall + _GRACE_SECONDS)
        finally:
            os.close(reader)
        if raw is None:  # more than may be answered, or not even the zygote ended in time
            self._stop()
            return Answer(None, b"", "unbounded")
        reply = wire.receive(self._channel)
        if reply is None:
            raise EOFError
        return _understand(raw, reply[0])

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None and self._channel is not None:
            return
        self._stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-B", "-c", _LAUNCH, str(theirs.fileno()), self._tasks, *self._path],
                env=dict(_MEMORY),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise Unavailable("the parser cannot be started") from error
        finally:
            theirs.close()
        self._channel = ours
        self._greet(ours)

    def _greet(self, channel: socket.socket) -> None:
        channel.settimeout(_START_SECONDS)
        try:
            hello = wire.receive(channel)
        except (OSError, ValueError):
            hello = None
        if hello is None:
            self._stop()
            raise Unavailable("the parser did not start")
        channel.settimeout(_GRACE_SECONDS * 2)
        self.isolation = {name: bool(held) for name, held in hello[0]["isolation"].items()}

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None

    def close(self) -> None:
        """End the parser and reap it. The next call starts another one."""
        with self._lock:
            self._stop()

    def after_fork(self) -> None:
        """In a forked process: let go of the parent's parser (the socket must close when the parent ends)."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.returncode = 0  # not our child: nothing to reap, and no warning about it
        self._forget()


def size_of(data: Bytes) -> int:
    """Number of bytes of a file given as bytes or as an open descriptor."""
    if isinstance(data, int):
        return os.fstat(data).st_size
    return memoryview(data).nbytes


def _as_descriptor(data: Bytes) -> int:
    """The bytes behind a descriptor that the parser can map, and that nobody can change any more."""
    if isinstance(data, int):
        data = os.pread(data, size_of(data), 0)
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            return os.dup(file.fileno())
    import fcntl

    descriptor = os.memfd_create("vision", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor


def _widen(descriptor: int) -> None:
    import fcntl

    fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _BIG_PIPE)


def _read(reader: int, most: int, seconds: float) -> bytes | None:
    """Everything up to the end of the pipe, or None when it is more than `most` bytes or later than `seconds`."""
    chunks: list[bytes] = []
    total = 0
    poller = select.poll()
    poller.register(reader, select.POLLIN | select.POLLHUP)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if not poller.poll(left * 1000):
            break
        chunk = os.read(reader, _BIG_PIPE)
        if not chunk:
            return b"".join(chunks)
        total += len(chunk)
        if total > most:
            break
        chunks.append(chunk)
    return None


def _understand(raw: bytes, ended: dict[str, Any]) -> Answer:
    """Take the answer apart. The fork may have been taken over by its file: any wrong shape counts as no answer."""
    how = f"{ended.get('ended')} {ended.get('number')}"
    cost = int(ended.get("cpu", 0)), int(ended.get("memory", 0))
    if ended.get("ended") != "answered" or len(raw) < wire.HEADER.size:
        return Answer(None, b"", how, *cost)
    (length,) = wire.HEADER.unpack_from(raw)
    start = wire.HEADER.size + length
    try:
        header = json.loads(raw[wire.HEADER.size : start])
    except (ValueError, RecursionError):  # brackets within brackets, without end
        return Answer(None, b"", "unreadable", *cost)
    if len(raw) < start or not isinstance(header, dict):
        return Answer(None, b"", "unreadable", *cost)
    return Answer(header, raw[start:], how, *cost)


parser = Parser()
atexit.register(parser.close)
os.register_at_fork(after_in_child=parser.after_fork)
