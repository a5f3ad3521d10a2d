"""Two-way sync: connections, links and what both sides last agreed on, and what waits to cross."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class SyncConnection(models.Model):
    """One organisation of a CRM. `sealed` holds secrets and tokens, encrypted with the key of the
    installation. `grant_version` moves with every new token, so that one refresh wins."""

    class State(models.TextChoices):
        """Where it stands."""

        READY = "ready", "Connected"
        PAUSED = "paused", "Paused"
        NEEDS_RECONNECT = "needs_reconnect", "Needs to be connected again"

    source = models.OneToOneField(
        "records.Source", on_delete=models.CASCADE, related_name="connection"
    )
    name = models.CharField(max_length=80, unique=True)
    brand = models.CharField(max_length=20)
    settings = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True, default="")
    grant_version = models.PositiveIntegerField(default=0)
    org_id = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=16, choices=State, default=State.READY)
    state_note = models.CharField(max_length=500, blank=True, default="")
    parked_until = models.DateTimeField(null=True, blank=True)
    budget_used = models.PositiveIntegerField(null=True, blank=True)
    budget_limit = models.PositiveIntegerField(null=True, blank=True)
    budget_at = models.DateTimeField(null=True, blank=True)
    pulled_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now)


class SyncMapping(models.Model):
    """A version of a connection's mapping rules; the newest one holds."""

    connection = models.ForeignKey(
        SyncConnection, on_delete=models.CASCADE, related_name="mappings"
    )
    version = models.PositiveIntegerField()
    rules = models.JSONField()
    made_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "version"], name="sync_mapping_version")
        ]


class SyncSchema(models.Model):
    """What an object's describe last said."""

    connection = models.ForeignKey(SyncConnection, on_delete=models.CASCADE, related_name="schemas")
    object = models.CharField(max_length=80)
    content = models.JSONField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "object"], name="sync_schema_once")
        ]


class SyncCursor(models.Model):
    """How far an object was read. `mark` is the adapter's own text. `whole` names the fields with
    which every row was read; one that is read and not among them has to be caught up with, which
    `catching` (the fields) and `catch_mark` say how far it went."""

    class Phase(models.TextChoices):
        """What is being read."""

        FIRST = "first", "First load"
        STEADY = "steady", "Changes"

    connection = models.ForeignKey(SyncConnection, on_delete=models.CASCADE, related_name="cursors")
    object = models.CharField(max_length=80)
    mark = models.TextField(blank=True, default="")
    phase = models.CharField(max_length=6, choices=Phase, default=Phase.FIRST)
    rows = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    whole = models.JSONField(null=True, blank=True)
    catching = models.JSONField(default=list, blank=True)
    catch_mark = models.TextField(blank=True, default="")
    caught_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "object"], name="sync_cursor_once")
        ]


class SyncInboxRow(models.Model):
    """A row as it was read, until it is merged. Held rows say why and are tried again."""

    connection = models.ForeignKey(SyncConnection, on_delete=models.CASCADE)
    object = models.CharField(max_length=80)
    remote_id = models.CharField(max_length=120)
    stamp = models.DateTimeField()
    digest = models.CharField(max_length=32)
    content = models.JSONField()
    held = models.BooleanField(default=False)
    reason = models.CharField(max_length=255, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "object", "remote_id", "stamp", "digest"],
                name="sync_inbox_once",
            )
        ]
        indexes = [models.Index(fields=["connection", "object", "held"], name="sync_inbox_next")]


