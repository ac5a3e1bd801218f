"""Threads of the worker that look at something every few seconds: one way to start, wait, stop and give back."""

import threading
from typing import Self

from django.db import connection


class Rounds:
    """A thread that calls ``look`` every ``pause`` seconds while it is entered; a subclass says what it looks at.

    A look under way is finished when the thread is left. Its database connection is given back at the end.
    """

    name = "rounds"
    last_look = False
    """Whether one more look follows when the thread is left: what came in the last pause is not left for later."""

    def __init__(self, pause: float) -> None:
        """Prepare the thread; nothing runs before ``with``."""
        self.pause = pause
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)

    def __enter__(self) -> Self:
        """Start looking."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop looking."""
        self.stopping.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self.stopping.wait(self.pause):
            self.look()
        if self.last_look:
            self.look()
        connection.close()

    def look(self) -> None:
        """Look once; an error ends the thread, so that a subclass takes what may fail."""
        raise NotImplementedError
