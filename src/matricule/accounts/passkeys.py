"""Passkeys with user verification: how the caisse's staff sign in and prove who they are again (house.md 4.11; R38).

The ceremonies are checked by the library webauthn (W3C Web Authentication, level 2); the challenge lives in the
session, is used once, and dies after five minutes. A passkey belongs to one person and names this service's host only.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest

from matricule.accounts import sessions
from matricule.accounts.models import User
from matricule.core import clock, config, journal
from matricule.core.ids import uuid7

CHALLENGE = "passkey_challenge"
LIFETIME = timedelta(minutes=5)


class Passkey(models.Model):
    """One passkey of one person: its public half, and the counter that shows a copy."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"passkey:{self.pk}"


class BadPasskey(Exception):
    """The browser's answer proves nothing here: another challenge, host or person, or no user verification."""


def host() -> str:
    """Return the host that passkeys are bound to."""
    return urlsplit(config.current().address).hostname or "localhost"


def creation_options(request: HttpRequest, user: User, name: str) -> str:
    """Return what the browser needs to make a passkey for ``user``, as JSON; user verification is required."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name="Matricule",
        user_id=user.pk.bytes,
        user_name=name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=bytes(row.credential_id)) for row in user.passkeys.all()
        ],
    )
    _keep(request, options.challenge)
    return webauthn.options_to_json(options)


def request_options(request: HttpRequest) -> str:
    """Return what the browser needs to sign in with any passkey of this service, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=host(), user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    _keep(request, options.challenge)
    return webauthn.options_to_json(options)


def register(request: HttpRequest, user: User, answer: str) -> Passkey:
    """Keep the passkey that the browser made for ``user``; raises BadPasskey."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _spend(request)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=config.current().address,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey from error
    with transaction.atomic():
        if Passkey.objects.filter(credential_id=made.credential_id).exists():
            raise BadPasskey
        row = Passkey.objects.create(
            user=user,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            made_at=clock.wall(),
        )
        journal.record(actor=f"user:{user.pk}", action="passkey.made", subject=("user", user.pk))
    return row


def verify(request: HttpRequest, answer: str) -> User:
    """Return the active person whose passkey answered; raises BadPasskey. A counter that goes back shows a copy."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _spend(request)
    with transaction.atomic():
        row = Passkey.objects.select_for_update().filter(credential_id=_credential_id(answer)).first()
        if row is None:
            raise BadPasskey
        try:
            proved = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=host(),
                expected_origin=config.current().address,
                credential_public_key=bytes(row.public_key),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise BadPasskey from error
        row.sign_count, row.used_at = proved.new_sign_count, clock.wall()
        row.save(update_fields=["sign_count", "used_at"])
    user = User.objects.filter(pk=row.user_id, is_active=True).first()
    if user is None:
        raise BadPasskey
    return user


def has_one(user_id: UUID) -> bool:
    """Tell whether a person has a passkey already: then no e-mailed code opens the desk."""
    return Passkey.objects.filter(user_id=user_id).exists()


def forget_all(*, by: str, user_id: UUID) -> None:
    """Take all passkeys of a person away, so that they can make a new one, and end their sessions; journaled."""
    with transaction.atomic():
        Passkey.objects.filter(user_id=user_id).delete()
        sessions.end_all(user_id)
        journal.record(actor=by, action="passkey.taken_away", subject=("user", user_id))


def _keep(request: HttpRequest, challenge: bytes) -> None:
    request.session[CHALLENGE] = [challenge.hex(), clock.wall().timestamp()]


def _spend(request: HttpRequest) -> bytes:
    kept: Any = request.session.pop(CHALLENGE, None)
    if not kept or clock.wall().timestamp() - kept[1] > LIFETIME.total_seconds():
        raise BadPasskey
    return bytes.fromhex(kept[0])


def _credential_id(answer: str) -> bytes:
    from webauthn import base64url_to_bytes

    try:
        return base64url_to_bytes(str(json.loads(answer)["id"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadPasskey from error
