"""The demonstration company: a generated Salesforce data export with stories to be found in it.
Labelled as generated everywhere; see docs/reference/demonstration.md."""

from sightline.exchange.demonstration.generate import Summary, generate
from sightline.exchange.demonstration.stories import CODES, STORIES, Story

__all__ = ["CODES", "STORIES", "Story", "Summary", "generate"]
