"""Made-up values for the gallery. Nothing here is shown anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from sightline.planning.money import Money
from sightline.web.conflict import Conflict
from sightline.web.figures import Figure, Input


class SampleForm(forms.Form):
    """One field of each kind."""

    potential = forms.CharField(label=_("Potential per year"), help_text=_("In pounds, per year."))
    owner = forms.CharField(
        label=_("Who owns the budget?"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("A name or a role")}),
    )
    close_date = forms.DateField(label=_("Close date"))
    confidence = forms.ChoiceField(
        label=_("Confidence"), choices=[("estimate", _("Estimate")), ("contract", _("Contract"))]
    )
    need = forms.ChoiceField(
        label=_("Need"),
        required=False,
        choices=[("0", "0"), ("1", "1"), ("2", "2"), ("3", "3")],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(label=_("Evidence"), required=False, widget=forms.Textarea)
    told = forms.BooleanField(label=_("The customer said so"), required=False)


@dataclass(frozen=True, slots=True)
class Stat:
    """A headline figure."""

    label: str
    value: str
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sample table."""

    name: str
    industry: str
    tier: int
    tier_state: str
    potential: Money
    low: float
    middle: float
    high: float
    vulnerability: int | None
    tone: str
    acv: Money | None
    expected: float
    target: float


STATS = (
    Stat("Recurring revenue", "£2.42m", "+8% on last year", "GBP 2,420,000, exit ACV"),
    Stat("Target FY27", "£3.60m", "88% covered by plays"),
    Stat("Potential", "£7.10m", "34% wallet share"),
    Stat("Vulnerability", "62", "of 100, up 6 this month"),
    Stat("Health", "from 3 of 5", "two parts are not known"),
    Stat("Renewal", "14 Mar 2027", "111 days, £2.1m"),
)
TABS = (Tab("Plan", "#plan"), Tab("People", "#people", 40), Tab("Challenges", "#challenges", 5))
CELLS = (
    ("owned", "£640k", ""),
    ("owned", "£410k", "in_progress"),
    ("in_progress", "£160k", ""),
    ("open", "£140k", ""),
    ("competitor", "Tessera", ""),
    ("in_house", "IT team", ""),
    ("blocked", "Jul 2027", ""),
    ("lapsed", "£30k", ""),
    ("fantasy", "£120k", ""),
    ("path_unknown", "£70k", ""),
    ("unknown", "Ask Wei", ""),
    ("not_applicable", "", ""),
)
ROWS = (
    Row(
        "Helvion Industries",
        "Industrial machinery",
        1,
        "decided",
        Money(710_000_000, "GBP"),
        5.6,
        7.1,
        8.4,
        62,
        "warn",
        Money(242_000_000, "GBP"),
        3.18,
        3.6,
    ),
    Row(
        "Northgate Health",
        "Hospitals",
        1,
        "override",
        Money(520_000_000, "GBP"),
        4.3,
        5.2,
        6.0,
        31,
        "",
        Money(188_000_000, "GBP"),
        2.31,
        2.2,
    ),
    Row(
        "Varley Foods",
        "Prospect",
        2,
        "proposed",
        Money(170_000_000, "GBP"),
        0.6,
        1.7,
        2.9,
        None,
        "",
        None,
        0.12,
        0.25,
    ),
    Row(
        "Brill Optics",
        "Precision optics",
        3,
        "provisional",
        Money(50_000_000, "GBP"),
        0.3,
        0.5,
        0.8,
        80,
        "neg",
        Money(12_000_000, "GBP"),
        0.09,
        0.12,
    ),
)


def conflict(now: datetime) -> Conflict:
    """Two values for one field."""
    return Conflict(
        heading="Ivo Lund changed this field 40 seconds ago",
        url="#conflict",
        name="potential",
        mine="150000",
        theirs="175000",
        mine_shown="£150,000",
        theirs_shown="£175,000",
        who="Ivo Lund",
        source="Salesforce",
        version="15",
        at=now - timedelta(seconds=40),
        compare_url="#compare",
    )


def figure(today: date) -> Figure:
    """What a figure was made from."""
    return Figure(
        explanation="1 − Π(1 − p) over the parts that hold",
        inputs=(
            Input("Single thread in three units", ".25"),
            Input("Gap alarm, analytics", ".25"),
            Input("Renewal in 111 days", ".10"),
        ),
        missing=("product usage",),
        source="Salesforce and the ledger",
        as_of=today,
        marks=("inferred", "stale", "uncalibrated"),
    )


def moments(now: datetime) -> tuple[datetime | date, ...]:
    """Times near and far."""
    return (
        now - timedelta(minutes=6),
        now - timedelta(hours=3),
        now - timedelta(days=9),
        now.date() + timedelta(days=111),
    )
