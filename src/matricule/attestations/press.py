"""Where letters are made: in this process, or in one of its own that ends when nobody needs it.

Typesetting and sealing hold 40 MiB of fonts and libraries for as long as the process that used them lives. A program
that serves for weeks says `apart` once: its letters are then made by a child, which gives that memory back after half
a minute without work. A command that makes its letters and ends makes them itself.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

IDLE, LONGEST = 30.0, 60.0
"""Seconds that the child waits for another letter, and that one letter may take."""
CHILD = [sys.executable, "-m", "matricule.attestations.press_child"]


class PressError(Exception):
    """No letter came out, for a reason that lies not in its facts; trying again may help. Holds no fact."""


@dataclass(frozen=True)
class Made:
    """A sealed letter."""

    pdf: bytes
    pages: int


def make(kind: str, facts: Mapping[str, Any], *, dated: datetime, sealed_at: datetime) -> Made:
    """Return a letter, typeset (`typesetting.compose`) and sealed (`sealing.seal`), wherever letters are made.

    Raises typesetting.LetterError when the facts do not fit, PressError for any other reason.
    """
    if _press is not None:
        return _press.make(kind, facts, dated=dated, sealed_at=sealed_at)
    return make_here(kind, facts, dated=dated, sealed_at=sealed_at)


def make_here(kind: str, facts: Mapping[str, Any], *, dated: datetime, sealed_at: datetime) -> Made:
    """Return a letter made in this process."""
    from matricule.attestations import sealing, typesetting

    letter = typesetting.compose(kind, facts, dated=dated)
    return Made(sealing.seal(letter.pdf, dated=sealed_at), letter.pages)


def apart() -> None:
    """Make the letters of this process in a child from now on."""
    global _press
    _press = Press()


class Press:
    """One child at a time, started when a letter is needed; safe between threads."""

    def __init__(self, idle: float = IDLE, longest: float = LONGEST, program: Sequence[str] = CHILD) -> None:
        """Start nothing yet."""
        self._command = [*program, str(idle), str(longest)]
        self._lock = threading.Lock()
        self.child: subprocess.Popen[bytes] | None = None

    def make(self, kind: str, facts: Mapping[str, Any], *, dated: datetime, sealed_at: datetime) -> Made:
        """Return a letter made in the child; one that ended meanwhile (it was idle, or killed) is replaced once."""
        words = {"kind": kind, "facts": {**facts}, "dated": dated.isoformat(), "sealed_at": sealed_at.isoformat()}
        ask = json.dumps(words).encode() + b"\n"
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask(ask)
                except (OSError, EOFError):
                    self.end()
        raise PressError(f"{kind}: the process that makes letters ended twice without one")

    def end(self) -> None:
        """End the child, if there is one."""
        child, self.child = self.child, None
        if child is None or child.stdin is None or child.stdout is None:
            return
        child.kill()
        child.wait()
        with suppress(OSError):  # what could not be written any more
            child.stdin.close()
        child.stdout.close()

    def _ask(self, ask: bytes) -> Made:
        if self.child is None or self.child.poll() is not None:
            self.end()
            pipe = subprocess.PIPE
            self.child = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, start_new_session=True)  # noqa: S603
        child = self.child
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(ask)
        child.stdin.flush()
        head = child.stdout.readline()
        if not head.endswith(b"\n"):
            raise EOFError
        answer = json.loads(head)
        if "refused" in answer:
            from matricule.attestations.typesetting import LetterError

            raise LetterError(answer["refused"])
        if "failed" in answer:
            raise PressError(answer["failed"])
        pdf = child.stdout.read(answer["bytes"])
        if len(pdf) < answer["bytes"]:
            raise EOFError
        return Made(pdf, answer["pages"])


_press: Press | None = None
