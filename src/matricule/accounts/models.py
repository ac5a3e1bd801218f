"""People who sign in, the codes that prove their mailbox, and their sessions (house.md, accounts)."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes people without a password: nobody has one here."""

    def for_address(self, email: str, language: str) -> "User":
        """Return the person of ``email`` (any case), made on the first call; ``language`` is kept for a new one."""
        user, _ = self.get_or_create(email=email.lower(), defaults={"language": language})
        return user


class User(AbstractBaseUser):
    """A person who signs in with a proved mailbox.

    ``language`` is the person's own: notices use it, not the language of the request that triggers them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True, max_length=254)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    password = models.CharField(max_length=128, default="!", editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_lower")]

    def __str__(self) -> str:
        return f"user:{self.pk}"


class LoginCode(models.Model):
    """One e-mailed code: only its digest is kept, and every attempt is one conditional UPDATE (stack.md, spike)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=20, default="sign-in")
    address = EncryptedTextField()
    address_index = models.BinaryField(db_index=True)
    network_index = models.BinaryField(db_index=True)
    browser_digest = models.BinaryField()
    digest = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(attempts__lte=5), name="login_code_five_attempts")]


class Session(AbstractBaseSession):
    """A browser's session: the key is stored hashed and the data encrypted; ``user_id`` lets all of them be ended."""

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store that reads and writes this table."""
        from matricule.accounts.sessions import SessionStore

        return SessionStore


# these are models of this app too, each beside what it is for: Django looks for them here
from matricule.accounts import address_changes as address_changes  # noqa: E402
from matricule.accounts import organisations as organisations  # noqa: E402
from matricule.accounts import passkeys as passkeys  # noqa: E402
from matricule.accounts import proofs as proofs  # noqa: E402
from matricule.accounts import staff as staff  # noqa: E402
from matricule.accounts import totp as totp  # noqa: E402
