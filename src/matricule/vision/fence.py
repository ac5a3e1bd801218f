"""The walls around one parser child, raised by the child itself before it looks at a file.

The network alone is left once, by the warm parser, for all its children: a namespace for each cost a tenth of what the
look at a file costs, and no child can make a socket in it (seccomp), nor lives beside another one.

Order and reasons: stack.md, "Parser child". A network namespace alone still reaches path sockets, PostgreSQL's among
them: the empty root closes that. Each wall that the system does not grant is reported, never silently missing.
"""

import ctypes
import os
import resource
import struct
import sys
import tempfile
from collections.abc import Collection

from matricule.vision import seccomp
from matricule.vision.limits import Fence

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522
_NOBODY = 65534
_MOST_OPEN = 64
_LINUX = sys.platform == "linux"


def libc() -> ctypes.CDLL:
    """The C library of this process, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def empty_root() -> int:
    """A descriptor of a folder that is already deleted: empty, nothing can ever be made in it, nothing is left
    behind."""
    path = tempfile.mkdtemp(prefix="matricule-")
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    os.rmdir(path)
    return descriptor


def die_with_parent(library: ctypes.CDLL, signal: int) -> None:
    """Ask the kernel to end this process when the thread that forked it ends. Only Linux knows how."""
    if _LINUX:
        library.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)


Left = tuple[bool, bool]
"""How a process left the network: in a user namespace of its own, in a network namespace of its own."""


def confine(
    library: ctypes.CDLL,
    fence: Fence,
    root: int,
    keep: Collection[int],
    left: Left | None = None,
    room: int = 0,
) -> dict[str, bool]:
    """Raise every wall around the calling process; it cannot be undone.

    `keep` are the descriptors that stay open beside 0, 1 and 2. `left`: how the process that forked this one has left
    the network already (None: it has not). `room`: descriptors that will come later. Returns which walls hold:
    network, files, privileges, calls, memory.
    """
    namespaced, network = leave_network(library) if left is None else left
    files = _enter(root)
    _close_others(keep)
    if os.geteuid() == 0 and not namespaced:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _limit(fence, len(keep) + room)
    privileges = _LINUX and library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    if _LINUX:
        library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        privileges = _drop_capabilities(library) and privileges
    calls = seccomp.refuse_calls(library)
    return {"network": network or calls, "files": files or calls, "privileges": privileges, "calls": calls,
            "memory": _LINUX, "namespace": network, "root": files}  # fmt: skip


def leave_network(library: ctypes.CDLL) -> Left:
    """Leave the network of the machine, for this process and all that it forks; return what the system granted."""
    if not _LINUX:
        return False, False
    if library.unshare(_NEWUSER | _NEWNET) == 0:
        return True, True
    return False, library.unshare(_NEWNET) == 0


def _enter(root: int) -> bool:
    try:
        os.fchdir(root)
        os.chroot(".")
    except OSError:
        return False
    return True


def _close_others(keep: Collection[int]) -> None:
    start = 3
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, max(start, 4096))


def _limit(fence: Fence, descriptors: int) -> None:
    for what, value in (
        (resource.RLIMIT_DATA, fence.memory),
        (resource.RLIMIT_CPU, fence.cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _MOST_OPEN + descriptors),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def _drop_capabilities(library: ctypes.CDLL) -> bool:
    """Give up the rights that a fresh user namespace (or root) brought: after the empty root none is needed."""
    header = struct.pack("=II", _CAPABILITY_VERSION, 0)
    return bool(library.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)) == 0)
