"""Proof that a document cannot be had: files kept beside the document that they stand for (R114-7 V CSS).

They are sent and checked like every other file. A slot of their own holds them, so that nothing takes a letter of
refusal for the document itself.
"""

PREFIX = "proof-"


def slot_for(slot: str, part: str) -> str:
    """Return the slot that holds the proof about one half of a document."""
    return f"{PREFIX}{slot}-{part}"


def half_of(slot: str) -> tuple[str, str] | None:
    """Return the half, slot and part, that a slot of proof is about; None for a document itself."""
    if not slot.startswith(PREFIX):
        return None
    about, _, part = slot.removeprefix(PREFIX).rpartition("-")
    return about, part
