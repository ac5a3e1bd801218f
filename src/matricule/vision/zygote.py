"""The warm parser: a process of its own that has loaded the libraries once and forks for every file.

Started by exec with an empty environment and no memory of the service's secrets, in a session of its own, at nice 19.
It reads nothing itself: each file is looked at in a fork behind the walls of `fence`, and the fork is always reaped.
It ends when its socket closes, so it cannot outlive the process that started it. (PR_SET_PDEATHSIG is not used for
that: it fires when the starting *thread* ends, stack.md trap 24. Between the zygote, which has one thread, and its
fork it is.)
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from matricule.vision import fence, wire
from matricule.vision.limits import Fence

_GROUP_NICE = "5"
"""Of the session as a whole: a third of the weight of another one (sched(7)). At 19 a machine whose cores are all busy
gave a file less than a second of CPU in twenty, and nobody got their verdict at once; at 10 the same with many."""

Task = Callable[[dict[str, Any], list[int]], tuple[dict[str, Any], bytes]]


def main(control: int, tasks: str) -> None:
    """Serve parse requests on the socket `control` until it closes. `tasks` names the module whose TASKS a fork may
    run."""
    _step_back()
    os.umask(0o077)
    channel = socket.socket(fileno=control)
    module = importlib.import_module(tasks)
    module.rehearse()
    library = fence.libc()
    root = fence.empty_root()
    gc.collect()
    gc.freeze()
    wire.send(channel, {"pid": os.getpid(), "isolation": _try_walls(library, root)})
    while (request := wire.receive(channel)) is not None:
        message, descriptors = request
        try:
            ended = _serve(channel, library, root, module, message, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        wire.send(channel, ended)


def _step_back() -> None:
    """Leave the processor to everybody else: nice 19 for this process and its forks, and a low share for their group.

    Linux shares the processor between sessions first where `sched_autogroup_enabled` is 1 (Debian, Ubuntu): this
    process has a session of its own, in which its own nice value weighs nothing against the web server's session
    (sched(7), "The autogroup feature").
    """
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as group:
            group.write(_GROUP_NICE)
    except OSError:  # no such feature, or no such /proc: the nice value alone counts there
        return


def _try_walls(library: ctypes.CDLL, root: int) -> dict[str, bool]:
    """Raise the walls once in a fork that reads nothing, to be able to say at start-up which ones hold."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _report_walls(library, root, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return dict(json.loads(answer)) if answer else {}


def _report_walls(library: ctypes.CDLL, root: int, writer: int) -> None:
    try:
        os.write(writer, json.dumps(fence.confine(library, Fence(), root, {writer})).encode())
    finally:
        os._exit(0)


def _serve(
    channel: socket.socket,
    library: ctypes.CDLL,
    root: int,
    module: ModuleType,
    message: dict[str, Any],
    descriptors: list[int],
) -> dict[str, Any]:
    """Run one request in a fork and say how it ended: {"ended": "answered" | "wall" | "signal" | "status", "number":
    n}, and what it used: "cpu" in milliseconds, "memory" in KiB at most."""
    limits = Fence(**message["fence"])
    alive, life = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _parse(library, root, parent, limits, module, message, descriptors, life)
    os.close(life)
    os.close(descriptors.pop(0))  # the answer's end: the reader must see the end of file when the fork is gone
    in_time = _wait(channel, alive, limits.wall)
    os.close(alive)
    _kill(child)
    _, status, used = os.wait4(child, 0)
    cost = {"cpu": round((used.ru_utime + used.ru_stime) * 1000), "memory": used.ru_maxrss}
    if not in_time:
        return {"ended": "wall", "number": int(used.ru_utime + used.ru_stime), **cost}
    if os.WIFSIGNALED(status):
        return {"ended": "signal", "number": os.WTERMSIG(status), **cost}
    code = os.WEXITSTATUS(status)
    return {"ended": "status" if code else "answered", "number": code, **cost}


def _wait(channel: socket.socket, alive: int, wall: float) -> bool:
    """True when the fork ended by itself (its end of the `alive` pipe closed), False after `wall` seconds or when the
    service has gone: then nobody waits for the answer."""
    poller = select.poll()
    poller.register(alive, select.POLLIN)
    poller.register(channel.fileno(), select.POLLHUP)
    end = time.monotonic() + wall
    while (left := end - time.monotonic()) > 0:
        events = poller.poll(left * 1000)
        if events:
            return any(descriptor == alive for descriptor, _ in events)
    return False


def _kill(child: int) -> None:
    """End the fork and whatever it may have started; a fork that is already ending keeps its own status."""
    for end in (os.killpg, os.kill):
        try:
            end(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _parse(
    library: ctypes.CDLL,
    root: int,
    parent: int,
    limits: Fence,
    module: ModuleType,
    message: dict[str, Any],
    descriptors: list[int],
    life: int,
) -> None:
    """The fork: walls first, then the file, then the answer. Never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        fence.confine(library, limits, root, {*descriptors, life})
        fence.die_with_parent(library, signal.SIGKILL)  # after the walls: a change of rights clears it
        if os.getppid() != parent:
            os._exit(1)
        task: Task = module.TASKS[message["task"]]
        header, body = task(message["arguments"], descriptors[1:])
        answer(descriptors[0], header, body)
        code = 0
    except MemoryError:
        code = 2
    finally:
        # No traceback leaves the fork: it could quote the person's file.
        os._exit(code)


def answer(descriptor: int, header: dict[str, Any], body: bytes) -> None:
    """Write one answer: length of the header (4 bytes), header as JSON, body to the end of the pipe."""
    encoded = json.dumps(header).encode()
    for part in (wire.HEADER.pack(len(encoded)) + encoded, body):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]
