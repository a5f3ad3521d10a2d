"""Work and its trail: the journal, the outbox that is the queue, imports and their rows."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class JournalEntry(models.Model):
    """Who changed what. `changes` maps field to [before, after]; people appear by key."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey("records.SignIn", null=True, blank=True, on_delete=models.SET_NULL)
    acting_as = models.CharField(max_length=40, blank=True, default="")
    verb = models.CharField(max_length=60)
    account = models.ForeignKey("records.Account", null=True, blank=True, on_delete=models.SET_NULL)
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=255, blank=True, default="")
    import_run = models.ForeignKey(
        "records.ImportRun", null=True, blank=True, on_delete=models.SET_NULL
    )

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="journal_account"),
            models.Index(fields=["subject_kind", "subject_id"], name="journal_subject"),
        ]


class Job(models.Model):
    """Work requested by name in the same transaction as the change that asks for it.

    `key` folds requests: while one with the same name and key waits, another is not added.
    A running job holds a lease; a lease that ran out lets another worker take it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=160, blank=True, default="")
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True, blank=True)
    progress_note = models.CharField(max_length=200, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=models.Q(state="waiting") & ~models.Q(key=""),
                name="job_waits_once",
            )
        ]
        indexes = [models.Index(fields=["state", "run_at"], name="job_next")]


class Schedule(models.Model):
    """A job that comes round: at each tick one row is added to the queue."""

    name = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)


class WorkerSeen(models.Model):
    """When a worker last said that it is alive."""

    owner = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)


class DoneOnce(models.Model):
    """The answer to a machine's request, kept so that repeating it changes nothing."""

    key = models.CharField(max_length=160, unique=True)
    verb = models.CharField(max_length=60)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)


class ImportRun(models.Model):
    """One import, from upload to the last row; resumable at `applied_rows`."""

    class State(models.TextChoices):
        """Where it stands."""

        UPLOADED = "uploaded", "Uploaded"
        PREVIEWING = "previewing", "Reading"
        READY = "ready", "Ready to apply"
        APPLYING = "applying", "Applying"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        UNDONE = "undone", "Undone"

    kind = models.CharField(max_length=40)
    source = models.ForeignKey("records.Source", null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    title = models.CharField(max_length=200, blank=True, default="")
    folder = models.CharField(max_length=400, blank=True, default="")
    files = models.JSONField(default=list, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)


class ImportRefusal(models.Model):
    """A row that could not be taken: where, why and the way out."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    file = models.CharField(max_length=120)
    row = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True, default="")
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=500)
    raw = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "file", "row"], name="refusal_place")]


class SavedMapping(models.Model):
    """How one company's columns become our fields, under a name."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="mapping_name_once")]
