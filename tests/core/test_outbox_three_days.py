"""Three simulated days of a mail server that is down, slow, refusing or dying, and relays that are killed (F11, F12).

Nothing is simulated but the moment (``clock.wall``): relays are processes of their own, several at once, that speak
SMTP with a server; some of them are killed between the server's yes and our commit. What the server answered "yes"
to, it is responsible for (RFC 5321, 6.1): a text that it got and did not answer is no copy, but must be the same text.
"""

import asyncio
import os
import random
import signal
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connections

from matricule.core import clock, outbox
from matricule.core.outbox import transport
from matricule.core.outbox.models import Mail
from matricule.core.outbox.transport import Outcome, Result
from tests.core.mail_servers import Scripted, free_port, listening, return_mailbox
from tests.core.outbox_support import configured, enqueue  # noqa: F401 - a fixture
from tests.core.test_outbox_bounces import report
from tests.support.promises import bulk

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race, pytest.mark.bulk]

MAILS = bulk(150, 2000)
MOMENTS = bulk(12, 72)
"""When mails are written, spread over the three days; a fault lasts from one to the next."""
ROUNDS = (0, 1, 3, 8)
"""Minutes after each: the job that sends at once, then rounds."""
RELAYS = bulk(2, 3)
FAULTS = ("up", "mixed", "down", "later", "slow", "cut", "our_sender", "closing", "slow_yes", "mixed", "up", "later")
CODE_LIFE = timedelta(minutes=10)


class Storm(Scripted):
    """A server with the fault of the day. It notes each yes, with its moment, and every text that it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.fault = "up"
        self.random = random.Random(20261126)
        self.yes: dict[str, list[datetime]] = defaultdict(list)
        self.texts: dict[str, set[bytes]] = defaultdict(set)
        self.unanswered = 0
        self.answers: Counter[str] = Counter()

    def _now(self) -> str:
        """Return the fault of this very answer."""
        if self.fault == "mixed":
            return self.random.choice(["up", "up", "up", "up", "up", "later", "later", "cut", "our_sender", "closing"])
        return self.fault

    async def handle_MAIL(self, server, session, envelope, address, options):
        fault = self._now()
        if fault == "our_sender":
            return self._answer("553 not your sender")
        if fault == "closing":
            return self._answer("421 closing")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("dead"):
            return self._answer("550 no such user")
        if self.fault == "slow":
            await asyncio.sleep(0.6)
            server.transport.abort()
            return self._answer("451 too slow for anybody")
        if self._now() == "later":
            return self._answer(self.random.choice(["450 busy", "451 greylisted", "452 full"]))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        fault, name = self._now(), message_from_bytes(envelope.content)["Message-ID"]
        self.texts[name].add(envelope.content)
        if fault == "cut":
            self.unanswered += 1
            server.transport.abort()
            return "250 nobody reads this"
        self.yes[name].append(clock.wall())
        if self.fault == "slow_yes":  # taken; whoever hangs up before the yes has arrived sends another copy
            await asyncio.sleep(0.6)
        return "250 OK"

    def _answer(self, text: str) -> str:
        self.answers[text[:3]] += 1
        return text


class Relays:
    """Relay processes. One that is to die kills itself between the server's yes and the commit, and leaves a line."""

    def __init__(self, folder: Path) -> None:
        self.line = folder / "killed.txt"
        self.line.touch()
        self.random = random.Random(7)
        self.deaths = 0

    def work(self, *, kill: bool) -> None:
        """Let several relays take what is due at once; with ``kill`` the first one dies after one of its yeses."""
        connections.close_all()
        children = []
        for number in range(RELAYS):
            die_at = self.random.randint(1, 2) if kill and number == 0 else 0
            child = os.fork()
            if child == 0:
                self._relay(die_at)
            children.append(child)
        for child in children:
            ended = os.waitpid(child, 0)[1]
            assert ended in {0, signal.SIGKILL}, "a relay raised an error"
            self.deaths += ended == signal.SIGKILL

    def _relay(self, die_at: int) -> None:
        code, sent, send = 1, 0, transport.Smtp.send

        def dying(way: transport.Smtp, mail: Mail) -> Outcome:
            nonlocal sent
            outcome = send(way, mail)
            sent += outcome.result is Result.SENT
            if die_at and sent == die_at:
                with self.line.open("a") as lines:
                    lines.write(mail.message_id + "\n")
                os.kill(os.getpid(), signal.SIGKILL)
            return outcome

        try:
            transport.Smtp.send = dying
            outbox.deliver_due(seconds=60)
            code = 0
        finally:
            os._exit(code)

    def killed(self) -> Counter[str]:
        return Counter(self.line.read_text().split())


