"""The journal: who did, read or was refused what; append-only, sealed after commit, verified with the key."""

from .entry import Entry, Refused
from .sealing import Broken, accept_head, drop_expired, fault, make_months, seal_pending
from .verifying import Problem, Report, verify
from .writing import Draft, entries_about, people_of, record, record_many

__all__ = [
    "Broken",
    "Draft",
    "Entry",
    "Problem",
    "Refused",
    "Report",
    "accept_head",
    "drop_expired",
    "entries_about",
    "fault",
    "make_months",
    "people_of",
    "record",
    "record_many",
    "seal_pending",
    "verify",
]
