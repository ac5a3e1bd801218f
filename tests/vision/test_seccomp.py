"""The call filter, run instruction by instruction: what a parser child may ask of the system, on each processor."""

import errno
import struct

import pytest

from matricule.vision import seccomp

ALLOWED, REFUSED, NO_SUCH_CALL = "allowed", "refused", "no such call"
MACHINES = sorted(seccomp._CALLS)
NAMES = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "mmap": 9, "mprotect": 10, "brk": 12, "pread64": 17,
        "futex": 202, "exit_group": 231, "lseek": 8, "dup": 32, "munmap": 11, "clock_gettime": 228,
        "open": 2, "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "fork": 57,
        "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101, "openat": 257, "unlinkat": 263, "chmod": 90,
        "execveat": 322, "process_vm_readv": 310, "mount": 165, "setns": 308, "add_key": 248, "tkill": 200,
        "tgkill": 234, "mkdir": 83, "rename": 82, "symlink": 88, "truncate": 76, "bpf": 321,
    },
    "aarch64": {
        "read": 63, "write": 64, "close": 57, "fstat": 80, "mmap": 222, "mprotect": 226, "brk": 214, "pread64": 67,
        "futex": 98, "exit_group": 94, "lseek": 62, "dup": 23, "munmap": 215, "clock_gettime": 113,
        "openat": 56, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203,
        "execve": 221, "kill": 129, "tkill": 130, "tgkill": 131, "ptrace": 117, "mkdirat": 34, "unlinkat": 35,
        "renameat": 38, "mount": 40, "truncate": 45, "add_key": 217, "process_vm_readv": 270, "execveat": 281,
        "bpf": 280, "setns": 268,
    },
}  # fmt: skip
NEEDED = ("read", "write", "close", "fstat", "mmap", "mprotect", "brk", "pread64", "futex", "exit_group", "lseek",
          "dup", "munmap", "clock_gettime")  # fmt: skip
FORBIDDEN = [(machine, name) for machine in MACHINES for name in NAMES[machine] if name not in NEEDED]


def ask(code: bytes, number: int, architecture: int, first: int = 0) -> str:
    """Run the filter as the kernel does (linux/filter.h) on one call, and say what it answers."""
    call = struct.pack("<iIQ6Q", number if number < 2**31 else number - 2**32, architecture, 0, first, 0, 0, 0, 0, 0)
    accumulator = at = 0
    for _ in range(10_000):
        operation, if_true, if_false, value = struct.unpack_from("=HBBI", code, at * 8)
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", call, value)
        elif operation == 0x06:
            if value == 0x7FFF0000:
                return ALLOWED
            assert value & 0xFFFF0000 == 0x00050000, "only allow, or an error: never a kill without an answer"
            return {errno.EPERM: REFUSED, errno.ENOSYS: NO_SUCH_CALL}[value & 0xFFFF]
        else:
            held = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[operation]
            at += if_true if held else if_false
    raise AssertionError("the filter does not end")


def answer(machine: str, number: int, first: int = 0) -> str:
    code = seccomp.program(machine)
    assert code is not None
    return ask(code, number, seccomp._CALLS[machine][0], first)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", NEEDED)
def test_what_reading_a_file_takes_is_allowed(machine, name):
    assert answer(machine, NAMES[machine][name]) == ALLOWED


@pytest.mark.parametrize(("machine", "name"), FORBIDDEN)
def test_ways_out_are_refused(machine, name):
    assert answer(machine, NAMES[machine][name]) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_every_listed_call_is_refused_and_its_neighbour_is_not_by_accident(machine):
    _, clone, calls = seccomp._CALLS[machine]
    listed = {*calls, *seccomp._COMMON}
    for number in range(460):
        if number in listed:
            assert answer(machine, number) == REFUSED, number
        elif number not in (clone, seccomp._CLONE3):
            assert answer(machine, number) == ALLOWED, number


@pytest.mark.parametrize("machine", MACHINES)
def test_a_thread_may_start_and_a_process_may_not(machine):
    clone = seccomp._CALLS[machine][1]
    thread = 0x3D0F00  # what the C library asks for a thread: CLONE_VM, FS, FILES, SIGHAND, THREAD, …
    assert answer(machine, clone, thread) == ALLOWED
    assert answer(machine, clone, 17) == REFUSED, "SIGCHLD alone is a fork"
    assert answer(machine, clone, thread & ~seccomp._CLONE_THREAD) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_the_newer_clone_is_said_not_to_exist(machine):
    """Its flags lie in memory that a filter cannot read; the C library then takes the older one."""
    assert answer(machine, seccomp._CLONE3) == NO_SUCH_CALL


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("number", [0x40000000, 0x40000000 + 1, 0x40000000 + 41, 0xFFFFFFFF])
def test_a_second_set_of_numbers_opens_nothing(machine, number):
    assert answer(machine, number) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_of_another_architecture_is_refused_whatever_it_is(machine):
    code = seccomp.program(machine)
    for foreign in (0x40000003, 0x40000028, 0):
        for number in (0, 1, 3, 64, 63):
            assert ask(code, number, foreign) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_no_call_is_listed_twice(machine):
    """A doubled number is a slip: another one was meant."""
    calls = [*seccomp._CALLS[machine][2], *seccomp._COMMON]
    assert len(calls) == len(set(calls))


class Library:
    """A C library that only remembers what it was asked."""

    def __init__(self, answer: int) -> None:
        self.answer, self.asked = answer, []

    def prctl(self, *words):
        self.asked.append(words[:2])
        return self.answer


@pytest.mark.parametrize(("answered", "held"), [(0, True), (-1, False)])
def test_the_filter_holds_when_the_kernel_took_it(answered, held, monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "x86_64")
    library = Library(answered)
    assert seccomp.refuse_calls(library) is held
    assert library.asked == [(22, 2)]


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "riscv64")])
def test_where_no_filter_is_known_nothing_is_asked_and_nothing_is_claimed(system, machine, monkeypatch):
    monkeypatch.setattr(seccomp.sys, "platform", system)
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    library = Library(0)
    assert seccomp.refuse_calls(library) is False
    assert library.asked == []
