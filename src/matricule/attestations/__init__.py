"""Attestations: facts in, a sealed and accessible PDF out, made once and kept in the vault (house.md, section 1).

letter_id = attestations.issue("deposit_receipt", dossier_id, facts, dated=moment)
pdf = attestations.read(letter_id)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matricule.attestations.letters import issue, read

__all__ = ["issue", "read"]


def __getattr__(name: str) -> Any:
    """Load the letters at first use: this package is imported before Django knows any model."""
    if name in __all__:
        return getattr(import_module("matricule.attestations.letters"), name)
    raise AttributeError(name)
