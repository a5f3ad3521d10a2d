"""What the invented seller offers and how it sells: lines, stages, competitors, currencies.
Everything here is made up for the demonstration; none of it is a default of the method."""

from dataclasses import dataclass
from typing import Final

SELLER: Final = "Larkfield Systems"
SELLER_DOMAIN: Final = "larkfield.example"
LABEL: Final = "generated demonstration data"

RECURRING: Final = "Recurring"
REPEAT: Final = "Repeat"
ONE_OFF: Final = "One-off"


@dataclass(frozen=True, slots=True)
class Line:
    """A product line: kind of revenue, list price per quantity and year (GBP), how common it is."""

    number: int
    name: str
    code: str
    family: str
    kind: str
    price: int
    popularity: float


LINES: Final = tuple(
    Line(number, *row)
    for number, row in enumerate(
        (
            ("Operations Cloud", "PLT-OPS", "Platform", RECURRING, 480, 1.00),
            ("Field Mobility", "PLT-FLD", "Platform", RECURRING, 260, 0.45),
            ("Insight Analytics", "ANA-INS", "Analytics", RECURRING, 340, 0.60),
            ("Forecasting", "ANA-FCT", "Analytics", RECURRING, 410, 0.25),
            ("Data Feeds", "ANA-FEE", "Analytics", REPEAT, 190, 0.30),
            ("Connect Hub", "INT-HUB", "Integration", RECURRING, 300, 0.50),
            ("API Transactions", "INT-API", "Integration", REPEAT, 12, 0.35),
            ("Identity Guard", "SEC-IDG", "Security", RECURRING, 150, 0.35),
            ("Audit Vault", "SEC-AUD", "Security", RECURRING, 220, 0.20),
            ("Implementation", "SRV-IMP", "Services", ONE_OFF, 950, 0.30),
            ("Advisory Days", "SRV-ADV", "Services", REPEAT, 1100, 0.40),
            ("Managed Service", "SRV-MAN", "Services", RECURRING, 620, 0.18),
            ("Training Places", "ENA-TRN", "Enablement", REPEAT, 420, 0.45),
            ("Device Kits", "ENA-DEV", "Enablement", ONE_OFF, 240, 0.20),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the sales process; `days` is how long an opportunity usually stays in it."""

    name: str
    probability: int
    closed: bool
    won: bool
    forecast: str
    days: int
    survives: float


STAGES: Final = (
    Stage("Prospecting", 10, False, False, "Pipeline", 24, 0.90),
    Stage("Qualification", 20, False, False, "Pipeline", 26, 0.80),
    Stage("Needs Analysis", 35, False, False, "Pipeline", 30, 0.76),
    Stage("Proposal", 55, False, False, "Best Case", 28, 0.74),
    Stage("Negotiation", 75, False, False, "Commit", 20, 0.78),
    Stage("Closed Won", 100, True, True, "Closed", 0, 1.0),
    Stage("Closed Lost", 0, True, False, "Omitted", 0, 0.0),
)
WON: Final = 5
LOST: Final = 6
FORECAST_CODES: Final = {
    "Pipeline": "Pipeline",
    "Best Case": "BestCase",
    "Commit": "Forecast",
    "Closed": "Closed",
    "Omitted": "Omitted",
}


@dataclass(frozen=True, slots=True)
class Competitor:
    """An invented competitor, the families it attacks, and what people say of it."""

    name: str
    families: frozenset[str]
    strengths: str
    weaknesses: str


COMPETITORS: Final = (
    Competitor(
        "Veltrane",
        frozenset({"Platform", "Enablement"}),
        "Broad suite, one contract for everything",
        "Slow to change, dear at the edges",
    ),
    Competitor(
        "Quorbit",
        frozenset({"Analytics", "Integration"}),
        "Quick to start, low entry price",
        "Thin support outside office hours",
    ),
    Competitor(
        "Ansgard Secure",
        frozenset({"Security", "Services"}),
        "Strong with auditors",
        "Little outside security",
    ),
)

LOSS_REASONS: Final = (
    "Lost to competitor",
    "No budget",
    "No decision",
    "Price",
    "Missing capability",
)
LEAD_SOURCES: Final = ("Account Manager", "Referral", "Web", "Event", "Partner", "Marketing")

# Share of a year's repeat purchases by calendar month: quarter ends peak, August rests.
SEASON: Final = (0.90, 0.94, 1.16, 0.93, 0.98, 1.20, 0.86, 0.74, 1.14, 1.00, 1.03, 1.12)

# GBP per unit, the level around which the generated monthly rates move.
RATES: Final = {"EUR": 0.855, "USD": 0.785}


def competitor_for(line: Line) -> Competitor:
    """The competitor met most often for `line`."""
    return next(item for item in COMPETITORS if line.family in item.families)
