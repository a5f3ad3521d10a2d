"""Reads an export back, knowing only its files, and works out what the definitions look at.

Written apart from the generator on purpose: it repeats DEFINITIONS in the plainest way.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

Row = dict[str, str]
# day, contact, user, two-way, kind; a mail thread is one touch
Touch = tuple[date, str, str, bool, str]


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def moment_of(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Contacts:
    """Two-way days of one account within a window, per person of theirs and of ours."""

    days: set[date] = field(default_factory=set)
    theirs: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    ours: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    pairs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, day: date, person: str, user: str) -> None:
        self.days.add(day)
        self.theirs[person].add(day)
        self.ours[user].add(day)
        self.pairs[person].add(user)

    def largest_share(self) -> float:
        """The largest part of two-way days that one person of theirs was in."""
        return max(len(days) for days in self.theirs.values()) / len(self.days)

    def largest_share_of_ours(self) -> float:
        return max(len(days) for days in self.ours.values()) / len(self.days)


class Facts:
    """One export, with indexes."""

    def __init__(self, folder: Path, *, today: date) -> None:
        self.folder = folder
        self.today = today
        self._tables: dict[str, list[Row]] = {}

    def table(self, name: str) -> list[Row]:
        cache = self._tables
        if name not in cache:
            with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
                cache[name] = list(csv.DictReader(handle))
        return cache[name]

    @cached_property
    def accounts(self) -> dict[str, Row]:
        return {row["Id"]: row for row in self.table("Account")}

    @cached_property
    def contacts(self) -> dict[str, Row]:
        return {row["Id"]: row for row in self.table("Contact")}

    def named(self, name: str) -> str:
        """The id of the account of that name."""
        return next(row["Id"] for row in self.table("Account") if row["Name"] == name)

    def top(self, account: str) -> str:
        while self.accounts[account]["ParentId"]:
            account = self.accounts[account]["ParentId"]
        return account

    def family(self, top: str) -> set[str]:
        return {account for account in self.accounts if self.top(account) == top}

    # revenue

    def month(self, back: int) -> str:
        number = self.today.year * 12 + self.today.month - 1 - back
        return f"{number // 12:04d}-{number % 12 + 1:02d}"

    @cached_property
    def monthly(self) -> dict[str, dict[str, float]]:
        rates = {(r["month"], r["currency"]): float(r["rate"]) for r in self.table("rates")}
        answer: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self.table("revenue-lines"):
            month = row["date"][:7]
            rate = 1.0 if row["currency"] == "GBP" else rates[month, row["currency"]]
            answer[row["account"]][month] += float(row["amount"]) * rate
        return answer

    def r12(self, account: str, *, back: int = 0) -> float:
        """GBP of twelve full months that ended `back` months before this one began."""
        months = self.monthly[account]
        return sum(months.get(self.month(back + number), 0.0) for number in range(1, 13))

    def trend(self, account: str) -> float:
        before = self.r12(account, back=12)
        return self.r12(account) / before - 1 if before else 0.0

    def potential(self, account: str) -> float:
        """Three years by the definition with its defaults, the CRM's spend as the wallet."""
        own = self.r12(account)
        spend = self.accounts[account]["Estimated_Spend__c"]
        headroom = max(0.0, 0.30 * float(spend) - own) if spend else 0.0
        return own * (0.9 + 0.81 + 0.729) + 1.8 * 0.20 * headroom

    # contact

    @cached_property
    def _touches(self) -> list[Touch]:
        return [*self._meetings(), *self._calls(), *self._mails()]

    def _meetings(self) -> Iterator[Touch]:
        invited: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for row in self.table("EventRelation"):
            who = row["RelationId"]
            invited[row["EventId"]][0 if who in self.contacts else 1].add(who)
        for event in self.table("Event"):
            theirs, ours = invited[event["Id"]]
            for person in theirs | {event["WhoId"]}:
                for user in ours | {event["OwnerId"]}:
                    yield day_of(event["ActivityDate"]), person, user, True, "meeting"

    def _calls(self) -> Iterator[Touch]:
        for row in self.table("Task"):
            if row["TaskSubtype"] == "Call":
                spoke = (
                    row["CallDisposition"] == "Connected" or int(row["CallDurationInSeconds"]) > 120
                )
                yield day_of(row["ActivityDate"]), row["WhoId"], row["OwnerId"], spoke, "call"

    def _mails(self) -> Iterator[Touch]:
        emails = {row["Email"]: row["Id"] for row in self.table("Contact")}
        users = {row["Email"]: row["Id"] for row in self.table("User")}
        threads: dict[str, list[Row]] = defaultdict(list)
        for row in self.table("EmailMessage"):
            threads[row["ThreadIdentifier"]].append(row)
        for messages in threads.values():
            first = messages[0]
            incoming = first["Incoming"] == "true"
            theirs = first["FromAddress" if incoming else "ToAddress"]
            ours = first["ToAddress" if incoming else "FromAddress"]
            answered = any(row["Incoming"] == "true" for row in messages)
            day = day_of(first["MessageDate"])
            yield day, emails[theirs], users[ours], answered, "mail"

    def two_way(self, account: str, *, days: int = 180) -> Contacts:
        since = self.today - timedelta(days=days)
        answer = Contacts()
        for day, person, user, both, _ in self._by_account[account]:
            if both and since <= day <= self.today:
                answer.add(day, person, user)
        return answer

    @cached_property
    def _by_account(self) -> dict[str, list[Touch]]:
        answer: dict[str, list[Touch]] = defaultdict(list)
        for touch in self._touches:
            answer[self.contacts[touch[1]]["AccountId"]].append(touch)
        return answer

    def attention(self, account: str) -> float:
        """Weighted touches of twelve months: meeting 3, call 1.5, mail thread a half."""
        weight = {"meeting": 3.0, "call": 1.5, "mail": 0.5}
        return sum(weight[kind] for kind, _ in self._counted(account))

    def touches(self, account: str) -> int:
        return len(self._counted(account))

    def _counted(self, account: str) -> set[tuple[str, tuple[date, str]]]:
        since = self.today - timedelta(days=365)
        rows = self._by_account[account]
        return {(kind, (day, person)) for day, person, _, _, kind in rows if day >= since}

    def strength(self, person: str) -> float:
        """S of the definitions with an even give and take; 0 without two-way contact."""
        account = self.contacts[person]["AccountId"]
        seen = self.two_way(account)
        days = seen.theirs.get(person)
        if not days:
            return 0.0
        recency = max(0.05, 0.5 ** ((self.today - max(days)).days / 60))
        frequency = max(0.05, len(days) / (len(days) + 3))
        breadth = min(1.0, len(seen.pairs[person]) / 3)
        product: float = recency * frequency * 0.6 * breadth
        return 100 * float(product**0.25)

    def single_threaded(self, account: str) -> bool | None:
        """None where too little is logged to judge."""
        seen = self.two_way(account)
        if len(seen.days) < 8:
            return None
        strong = [person for person in seen.theirs if self.strength(person) >= 40]
        shares = max(seen.largest_share(), seen.largest_share_of_ours())
        return len(strong) < 2 or shares > 2 / 3

    # selling

    def deals(self, account: str) -> list[Row]:
        return [row for row in self.table("Opportunity") if row["AccountId"] == account]

    def open_plays(self, account: str) -> list[Row]:
        rows = self.deals(account)
        return [r for r in rows if r["IsClosed"] == "false" and r["Type"] != "Renewal"]

    def roles(self, deal: str) -> list[Row]:
        return [r for r in self.table("OpportunityContactRole") if r["OpportunityId"] == deal]

    def contracts(self, account: str) -> list[Row]:
        return [row for row in self.table("Contract") if row["AccountId"] == account]

    def unprepared(self, account: str) -> list[Row]:
        """Contracts that end within 270 days and have no open renewal with somebody who decides."""
        prepared = {
            row["ContractId"]
            for row in self.deals(account)
            if row["IsClosed"] == "false"
            and row["NextStep"]
            and any(role["Role"] == "Economic Buyer" for role in self.roles(row["Id"]))
        }
        limit = self.today + timedelta(days=270)
        return [
            row
            for row in self.contracts(account)
            if day_of(row["EndDate"]) <= limit and row["Id"] not in prepared
        ]

    def landing(self, account: str) -> tuple[float, float]:
        """Expected landing and target of an account and those beneath it, in its currency.

        Base, less likely churn, plus plays at stage default.
        """
        mine = self._in_pounds(account)
        landing = sum(self._alone(each) * self._in_pounds(each) for each in self._beneath(account))
        return landing / mine, float(self.accounts[account]["Target_ACV__c"])

    def _beneath(self, account: str) -> list[str]:
        found = [account]
        for each in found:
            found += [key for key, row in self.accounts.items() if row["ParentId"] == each]
        return found

    def _in_pounds(self, account: str) -> float:
        code = self.accounts[account]["CurrencyIsoCode"]
        rates = [
            (r["month"], float(r["rate"])) for r in self.table("rates") if r["currency"] == code
        ]
        return max(rates)[1] if rates else 1.0

    def _alone(self, account: str) -> float:
        kinds = {row["Id"]: row["Revenue_Kind__c"] for row in self.table("Product2")}
        limit = self.today + timedelta(days=365)
        base = up = 0.0
        for row in self.contracts(account):
            base += float(row["Annual_Value__c"])
            if day_of(row["EndDate"]) <= limit:
                up += float(row["Annual_Value__c"])
        plays = 0.0
        for deal in self.open_plays(account):
            for line in self.table("OpportunityLineItem"):
                if line["OpportunityId"] == deal["Id"] and kinds[line["Product2Id"]] == "Recurring":
                    plays += float(line["TotalPrice"]) * float(deal["Probability"]) / 100
        return base - 0.15 * up + plays
