"""Start programs, give their lines a prefix, start them again when they die, stop them in order.

One process per part and one parent that only watches: it imports neither Django nor a driver. Children are started
from the main thread only, because the kernel ties their life to the thread that forked them (stack.md, trap 24).
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, TextIO

FIRST_PAUSE = 0.5
STEADY = 60.0
"""Seconds of life after which the next death is forgiven at once."""
GRACE = 30.0
"""Seconds between SIGTERM and SIGKILL."""
WATCH = 0.1
_PR_SET_PDEATHSIG = 1
_WIDTH = 9


@dataclass
class Program:
    """One program to keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = 0.0
    pumps: list[threading.Thread] = field(default_factory=list)

    def alive(self) -> bool:
        """Tell whether the program runs now."""
        return self.process is not None and self.process.poll() is None


class Output:
    """The one place that writes to the terminal: whole lines, each with the name of who said it."""

    def __init__(self, stream: TextIO) -> None:
        """Write to ``stream``; when nobody reads it any more, go on without it."""
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, text: str, name: str = "") -> None:
        """Write ``text``, each line after the name of its program."""
        prefix = f"{name:<{_WIDTH}}| " if name else ""
        with self._lock:
            try:
                for line in text.splitlines() or [""]:
                    self._stream.write(f"{prefix}{line}\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                return

    def pump(self, source: IO[bytes], name: str, keep: Callable[[str], bool] | None = None) -> threading.Thread:
        """Copy what ``source`` says until it ends; with ``keep``, only the lines that it accepts."""
        thread = threading.Thread(target=self._copy, args=(source, name, keep), name=f"log of {name}", daemon=True)
        thread.start()
        return thread

    def _copy(self, source: IO[bytes], name: str, keep: Callable[[str], bool] | None) -> None:
        with source:
            for raw in source:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                if keep is None or keep(line):
                    self.say(line, name)


class Supervisor:
    """Keeps programs alive until a signal asks to stop."""

    def __init__(self, output: Output, longest_pause: float = 30.0) -> None:
        """Say what happens on ``output``; a dead program waits ``longest_pause`` seconds at most for its start."""
        self.output = output
        self.longest_pause = longest_pause
        self.programs: list[Program] = []
        self.stopping = False
        self._watches: list[Callable[[], None]] = []

    def listen(self) -> None:
        """Take Ctrl-C, SIGTERM and a closed terminal as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def also_watch(self, watch: Callable[[], None]) -> None:
        """Call ``watch`` at every turn of the loop: it looks after something that is not a Program."""
        self._watches.append(watch)

    def start(self, program: Program) -> None:
        """Start ``program`` and keep it alive from now on."""
        if program not in self.programs:
            self.programs.append(program)
        process = subprocess.Popen(  # noqa: S603
            list(program.command),
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(os.getpid()),
        )
        program.process = process
        program.started_at = time.monotonic()
        if process.stdout is not None:
            program.pumps = [self.output.pump(process.stdout, program.name)]

    def wait_until(self, good: Callable[[], bool], timeout: float) -> bool:
        """Look after the programs until ``good`` or the wish to stop; tell whether it became good in time."""
        deadline = time.monotonic() + timeout
        while not self.stopping and time.monotonic() < deadline:
            self.look()
            if good():
                return True
            time.sleep(WATCH)
        return False

    def run(self) -> None:
        """Look after the programs until somebody wishes to stop."""
        while not self.stopping:
            self.look()
            time.sleep(WATCH)

    def look(self) -> None:
        """Start again what died, after a pause that grows with each quick death."""
        for watch in self._watches:
            watch()
        now = time.monotonic()
        for program in self.programs:
            if self.stopping or program.alive():
                continue
            if program.process is not None:
                self._note_death(program, now)
            elif now >= program.start_at:
                self.start(program)

    def stop(self) -> None:
        """Ask all programs to stop at once, and end those that do not within the grace period."""
        self.stopping = True
        running = [program.process for program in self.programs if program.process is not None and program.alive()]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for program in self.programs:
            for thread in program.pumps:
                thread.join(2)

    def _note_death(self, program: Program, now: float) -> None:
        code = program.process.returncode if program.process else 0
        if now - program.started_at > STEADY:
            program.pause = FIRST_PAUSE
        self.output.say(f"{program.name} stopped (code {code}); it starts again in {program.pause:g} s.")
        program.process = None
        program.start_at = now + program.pause
        program.pause = min(program.pause * 2, max(self.longest_pause, FIRST_PAUSE))

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def end_with_parent(parent: int) -> Callable[[], None]:
    """Return what a child runs before exec so that it gets SIGTERM when ``parent`` is killed (Linux only)."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def in_child() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
            if os.getppid() != parent:
                os._exit(1)

    return in_child
