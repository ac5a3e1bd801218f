"""What the caisse and the person say to each other about a dossier: decisions, asks, reminders, numbers, messages.

The tables of the examination (issue 4; house.md, sections 1 and 3). Only ``dossiers.operations`` writes them. What a
person or a caseworker wrote is encrypted; what was decided is never overwritten: a newer row supersedes it.
"""

from django.db import models

from matricule.core.fields import EncryptedJSONField, EncryptedTextField
from matricule.core.ids import uuid7


class Decision(models.Model):
    """The caseworker's word on one half of one version, with the hashes of the files that it rests on.

    ``until`` is the last day of a document that expires; ``words`` the sentence that the person reads, in both
    languages, as it was shown before it left; ``by`` is empty where the register sent the document back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("dossiers.Version", on_delete=models.CASCADE, related_name="decisions")
    part = models.CharField(max_length=12)
    accepted = models.BooleanField()
    reason = models.CharField(max_length=32, blank=True)
    words = EncryptedJSONField(default=dict)
    files = models.JSONField(default=list)
    until = models.DateField(null=True)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "part"], condition=models.Q(superseded_at=None), name="one_decision_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"decision:{self.pk}"


class Ask(models.Model):
    """Documents asked again of one person: one due date, two reminders (issue 4, section 5).

    A person has one open ask: what is asked meanwhile joins it, and its due date only moves later.
    """

    class State(models.TextChoices):
        """How an ask stands or ended."""

        OPEN = "open"
        ANSWERED = "answered"
        LAPSED = "lapsed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="asks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registrant"], condition=models.Q(state="open"), name="one_open_ask")
        ]
        indexes = [models.Index(fields=["asked_at"], name="ask_open", condition=models.Q(state="open"))]

    def __str__(self) -> str:
        return f"ask:{self.pk}"


class AskItem(models.Model):
    """One half of one slot that an ask reopens, with the reason and the sentence that the person reads."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="items")
    slot = models.CharField(max_length=40)
    part = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=32, blank=True)
    words = EncryptedJSONField(default=dict)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "slot", "part"], name="asked_once")]

    def __str__(self) -> str:
        return f"asked:{self.slot}"


class Reminder(models.Model):
    """One reminder of an ask, and the message that carried it: closure waits for the proof that it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    sent_at = models.DateTimeField()
    mail_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "number"], name="reminder_once")]

    def __str__(self) -> str:
        return f"reminder:{self.number}"


class Impossibility(models.Model):
    """ "I cannot get this document": why, and for how long; the caseworker decides on it (R114-7 V CSS)."""

    class Answer(models.TextChoices):
        """What the caseworker decided."""

        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="impossibilities")
    slot = models.CharField(max_length=40)
    part = models.CharField(max_length=12)
    lasting = models.BooleanField()
    why = EncryptedTextField()
    said_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    words = EncryptedTextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant", "slot", "part"],
                condition=models.Q(answer="open"),
                name="one_open_impossibility",
            )
        ]

    def __str__(self) -> str:
        return f"impossibility:{self.slot}"


class CategoryCheck(models.Model):
    """What a caseworker found of one check of a person's category (rules.employer.categories): it holds, or why not
    needed.

    A newer answer supersedes an older one; without an answer to each, no number is given (issue 5, section 4).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="category_checks")
    code = models.CharField(max_length=32)
    holds = models.BooleanField()
    words = EncryptedTextField(default="")
    by = models.UUIDField()
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant", "code"], condition=models.Q(superseded_at=None), name="one_answer_to_a_check"
            )
        ]

    def __str__(self) -> str:
        return f"check:{self.code}"


