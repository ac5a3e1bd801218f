"""The tables of the core room, from the packages that own them."""

from matricule.core.demo_mark import DemoMark
from matricule.core.jobs.models import Beat
from matricule.core.outbox.models import Mail
from matricule.core.vault.models import Blob, VaultSweep

__all__ = ["Beat", "Blob", "DemoMark", "Mail", "VaultSweep"]
