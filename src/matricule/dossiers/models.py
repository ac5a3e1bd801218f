"""The heart: dossier, registrant, requirement, document, version, file, page (house.md, sections 1 and 3).

Only ``dossiers.operations`` writes these tables. ``label`` and ``counts`` are caches that the same operations rebuild.
"""

from uuid import UUID

from django.conf import settings
from django.db import models

from matricule.accounts.organisations import Organisation
from matricule.core.fields import EncryptedJSONField, EncryptedTextField
from matricule.core.ids import uuid7
from matricule.dossiers.states import State


class Dossier(models.Model):
    """One request for registration. Its state is derived from its registrants; ``label`` is a cache of it.

    ``receipt`` holds what its receipt says (dossiers.receipts), as it was at the submission. ``office`` is the code of
    the caisse that examines it; ``queue`` and ``waiting_since`` are caches of where it stands there, and
    ``counted_office`` says in whose counts it is, ``postcode`` repeats that of its first person once it was sent: an
    index has it. ``caseworker_id`` is who took it, ``answered_at`` when an answer came that nobody looked at yet.

    A request of a company has an ``organisation``; ``owner`` is the member who opened it, ``own_reference`` the
    employee's number in the company's payroll, ``sendable_on`` the day from which the contract of a draft lets it be
    sent, ``sendable_told_at`` when the company was told, or wrote that the day has come, ``declared_at`` when it
    declared to have checked the stay title. ``counted_label`` says under which label it stands in the company's
    counts. ``confirmed_at``: when the employee confirmed the company, which lets it see the numbers of this request
    (ADR 16); ``unknown_at``: when they said not to know it, which the caisse alone is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    route = models.CharField(max_length=20)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers")
    answers = EncryptedJSONField(default=dict)
    receipt = EncryptedJSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    label = models.CharField(max_length=24, default="draft")
    file_count = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sittings = models.JSONField(default=dict)
    added_notice_at = models.DateTimeField(null=True)
    office = models.CharField(max_length=3, blank=True)
    counted_office = models.CharField(max_length=3, blank=True)
    queue = models.CharField(max_length=10, blank=True)
    waiting_since = models.DateTimeField(null=True)
    postcode = models.CharField(max_length=5, blank=True)
    caseworker_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    space_closes_on = models.DateField(null=True)
    space_warned = models.JSONField(default=list)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="dossiers", db_index=False)
    category = models.CharField(max_length=24, blank=True)
    own_reference = models.CharField(max_length=40, blank=True)
    sendable_on = models.DateField(null=True)
    sendable_told_at = models.DateTimeField(null=True)
    declared_at = models.DateTimeField(null=True)
    counted_label = models.CharField(max_length=24, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    unknown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "route"],
                condition=models.Q(ended_at=None, organisation=None),
                name="one_open_dossier_per_person_and_route",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-opened_at"], name="dossier_owner"),
            models.Index(fields=["organisation"], name="dossier_company", condition=~models.Q(organisation=None)),
            models.Index(fields=["office", "queue", "waiting_since", "id"], name="dossier_queue"),
            models.Index(
                fields=["office", "queue", "category", "waiting_since", "id"],
                name="dossier_queue_category",
                condition=models.Q(organisation__isnull=False),
            ),
            models.Index(
                fields=["office", "queue", "waiting_since", "id"],
                name="dossier_queue_students",
                condition=models.Q(organisation__isnull=True),
            ),
            models.Index(fields=["office", "queue", "postcode", "waiting_since", "id"], name="dossier_queue_postcode"),
            models.Index(
                fields=["caseworker_id", "queue", "waiting_since", "id"],
                name="dossier_caseworker",
                condition=models.Q(caseworker_id__isnull=False),
            ),
            models.Index(
                fields=["space_closes_on"], name="dossier_space", condition=models.Q(space_closes_on__isnull=False)
            ),
            models.Index(
                fields=["organisation", "sendable_on", "id"],
                name="dossier_of_company_sendable",
                condition=models.Q(sendable_on__isnull=False),
            ),
            models.Index(
                fields=["sendable_on"],
                name="dossier_sendable",
                condition=models.Q(sendable_on__isnull=False, sendable_told_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"dossier:{self.pk}"


class Registrant(models.Model):
    """One person to register. ``typed`` keeps every value exactly as typed; the columns hold what was checked.

    ``paper_number`` is read off the identity document by the caseworker. ``person_index``, ``paper_index``: blind
    indexes (dossiers.likeness), ``name_key``: the folded name by which the desk searches. In a company's request
    ``role`` says who the person is to the employee, ``email`` and ``language`` where and how they are written to,
    ``title_kind`` and ``title_until`` the stay title as the employer read it, ``title_told_at`` when the company was
    told that it ends, ``document_language`` the language of the birth record. ``ending``: why their request ended and
    until when they can reopen it, ``added_at``: when they were sent later, with ``receipt``; ``past``: dossiers.past.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="registrants")
    role = models.CharField(max_length=20, default="principal")
    position = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=24, choices=[(s.value, s.value) for s in State], default=State.DRAFT)
    typed = EncryptedJSONField(default=dict)
    typed_at = models.DateTimeField(null=True)
    sections_done = models.JSONField(default=list)

    birth_name = models.CharField(max_length=120, blank=True)
    usage_name = models.CharField(max_length=120, blank=True)
    given_names = models.CharField(max_length=180, blank=True)
    original_names = models.CharField(max_length=240, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    birth_date = models.CharField(max_length=10, blank=True)
    birth_place = models.CharField(max_length=120, blank=True)
    birth_country = models.CharField(max_length=5, blank=True)
    nationality = models.CharField(max_length=2, blank=True)
    nationality_2 = models.CharField(max_length=2, blank=True)
    parent1_birth_name = models.CharField(max_length=120, blank=True)
    parent1_given_names = models.CharField(max_length=180, blank=True)
    parent2_birth_name = models.CharField(max_length=120, blank=True)
    parent2_given_names = models.CharField(max_length=180, blank=True)
    arrival_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=160, blank=True)
    building = models.CharField(max_length=80, blank=True)
    apartment = models.CharField(max_length=80, blank=True)
    letter_box = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=120, blank=True)
    school_uai = models.CharField(max_length=8, blank=True)
    school_name = models.CharField(max_length=200, blank=True)
    courses_start = models.DateField(null=True)
    iban = EncryptedTextField(default="")
    iban_index = models.BinaryField(null=True, db_index=True)
    iban_confirmed_at = models.DateTimeField(null=True)
    paper_number = EncryptedTextField(default="")
    paper_index = models.BinaryField(null=True, db_index=True)
    person_index = models.BinaryField(null=True, db_index=True)
    name_key = models.CharField(max_length=320, blank=True)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, blank=True)
    document_language = models.CharField(max_length=3, blank=True)
    title_kind = models.CharField(max_length=40, blank=True)
    title_until = models.DateField(null=True)
    title_told_at = models.DateTimeField(null=True)
    contract_start = models.DateField(null=True)
    ending = EncryptedJSONField(default=dict)
    added_at = models.DateTimeField(null=True)
    receipt = EncryptedJSONField(default=dict)
    past = EncryptedJSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "position"], name="registrant_position")]
        indexes = [
            models.Index(fields=["name_key"], name="registrant_name", opclasses=["text_pattern_ops"]),
            models.Index(
                fields=["title_until"], name="registrant_title", condition=models.Q(title_until__isnull=False)
            ),
        ]

    @property
    def is_sent(self) -> bool:
        """Tell whether the caisse has this person's request; who is being added to a sent one is a draft still."""
        return self.state != State.DRAFT

    def __str__(self) -> str:
        return f"registrant:{self.pk}"


