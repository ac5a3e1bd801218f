"""The person's language."""

from uuid import uuid4

import pytest

from matricule.accounts.operations import set_language
from matricule.core.journal import entries_about
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def test_the_language_is_kept_and_journaled():
    user = make.a_user(language="fr")
    set_language(user.pk, "en")
    user.refresh_from_db()
    assert user.language == "en"
    (entry,) = entries_about(("user", user.pk))
    assert (entry.action, entry.actor, dict(entry.detail)) == (
        "account.language", f"user:{user.pk}", {"language": "en"},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["", "de", "FR", "fr-FR"])
def test_another_language_is_refused_and_nothing_written(language):
    user = make.a_user(language="fr")
    with pytest.raises(ValueError, match="language"):
        set_language(user.pk, language)
    user.refresh_from_db()
    assert user.language == "fr" and entries_about(("user", user.pk)) == []


def test_nobody_elses_language_changes():
    other = make.a_user(language="fr")
    set_language(make.a_user().pk, "en")
    set_language(uuid4(), "en")
    other.refresh_from_db()
    assert other.language == "fr"
