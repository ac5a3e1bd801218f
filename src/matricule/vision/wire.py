"""How the service and its parser talk: one line of JSON on a socket, with the descriptors of the files beside it.

A descriptor costs nothing to pass; copying 5 MB through the socket took 87 ms (stack.md, spike).
"""

import array  # noqa: F401 - socket.recv_fds asks for it, and behind the walls nothing can be loaded
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

MOST_DESCRIPTORS = 250
HEADER = struct.Struct(">I")  # of an answer: the length of its JSON, before the bytes
_CHUNK = 65536


def send(channel: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Write one message. The descriptors travel with its first bytes. Raises OSError when nobody listens."""
    line = json.dumps(message).encode() + b"\n"
    sent = socket.send_fds(channel, [line[:_CHUNK]], list(descriptors)) if descriptors else 0
    channel.sendall(line[sent:])


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Read one message and its descriptors, or None when the other side has gone. Raises OSError, ValueError."""
    line = b""
    descriptors: list[int] = []
    while not line.endswith(b"\n"):
        data, arrived, _, _ = socket.recv_fds(channel, _CHUNK, MOST_DESCRIPTORS)
        descriptors.extend(arrived)
        if not data:
            return None
        line += data
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")
    return message, descriptors