class SyncLink(models.Model):
    """That a row here and a row there are one. `base` maps a field of ours to what each side said
    when they last agreed, as [ours, theirs]; `turns` maps a field to the moments at which its
    direction turned, and `frozen` lists fields that turned too often. `seen_version` is the local
    version that was last merged; `dirty` asks for a new merge."""

    class State(models.TextChoices):
        """Where it stands."""

        LINKED = "linked", "Linked"
        CREATING = "creating", "Being created there"
        TOMBSTONE = "tombstone", "Deleted there"
        UNLINKED = "unlinked", "Deleted here"

    connection = models.ForeignKey(SyncConnection, on_delete=models.CASCADE, related_name="links")
    target = models.CharField(max_length=40)
    local_id = models.BigIntegerField(null=True, blank=True)
    remote_id = models.CharField(max_length=120, blank=True, default="")
    external_key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.LINKED)
    stamp = models.DateTimeField(null=True, blank=True)
    base = models.JSONField(default=dict, blank=True)
    turns = models.JSONField(default=dict, blank=True)
    frozen = models.JSONField(default=list, blank=True)
    cut = models.JSONField(default=list, blank=True)
    seen_version = models.PositiveIntegerField(default=0)
    dirty = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=120, blank=True, default="")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "target", "local_id"],
                condition=models.Q(local_id__isnull=False),
                name="sync_link_one_per_row_here",
            ),
            models.UniqueConstraint(
                fields=["connection", "target", "remote_id"],
                condition=~models.Q(remote_id=""),
                name="sync_link_one_per_row_there",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "target"],
                condition=models.Q(dirty=True),
                name="sync_link_dirty",
            )
        ]


class SyncAlias(models.Model):
    """An id of a row that was merged away there; it now means the link's row."""

    link = models.ForeignKey(SyncLink, on_delete=models.CASCADE, related_name="aliases")
    remote_id = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "remote_id"], name="sync_alias_once")
        ]
        indexes = [models.Index(fields=["remote_id"], name="sync_alias_id")]


class SyncIntent(models.Model):
    """What is to be written there for one link, later edits folded in. `sent` is what the last
    try carried, kept before it went out; UNKNOWN until its end is known."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "On its way"
        UNKNOWN = "unknown", "Sent, answer not known"
        REFUSED = "refused", "Refused"

    link = models.OneToOneField(SyncLink, on_delete=models.CASCADE, related_name="intent")
    deed = models.CharField(max_length=6)
    values = models.JSONField(default=dict)
    sent = models.JSONField(default=dict, blank=True)
    number = models.PositiveBigIntegerField(default=1)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    code = models.CharField(max_length=80, blank=True, default="")
    message = models.TextField(blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    asked_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="sync_intent_next")]


class SyncConflict(models.Model):
    """Both sides changed a field, or one deleted what the other edited: a person decides."""

    class Kind(models.TextChoices):
        """What happened."""

        FIELD = "field", "Changed on both sides"
        DELETED = "deleted", "Deleted there, edited here"
        TURNING = "turning", "Changed back and forth"

    link = models.ForeignKey(SyncLink, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=80, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FIELD)
    base = models.TextField(null=True, blank=True)
    ours = models.TextField(null=True, blank=True)
    theirs = models.TextField(null=True, blank=True)
    ours_by = models.ForeignKey(
        "records.SignIn", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ours_at = models.DateTimeField(null=True, blank=True)
    theirs_by = models.CharField(max_length=120, blank=True, default="")
    theirs_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=8, blank=True, default="")
    decided_by = models.ForeignKey(
        "records.SignIn", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "field"],
                condition=models.Q(decision=""),
                name="sync_conflict_open_once",
            )
        ]
        indexes = [models.Index(fields=["decision", "-found_at"], name="sync_conflict_open")]


class SyncCrossing(models.Model):
    """One value that crossed, or gave way: the history of a linked field."""

    class Way(models.TextChoices):
        """From where to where."""

        IN = "in", "came in"
        OUT = "out", "went out"
        OVERRULED = "lost", "gave way"

    link = models.ForeignKey(SyncLink, on_delete=models.CASCADE, related_name="crossings")
    field = models.CharField(max_length=80)
    way = models.CharField(max_length=4, choices=Way)
    before = models.TextField(null=True, blank=True)
    after = models.TextField(null=True, blank=True)
    who = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["link", "-at"], name="sync_crossing_newest")]


class SyncWatch(models.Model):
    """That somebody has an account on a screen, until a moment; read live meanwhile."""

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, primary_key=True, related_name="watch"
    )
    until = models.DateTimeField(db_index=True)


class SyncComparison(models.Model):
    """A full comparison of both sides. In steady state every count but `rows` is zero."""

    connection = models.ForeignKey(
        SyncConnection, on_delete=models.CASCADE, related_name="comparisons"
    )
    rows = models.BigIntegerField(default=0)
    missing_here = models.BigIntegerField(default=0)
    missing_there = models.BigIntegerField(default=0)
    differing = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    repaired = models.BigIntegerField(default=0)
    samples = models.JSONField(default=list, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
