"""The acts on how people sign in, on posts at an office, and the loading of the repertoire, in the shape of ``acts``.

What a browser or an app answers is made up: the ceremonies are walked in tests/browser. The first ``FLOOR`` of them
are killed by ``make test`` too.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import uuid4

import pyotp
import webauthn
from django.http import HttpRequest

from matricule import notices, repertoire
from matricule.accounts import codes, devices, means, operations, passkeys, staff, totp
from matricule.accounts.models import LoginCode, Session, User
from matricule.accounts.sessions import SessionStore
from matricule.core import crypto
from matricule.core.outbox import Mail
from matricule.repertoire import loading, rows
from matricule.repertoire.models import Holder
from matricule.rules.numbers import building
from tests.accounts.mails import last_code
from tests.repertoire.test_loading import a_file, a_row
from tests.support import caisse
from tests.support import factories as make
from tests.support.kills import Act

FLOOR = 4
_orders = count(1)


class Person:
    """Somebody who signs in, with what was done for them before; ``code`` is what their mail or their app shows."""

    def __init__(self, *before: Callable[["Person"], object], known: bool = True) -> None:
        self.address = f"{uuid4().hex[:12]}@example.org"
        self.user = make.a_user(self.address) if known else None
        self.code, self.credential = "", uuid4().bytes
        self.target: Any = None
        for act in before:
            act(self)

    @property
    def id(self) -> Any:
        """Return the person's id."""
        return User.objects.get(email=self.address).pk


def shown(on: Person) -> tuple[Any, ...]:
    """Return what the person finds: account, means, sessions, messages, codes that were used, post."""
    user = User.objects.filter(email=on.address).first()
    asked = LoginCode.objects.filter(address_index=crypto.blind_index("login-address", on.address))
    mails = sorted(mail.kind for mail in Mail.objects.all() if mail.to_address == on.address)
    used = sorted(used is not None for used in asked.values_list("used_at", flat=True))
    if user is None:
        return mails, used
    found, post = means.of(user.pk), staff.post_of(user.pk)
    apps = totp.Authenticator.objects.filter(user=user)
    return (
        *(mails, used, user.language, notices.unread_count(user.pk)),
        *([key.used_at is not None for key in found.keys], found.app_since is not None),
        *([app.pending == "" for app in apps], Session.objects.filter(user_id=user.pk).count()),
        post.role if post is not None else "",
    )


def asked(on: Person) -> None:
    """Ask for a code, from a network of their own."""
    on.target = codes.request_code(on.address, language="en", network=on.address)


def mailed(on: Person) -> None:
    """Ask for a code, and read it."""
    asked(on)
    on.code = last_code(on.address)


def mailed_for_a_change(on: Person) -> None:
    """Ask for the code that proves another address, and read it."""
    on.target = codes.request_code(on.address, language="en", network=on.address, purpose="address")
    on.code = last_code(on.address)


def equipped(on: Person) -> None:
    """Give them a passkey."""
    on.target = make.a_passkey(on.user, credential_id=uuid4().bytes).pk


def with_session(on: Person) -> None:
    """Let them be signed in somewhere."""
    store = SessionStore()
    store["_auth_user_id"] = str(on.id)
    store.save()


def app_begun(on: Person) -> None:
    """Let an app have its secret, and show its code."""
    on.code = pyotp.TOTP(totp.begin(on.id)).now()


def app_proved(on: Person) -> None:
    """Let the app have shown its code once."""
    app_begun(on)
    assert totp.verify(on.id, on.code)


def another_begun(on: Person) -> None:
    """Let another app have its secret, and show its code."""
    on.code = pyotp.TOTP(totp.begin_another(on.id)).now()


def at_an_office(on: Person) -> None:
    """Give them a post."""
    staff.appoint(by="system:tests", user=on.user, name="Camille Roy", office=caisse.DOUBS, role="caseworker")


@contextmanager
def answering(on: Person) -> Iterator[HttpRequest]:
    """Give the request of a browser whose passkey answers."""
    request = HttpRequest()
    request.session = SessionStore()
    passkeys._keep(request, b"challenge")
    made = SimpleNamespace(credential_id=on.credential, credential_public_key=b"key", sign_count=0)
    proved = SimpleNamespace(new_sign_count=1)
    with (
        mock.patch.object(webauthn, "verify_registration_response", lambda **_: made),
        mock.patch.object(webauthn, "verify_authentication_response", lambda **_: proved),
    ):
        yield request