class Number(models.Model):
    """A number of one person: NIA or NIR. The state is stored, never read off the digits (facts.md 0.2).

    A certified NIA keeps its digits and its row: ``kind`` becomes nir, ``certified_at`` says when.
    """

    class Kind(models.TextChoices):
        """What the number is."""

        NIA = "nia"
        NIR = "nir"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    value = EncryptedTextField()
    value_index = models.BinaryField()
    issued_at = models.DateTimeField()
    certified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant"], condition=models.Q(ended_at=None), name="one_number_of_a_person"
            ),
            models.UniqueConstraint(
                fields=["value_index"], condition=models.Q(ended_at=None), name="one_person_of_a_number"
            ),
        ]
        indexes = [models.Index(fields=["issued_at"], name="number_issued")]

    def __str__(self) -> str:
        return f"number:{self.kind}"


class Sending(models.Model):
    """One sending to the national register, and the answer that came back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="sendings")
    sent_at = models.DateTimeField()
    answer_by = models.DateField()
    answer = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    words = EncryptedJSONField(default=dict)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant"], condition=models.Q(answered_at=None), name="one_sending_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"sending:{self.pk}"


class Likeness(models.Model):
    """A person who looks like this one, found before a number was given, and what a caseworker decided.

    ``other`` names the other person without saying who: a registrant of ours, or an entry of the register.
    """

    class Verdict(models.TextChoices):
        """Whether they are one person."""

        OPEN = "open"
        SAME = "same"
        DIFFERENT = "different"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="likenesses")
    other = models.CharField(max_length=60)
    found_by = models.CharField(max_length=20)
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    why = EncryptedTextField(default="")
    by = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registrant", "other"], name="likeness_once")]

    def __str__(self) -> str:
        return f"likeness:{self.verdict}"


class Message(models.Model):
    """One message between the person and the caisse, or what the person asks for: an answer, a call, a meeting."""

    class Kind(models.TextChoices):
        """What is asked."""

        MESSAGE = "message"
        QUESTION = "question"
        CALL = "call"
        APPOINTMENT = "appointment"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="messages")
    from_caisse = models.BooleanField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.MESSAGE)
    language = models.CharField(max_length=2)
    text = EncryptedTextField()
    by = models.UUIDField()
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dossier", "at"], name="message_of_dossier")]

    def __str__(self) -> str:
        return f"message:{self.kind}"


class Note(models.Model):
    """A private note of a caseworker: colleagues of the office read it; it goes with the person's export."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note:{self.pk}"


class Correction(models.Model):
    """A value that changed after submission: by a caseworker against the paper, or asked for by the person.

    The old value stays. A person told of a correction may object; what a person asks for waits for a caseworker.
    """

    class State(models.TextChoices):
        """How it stands."""

        DONE = "done"
        ASKED = "asked"
        REFUSED = "refused"
        OBJECTED = "objected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=40)
    old = EncryptedTextField()
    new = EncryptedTextField()
    why = EncryptedTextField(default="")
    by_person = models.BooleanField()
    by = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    words = EncryptedTextField(default="")

    def __str__(self) -> str:
        return f"correction:{self.field}"


class Certificate(models.Model):
    """One certificate of cover: its span, and the letter that carries it. A newer one runs on after it."""

    class Kind(models.TextChoices):
        """What is certified."""

        PROVISIONAL = "provisional"
        DEFINITIVE = "definitive"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey("dossiers.Registrant", on_delete=models.CASCADE, related_name="certificates")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    why_ends = models.CharField(max_length=20, blank=True)
    issued_at = models.DateTimeField()
    letter_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    warned = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registrant", "kind", "starts_on"],
                name="certificate_once",
                condition=models.Q(withdrawn_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on"],
                name="certificate_running",
                condition=models.Q(withdrawn_at=None, kind="provisional"),
            )
        ]

    def __str__(self) -> str:
        return f"certificate:{self.kind}"


class Measure(models.Model):
    """One delay measured on our own decisions: its median in days, over how many."""

    name = models.CharField(max_length=24, unique=True)
    days = models.PositiveIntegerField()
    decisions = models.PositiveIntegerField()
    measured_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"measure:{self.name}"
