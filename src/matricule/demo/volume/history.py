"""The rows of one dossier of a volume: the person, what they sent, what the caisse decided, how it ended.

They say what the operations would have said, caches included: the reconcilers find nothing to mend. Only the bytes
of the files are missing (``File.blob`` is empty): a page shows that a file came, not its picture.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from matricule.accounts.models import User
from matricule.core import crypto, ids, journal
from matricule.core.outbox.message import new_message_id
from matricule.core.outbox.models import Mail
from matricule.core.outbox.models import State as MailState
from matricule.demo import sending
from matricule.demo.volume import times
from matricule.demo.volume.documents import Documents
from matricule.demo.volume.people import DOUBS, Invented
from matricule.demo.volume.sheets import Sheets, fresh
from matricule.dossiers import likeness, plan, queues, states
from matricule.dossiers.case import Ask, AskItem, Certificate, Number, Reminder, Sending
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations.door import SPACE
from matricule.dossiers.states import State
from matricule.notices.models import Notice
from matricule.rules import cover, deadlines
from matricule.rules.dates import add_months

TAKEN = 0.4
"""The share of dossiers of the Doubs that one of its invented caseworkers took."""

Detail = dict[str, str | int | bool | None]


@dataclass
class Made:
    """One dossier that was made, for what follows in the same chunk."""

    owner: User
    dossier: Dossier
    registrant: Registrant
    kind: str
    when: Mapping[str, datetime]
    entries: list[journal.Draft] = field(default_factory=list)
    ask: Ask | None = None

    @property
    def has_number(self) -> bool:
        """Tell whether this person was given a NIA."""
        return self.kind in times.WITH_NUMBER


class Writer:
    """Makes the rows of dossiers, one after the other, in the sheets of a chunk."""

    def __init__(self, sheets: Sheets, caseworkers: list[UUID], now: datetime) -> None:
        """Write to ``sheets``; ``caseworkers`` are the invented ones of the Doubs; ``now`` is business time."""
        self.sheets, self.caseworkers, self.now = sheets, caseworkers, now

    def write(self, rng: Random, who: Invented, kind: str, reference: str, owner: User | None) -> Made:
        """Make one dossier of this kind; ``owner`` None: of somebody new."""
        when = times.moments(kind, rng, self.now)
        make = Maker(rng, when["opened"])
        if owner is None:
            owner = fresh(
                User, id=make.id(), email=who.email, language=who.profile.language, created_at=when["opened"]
            )
            self.sheets.add(owner)
        dossier = self._dossier(make, who, kind, reference, owner, when)
        registrant = self._registrant(make, who, kind, dossier, when)
        made = Made(owner, dossier, registrant, kind, when)
        papers = Documents(self.sheets, make.id, rng, registrant, who.profile.rules, dossier.caseworker_id)
        papers.write(kind, when)
        dossier.file_count = papers.files
        if dossier.submitted_at is not None:
            dossier.receipt = papers.receipt(dossier, registrant)
        self.ask(make, made, papers.refused)
        self._number(make, made)
        self._notices(make, made)
        made.entries = list(entries_of(made, self.caseworkers[0], papers))
        return made

    def _dossier(
        self, make: "Maker", who: Invented, kind: str, reference: str, owner: User, when: Mapping[str, datetime]
    ) -> Dossier:
        state, submitted = times.KINDS[kind].state, when.get("submitted")
        queue, since = queue_of(kind, when)
        ours = who.office == DOUBS and submitted is not None and make.rng.random() < TAKEN
        taken = make.rng.choice(self.caseworkers) if ours else None
        if queue == queues.TO_TAKE and taken is not None:
            queue = queues.TAKEN
        office = who.office if submitted is not None else ""
        dossier = fresh(
            Dossier,
            id=make.id(),
            reference=reference,
            route="student",
            owner_id=owner.pk,
            answers=who.answers,
            version=3 + len(when),
            label=states.dossier_label([state], [kind in times.WITH_NUMBER]),
            opened_at=when["opened"],
            submitted_at=submitted,
            ended_at=when["ended"] if states.all_ended([state]) else None,
            office=office,
            counted_office=office,
            queue=queue,
            waiting_since=since,
            postcode=who.columns["postcode"] if submitted is not None else "",
            caseworker_id=taken,
            answered_at=when["answered"] if queue == queues.ANSWERED else None,
        )
        if kind == "registered":
            self._closing(dossier, when["ended"])
        return self.sheets.add(dossier)

    def _closing(self, dossier: Dossier, registered: datetime) -> None:
        """Write when the space closes, and the two warnings where it is near or over: none is due on this day."""
        day = deadlines.space_until(deadlines.paris_day(registered))
        dossier.space_closes_on = day
        if day <= deadlines.paris_day(self.now) + timedelta(days=31):
            dossier.space_warned = [(day - timedelta(days=left)).isoformat() for left in (30, 7)]

    def _registrant(
        self, make: "Maker", who: Invented, kind: str, dossier: Dossier, when: Mapping[str, datetime]
    ) -> Registrant:
        start = _courses(when.get("submitted", self.now))
        columns = {**who.columns, "courses_start": start, "arrival_date": start - timedelta(days=10)}
        person = fresh(
            Registrant,
            id=make.id(),
            dossier_id=dossier.pk,
            state=times.KINDS[kind].state.value,
            typed=sending.typed_of(columns) | {"iban": who.iban},
            typed_at=when["opened"],
            sections_done=list(plan.SECTIONS),
            iban=who.iban,
            iban_index=crypto.blind_index("iban", who.iban),
            iban_confirmed_at=when["opened"],
            **columns,
        )
        if kind in {"closed", "rejected"}:
            person.ending = ending_of(kind, when["ended"])
        if dossier.submitted_at is not None:
            likeness.index(person)
        return self.sheets.add(person)

    def ask(self, make: "Maker", made: Made, refused: tuple[str, str, dict[str, str]] | None) -> None:
        """Write what was asked again, and the reminders, each with the proof that it left."""
        if refused is None:
            return
        asked, code, words = made.when["asked"], refused[0], refused[2]
        calendar = deadlines.silence(asked, days=deadlines.table()["silence"]["days"])
        ended = made.when.get("ended") or made.when.get("answered")
        state = {"answered": Ask.State.ANSWERED, "closed": Ask.State.LAPSED, "reopened": Ask.State.LAPSED}
        row = self.sheets.add(
            fresh(
                Ask,
                id=make.id(),
                registrant_id=made.registrant.pk,
                state=state.get(made.kind, Ask.State.OPEN),
                asked_at=asked,
                days=deadlines.table()["silence"]["days"],
                due_on=calendar.due_day,
                by=made.dossier.caseworker_id,
                ended_at=ended,
            )
        )
        answered = made.when.get("answered") if made.kind == "answered" else None
        made.ask = row
        item = fresh(AskItem, id=make.id(), ask_id=row.pk, slot=refused[1], part="main", code=code, words=words)
        item.reason, item.asked_at, item.answered_at = "blurred", asked, answered
        self.sheets.add(item)
        third = timedelta(days=row.days // 3)
        for number in (1, 2):
            sent = asked + number * third
            if made.kind in {"reminded", "closed", "reopened"} and sent <= self.now:
                day = deadlines.paris_day(sent)
                reminder = fresh(Reminder, id=make.id(), ask_id=row.pk, number=number, due_on=day, sent_at=sent)
                reminder.mail_id = self._mail(make, made, sent).pk
                self.sheets.add(reminder)

    def _mail(self, make: "Maker", made: Made, at: datetime) -> Mail:
        """Write the mail of a reminder, as one that left: a closure rests on that proof."""
        row = fresh(
            Mail, id=make.id(), kind="documents_reminder", dossier_id=made.dossier.pk, recipient_id=made.owner.pk
        )
        row.to_address, row.language, row.subject, row.body = made.owner.email, "fr", "Rappel", "Rappel inventé."
        row.message_id, row.state, row.attempts = new_message_id(row.pk), MailState.SENT, 1
        row.next_at = row.created_at = row.sent_at = at
        return self.sheets.add(row)

    def _number(self, make: "Maker", made: Made) -> None:
        """Write the sending to the register and the certificates; the number itself is drawn for a whole chunk."""
        if not made.has_number:
            return
        person, when = made.registrant, made.when
        issued = deadlines.paris_day(when["issued"])
        assert person.courses_start is not None
        limit = cover.limit(issued, person.courses_start)
        start = max(issued, person.courses_start)
        self._certificate(make, person, Certificate.Kind.PROVISIONAL, start, limit, when["issued"])
        if "sent" in when:
            self.sheets.add(sending_of(make, person, when))
        if made.kind == "registered":
            day = deadlines.paris_day(when["ended"])
            self._certificate(
                make, person, Certificate.Kind.DEFINITIVE, day, deadlines.definitive_until(day), when["ended"]
            )

    def _certificate(self, make: "Maker", person: Registrant, kind: str, start: date, end: date, at: datetime) -> None:
        row = fresh(Certificate, id=make.id(), registrant_id=person.pk, kind=kind, starts_on=start, ends_on=end)
        row.why_ends, row.issued_at = "nine_months" if kind == Certificate.Kind.PROVISIONAL else "", at
        self.sheets.add(row)

    def number_of(self, made: Made, number: str, index: bytes) -> Number:
        """Write the number that the repertoire gave a person: a NIA, or a NIR once it was certified."""
        done = made.when.get("ended") if made.kind == "registered" else None
        kind = Number.Kind.NIR if done is not None else Number.Kind.NIA
        row = fresh(Number, registrant_id=made.registrant.pk, kind=kind, value=number, value_index=index)
        row.issued_at, row.certified_at = made.when["issued"], done
        return self.sheets.add(row)

    def _notices(self, make: "Maker", made: Made) -> None:
        given = made.registrant.given_names.split(" ")[0]
        for kind, moment, more in _told(made):
            at = made.when[moment]
            row = fresh(
                Notice, id=make.id(), recipient_id=made.owner.pk, dossier_id=made.dossier.pk, kind=kind, created_at=at
            )
            row.context = {"path": SPACE, "given_name": given, **more}
            row.read_at = at + timedelta(hours=5) if make.rng.random() < 0.7 else None
            self.sheets.add(row)


class Maker:
    """Row ids that grow with time and come again with the same seed."""

    def __init__(self, rng: Random, at: datetime) -> None:
        self.rng, self._moment = rng, int(at.timestamp() * 1000)

    def id(self) -> UUID:
        return ids.uuid7_of(self._moment, self.rng.getrandbits(80))


def _courses(submitted: datetime) -> date:
    """Return the first day of courses before a submission."""
    day = deadlines.paris_day(submitted)
    start = date(day.year, 9, 7)
    return start if start <= day else date(day.year - 1, 9, 7)


def queue_of(kind: str, when: Mapping[str, datetime]) -> tuple[str, datetime | None]:
    """Return the queue of a history before anybody takes it, and since when it stands there."""
    state = times.KINDS[kind].state
    if state is State.DRAFT:
        return "", None
    if states.all_ended([state]):
        return queues.DONE, when["ended"]
    return {
        "fresh": lambda: (queues.TO_TAKE, when["submitted"]),
        "examined": lambda: (queues.READY, when["decided"]),
        "answered": lambda: (queues.ANSWERED, when["answered"]),
        "reopened": lambda: (queues.ANSWERED, when["answered"]),
        "awaiting": lambda: (queues.WAITING, when["asked"]),
        "reminded": lambda: (queues.WAITING, when["asked"]),
        "provisional": lambda: (queues.WAITING, when["issued"]),
        "more_sent": lambda: (queues.TO_TAKE, when["more"]),
        "complete": lambda: (queues.READY, when["decided"]),
        "at_register": lambda: (queues.REGISTER, when["sent"]),
    }[kind]()


def sending_of(make: Maker, person: Registrant, when: Mapping[str, datetime]) -> Sending:
    """Write that a person was sent to the register, with its answer where the history ended."""
    done = when.get("ended")
    row = fresh(Sending, id=make.id(), registrant_id=person.pk, sent_at=when["sent"], answered_at=done)
    row.answer_by = add_months(deadlines.paris_day(when["sent"]), 2)
    row.answer = "certified" if done is not None else ""
    return row


def ending_of(kind: str, at: datetime) -> dict[str, str]:
    if kind == "rejected":
        return {"reason": "not_entitled", "words": "", "at": at.isoformat()}
    last = deadlines.next_working_day(
        deadlines.paris_day(at) + timedelta(days=deadlines.table()["silence"]["reopen_days"])
    )
    return {"reason": "silence", "words": "", "at": at.isoformat(), "reopen_on": last.isoformat()}


def _told(made: Made) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the messages of a history: kind, moment, variables."""
    if "submitted" in made.when:
        yield "deposit_receipt", "submitted", {}
    if made.kind in times.ASKED:
        due = deadlines.silence(made.when["asked"], days=deadlines.table()["silence"]["days"]).due_day
        yield "documents_asked", "asked", {"due_on": due.isoformat()}
    if made.has_number:
        yield "provisional_number", "issued", {}
    if "sent" in made.when:
        yield "file_complete", "sent", {}
    if made.kind in {"closed", "reopened"}:
        yield "closed_for_silence", "ended", {"reopen_on": ending_of("closed", made.when["ended"])["reopen_on"]}
    last = {"registered": "definitive_number", "rejected": "request_turned_down", "withdrawn": "request_withdrawn"}
    if made.kind in last:
        yield last[made.kind], "ended", {}


