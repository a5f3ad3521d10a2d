"""What was expected of a deal when it entered a stage, kept so that it can be scored later."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import currency, maybe_money


class PlayPrediction(models.Model):
    """The company's probability, the value and the date as they stood on a day; nobody's name.

    One for a deal and a stage: the first time it was seen in it.
    """

    opportunity = models.ForeignKey(
        "records.Opportunity", on_delete=models.CASCADE, related_name="predictions"
    )
    stage = models.ForeignKey("records.Stage", on_delete=models.CASCADE)
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    calibrated = models.BooleanField(default=False)
    amount = maybe_money()
    currency = currency()
    close_date = models.DateField(null=True, blank=True)
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "stage"], name="prediction_once")
        ]
