"""Attestations: facts in, a sealed and accessible PDF out, made once and kept in the vault (house.md, section 1).

letter_id = attestations.issue("deposit_receipt", dossier_id, facts, dated=moment)
pdf = attestations.read(letter_id)
verdict = attestations.look_up("7KQ4-92HX-M3TD-5VAC")  # a certificate's code, as anybody types it
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matricule.attestations.letters import find, issue, read, withdraw
    from matricule.attestations.press import apart
    from matricule.attestations.verification import Verdict, look_up

__all__ = ["Verdict", "apart", "find", "issue", "look_up", "read", "withdraw"]


def __getattr__(name: str) -> Any:
    """Load the letters at first use: this package is imported before Django knows any model."""
    if name in __all__:
        room = {"Verdict": "verification", "look_up": "verification", "apart": "press"}.get(name, "letters")
        return getattr(import_module(f"matricule.attestations.{room}"), name)
    raise AttributeError(name)