def entries_of(made: Made, colleague: UUID, papers: Documents) -> Iterator[journal.Draft]:
    """Yield the journal's entries of a history, in order. They say today: the journal never writes another day."""
    subject = ("dossier", made.dossier.pk)
    person = f"user:{made.owner.pk}"
    caisse = f"user:{made.dossier.caseworker_id or colleague}"
    yield journal.Draft(person, "draft.opened", subject, {"route": "student"})
    if made.dossier.submitted_at is not None:
        yield journal.Draft(person, "dossier.submitted", subject)
    for slot, part, accepted in papers.decisions:
        detail: Detail = {"slot": slot, "part": part, "version": 1}
        if not accepted:
            detail["reason"] = "blurred"
        yield journal.Draft(caisse, "document.accepted" if accepted else "document.refused", subject, detail)
    if made.has_number:
        yield journal.Draft(caisse, "provisional.issued", subject)
    if "sent" in made.when:
        yield journal.Draft(caisse, "register.sent", subject)
    last: dict[str, tuple[str, str, Detail]] = {
        "registered": ("system:register", "register.answer_applied", {"kind": "certified"}),
        "rejected": (caisse, "request.rejected", {"reason": "not_entitled"}),
        "closed": ("system:silence", "dossier.closed", {"by_clock": True}),
        "withdrawn": (person, "request.withdrawn", {}),
        "reopened": (person, "dossier.reopened", {"by_person": True}),
    }
    if made.kind in last:
        actor, action, detail = last[made.kind]
        yield journal.Draft(actor, action, subject, detail)
