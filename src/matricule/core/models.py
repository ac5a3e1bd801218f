"""The tables of the core room, from the packages that own them."""

from matricule.core.jobs.models import Beat
from matricule.core.outbox.models import Mail

__all__ = ["Beat", "Mail"]