class Requirement(models.Model):
    """A kind of document that the rules ask of one registrant, in one phase."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey(Registrant, on_delete=models.CASCADE, related_name="requirements")
    code = models.CharField(max_length=40)
    slot = models.CharField(max_length=40)
    phase = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=True)
    blocks_submission = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registrant", "code"], name="requirement_once")]

    def __str__(self) -> str:
        return f"requirement:{self.code}"


class Document(models.Model):
    """What answers one slot: a requirement, or two that share it (birth record and its translation)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    registrant = models.ForeignKey(Registrant, on_delete=models.CASCADE, related_name="documents")
    slot = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registrant", "slot"], name="document_slot")]

    def __str__(self) -> str:
        return f"document:{self.slot}"


class Version(models.Model):
    """One state of a document: what a decision will name. Replacing opens a new one and keeps the old."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, blank=True)
    translator_kind = models.CharField(max_length=20, blank=True)
    translator_name = models.CharField(max_length=120, blank=True)
    translator_place = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(replaced_at=None), name="one_current_version"
            ),
        ]

    def __str__(self) -> str:
        return f"version:{self.number}"


class File(models.Model):
    """One file sent. ``blob`` is empty for a refused file: its bytes were not kept, its verdict is.

    ``replaced_at``: a caseworker sent it back and a newer file took its place in its half of the slot (ADR 9).
    ``said``: which paper a company says that it is, where that is asked (dossiers.work).
    """

    class State(models.TextChoices):
        """What is known of the file: the words are in design.md, component ``file``."""

        CHECKING = "checking"
        READY = "ready"
        REFUSED = "refused"
        ALREADY_SENT = "already_sent"

    class Part(models.TextChoices):
        """The half of a shared slot that the file is (house.md, section 1)."""

        MAIN = "main"
        TRANSLATION = "translation"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=12, choices=Part.choices, default=Part.MAIN)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    blob = models.UUIDField(null=True)
    name = EncryptedTextField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8, blank=True)
    page_count = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    needs_clean = models.BooleanField(default=False)
    said = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    live_pages: list[UUID]  # the pages not taken out, in order: only in what queries.space reads

    class Meta:
        indexes = [
            models.Index(fields=["version", "position"], name="file_order"),
            models.Index(fields=["removed_at"], name="file_removed", condition=models.Q(removed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"file:{self.pk}"


class Page(models.Model):
    """One page of a file: where it comes in the order, how it is turned, whether it was taken out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    rotation = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="page_number")]
        indexes = [
            models.Index(fields=["removed_at"], name="page_removed", condition=models.Q(removed_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"page:{self.number}"


class Done(models.Model):
    """An idempotency key that was spent: the same submit sent again finds its result here (house.md, section 2)."""

    key = models.UUIDField()
    actor = models.CharField(max_length=60)
    operation = models.CharField(max_length=40)
    dossier_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "operation", "key"], name="done_once")]

    def __str__(self) -> str:
        return f"done:{self.operation}"


