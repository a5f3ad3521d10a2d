"""Rows of contact and service: events with those invited, calls, to-dos, e-mails, cases."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from sightline.exchange.demonstration import stories
from sightline.exchange.demonstration.account_rows import audit
from sightline.exchange.demonstration.activity import How, Touch
from sightline.exchange.demonstration.company import Team, user_email, user_id, user_name
from sightline.exchange.demonstration.deals import Deal
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.months import workday
from sightline.exchange.demonstration.people import Person
from sightline.exchange.demonstration.profile import Kind, Profile, World
from sightline.exchange.demonstration.tables import Row, moment

SUBJECTS: Final = {
    How.MEETING: ("Working session", "Service review", "Roadmap talk", "Site visit", "Workshop"),
    How.CALL: ("Catch-up", "Open points", "Rollout questions", "Follow-up"),
    How.MAIL: ("Minutes and open points", "Question on usage", "Figures asked for", "Next dates"),
}
CASE_SUBJECTS: Final = (
    "Report runs slowly",
    "User cannot sign in",
    "Interface stopped overnight",
    "Question about licences",
    "Dashboard shows old figures",
)
CASE_DAYS: Final = 730


class ContactRows:
    """Turns the touches of one account into rows, with one count of ids per object."""

    def __init__(self, account: Profile, deals: Sequence[Deal], *, world: World) -> None:
        self.account = account
        self.world = world
        self.rng: Random = world.stream(account.index, "contact")
        self._deals = [deal for deal in deals if deal.kind != "Renewal"]
        self._numbers: dict[str, int] = {}

    def _id(self, kind: str) -> str:
        number = self._numbers.get(kind, 0)
        self._numbers[kind] = number + 1
        return record_id(kind, owner=self.account.index, number=number)

    def _about(self, day: date) -> str:
        """An opportunity alive on that day for a third of touches, else the account."""
        draw = self.rng.random()
        if draw < 0.35:
            alive = [deal for deal in self._deals if deal.created <= day <= deal.close]
            if alive:
                return alive[int(draw * 1000) % len(alive)].id
        return self.account.id

    def rows(self, touches: Sequence[Touch]) -> Iterator[tuple[str, Row]]:
        """Pairs of object name and row, in the order of the touches."""
        for touch in touches:
            if touch.how is How.MEETING:
                yield from self._meeting(touch)
            elif touch.how is How.CALL:
                yield "Task", self._call(touch)
            else:
                yield from self._mails(touch)

    def _meeting(self, touch: Touch) -> Iterator[tuple[str, Row]]:
        event = self._id("Event")
        start = 60 * self.rng.randrange(8, 16) + self.rng.choice((0, 30))
        minutes = self.rng.choice((30, 45, 60, 60, 90))
        about = self._about(touch.day)
        yield (
            "Event",
            {
                "Id": event,
                "WhoId": touch.person.id,
                "WhatId": about,
                "Subject": self.rng.choice(SUBJECTS[How.MEETING]),
                "Location": self.rng.choice(("Online", "On site")),
                "IsAllDayEvent": False,
                "ActivityDateTime": moment(touch.day, minute=start),
                "ActivityDate": touch.day,
                "DurationInMinutes": minutes,
                "StartDateTime": moment(touch.day, minute=start),
                "EndDateTime": moment(touch.day, minute=start + minutes),
                "OwnerId": user_id(touch.ours),
                "Type": "Meeting",
                "IsDeleted": False,
                "AccountId": self.account.id,
                "EventSubtype": "Event",
                **audit(touch.day - timedelta(days=28), min(touch.day, self.world.today)),
            },
        )
        yield "EventRelation", self._relation(event, touch.person.id, touch.day, parent=True)
        if touch.second is not None:
            yield "EventRelation", self._relation(event, touch.second.id, touch.day)
        if touch.colleague is not None and touch.colleague != touch.ours:
            relation = self._relation(event, user_id(touch.colleague), touch.day)
            yield "EventRelation", relation

    def _relation(self, event: str, who: str, day: date, *, parent: bool = False) -> Row:
        answered = day - timedelta(days=25)
        return {
            "Id": self._id("EventRelation"),
            "RelationId": who,
            "EventId": event,
            "IsWhat": False,
            "IsParent": parent,
            "IsInvitee": True,
            "AccountId": self.account.id,
            "Status": "Accepted",
            "RespondedDate": moment(answered),
            "IsDeleted": False,
            **audit(day - timedelta(days=28), answered),
        }

    def _call(self, touch: Touch) -> Row:
        seconds = self.rng.randrange(180, 1800) if touch.answered else self.rng.randrange(15, 60)
        inbound = touch.inbound and touch.answered
        return {
            "Id": self._id("Task"),
            "WhoId": touch.person.id,
            "WhatId": self._about(touch.day),
            "Subject": f"Call: {self.rng.choice(SUBJECTS[How.CALL])}",
            "ActivityDate": touch.day,
            "Status": "Completed",
            "Priority": "Normal",
            "OwnerId": user_id(touch.ours),
            "IsDeleted": False,
            "AccountId": self.account.id,
            "IsClosed": True,
            "TaskSubtype": "Call",
            "CallType": "Inbound" if inbound else "Outbound",
            "CallDurationInSeconds": seconds,
            "CallDisposition": "Connected" if touch.answered else "Left voicemail",
            "CompletedDateTime": moment(touch.day, minute=900),
            **audit(touch.day),
        }

    def _mails(self, touch: Touch) -> Iterator[tuple[str, Row]]:
        """A thread of one or two messages; the customer wrote one of them where answered."""
        thread = f"thread-{self.account.index}-{self._numbers.get('EmailMessage', 0)}"
        subject = self.rng.choice(SUBJECTS[How.MAIL])
        about = self._about(touch.day)
        first = touch.inbound and touch.answered
        directions = [first, not first] if touch.answered else [False]
        for place, incoming in enumerate(directions):
            title = subject if place == 0 else f"Re: {subject}"
            row = self._mail(touch, incoming, minute=560 + 190 * place)
            yield (
                "EmailMessage",
                {**row, "Subject": title, "RelatedToId": about, "ThreadIdentifier": thread},
            )

    def _mail(self, touch: Touch, incoming: bool, *, minute: int) -> Row:
        ours = user_email(touch.ours, self.world)
        theirs = touch.person.email
        sender = touch.person.name if incoming else " ".join(user_name(touch.ours, self.world))
        return {
            "Id": self._id("EmailMessage"),
            "FromName": sender,
            "FromAddress": theirs if incoming else ours,
            "ToAddress": ours if incoming else theirs,
            "Incoming": incoming,
            "HasAttachment": False,
            "Status": "1" if incoming else "3",
            "MessageDate": moment(touch.day, minute=minute),
            "IsDeleted": False,
            **audit(touch.day),
        }

    def to_dos(self, deals: Sequence[Deal], team: Team) -> Iterator[tuple[str, Row]]:
        """An open next step for most open opportunities, a few of them overdue."""
        for deal in deals:
            if not deal.is_open or not deal.next_step or self.rng.random() < 0.2:
                continue
            due = workday(self.world.today + timedelta(days=self.rng.randrange(-6, 24)))
            person = deal.roles[0][0].id if deal.roles else None
            yield (
                "Task",
                {
                    "Id": self._id("Task"),
                    "WhoId": person,
                    "WhatId": deal.id,
                    "Subject": deal.next_step,
                    "ActivityDate": due,
                    "Status": "Not Started",
                    "Priority": "High" if due < self.world.today else "Normal",
                    "OwnerId": user_id(team.owner),
                    "IsDeleted": False,
                    "AccountId": self.account.id,
                    "IsClosed": False,
                    "TaskSubtype": "Task",
                    **audit(max(deal.created, self.world.today - timedelta(days=20))),
                },
            )


def case_rows(
    account: Profile, people: Sequence[Person], team: Team, *, world: World
) -> Iterator[Row]:
    """Two years of support cases; three critical ones with a broken service level at the dip."""
    rng = world.stream(account.index, "cases")
    rate = {Kind.FULL: 18, Kind.CHILD: 6, Kind.STANDARD: 4, Kind.TAIL: 1}.get(account.kind, 0)
    raised = [
        (rng.randrange(2, CASE_DAYS), rng.choices(("Low", "Medium", "High"), (4, 5, 1.5))[0], False)
        for _ in range(rng.randrange(rate // 2, rate + 1))
    ]
    if account.index == stories.DIP:
        raised += [(days, "Critical", True) for days in (380, 345, 310)]
    for number, (ago, priority, broken) in enumerate(sorted(raised, reverse=True)):
        opened = world.today - timedelta(days=ago)
        lasts = rng.randrange(1, 15) * (2 if broken else 1)
        closed = opened + timedelta(days=lasts)
        done = closed < world.today
        yield {
            "Id": record_id("Case", owner=account.index, number=number),
            "IsDeleted": False,
            "CaseNumber": f"{account.index * 100 + number + 1:08d}",
            "ContactId": rng.choice(people).id,
            "AccountId": account.id,
            "Type": "Problem" if broken else rng.choice(("Problem", "Question")),
            "Status": "Closed" if done else "Working",
            "Origin": rng.choice(("Email", "Phone", "Web")),
            "Subject": rng.choice(CASE_SUBJECTS),
            "Priority": priority,
            "IsClosed": done,
            "ClosedDate": moment(closed, minute=960) if done else None,
            "IsEscalated": broken,
            "OwnerId": user_id(team.success),
            "SlaViolation__c": "Yes" if broken else "No",
            **audit(opened, closed if done else opened),
        }
