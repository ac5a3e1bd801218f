"""A file received, and what the child process of matricule.vision saw of it: what an operation takes and keeps."""

from dataclasses import dataclass
from uuid import UUID

from matricule.core import vault
from matricule.core.ids import uuid7


@dataclass(frozen=True)
class Stored:
    """The sealed bytes of a file that no row names yet, and the id that its row will have: they are bound to it."""

    file_id: UUID
    blob: vault.Blob


@dataclass(frozen=True)
class Checked:
    """A file received, with what the child process saw of it; ``data`` is None when it is refused.

    ``stored``: its bytes are durable already (None: they are not, or nothing is kept).
    """

    name: str
    size: int
    sha256: str
    data: bytes | None
    kind: str
    verdict: str
    ok: bool
    pages: int
    detail: dict[str, int | str]
    needs_clean: bool
    waiting: bool = False
    stored: Stored | None = None

    def store(self) -> tuple[UUID, vault.Blob | None]:
        """Return the id that the row of this file takes, and its sealed bytes, stored now unless they are already.

        None for a refused file. Raises vault.Full or vault.Unavailable.
        """
        if self.stored is not None:
            return self.stored.file_id, self.stored.blob
        file_id = uuid7()
        return file_id, vault.prepare(self.data, context=str(file_id)) if self.data is not None else None
