"""The walls one by one: each that the system does not grant is reported, and none is taken for another."""

import os
import resource
import struct

import pytest

from matricule.vision import fence
from matricule.vision.limits import MB, Fence


class Library:
    """A C library that grants what it is told to grant."""

    def __init__(self, **answers: int) -> None:
        self.answers, self.asked = answers, []

    def unshare(self, flags):
        self.asked.append(("unshare", flags))
        return self.answers.get("both" if flags & fence._NEWUSER else "network", 0)

    def prctl(self, what, *_):
        self.asked.append(("prctl", what))
        return self.answers.get("privileges", 0) if what == 38 else 0

    def capset(self, header, data):
        self.asked.append(("capset", header, data))
        return self.answers.get("capset", 0)


@pytest.fixture
def around(monkeypatch):
    """Raise walls around nothing: what would change this process is only written down."""
    done = []
    monkeypatch.setattr(fence.os, "closerange", lambda low, high: done.append(("close", low, high)))
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(fence.os, name, lambda *ids, name=name: done.append((name, *ids)))
    monkeypatch.setattr(fence.resource, "setrlimit", lambda what, value: done.append((what, *value)))
    monkeypatch.setattr(fence, "_enter", lambda root: True)
    monkeypatch.setattr(fence.seccomp, "refuse_calls", lambda library: True)
    return done


def test_everything_granted_is_everything_held(around):
    held = fence.confine(Library(), Fence(), 0, {7})
    assert set(held) == {"network", "files", "privileges", "calls", "memory", "namespace", "root"}
    assert all(held.values())


def test_without_namespaces_the_call_filter_still_keeps_network_and_files(around, monkeypatch):
    monkeypatch.setattr(fence, "_enter", lambda root: False)
    held = fence.confine(Library(both=-1, network=-1), Fence(), 0, {7})
    assert (held["namespace"], held["root"]) == (False, False)
    assert (held["network"], held["files"], held["calls"]) == (True, True, True)


def test_without_filter_and_namespaces_nothing_is_claimed(around, monkeypatch):
    monkeypatch.setattr(fence, "_enter", lambda root: False)
    monkeypatch.setattr(fence.seccomp, "refuse_calls", lambda library: False)
    held = fence.confine(Library(both=-1, network=-1), Fence(), 0, {7})
    assert not any(held[name] for name in ("network", "files", "calls", "namespace", "root"))


@pytest.mark.parametrize("refused", [{"privileges": -1}, {"capset": -1}])
def test_one_right_that_stays_is_a_wall_that_does_not_hold(refused, around):
    library = Library(**refused)
    assert fence.confine(library, Fence(), 0, {7})["privileges"] is False
    assert any(call[0] == "capset" for call in library.asked), "the second is tried although the first failed"


def test_rights_end_before_the_filter(around, monkeypatch):
    """A filter needs no_new_privs first: in another order the kernel refuses it."""
    library, order = Library(), []
    monkeypatch.setattr(fence.seccomp, "refuse_calls", lambda lib: order.extend(lib.asked) or True)
    fence.confine(library, Fence(), 0, {7})
    assert ("prctl", 38) in order


@pytest.mark.parametrize(
    ("user", "namespaced", "changed"), [(0, -1, True), (0, 0, False), (1000, -1, False), (1000, 0, False)]
)
def test_root_becomes_nobody_unless_its_namespace_did_it(user, namespaced, changed, around, monkeypatch):
    monkeypatch.setattr(fence.os, "geteuid", lambda: user)
    fence.confine(Library(both=namespaced), Fence(), 0, {7})
    assert (("setresuid", 65534, 65534, 65534) in around) is changed
    if changed:
        names = [step[0] for step in around if str(step[0]).startswith("set")]
        assert names == ["setgroups", "setresgid", "setresuid"], "groups first: a user who is nobody cannot leave them"


def test_limits_are_those_of_the_fence_and_cannot_be_raised_again(around):
    fence.confine(Library(), Fence(memory=3 * MB, cpu=4), 0, {7, 9})
    limits = {step[0]: step[1:] for step in around if isinstance(step[0], int)}
    assert limits[resource.RLIMIT_DATA] == (3 * MB, 3 * MB)
    assert limits[resource.RLIMIT_CPU] == (4, 4)
    assert limits[resource.RLIMIT_FSIZE] == limits[resource.RLIMIT_CORE] == (0, 0)
    assert limits[resource.RLIMIT_NOFILE] == (66, 66)


@pytest.mark.parametrize(
    ("keep", "closed"),
    [
        ([], {*range(3, 4096)}),
        ([3], {*range(4, 4096)}),
        ([9, 5], {*range(3, 4096)} - {5, 9}),
        ([4095, 4096], {*range(3, 4095)}),
    ],
)
def test_every_other_descriptor_is_closed(keep, closed, around):
    fence._close_others(keep)
    gone = {number for _, low, high in around for number in range(low, high)}
    assert gone == closed


def test_a_network_of_its_own_is_tried_again_without_a_user():
    library = Library(both=-1)
    assert fence.leave_network(library) == (False, True)
    assert [flags for _, flags in library.asked] == [fence._NEWUSER | fence._NEWNET, fence._NEWNET]


def test_a_folder_that_cannot_be_entered_is_no_wall():
    reader, writer = os.pipe()
    try:
        assert fence._enter(reader) is False
    finally:
        os.close(reader)
        os.close(writer)


def test_every_capability_is_given_up_in_all_three_sets():
    library = Library()
    assert fence._drop_capabilities(library) is True
    ((_, header, data),) = library.asked
    assert struct.unpack("=II", header) == (0x20080522, 0), "version 3 of linux/capability.h, for this process"
    assert data == bytes(24)


def test_another_system_grants_nothing_and_is_asked_nothing(around, monkeypatch):
    monkeypatch.setattr(fence, "_LINUX", False)
    monkeypatch.setattr(fence.seccomp, "refuse_calls", lambda library: False)
    monkeypatch.setattr(fence, "_enter", lambda root: False)
    library = Library()
    assert not any(fence.confine(library, Fence(), 0, {7}).values())
    fence.die_with_parent(library, 9)
    assert library.asked == []


def test_the_child_asks_to_end_with_its_parent():
    library = Library()
    fence.die_with_parent(library, 9)
    assert library.asked == [("prctl", 1)]
