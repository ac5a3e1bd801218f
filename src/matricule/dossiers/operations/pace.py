"""How many files a dossier takes in an hour (reliability.md R08).

A refused file holds nothing, and does not count among the files of a dossier; but it leaves a row and costs a look by
the parser. Counted under the dossier's lock, from what the operation has read anyway: many uploads at once cannot
pass.
"""

from collections.abc import Iterable
from datetime import timedelta

from matricule.dossiers.operations.door import Operation
from matricule.dossiers.rows import Papers

HOUR = timedelta(hours=1)
HOURLY = 200
"""Files, of whatever verdict: twice what a dossier can hold. Nobody who sends papers comes near."""


class TooOften(Exception):
    """The dossier took all the files that it takes in an hour; nothing of this one was kept."""


def hold(op: Operation, everybody: Iterable[Papers]) -> None:
    """Raise TooOften when another file would pass the number of an hour, over all people of the dossier."""
    files = (file for papers in everybody for several in papers.files.values() for file in several)
    if sum(file.added_at > op.now - HOUR for file in files) >= HOURLY:
        raise TooOften
