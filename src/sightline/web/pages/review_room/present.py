"""The room in words: each item's title and evidence, the clock, what is left before it closes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from sightline.planning.challenges import LostKind
from sightline.planning.money import Money
from sightline.planning.reviews import ItemKind, PartCode, ReviewParameters, part_of
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.asks import AskedHere, asked_here
from sightline.records.queries.plays import PlayBook, PlayRow
from sightline.records.queries.reviews import naming, room
from sightline.records.queries.reviews.room import ItemRow, Promise
from sightline.records.queries.reviews.rows import ReviewRow
from sightline.web.pages.plan.ground import BESIDE, kind_words, subject_words
from sightline.web.pages.review_room.forms import PlayForm, SettleForm, StepForm
from sightline.wording import dates

ENDINGS = {"decision": "check", "commitment": "flag", "leave": "leave"}
PLAYS = (ItemKind.PLAY.value, ItemKind.NEXT_PLAY.value)


@dataclass(frozen=True, slots=True)
class LivePlay:
    """A play as it stands now, with the forms that change it."""

    owner: str
    closes: date | None
    next_step: str
    stage: str
    editable: bool
    form: PlayForm | None
    step: StepForm | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item as the room draws it."""

    id: int
    version: int
    kind: str
    title: str
    about: str
    money: Money | None
    ending: str
    ending_words: str
    icon: str
    words: str
    owner: str
    due_on: date | None
    by: str
    said: str
    why: str
    choices: tuple[tuple[str, str], ...]
    forms: tuple[SettleForm, ...]
    play: LivePlay | None
    clash: str = ""
    problem: str = ""

    @property
    def settled(self) -> bool:
        """Whether it has an ending."""
        return bool(self.ending)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part with its time box and items."""

    code: str
    number: int
    title: str
    minutes: int
    spent: int
    state: str
    items: tuple[ShownItem, ...]

    @property
    def done(self) -> int:
        """How many items have an ending."""
        return sum(item.settled for item in self.items)


@dataclass(frozen=True, slots=True)
class Clock:
    """The shared clock: seconds left in the part that runs, and since when it runs."""

    part: str
    title: str
    left: int
    running: bool
    next_part: str


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What the items are shown with."""

    scope: AccountScope
    names: Mapping[str, str]
    promises: Mapping[int, Promise]
    asks: Mapping[int, AskedHere]
    book: PlayBook | None
    people: Sequence[tuple[int, str]]
    writable: bool


def room_facts(
    items: Collection[ItemRow],
    *,
    scope: AccountScope,
    review_id: int,
    book: PlayBook | None,
    writable: bool,
) -> RoomFacts:
    """Names, promises and people for some items. Twelve queries at most."""
    keys = [subject_of(item.key) for item in items]
    about = [key for item in items for key in _about(item)]
    promised = [int(key.partition(":")[2]) for key in keys if key.startswith("commitment:")]
    asked = [int(key.partition(":")[2]) for key in keys if key.startswith("ask:")]
    opinions = scope.rights.opinions
    return RoomFacts(
        scope=scope,
        asks={one.id: one for one in asked_here(scope.seen_ids, opinions=opinions, ids=asked)}
        if asked
        else {},
        names=naming.names_of([*keys, *about], scope=scope),
        promises=room.promises_by_id(promised),
        book=book,
        people=room.people_to_ask(scope, review_id) if writable and items else (),
        writable=writable,
    )


def subject_of(key: str) -> str:
    """What an item's key is about: `next:play:3` is `play:3`."""
    head, _sep, rest = key.partition(":")
    return rest if head in {"lost", "departure", "quiet", "new", "next", "threads"} else key


def shown_items(
    items: Iterable[ItemRow], facts: RoomFacts, *, bound: Mapping[int, SettleForm] | None = None
) -> tuple[ShownItem, ...]:
    """Items in words; `bound` are forms that came back with errors."""
    return tuple(_item(item, facts, (bound or {}).get(item.id)) for item in items)


def parts_of(
    review: ReviewRow, items: Sequence[ShownItem], *, numbers: ReviewParameters, now: datetime
) -> tuple[ShownPart, ...]:
    """The opening and the four parts, in their order."""
    spent = _spent(review, now)
    codes = list(PartCode)
    running = codes.index(PartCode(review.part)) if review.part else -1
    return tuple(
        ShownPart(
            code=code.value,
            number=place,
            title=part_title(code),
            minutes=numbers.minutes[code.value],
            spent=round(spent.get(code.value, 0) / 60),
            state="done" if place < running else "current" if place == running else "",
            items=tuple(one for one in items if part_of(ItemKind(one.kind)) is code),
        )
        for place, code in enumerate(codes)
    )


