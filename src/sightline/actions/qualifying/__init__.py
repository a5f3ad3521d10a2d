"""Qualifying: which accounts deserve a plan, computed for all of them at once."""

from sightline.actions.qualifying.compute import RequalifySummary, requalify

__all__ = ["RequalifySummary", "requalify"]
