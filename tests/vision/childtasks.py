"""Tasks for a parser of the tests: children that crash, run away, or try to get out."""

import ctypes
import errno
import os
import socket
import threading
import time

from matricule.vision import tasks

CREATED = "/tmp/vision-child-was-here"


def rehearse() -> None:
    tasks.rehearse()


def _segfault(arguments, files):
    ctypes.string_at(0)
    return {}, b""


def _abort(arguments, files):
    os.abort()


def _exit(arguments, files):
    os._exit(7)


def _spin(arguments, files):
    while True:
        pass


def _sleep(arguments, files):
    time.sleep(60)
    return {}, b""


def _eat(arguments, files):
    return {"size": len(bytearray(arguments["bytes"]))}, b""


def _flood(arguments, files):
    return {}, bytes(arguments["bytes"])


def _garbage(arguments, files):
    os.write(files[0] - 1, b"\x00\x00\x00\x05nojs!")
    os._exit(0)


def _kill_parent(arguments, files):
    os.kill(os.getppid(), 9)
    return {"killed": True}, b""


def _nap(arguments, files):
    begun = time.monotonic()
    time.sleep(arguments["seconds"])
    return {"begun": begun, "ended": time.monotonic()}, b""


def _pid(arguments, files):
    return {"pid": os.getpid(), "parent": os.getppid(), "nice": os.getpriority(os.PRIO_PROCESS, 0)}, b""


def _environment(arguments, files):
    return {"names": sorted(os.environ)}, b""


def _read(arguments, files):
    return {}, os.pread(files[arguments["which"]], 1000, 0)


def _attempts(arguments, files):
    """Try every way out; for each, the error that stopped it, or "possible"."""
    found = {}

    def attempt(name, action):
        try:
            action()
            found[name] = "possible"
        except OSError as error:
            found[name] = errno.errorcode.get(error.errno, "?")
        except RuntimeError:
            found[name] = "refused"

    def connect_tcp():
        with socket.socket() as channel:
            channel.connect(("127.0.0.1", arguments["port"]))

    def connect_path():
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(arguments["socket"])

    attempt("tcp", connect_tcp)
    attempt("path socket", connect_path)
    attempt("read a file", lambda: os.close(os.open("/etc/passwd", os.O_RDONLY)))
    attempt("list the root", lambda: os.listdir("/"))
    attempt("write a file", lambda: os.close(os.open(CREATED, os.O_WRONLY | os.O_CREAT)))
    attempt("make a folder", lambda: os.mkdir("/tmp/vision-child-folder"))
    attempt("write into the input", lambda: os.pwrite(files[0], b"x", 0))
    attempt("run a program", lambda: os.execv("/bin/true", ["true"]))
    attempt("fork", os.fork)
    attempt("signal the parent", lambda: os.kill(os.getppid(), 0))
    attempt("become root", lambda: os.setuid(0))
    attempt("see other descriptors", lambda: os.fstat(max(files) + 40))
    thread = threading.Thread(target=lambda: None)
    attempt("a thread of a codec", thread.start)
    return found, b""


TASKS = tasks.TASKS | {
    "segfault": _segfault,
    "abort": _abort,
    "exit": _exit,
    "spin": _spin,
    "sleep": _sleep,
    "eat": _eat,
    "flood": _flood,
    "garbage": _garbage,
    "kill_parent": _kill_parent,
    "nap": _nap,
    "pid": _pid,
    "environment": _environment,
    "read": _read,
    "attempts": _attempts,
}