class QueueCount(models.Model):
    """How many dossiers stand in one queue of one office: a cache, moved by the operation that moves a dossier."""

    office = models.CharField(max_length=3)
    queue = models.CharField(max_length=10)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "queue"], name="queue_counted_once")]

    def __str__(self) -> str:
        return f"count:{self.office}:{self.queue}"


class LabelCount(models.Model):
    """How many requests of a company stand under one label: a cache, moved by the operation that moves a request."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=24)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "label"], name="label_counted_once")]

    def __str__(self) -> str:
        return f"count:{self.organisation_id}:{self.label}"


class Erasure(models.Model):
    """That something was erased for good, and when: the proof that retention was applied (reliability.md R73).

    It outlives the dossier and names nobody: identifiers that lead nowhere any more, a digest, counts.
    """

    class What(models.TextChoices):
        """What went."""

        FILE = "file"
        PAGES = "pages"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    what = models.CharField(max_length=8, choices=What.choices)
    dossier_id = models.UUIDField()
    file_id = models.UUIDField()
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField()
    at = models.DateTimeField()
    wall_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"erasure:{self.file_id}"


# the tables of the examination are models of this app too: Django looks for them here
from matricule.dossiers import case, keeping, listing, mailbox, posted, told  # noqa: E402, F401
