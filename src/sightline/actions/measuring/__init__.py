"""Measuring: one pass of the ledger's engine, ACV, days of contact; kept per account."""

from sightline.actions.measuring.run import MeasureSummary, measure

__all__ = ["MeasureSummary", "measure"]
