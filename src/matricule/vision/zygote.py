"""The warm parser: a process of its own that has loaded the libraries once and forks for every file.

Started by exec with nothing of the service's environment and no memory of its secrets, in a session of its own, at
nice 19. It reads nothing itself: each file is looked at in a fork behind the walls of `fence`, and the fork is always
reaped. One fork stands ready behind its walls, so that nobody who sends a file waits for them to be raised. It ends
when its socket closes, so it cannot outlive the process that started it. (PR_SET_PDEATHSIG is not used for that: it
fires when the starting *thread* ends, stack.md trap 24. Between the zygote, which has one thread, and its fork it is.)
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from matricule.vision import fence, wire
from matricule.vision.limits import Fence

_GROUP_NICE = "5"
"""Of the session as a whole: a third of the weight of another one (sched(7)). At 19 a machine whose cores are all busy
gave a file less than a second of CPU in twenty, and nobody got their verdict at once; at 10 the same with many."""

_FEW = 8
"""Descriptors that a fork which waits for its file has room for; a call with more gets a fork made for it."""

Task = Callable[[dict[str, Any], list[int]], tuple[dict[str, Any], bytes]]


@dataclass(frozen=True, slots=True)
class Walls:
    """What a fork needs to raise its walls: the C library, the empty root, and how its parser has left the network."""

    library: ctypes.CDLL
    root: int
    left: fence.Left


@dataclass(frozen=True, slots=True)
class Child:
    """A fork that stands behind its walls and waits for a file: its process id, the socket that hands it over, the end
    of a pipe that closes when it is gone, and the limits that it gave itself."""

    pid: int
    channel: socket.socket
    alive: int
    limits: Fence

    def suits(self, limits: Fence, descriptors: int) -> bool:
        """Tell whether it may serve a call with these limits: wall time and size of the answer are held outside."""
        return (limits.memory, limits.cpu) == (self.limits.memory, self.limits.cpu) and descriptors <= _FEW

    def gone(self) -> bool:
        """Tell whether it has ended."""
        return bool(select.select([self.alive], [], [], 0)[0])

    def end(self) -> tuple[int, "resource.struct_rusage"]:
        """Kill it if it lives, reap it; return how it ended (wait status) and what it used."""
        self.channel.close()
        os.close(self.alive)
        _kill(self.pid)
        _, status, used = os.wait4(self.pid, 0)
        return status, used


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
    walls = Walls(library, root, fence.leave_network(library))
    gc.collect()
    gc.freeze()
    wire.send(channel, {"pid": os.getpid(), "isolation": _try_walls(walls)})
    _serve_all(channel, partial(_fork, walls, module))


def _serve_all(channel: socket.socket, fork: Callable[[Fence, int], Child]) -> None:
    """Serve until the socket closes; while nothing is asked one fork waits, of those limits that most calls have."""
    ready: Child | None = None
    try:
        while True:
            ready = ready or fork(Fence(), _FEW)  # after an answer: the service works with it meanwhile
            request = wire.receive(channel)
            if request is None:
                return
            message, descriptors = request
            limits = Fence(**message.pop("fence"))
            if ready.gone():  # killed while it waited: the file that comes is not to blame
                ready.end()
                ready = fork(Fence(), _FEW)
            if ready.suits(limits, len(descriptors)):
                child, ready = ready, None
            else:
                child = fork(limits, len(descriptors))
            wire.send(channel, _serve(channel, child, message, descriptors, limits.wall))
    finally:
        if ready is not None:
            ready.end()


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


def _try_walls(walls: Walls) -> dict[str, bool]:
    """Raise the walls once in a fork that reads nothing, to be able to say at start-up which ones hold."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _report_walls(walls, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return dict(json.loads(answer)) if answer else {}


def _report_walls(walls: Walls, writer: int) -> None:
    try:
        held = fence.confine(walls.library, Fence(), walls.root, {writer}, walls.left)
        os.write(writer, json.dumps(held).encode())
    finally:
        os._exit(0)


def _fork(walls: Walls, module: ModuleType, limits: Fence, room: int) -> Child:
    """Make a fork that waits behind walls with these limits; ``room``: for how many descriptors beside its own."""
    alive, life = os.pipe()
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _parse(walls, parent, module, limits, room, theirs, life)
    os.close(life)
    theirs.close()
    return Child(child, ours, alive, limits)


def _serve(
    channel: socket.socket, child: Child, message: dict[str, Any], descriptors: list[int], wall: float
) -> dict[str, Any]:
    """Run one request in a fork and say how it ended: {"ended": "answered" | "wall" | "signal" | "status", "number":
    n}, and what it used: "cpu" in milliseconds, "memory" in KiB at most. The descriptors are closed here."""
    try:
        wire.send(child.channel, message, descriptors)
    except OSError:  # it was killed while it waited: its end says so, below
        pass
    finally:
        for descriptor in descriptors:  # the reader must see the end of file when the fork is gone
            os.close(descriptor)
    in_time = _wait(channel, child.alive, wall)
    status, used = child.end()
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
    walls: Walls, parent: int, module: ModuleType, limits: Fence, room: int, channel: socket.socket, life: int
) -> None:
    """The fork: walls first, then the file, then the answer. Never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        keep = {channel.fileno(), life}
        fence.confine(walls.library, limits, walls.root, keep, walls.left, room)
        fence.die_with_parent(walls.library, signal.SIGKILL)  # after the walls: a change of rights clears it
        if os.getppid() != parent:
            os._exit(1)
        request = wire.receive(channel)
        if request is None:  # the parser ends: there will be no file
            os._exit(0)
        channel.close()
        message, descriptors = request
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
