"""The child that makes letters for `press`: a line of JSON in, a line of JSON and the PDF out, until nobody asks.

Run as ``python -m matricule.attestations.press_child IDLE LONGEST`` (seconds). It ends when it waited IDLE seconds, or
when whoever asks is gone; a letter that takes LONGEST seconds ends it too.
"""

import json
import os
import select
import signal
import sys
from datetime import datetime
from typing import Any, BinaryIO

from matricule.attestations import press


def main(words: list[str] | None = None) -> int:
    """Answer until nobody asks any more."""
    idle, longest = map(float, sys.argv[1:] if words is None else words)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak where an answer is read
    while select.select([0], [], [], idle)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            break
        signal.setitimer(signal.ITIMER_REAL, longest)
        answer(json.loads(line), answers)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return 0


def answer(ask: dict[str, Any], answers: BinaryIO) -> None:
    """Make one letter and write it, or why there is none."""
    from matricule.attestations.typesetting import LetterError

    pdf = b""
    try:
        made = press.make_here(
            ask["kind"],
            ask["facts"],
            dated=datetime.fromisoformat(ask["dated"]),
            sealed_at=datetime.fromisoformat(ask["sealed_at"]),
        )
        pdf = made.pdf
        head: dict[str, Any] = {"pages": made.pages, "bytes": len(pdf)}
    except LetterError as refused:
        head = {"refused": str(refused)}
    except Exception as error:  # noqa: BLE001 - its words may quote a fact: its name is said
        head = {"failed": f"{ask['kind']}: {type(error).__name__}"}
    answers.write(json.dumps(head).encode() + b"\n" + pdf)
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