def clock_of(review: ReviewRow, *, numbers: ReviewParameters, now: datetime) -> Clock | None:
    """The clock of an open room; None otherwise."""
    if not review.open or not review.part:
        return None
    spent = _spent(review, now).get(review.part, 0)
    codes = list(PartCode)
    place = codes.index(PartCode(review.part))
    following = codes[place + 1].value if place + 1 < len(codes) else ""
    return Clock(
        part=review.part,
        title=part_title(codes[place]),
        left=numbers.minutes[review.part] * 60 - spent,
        running=review.part_since is not None,
        next_part=following,
    )


def part_title(code: PartCode) -> str:
    """A part's heading."""
    return {
        PartCode.OPENING: _("Do the assumptions hold? Were commitments kept?"),
        PartCode.PROGRESS: _("Progress against target and metrics"),
        PartCode.RELATIONSHIPS: _("Changes in the relationship map"),
        PartCode.PLAYS: _("Plays, and what each needs to advance"),
        PartCode.NEXT_QUARTER: _("The next quarter: plays, owners, dates"),
    }[code]


def part_short(code: PartCode) -> str:
    """A part's name on the clock."""
    return {
        PartCode.OPENING: _("Opening"),
        PartCode.PROGRESS: _("Progress"),
        PartCode.RELATIONSHIPS: _("Relationships"),
        PartCode.PLAYS: _("Plays"),
        PartCode.NEXT_QUARTER: _("Next quarter"),
    }[code]


def ending_words(code: str) -> str:
    """How an item ended, in a word."""
    return {
        "decision": _("Decision"),
        "commitment": _("Commitment"),
        "leave": _("Leave"),
        "holds": _("Holds"),
        "kept": _("Kept"),
        "not_kept": _("Not kept"),
        "no_longer": _("No longer"),
        "unsure": _("Unsure"),
    }.get(code, "")


def _spent(review: ReviewRow, now: datetime) -> dict[str, int]:
    found = {name: int(seconds) for name, seconds in review.spent.items()}
    if review.part and review.part_since is not None:
        passed = max(0, round((now - review.part_since).total_seconds()))
        found[review.part] = found.get(review.part, 0) + passed
    return found


def _item(item: ItemRow, facts: RoomFacts, bound: SettleForm | None) -> ShownItem:
    title, about = _title(item, facts)
    return ShownItem(
        id=item.id,
        version=item.version,
        kind=item.kind,
        title=title,
        about=about,
        money=item.money,
        ending=item.ending,
        ending_words=ending_words(item.said if item.said in ("holds", "kept") else item.ending),
        icon=ENDINGS.get(item.ending, "minus"),
        words=item.words,
        owner=item.owner,
        due_on=item.due_on,
        by=item.by,
        said=item.said,
        why=item.why,
        choices=_choices(item),
        forms=_forms(item, facts, bound),
        play=_live(item, facts) if item.kind in PLAYS else None,
    )


def _forms(item: ItemRow, facts: RoomFacts, bound: SettleForm | None) -> tuple[SettleForm, ...]:
    if not facts.writable or (item.ending and bound is None):
        return ()
    if item.ending and bound is not None:
        return (bound,)
    return tuple(
        bound
        if bound is not None and bound.ending == ending
        else SettleForm(
            ending=ending,
            people=facts.people,
            auto_id=f"i{item.id}-{ending}-%s",
            initial={"version": item.version},
        )
        for ending in ENDINGS
    )


def _choices(item: ItemRow) -> tuple[tuple[str, str], ...]:
    names = {
        ItemKind.ASSUMPTION.value: ("holds", "unsure", "no_longer"),
        ItemKind.COMMITMENT.value: ("kept", "not_kept"),
    }.get(item.kind, ())
    return tuple((name, ending_words(name)) for name in names)


