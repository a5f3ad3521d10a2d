"""What the words in a CRM's picklists mean here. What no rule knows stays unknown.

The table of words is docs/reference/imports.md.
"""

from __future__ import annotations

import re

# Salesforce's standard values of OpportunityContactRole.Role, and the ones companies add.
_ROLES: tuple[tuple[str, str], ...] = (
    (r"technical|evaluator|architect", "technical"),
    (r"economic|decision.?maker|budget|approver|signatory|decider", "economic_buyer"),
    (r"champion|advocate|supporter", "champion"),
    (r"executive.?sponsor|sponsor", "their_sponsor"),
    (r"block|detractor|opponent|gatekeeper", "blocker"),
    (r"procurement|purchas|sourcing|buyer.?agent|legal", "procurement"),
    (r"coach|guide", "coach"),
    (r"user", "user"),
    (r"influenc|recommend|stakeholder", "influencer"),
    (r"buyer", "economic_buyer"),
)
_STANCES: tuple[tuple[str, str], ...] = (
    (r"against|oppos|detract|negative|block|hostile|enemy", "against"),
    (r"indifferent|apathetic", "indifferent"),
    (r"neutral|undecided", "neutral"),
    (r"support|champion|advocate|positive|promoter|friend|fan|for\b", "supports"),
)
_STRENGTHS: tuple[tuple[str, str], ...] = (
    (r"strong advocate|excellent|very strong", "5"),
    (r"support|advocate|strong", "4"),
    (r"trust|good|warm|medium", "3"),
    (r"contact|fair|moderate", "2"),
    (r"aware|weak|cold|poor|low", "1"),
    (r"none|no relationship", "0"),
    (r"high", "4"),
)
_KINDS: tuple[tuple[str, str], ...] = (
    (r"recur|subscri|saas|annual|arr|mrr|maintenance", "recurring"),
    (r"one.?(off|time)|project|perpetual|once|non.?recur", "one_off"),
    (r"repeat|consum|reorder|transaction", "repeat"),
)
_TIER_LETTERS = {"a": 1, "b": 2, "c": 3, "d": 3}
_TIER_WORDS = {
    **dict.fromkeys(("platinum", "gold", "strategic", "key", "enterprise", "high"), 1),
    **dict.fromkeys(("silver", "growth", "focus", "core", "medium", "mid"), 2),
    **dict.fromkeys(("bronze", "standard", "scale", "low", "tail", "long tail"), 3),
}
_RENEWAL = re.compile(r"\brenew(?:al|als|s|ing)?\b|\bverl[äa]ngerung\b|\brenouvellement\b", re.I)
_CRITICAL = re.compile(r"critical|urgent|blocker|p1\b|sev(?:erity)?\s*-?1\b|^1\b", re.I)


def buying_role(text: str) -> str:
    """One of our buying roles for the CRM's role text; empty where nothing fits."""
    return _first(_ROLES, text) or ""


def stance_of(text: str) -> str | None:
    """supports, neutral, indifferent or against; None where the word says none of them."""
    return _first(_STANCES, text)


def strength_of(text: str) -> str | None:
    """A level from 0 to 5 as text: a number as it stands, or a word from the table."""
    number = re.fullmatch(r"\s*([0-5])(?:\.0+)?\s*(?:[-:/].*)?", text)
    return number[1] if number else _first(_STRENGTHS, text)


def revenue_kind(text: str) -> str | None:
    """recurring, repeat or one_off; None where the word says none of them."""
    negated = re.search(r"non.?recur", text, re.I)
    return "one_off" if negated else _first(_KINDS, text)


def tier_of(text: str) -> int | None:
    """1, 2 or 3 from the CRM's own word; None where it cannot be told."""
    word = text.strip().casefold()
    digit = re.search(r"(?<!\d)([123])(?!\d)", word)
    if digit:
        return int(digit[1])
    letter = re.fullmatch(r"(?:tier|class|segment|category)?\s*([abcd])", word)
    if letter:
        return _TIER_LETTERS[letter[1]]
    return _TIER_WORDS.get(word)


def is_renewal_text(*texts: object) -> bool:
    """Whether a type or name says that the deal renews something."""
    return any(_RENEWAL.search(str(text).replace("_", " ")) for text in texts if text)


def is_critical(priority: str) -> bool:
    """Whether a case's priority is the highest kind."""
    return bool(_CRITICAL.search(priority.strip()))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    word = text.strip().casefold()
    return next((meaning for pattern, meaning in table if re.search(pattern, word)), None)