def register(on: Person) -> None:
    """Keep the first passkey."""
    with answering(on) as request:
        passkeys.register(request, User.objects.get(pk=on.id), "{}")


def add_passkey(on: Person) -> None:
    """Keep one more passkey."""
    with answering(on) as request:
        means.add_passkey(request, on.id, "{}")


def answer(on: Person) -> None:
    """Sign in with the passkey."""
    key = passkeys.Passkey.objects.get(pk=on.target)
    identifier = webauthn.helpers.bytes_to_base64url(bytes(key.credential_id))
    with answering(on) as request:
        passkeys.verify(request, f'{{"id": "{identifier}"}}')


def people_of_a_file() -> SimpleNamespace:
    """Return a file of three people who have a number, none of them loaded."""
    numbers = [building.number("2040399243", next(_orders)) for _ in range(3)]
    folder = Path(os.environ["MATRICULE_TEST_FOLDER"]) / uuid4().hex
    folder.mkdir()
    found = [a_row(number=number, passport="") for number in numbers]
    return SimpleNamespace(path=a_file(folder, *found), indexes=[rows.number_index(number) for number in numbers])


def load(on: SimpleNamespace) -> None:
    """Load it, two rows a transaction."""
    with mock.patch.object(loading, "BATCH", 2):
        repertoire.load(on.path, actor="system:tests")


def row(name: str, of: str, do: Callable[[Person], object], *before: Callable[[Person], object], **more: Any) -> Act:
    """Return the row of one act; ``before`` is what was done until then."""
    return Act(name, of, lambda: Person(*before), do, **{"look": shown, **more})


NEW = {"second": (passkeys.BadPasskey,)}
GONE = {"second": (means.NoSuchMeans,)}
ACTS = [
    row("ask for a code", "codes.request_code", asked, repeats="each time it is asked, one more code leaves"),
    Act("sign in with a code, the first time", "codes.verify", lambda: Person(mailed, known=False),
        lambda on: codes.verify(on.target, on.code, language="en"), shown),
    row("take a passkey away", "means.remove_passkey",
        lambda on: means.remove_passkey(on.id, on.target, keep_session=None), with_session, equipped, equipped,
        **GONE),
    row("end a post", "staff.dismiss",
        lambda on: staff.dismiss(by="system:tests", user_id=on.id, office=caisse.DOUBS), at_an_office, with_session),
    row("prove an address", "codes.prove",
        lambda on: codes.prove(on.target, on.code, actor=f"user:{on.id}", purpose="address"), mailed_for_a_change),
    row("make the first passkey", "passkeys.register", register, **NEW),
    row("sign in with a passkey", "passkeys.verify", answer, equipped),
    row("forget a person's passkeys", "passkeys.forget_all",
        lambda on: passkeys.forget_all(by="system:tests", user_id=on.id), equipped, with_session),
    row("begin an app", "totp.begin", lambda on: totp.begin(on.id)),
    row("sign in with an app", "totp.verify", lambda on: totp.verify(on.id, on.code), app_begun),
    row("begin another app", "totp.begin_another", lambda on: totp.begin_another(on.id), app_proved),
    row("let another app count", "means.prove_app", lambda on: means.prove_app(on.id, on.code), app_proved,
        another_begun, look=lambda on: (shown(on), totp.Authenticator.objects.get(user_id=on.id).pending == "")),
    row("add a passkey", "means.add_passkey", add_passkey, equipped, **NEW),
    row("take an app away", "means.remove_app", lambda on: means.remove_app(on.id, keep_session=None), equipped,
        app_proved, with_session, **GONE),
    row("appoint somebody", "staff.appoint", at_an_office,
        repeats="each appointment is a post in the place of the one before"),
    row("tell of a new browser", "devices.tell", lambda on: devices.tell(User.objects.get(pk=on.id), "/space/"),
        repeats="each sign-in from a new browser is told"),
    row("choose a language", "operations.set_language", lambda on: operations.set_language(on.id, "en")),
    Act("load people who have a number", "loading.load", people_of_a_file, load,
        lambda on: Holder.objects.filter(number_index__in=on.indexes).count()),
]  # fmt: skip