def _title(item: ItemRow, facts: RoomFacts) -> tuple[str, str]:
    """Title and evidence of an item, from its key and frozen facts."""
    subject = subject_of(item.key)
    name = facts.names.get(subject, "")
    frozen = item.facts
    if item.kind == ItemKind.ASSUMPTION:
        return name or _("An assumption not kept"), _again(frozen.get("look_again"))
    if item.kind == ItemKind.COMMITMENT:
        return _promise(facts.promises.get(int(subject.partition(":")[2])))
    if item.kind == ItemKind.ASK:
        return _asked(facts.asks.get(int(subject.partition(":")[2])))
    if item.kind == ItemKind.LOSING_GROUND:
        return _lost(subject, frozen, facts)
    if item.kind == ItemKind.CHALLENGE:
        named = ", ".join(facts.names[key] for key in _about(item) if key in facts.names)
        says = str(frozen.get("says", ""))
        return _(str(frozen.get("title", ""))), f"{named}: {says}" if named else says
    if item.key.startswith("threads:"):
        return _("The account hangs on one person"), " ".join(frozen.get("says", ()))
    if item.kind in PLAYS:
        return name or _("A play not shown"), ""
    return _person(item, name or _("A person not shown"))


def _about(item: ItemRow) -> tuple[str, ...]:
    """What a challenge is about; a bare number is a person's key."""
    found = (str(key) for key in item.facts.get("about", ()))
    return tuple(f"contact:{key}" if key.isdecimal() else key for key in found)


def _promise(one: Promise | None) -> tuple[str, str]:
    if one is None:
        return _("A commitment not kept here"), ""
    day = dates.day(one.due_on) if one.due_on else ""
    state = {"done": _("its action is done"), "dropped": _("its action was dropped")}.get(
        one.state, ""
    )
    return one.words, ", ".join(text for text in (one.owner, day, state) if text)


def _asked(one: AskedHere | None) -> tuple[str, str]:
    if one is None:
        return _("A question not shown"), ""
    who = _("%(by)s asks %(of)s") % {"by": one.by or "–", "of": one.of or "–"}
    return one.words, f"{who}, {dates.day(one.due_on)}" + (f": {one.answer}" if one.answer else "")


def _lost(subject: str, frozen: Mapping[str, object], facts: RoomFacts) -> tuple[str, str]:
    kind, _sep, rest = subject.partition(":")
    if subject == "share" and not facts.scope.rights.wallet:
        return _("An entry not shown"), ""
    if subject in BESIDE:
        return subject_words(subject), kind_words(LostKind(str(frozen.get("kind"))))
    if kind == "cell":
        unit, _sep, line = rest.partition(":")
        line_name = facts.names.get(f"line:{line}", "")
        title = f"{line_name}, {facts.names.get(f'unit:{unit}', '')}".strip(", ")
    else:
        title = facts.names.get(subject, "")
    words = kind_words(LostKind(str(frozen.get("kind"))))
    named = "" if frozen.get("named") else _("in no play")
    return title or _("Revenue not shown"), ", ".join(text for text in (words, named) if text)


def _person(item: ItemRow, name: str) -> tuple[str, str]:
    frozen = item.facts
    since = frozen.get("since")
    day = dates.day(date.fromisoformat(since)) if isinstance(since, str) else ""
    if item.kind == ItemKind.DEPARTURE:
        words = _("%s moved") if frozen.get("status") == "moved" else _("%s left")
        return words % name, day
    if item.kind == ItemKind.NEW_PERSON:
        return _("%s is new") % name, ""
    about = _("last heard %s") % day if day else ""
    if frozen.get("usual"):
        about += "; " + _("usually every %s days at most") % frozen["usual"]
    return _("%s has gone quiet") % name, about.strip("; ")


def _again(day: object) -> str:
    if not isinstance(day, str):
        return ""
    return _("to look at again on %s") % dates.day(date.fromisoformat(day))


def _live(item: ItemRow, facts: RoomFacts) -> LivePlay | None:
    row = _row(subject_of(item.key), facts.book)
    if row is None:
        return None
    own = row.id is not None and row.opportunity_id is None
    may = facts.writable and row.id is not None
    return LivePlay(
        owner=row.owner,
        closes=row.play.target_close,
        next_step=row.play.next_action or "",
        stage=row.play.stage or "",
        editable=may and own,
        form=PlayForm.of(row, facts.people, prefix_id=f"i{item.id}") if may and own else None,
        step=StepForm(people=facts.people, auto_id=f"i{item.id}-step-%s") if may else None,
    )


def _row(key: str, book: PlayBook | None) -> PlayRow | None:
    if book is None:
        return None
    kind, _sep, number = key.partition(":")
    for row in book.plays:
        if kind == "play" and str(row.id) == number:
            return row
        if kind == "opportunity" and row.id is None and str(row.opportunity_id) == number:
            return row
    return None
