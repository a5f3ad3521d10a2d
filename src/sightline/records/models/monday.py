"""What a person said to the items of a week."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class WeekOpened(models.Model):
    """The items a person's week opened with, kept so that done ones are not replaced."""

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    monday = models.DateField()
    chosen = models.JSONField(default=list)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_in", "monday"], name="week_opened_once")
        ]


class WeekFacts(models.Model):
    """What one planning account asks of a week as far as it takes long reading: who went quiet, what
    hangs on one person, which facts are stale.

    Prepared by a job because it reads every logged day of everybody. People appear by key only;
    `quiet`, `threads` and `stale` are explained in docs/method/monday.md.
    """

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, related_name="week_facts"
    )
    quiet = models.JSONField(default=list, blank=True)
    threads = models.JSONField(default=list, blank=True)
    stale = models.JSONField(default=list, blank=True)
    as_of = models.DateField()
    computed_at = models.DateTimeField(default=timezone.now)


class WeekKept(models.Model):
    """Everything a person's week could hold, as last read, so that a look need not read it again.

    `stamp` says of which state it is true: another stamp, and it is read anew. People stand in it as
    marks with their key, never by name.
    """

    sign_in = models.OneToOneField("records.SignIn", on_delete=models.CASCADE)
    stamp = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=timezone.now)


class MondayAnswer(models.Model):
    """Done, snoozed, not relevant or passed to a colleague: an answer to one act on one account.

    `monday` is the week it was given in; `evidence` the codes of the reasons it answered, so
    that an act comes back when there is another reason for it. `action` is what the colleague owes,
    or the finished call; `taken_from` whose it was before, where it was an action already.
    """

    class Answer(models.TextChoices):
        """What was said."""

        DONE = "done", "Done"
        SNOOZED = "snoozed", "Snoozed"
        NOT_RELEVANT = "not_relevant", "Not relevant"
        DELEGATED = "delegated", "Delegated"

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    act_key = models.CharField(max_length=160)
    answer = models.CharField(max_length=12, choices=Answer)
    reason = models.CharField(max_length=255, blank=True, default="")
    until = models.DateField(null=True, blank=True)
    monday = models.DateField()
    evidence = models.CharField(max_length=255, blank=True, default="")
    delegated_to = models.ForeignKey(
        "records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    action = models.ForeignKey(
        "records.Action", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_from = models.ForeignKey(
        "records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in", "account", "act_key", "monday"],
                condition=models.Q(undone_at=None),
                name="monday_one_answer",
            )
        ]


class LoggedCall(models.Model):
    """That one of ours called one of theirs, and whether they spoke: two taps on the phone.

    It counts as a day of contact beside what the activity ledger holds. Until it is undone.
    `action` is the finished task that tells the CRM.
    """

    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="logged_calls"
    )
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    ours = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    logged_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on = models.DateField()
    reached = models.BooleanField()
    action = models.OneToOneField(
        "records.Action",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="logged_call",
    )
    logged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["contact", "on"], name="call_of_contact")]


class Pin(models.Model):
    """An account a person keeps in the side bar."""

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE, related_name="pins")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sign_in", "account"], name="pinned_once")]


class SavedView(models.Model):
    """A list's filters and order under a name."""

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_in", "page", "name"], name="view_name_once")
        ]
