"""The stories told in the demonstration: stable code, account, cause, and what should be found.
Naming a code in `without` takes its cause out and leaves the rest of the export in place."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Story:
    """One story. `account` is the account's number in the export, `cause` what `without` undoes."""

    code: str
    account: int
    cause: str
    finding: str


DIP: Final = 2
ONE_PERSON: Final = 2
CHAMPION: Final = 3
FANTASY: Final = 4
NO_PATH: Final = 5
RENEWAL: Final = 6
ROSY: Final = 7
NEGLECTED: Final = 8
OVERSERVED: Final = 21

STORIES: Final = (
    Story(
        "champion-left",
        CHAMPION,
        "the champion of two open opportunities has left the company",
        "signal: contact left; both opportunities lose their champion",
    ),
    Story(
        "one-person",
        ONE_PERSON,
        "seven of eight contacts of the last half-year are with one person",
        "single-threaded account with its whole ACV on it",
    ),
    Story(
        "dip",
        DIP,
        "the largest line was lost to a competitor eight months ago, after three critical cases; "
        "the target is as it was before",
        "R12 down by more than 20%: off-trend question, losing ground; landing short of the target",
    ),
    Story(
        "fantasy",
        FANTASY,
        "seven of nine units have known people and no contact with any of them",
        "two open opportunities there are fantasy: access 0 with the unit mapped",
    ),
    Story(
        "no-path",
        NO_PATH,
        "the target is 45% above the contracted base and the pipeline is nearly empty",
        "no credible path: landing below 95% of target",
    ),
    Story(
        "unprepared-renewal",
        RENEWAL,
        "a contract ends in 100 days; no renewal opportunity, no meeting about it",
        "renewal within 270 days without strategy",
    ),
    Story(
        "over-served",
        OVERSERVED,
        "a small friendly account gets about 150 touches a year",
        "attention far above its share of potential: likely swap",
    ),
    Story(
        "neglected",
        NEGLECTED,
        "one of the three highest potentials gets eight touches a year",
        "attention below half its share of potential, beyond chance",
    ),
    Story(
        "rosy-stance",
        ROSY,
        "a rated supporter has had no two-way contact for 290 days",
        "stance rosier than activity shows, on the opportunities they carry",
    ),
)
CODES: Final = frozenset(story.code for story in STORIES)


@dataclass(frozen=True, slots=True)
class Told:
    """Which stories this export tells."""

    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = sorted(self.without - CODES)
        if unknown:
            raise ValueError(f"no such story: {', '.join(unknown)}; known: {sorted(CODES)}")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the stories told, in the order of STORIES."""
        return tuple(story.code for story in STORIES if story.code not in self.without)

    def at(self, code: str, account: int) -> bool:
        """Whether story `code` happens at the account of that number."""
        if code in self.without:
            return False
        return any(story.code == code and story.account == account for story in STORIES)
