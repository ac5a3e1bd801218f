"""A system-call filter for the parser child: the one wall that needs no right at all.

Ubuntu 24.04 gives an ordinary user no usable user namespace, containers often none: there the empty root and the
network namespace are missing, and this filter still refuses sockets, paths, programs and signals to others.
Source: seccomp(2), struct sock_filter of linux/filter.h, call numbers of asm/unistd.h (x86_64) and asm-generic
(aarch64).
"""

import ctypes
import errno
import platform
import struct
import sys

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
_CLONE_THREAD = 0x10000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_CLONE3 = 435  # answered "no such call", so that the C library falls back on clone, whose flags can be read

# io_uring, mounts, pidfd_*, openat2: one number on every architecture
_COMMON = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 437, 438, 439, 442)

# fmt: off
# open, sockets, fork, vfork, execve, kill, truncate, directories and names, ptrace, mounts, keys, limits of others
_X86_64 = (
    2, 41, 42, 43, 49, 50, 53, 57, 58, 59, 62, 76, 80, 81, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 101, 129, 133, 155,
    161, 165, 166, 200, 234, 248, 249, 250, 257, 258, 259, 260, 263, 264, 265, 266, 268, 272, 288, 297, 298, 302, 308,
    310, 311, 316, 317, 319, 321, 322, 323,
)
_AARCH64 = (
    33, 34, 35, 36, 37, 38, 39, 40, 41, 45, 49, 50, 51, 53, 54, 56, 97, 117, 129, 130, 131, 138, 198, 199, 200, 201,
    202, 203, 217, 218, 219, 221, 240, 241, 242, 261, 268, 270, 271, 276, 277, 279, 280, 281, 282,
)
# fmt: on

# architecture (linux/audit.h), its number of clone, its refused calls
_CALLS: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, 56, _X86_64),
    "aarch64": (0xC00000B7, 220, _AARCH64),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def program(machine: str) -> bytes | None:
    """The filter as bytes for this kind of processor, or None when its call numbers are not known here."""
    known = _CALLS.get(machine)
    if known is None:
        return None
    arch, clone, calls = known
    refuse = _step(_RETURN, _ERRNO | errno.EPERM)
    steps = [
        _step(_LOAD, _ARCH),
        _step(_EQUAL, arch, if_true=1),
        refuse,
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, 0x40000000, if_false=1),  # the x32 numbers would be a second way to every call
        refuse,
        _step(_EQUAL, _CLONE3, if_false=1),
        _step(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    for call in (*calls, *_COMMON):
        steps += [_step(_EQUAL, call, if_false=1), refuse]
    steps += [
        _step(_EQUAL, clone, if_false=3),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_ANY_BIT, _CLONE_THREAD, if_true=1),  # the HEIC decoder starts one thread; a new process stays refused
        refuse,
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def refuse_calls(libc: ctypes.CDLL) -> bool:
    """Put the filter on this process for good. Needs PR_SET_NO_NEW_PRIVS before. True when it holds."""
    code = program(platform.machine()) if sys.platform == "linux" else None
    if code is None:
        return False
    filled = _Program(len(code) // 8, code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled), 0, 0) == 0)
