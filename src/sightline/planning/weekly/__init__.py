"""Monday: the few acts that matter most this week, chosen exactly. See docs/method/monday.md."""

from sightline.planning.weekly.asked import (
    AskedFacts,
    OpenChallenge,
    OpenPriority,
    SeenSignal,
    StaleFact,
    StalledPlay,
    worth_refreshing,
)
from sightline.planning.weekly.candidates import (
    ActKind,
    Candidate,
    Ground,
    Item,
    Lift,
    WeeklyParameters,
    ground_value,
    items,
    urgency,
    weekly_parameters,
)
from sightline.planning.weekly.choice import DoneAct, NotChosen, Week, choose_among, choose_week
from sightline.planning.weekly.known import (
    KnownFacts,
    NextStep,
    QuietContact,
    SingleThread,
    candidates_from,
)
from sightline.planning.weekly.learned import Judged, kind_of, weighed, weights_of

__all__ = [
    "ActKind",
    "AskedFacts",
    "Candidate",
    "DoneAct",
    "Ground",
    "Item",
    "Judged",
    "KnownFacts",
    "Lift",
    "NextStep",
    "NotChosen",
    "OpenChallenge",
    "OpenPriority",
    "QuietContact",
    "SeenSignal",
    "SingleThread",
    "StaleFact",
    "StalledPlay",
    "Week",
    "WeeklyParameters",
    "candidates_from",
    "choose_among",
    "choose_week",
    "ground_value",
    "items",
    "kind_of",
    "urgency",
    "weekly_parameters",
    "weighed",
    "weights_of",
    "worth_refreshing",
]
