"""Where a file lies while it is being received: in a file without a name, never in clear under a path."""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from matricule.vision.limits import MB, Limits

FILE_LIMIT = Limits().file_bytes
"""Longest file of a document (issue 2, section 2, step 4). More is counted, not kept."""
REQUEST_LIMIT = 160 * MB
"""Longest request: a document of 100 MB, with room for a file too many to be refused by name."""


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """An uploaded file; ``too_long`` tells that its bytes were not kept, ``size`` is what was sent all the same."""

    too_long: bool = False


class AnonymousFileHandler(FileUploadHandler):
    """Receives each file into an unlinked temporary file, of which nothing remains when the process ends.

    A file over FILE_LIMIT is counted and dropped, so that the view can say which one and how long it was; a request
    over REQUEST_LIMIT is cut.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.received = 0
        self.target = tempfile.TemporaryFile()  # noqa: SIM115  closed with the request

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep ``raw_data`` while the file is within its limit."""
        self.received += len(raw_data)
        self.total = getattr(self, "total", 0) + len(raw_data)
        if self.total > REQUEST_LIMIT:
            raise StopUpload(connection_reset=True)
        if self.received <= FILE_LIMIT:
            self.target.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile:
        """Return the received file, empty when it was too long."""
        too_long = file_size > FILE_LIMIT
        if too_long:
            self.target.truncate(0)
        self.target.seek(0)
        found = ReceivedFile(self.target, self.file_name, self.content_type, file_size, self.charset)
        found.too_long = too_long
        return found

    def upload_interrupted(self) -> None:
        """Drop what came before the connection broke."""
        target = getattr(self, "target", None)
        if target is not None:
            target.close()
