"""The settings of e-mail, read and checked: the server that takes our mails, and their sender. No Django here."""

from dataclasses import dataclass
from email.headerregistry import Address
from urllib.parse import parse_qs, unquote, urlsplit

from matricule.core.mailbox import one_mailbox

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PORTS = {"starttls": 587, "ssl": 465, "none": 25}


class TransportSettingError(ValueError):
    """The setting ``email_url`` cannot be used; the message says why, without the password."""


@dataclass(frozen=True)
class Server:
    """The SMTP server of the setting ``email_url``."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""
    ca_file: str = ""


def server(url: str) -> Server:
    """Return the server that ``smtp://user:password@host:587?tls=starttls|ssl|none`` names.

    ``smtps://`` is ``tls=ssl``; ``ca=FILE`` names a private authority. Raises TransportSettingError: plain text is for
    a server on this machine only.
    """
    unlike = "MATRICULE_EMAIL_URL must look like smtp://user:password@host:587?tls=starttls"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a bracket that is not closed, a port that is no number
        raise TransportSettingError(unlike) from None
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    tls = "ssl" if parts.scheme == "smtps" else query.get("tls", "starttls")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or tls not in PORTS:
        raise TransportSettingError(unlike)
    if tls == "none" and parts.hostname not in LOOPBACK:
        raise TransportSettingError("MATRICULE_EMAIL_URL: tls=none is for a server on this machine only")
    return Server(
        host=parts.hostname,
        port=port or PORTS[tls],
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca_file=query.get("ca", ""),
    )


def sender(text: str) -> Address:
    """Return the name and mailbox of ``Name <mailbox>`` or ``mailbox``; raise BadAddressError for anything else."""
    name, _, mailbox = text.strip().rpartition("<")
    return Address(display_name=name.strip(' "'), addr_spec=one_mailbox(mailbox.rstrip("> ")))
