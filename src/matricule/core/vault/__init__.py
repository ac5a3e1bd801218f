"""The vault: what people send, sealed by the application, one key per file, its digest checked on every read."""

from .errors import Corrupt, Full, Missing, Unavailable, VaultError
from .flow import Flow
from .models import Blob
from .reconciler import Reconciliation, reconcile
from .store import Stat, drop, erase, keep, open_stream, prepare, put, read, remove_erased, rewrap, stat

__all__ = [
    "Blob",
    "Corrupt",
    "Flow",
    "Full",
    "Missing",
    "Reconciliation",
    "Stat",
    "Unavailable",
    "VaultError",
    "drop",
    "erase",
    "keep",
    "open_stream",
    "prepare",
    "put",
    "read",
    "reconcile",
    "remove_erased",
    "rewrap",
    "stat",
]
