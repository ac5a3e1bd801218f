"""What an operator writes about e-mail: read whole, or refused without its password."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matricule.core import mail_settings
from matricule.core.mailbox import BadAddressError

SRC = Path(__file__).resolve().parents[2] / "src"


def test_the_address_of_the_server_is_read_whole():
    read = mail_settings.server("smtp://us%40er:p%3Aw@mail.example.fr?tls=starttls&ca=/etc/ca.pem")
    assert read == mail_settings.Server("mail.example.fr", 587, "starttls", "us@er", "p:w", "/etc/ca.pem")
    assert mail_settings.server("smtps://mail.example.fr").port == 465
    assert mail_settings.server("smtps://mail.example.fr").tls == "ssl"
    assert mail_settings.server("smtp://localhost:2525?tls=none").port == 2525


@pytest.mark.parametrize(
    "url", ["mail.example.fr", "http://mail.example.fr", "smtp://", "smtp://h?tls=maybe", "smtp://u:secret@h?tls=none"]
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(mail_settings.TransportSettingError) as refused:
        mail_settings.server(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["smtp://host:port", "smtp://host:99999", "smtp://[::1", "smtp://u:secret@[oops]:25"])
def test_an_address_that_cannot_even_be_split_is_refused_with_the_same_sentence(url):
    with pytest.raises(mail_settings.TransportSettingError, match="must look like smtp://") as refused:
        mail_settings.server(url)
    assert "secret" not in str(refused.value)


def test_plain_text_is_for_this_machine_only():
    assert mail_settings.server("smtp://127.0.0.1?tls=none").port == 25
    with pytest.raises(mail_settings.TransportSettingError, match="this machine only"):
        mail_settings.server("smtp://mail.caisse.fr?tls=none")


@pytest.mark.parametrize("text", ["", "someone", "Matricule <nobody>", "a@b.fr, c@d.fr", "x\n<a@b..fr>", "a@b.fr>x"])
def test_a_sender_is_one_mailbox(text):
    with pytest.raises(BadAddressError):
        mail_settings.sender(text)


def test_a_sender_may_have_a_name():
    found = mail_settings.sender('"CPAM, Doubs" <desk@Caisse.FR>')
    assert (found.display_name, found.addr_spec) == ("CPAM, Doubs", "desk@caisse.fr")


def test_the_settings_are_read_without_django():
    code = "import sys, matricule.core.mail_settings, matricule.core.startup; print('django' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
