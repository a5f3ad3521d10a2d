"""The portfolio: every planning account a person may see, by page, in sums, and one by one."""

from sightline.records.queries.portfolio.account import AccountTier, account_tier
from sightline.records.queries.portfolio.keeping import kept_overview
from sightline.records.queries.portfolio.overview import (
    Overview,
    PlanLine,
    is_large,
    overview,
    owner_name,
    pending_overview,
    plan_lines,
)
from sightline.records.queries.portfolio.page import portfolio_page, portfolio_rows
from sightline.records.queries.portfolio.rows import names_of
from sightline.records.queries.portfolio.values import (
    SORTS,
    VIEWS,
    Asked,
    DecisionLine,
    PlanFigure,
    PortfolioPage,
    Row,
)

__all__ = [
    "SORTS",
    "VIEWS",
    "AccountTier",
    "Asked",
    "DecisionLine",
    "Overview",
    "PlanFigure",
    "PlanLine",
    "PortfolioPage",
    "Row",
    "account_tier",
    "is_large",
    "kept_overview",
    "names_of",
    "overview",
    "owner_name",
    "pending_overview",
    "plan_lines",
    "portfolio_page",
    "portfolio_rows",
]
