"""Changes of a person's account, each journaled in its own transaction."""

from uuid import UUID

from django.db import transaction

from matricule.accounts.models import User
from matricule.core import journal


def set_language(user_id: UUID, language: str) -> None:
    """Change the language of a person's messages (house.md, decision 8); raise ValueError for another one."""
    if language not in {"fr", "en"}:
        raise ValueError("language")
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(language=language)
        journal.record(
            actor=f"user:{user_id}",
            action="account.language",
            subject=("user", user_id),
            detail={"language": language},
        )
