"""The Django app of the attestations room."""

from django.apps import AppConfig


class AttestationsConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.attestations"
    label = "attestations"