class ThreeDays:
    """The mails that people cause, the server's faults and the relays' work, from moment to moment."""

    def __init__(self, monkeypatch, configure, folder: Path) -> None:
        self.monkeypatch, self.configure = monkeypatch, configure
        self.storm, self.relays, self.port = Storm(), Relays(folder), free_port()
        self.start, self.number = clock.wall(), 0
        self.returned: set[str] = set()
        configure(email_url=f"smtp://127.0.0.1:{self.port}?tls=none", demo=False, email_return="returns@matricule.fr")

    def at(self, moment: datetime) -> None:
        self.monkeypatch.setattr(clock, "wall", lambda: moment)

    def write(self, count: int) -> None:
        """Write mails: one in five a code, one in thirty to an address that is dead."""
        for _ in range(count):
            self.number += 1
            whom = "dead" if self.number % 30 == 0 else "p"
            code = self.number % 5 == 2
            expires = clock.wall() + CODE_LIFE if code else None
            enqueue(to=f"{whom}{self.number}@example.org", kind="code" if code else "receipt", expires_at=expires)

    def pass_by(self, number: int, count: int) -> None:
        """Let one moment pass under its fault; the relay of one round in it is killed."""
        fault = FAULTS[number % len(FAULTS)]
        self.storm.fault = fault
        moment = self.start + timedelta(days=3) * number / MOMENTS
        impatient = fault in {"slow", "slow_yes"}
        with ExitStack() as stack, self.monkeypatch.context() as patched:
            if impatient:
                patched.setattr(transport, "STEP_TIMEOUT", 0.3)
            if fault != "down":
                stack.enter_context(listening(self.storm, self.port))
            for minutes in ROUNDS:
                self.at(moment + timedelta(minutes=minutes))
                if minutes == 0:
                    self.write(count)
                self.relays.work(kill=minutes == ROUNDS[number % len(ROUNDS)])

    def return_some(self) -> None:
        """Send one in twenty-five of what the server took back, as a mail server reports it."""
        took = sorted(name for name in self.storm.yes if name not in self.returned)[::25]
        mails = [report(f"returns+{Mail.objects.get(message_id=name).pk.hex}@matricule.fr") for name in took]
        with return_mailbox(mails) as box:
            self.configure(email_return_url=f"imap://user:password@127.0.0.1:{box.port}/INBOX")
            assert outbox.read_return_mailbox() == len(took)
        self.returned.update(took)

    def recover(self) -> None:
        """Bring the server back for good, for as long as the longest pause of a mail."""
        self.storm.fault = "up"
        with listening(self.storm, self.port):
            for hours in (0, 5, 10):
                self.at(self.start + timedelta(days=3, hours=hours))
                self.relays.work(kill=hours == 0)


def test_three_days_of_a_broken_mail_server_lose_nothing(monkeypatch, configured, tmp_path, promise):  # noqa: F811
    days = ThreeDays(monkeypatch, configured, tmp_path)
    shares = [MAILS * (n + 1) // MOMENTS - MAILS * n // MOMENTS for n in range(MOMENTS)]
    for number, share in enumerate(shares):
        days.pass_by(number, share)
        if (number + 1) % (MOMENTS // 3) == 0:
            days.return_some()
    days.recover()
    storm, killed = days.storm, days.relays.killed()
    mails = list(Mail.objects.all())
    assert len(mails) == MAILS
    judge(mails, storm, killed, days.returned)
    states = Counter(mail.state for mail in mails)
    copies = sum(len(yes) - 1 for yes in storm.yes.values())
    assert all(states[name] for name in ("sent", "refused", "bounced", "expired")), states
    assert days.relays.deaths and storm.unanswered and copies
    assert {"550", "553", "421"} < set(storm.answers), storm.answers
    promise(
        "mail server",
        f"{MAILS} mails in 3 days of faults, {RELAYS} relays at once: 0 lost ({states['sent']} sent, "
        f"{states['bounced']} came back, {states['refused']} refused by 550, {states['expired']} codes expired); "
        f"{storm.unanswered} texts cut without an answer; {days.relays.deaths} relays killed after the yes: "
        f"{copies} second copies, same bytes, 0 others",
    )


def judge(mails: list[Mail], storm: Storm, killed: Counter[str], returned: set[str]) -> None:
    """Hold each mail against what the server saw of it."""
    for mail in mails:
        name, yes = mail.message_id, storm.yes.get(mail.message_id, [])
        assert len(yes) <= 1 + killed[name], "a second copy though no relay was killed after its yes"
        assert len(storm.texts.get(name, ())) <= 1, "copies that differ"
        if mail.expires_at:
            assert all(moment < mail.expires_at for moment in yes), "a code that nobody can use left"
            assert mail.body == "", "the text of a code lies about"
        if mail.to_address.startswith("dead"):
            assert not yes
            assert mail.state == "refused" or (mail.expires_at and mail.state == "expired")
        elif name in returned:
            assert (mail.state, mail.last_error) == ("bounced", "bounce_hard") or (
                mail.expires_at and mail.state == "expired" and killed[name]
            )
        elif mail.expires_at and mail.state == "expired":
            assert len(yes) == killed[name], "a code that was taken is not called expired"
        else:
            assert (mail.state, mail.last_error) == ("sent", ""), "lost"
            assert yes, "said to be sent, and nobody took it"
