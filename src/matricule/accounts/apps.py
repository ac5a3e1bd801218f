"""The Django app of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.accounts"
    label = "accounts"
