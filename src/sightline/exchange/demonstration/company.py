"""The invented seller's own people and catalogue as rows: roles, users, products, stages.
Users are numbered by job, so that an account's team follows from its owner alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from sightline.exchange.demonstration import names
from sightline.exchange.demonstration.catalogue import (
    FORECAST_CODES,
    LABEL,
    LINES,
    SELLER_DOMAIN,
    STAGES,
)
from sightline.exchange.demonstration.identity import record_id
from sightline.exchange.demonstration.profile import Profile, World
from sightline.exchange.demonstration.tables import Row, moment

VP, MARKETER, OPERATIONS, CONSULTANT = range(4)
FIRST_MANAGER = 4

VP_ROLE, SOLUTIONS_ROLE, MARKETING_ROLE, OPERATIONS_ROLE = range(4)
FIRST_REGION = 4
COMPANY_ROLES = (
    ("VP Sales", None),
    ("Solutions", VP_ROLE),
    ("Marketing", None),
    ("Sales Operations", None),
)
# Below each regional manager, as offsets from the manager's own role.
MANAGER_ROLE, SELLER_ROLE, SUCCESS_ROLE = range(3)
REGION_ROLES = ("Regional Sales Manager", "Account Manager", "Customer Success")


@dataclass(frozen=True, slots=True)
class Team:
    """The numbers of our people on an account."""

    owner: int
    success: int
    manager: int

    @property
    def rotation(self) -> tuple[int, ...]:
        """Who of ours is in touch, in turn; nobody carries more than three in eight."""
        owner, success = self.owner, self.success
        return (owner, success, owner, CONSULTANT, success, self.manager, owner, success)


def team_of(account: Profile, world: World) -> Team:
    """Owner, customer success and manager of the account, as user numbers."""
    return Team(
        owner=FIRST_MANAGER + world.managers + account.owner,
        success=FIRST_MANAGER + world.managers + world.sellers + account.owner % world.successes,
        manager=FIRST_MANAGER + account.owner % world.managers,
    )


def user_id(number: int) -> str:
    """The Salesforce id of one of ours."""
    return record_id("User", owner=0, number=number)


def user_count(world: World) -> int:
    """How many of ours there are."""
    return FIRST_MANAGER + world.managers + world.sellers + world.successes


@lru_cache(maxsize=1_024)
def user_name(number: int, world: World) -> tuple[str, str]:
    """Given and family name of one of ours."""
    return names.person(world.stream(number, "user"))


@lru_cache(maxsize=1_024)
def user_email(number: int, world: World) -> str:
    """The address of one of ours, different for everybody."""
    first, last = user_name(number, world)
    local = f"{names.ascii_slug(first)}.{names.ascii_slug(last)}"
    return f"{local}.{number}@{SELLER_DOMAIN}"


def _job(number: int, world: World) -> tuple[str, str, int, int | None]:
    """Title, department, role number and manager's user number."""
    fixed = {
        VP: ("VP Sales", "Sales", VP_ROLE, None),
        MARKETER: ("Account Marketing Manager", "Marketing", MARKETING_ROLE, None),
        OPERATIONS: ("Sales Operations Lead", "Operations", OPERATIONS_ROLE, VP),
        CONSULTANT: ("Solutions Consultant", "Solutions", SOLUTIONS_ROLE, VP),
    }
    if number in fixed:
        return fixed[number]
    place = number - FIRST_MANAGER
    if place < world.managers:
        return "Regional Sales Manager", "Sales", _region_role(place, MANAGER_ROLE), VP
    place -= world.managers
    region = place % world.managers
    manager = FIRST_MANAGER + region
    if place < world.sellers:
        return "Account Manager", "Sales", _region_role(region, SELLER_ROLE), manager
    role = _region_role(region, SUCCESS_ROLE)
    return "Customer Success Manager", "Customer Success", role, manager


def _region_role(region: int, job: int) -> int:
    return FIRST_REGION + region * len(REGION_ROLES) + job


def _roles(world: World) -> Iterator[tuple[str, int | None]]:
    """Name and parent of each role, in the order of their numbers."""
    yield from COMPANY_ROLES
    for region in range(world.managers):
        suffix = f" {region + 1}" if world.managers > 1 else ""
        for job, name in enumerate(REGION_ROLES):
            above = VP_ROLE if job == MANAGER_ROLE else _region_role(region, MANAGER_ROLE)
            yield f"{name}{suffix}", above


def role_rows(world: World) -> Iterator[Row]:
    """UserRole rows, parents first."""
    for number, (name, parent) in enumerate(_roles(world)):
        yield {
            "Id": record_id("UserRole", owner=0, number=number),
            "Name": name,
            "DeveloperName": name.replace(" ", "_"),
            "ParentRoleId": None
            if parent is None
            else record_id("UserRole", owner=0, number=parent),
            "SystemModstamp": moment(world.today - timedelta(days=1500)),
        }


def user_rows(world: World) -> Iterator[Row]:
    """User rows, in the order of their numbers."""
    stamp = moment(world.today - timedelta(days=1400))
    for number in range(user_count(world)):
        first, last = user_name(number, world)
        title, department, role, manager = _job(number, world)
        email = user_email(number, world)
        yield {
            "Id": user_id(number),
            "Username": email,
            "FirstName": first,
            "LastName": last,
            "Name": f"{first} {last}",
            "Email": email,
            "Title": title,
            "Department": department,
            "IsActive": True,
            "UserType": "Standard",
            "UserRoleId": record_id("UserRole", owner=0, number=role),
            "ManagerId": None if manager is None else user_id(manager),
            "TimeZoneSidKey": "Europe/London",
            "CreatedDate": stamp,
            "LastModifiedDate": stamp,
            "SystemModstamp": stamp,
        }


def product_id(number: int) -> str:
    """The Salesforce id of a product line."""
    return record_id("Product2", owner=0, number=number)


def product_rows(world: World) -> Iterator[Row]:
    """Product2 rows: one product for each line."""
    stamp = moment(world.today - timedelta(days=1400))
    for line in LINES:
        yield {
            "Id": product_id(line.number),
            "Name": line.name,
            "ProductCode": line.code,
            "Family": line.family,
            "Description": f"{line.name} ({LABEL})",
            "IsActive": True,
            "Revenue_Kind__c": line.kind,
            "IsDeleted": False,
            "CreatedDate": stamp,
            "LastModifiedDate": stamp,
            "SystemModstamp": stamp,
        }


def stage_rows(world: World) -> Iterator[Row]:
    """OpportunityStage rows, in selling order."""
    stamp = moment(world.today - timedelta(days=1400))
    for number, stage in enumerate(STAGES):
        yield {
            "Id": record_id("OpportunityStage", owner=0, number=number),
            "MasterLabel": stage.name,
            "ApiName": stage.name,
            "IsActive": True,
            "SortOrder": number + 1,
            "IsClosed": stage.closed,
            "IsWon": stage.won,
            "ForecastCategory": FORECAST_CODES[stage.forecast],
            "ForecastCategoryName": stage.forecast,
            "DefaultProbability": stage.probability,
            "CreatedDate": stamp,
            "LastModifiedDate": stamp,
            "SystemModstamp": stamp,
        }
