"""The code of an authenticator app (RFC 6238), beside the e-mailed code: only where a setting allows it for staff."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from matricule.core import clock, journal
from matricule.core.fields import EncryptedTextField

STEP = 30
"""Seconds of one code (RFC 6238)."""

DRIFT = 1
"""Steps before and after that are taken too: clocks of phones differ."""

TRIES = 5
TRIES_WITHIN = timedelta(minutes=10)


class Authenticator(models.Model):
    """One person's authenticator app: its secret, the last step used, so that a code opens one door once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator")
    secret = EncryptedTextField()
    last_step = models.BigIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_since = models.DateTimeField(null=True)
    pending = EncryptedTextField(default="")
    """The secret of another app, until it shows its code once; the one before goes on meanwhile."""

    def __str__(self) -> str:
        return f"authenticator:{self.pk}"


def begin(user_id: UUID) -> str:
    """Return the secret of a person's app, made on the first call and until the app was proved once."""
    import pyotp

    with transaction.atomic():
        row, _ = Authenticator.objects.select_for_update().get_or_create(
            user_id=user_id, defaults={"secret": pyotp.random_base32()}
        )
    return str(row.secret)


def is_proved(user_id: UUID) -> bool:
    """Tell whether a person's app was proved once."""
    return Authenticator.objects.filter(user_id=user_id).exclude(proved_at=None).exists()


def verify(user_id: UUID, text: str) -> bool:
    """Tell whether this is a code of the person's app that was not used yet; five tries in ten minutes."""
    return _compare(user_id, text, "sign_in.app_code", another=False)


def begin_another(user_id: UUID) -> str:
    """Return the secret of an app that is to take the place of the person's, the first one where there is none yet."""
    import pyotp

    secret = begin(user_id)
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(user_id=user_id)
        if row.proved_at is None:
            return secret
        if not row.pending:
            row.pending = pyotp.random_base32()
            row.save(update_fields=["pending"])
    return str(row.pending)


def prove_another(user_id: UUID, text: str) -> bool:
    """Let the app of ``begin_another`` count from its first right code on; tell whether this was one.

    Where no app waits to be proved no code is one, that of the app in use neither.
    """
    return _compare(user_id, text, "app.proved", another=True)


def _compare(user_id: UUID, text: str, action: str, *, another: bool) -> bool:
    import pyotp

    code = "".join(char for char in text if char.isdigit())
    now = clock.wall()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user_id=user_id).first()
        if row is None or (another and row.proved_at is not None and not row.pending):
            return False
        if row.tries_since is None or now - row.tries_since > TRIES_WITHIN:
            row.tries, row.tries_since = 0, now
        row.tries += 1
        good = False
        replaces = another and bool(row.pending)
        if row.tries <= TRIES:
            app, this = pyotp.TOTP(row.pending if replaces else row.secret), int(now.timestamp()) // STEP
            used = 0 if replaces else row.last_step
            steps = [step for step in range(this - DRIFT, this + DRIFT + 1) if step > used]
            found = next((step for step in steps if pyotp.utils.strings_equal(app.at(step * STEP), code)), None)
            if found is not None:
                row.last_step, row.proved_at, good = found, row.proved_at or now, True
                if replaces:
                    row.secret, row.pending, row.proved_at = row.pending, "", now
        row.save()
        outcome = "done" if good else "refused"
        journal.record(actor=f"user:{user_id}", action=action, subject=("user", user_id), outcome=outcome)
    return good


def address_of(secret: str, name: str) -> str:
    """Return the address that an app reads from a QR code (key URI format)."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Matricule"))


def forget(user_id: UUID) -> None:
    """Take a person's app away, so that they can set up another one; the caller journals why."""
    Authenticator.objects.filter(user_id=user_id).delete()
