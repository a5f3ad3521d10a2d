"""The play library of the demonstration: three plays written down as a team would write them, so
that a newcomer sees what a template holds. Made up, labelled, the same at every load."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sightline.actions.play_library import TemplateText, ship_template
from sightline.exchange.demonstration.catalogue import LABEL
from sightline.planning.stakeholders import BuyingRole
from sightline.records.queries import play_library

OWNER, SUCCESS, LEADER = "account manager", "customer success", "leader"

# each with the name of the product line it sells
LIBRARY: Final = (
    (
        "Insight Analytics",
        TemplateText(
            name="Analytics beside the operations they run",
            trigger="Operations Cloud in use for a year and reports still built in spreadsheets",
            fit="Units of 200 staff or more with somebody who answers for reporting",
            steps=(
                ("Ask three users which report costs them most hours", 0, SUCCESS),
                ("Meet whoever answers for reporting; agree the one report to beat", 10, OWNER),
                ("Show it on their own data, with the champion in the room", 24, OWNER),
                ("Hand the hours saved to the economic buyer on one page", 38, OWNER),
                ("Agree start date, price and first two units", 60, OWNER),
            ),
            roles=(BuyingRole.CHAMPION.value, BuyingRole.ECONOMIC_BUYER.value),
            assets=f"Hours-saved sheet; demonstration script; reference call list. ({LABEL})",
        ),
    ),
    (
        "Identity Guard",
        TemplateText(
            name="Security after an audit finding",
            trigger="An audit named access rights, or a competitor's security contract ends in 9 months",
            fit="Accounts with Operations Cloud in two units or more; auditors visit every year",
            steps=(
                ("Get the finding in the customer's own words and its date", 0, OWNER),
                ("Walk through the rights report with their technical evaluator", 14, SUCCESS),
                ("Sponsor to sponsor: what an open finding costs them", 28, LEADER),
                ("Pilot in the unit that was audited; success is written down first", 45, OWNER),
                ("Offer for all units before the auditors come again", 90, OWNER),
            ),
            roles=(
                BuyingRole.ECONOMIC_BUYER.value,
                BuyingRole.TECHNICAL.value,
                BuyingRole.SPONSOR.value,
            ),
            assets=f"Audit checklist; rights report sample; pilot agreement. ({LABEL})",
        ),
    ),
    (
        "Training Places",
        TemplateText(
            name="Train the people who joined since go-live",
            trigger="Active users grew by a fifth, or tickets about first steps doubled",
            fit="Any customer of a recurring line; quick, small, and opens doors",
            steps=(
                ("Count who joined since the last course", 0, SUCCESS),
                ("Offer two dates and a seat price to the unit's head", 7, OWNER),
                ("Hold the course; ask each one what slows them down", 30, SUCCESS),
                ("Bring what they said to the plan as needs of its cells", 37, OWNER),
            ),
            roles=(BuyingRole.USER.value,),
            assets=f"Course outline; seat price list; feedback form. ({LABEL})",
        ),
    ),
)


def fill_library() -> int:
    """Write the templates that are not there yet; answers how many. Safe to run twice.

    A line that the company does not have leaves its template to be started from a cell.
    """
    lines = {name: int(pk) for pk, name in play_library.lines()}
    made = [ship_template(replace(text, line_id=lines.get(line))) for line, text in LIBRARY]
    return sum(one is not None for one in made)
