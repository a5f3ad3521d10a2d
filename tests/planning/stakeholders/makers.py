"""Small people, contact and maps for the stakeholder tests, and random ones for properties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import strategies as st

from sightline.planning.parameters import load_defaults
from sightline.planning.stakeholders import (
    BuyingRole,
    PeopleMap,
    Person,
    RoleHeld,
    StakeholderParameters,
    Touch,
    TouchKind,
)

ON = dt.date(2026, 11, 21)
P = load_defaults().section(StakeholderParameters, "stakeholders")


def person(key: str, **fields: object) -> Person:
    return Person(key=key, name=str(fields.pop("name", key.title())), **fields)  # type: ignore[arg-type]


def role(name: str, **fields: object) -> RoleHeld:
    return RoleHeld(role=BuyingRole(name), **fields)  # type: ignore[arg-type]


def met(who: str, days_ago: int, *ours: str) -> Touch:
    day = ON - dt.timedelta(days=days_ago)
    return Touch(person=who, day=day, kind=TouchKind.MEETING, ours=ours, took_place=True)


def mailed(who: str, days_ago: int, *ours: str, them: int | None = 0, us: int = 1) -> Touch:
    day = ON - dt.timedelta(days=days_ago)
    return Touch(person=who, day=day, kind=TouchKind.MAIL, ours=ours, from_them=them, from_us=us)


def levelled(people: Iterable[Person], **levels: int) -> PeopleMap:
    return PeopleMap(people=tuple(people), levels=levels)


KEYS = tuple("abcdefgh")
ROLES = ("economic_buyer", "champion", "influencer", "user")


@st.composite
def maps(draw: st.DrawFn) -> PeopleMap:
    """Any map of up to eight people: rings in reports-to, people reached through others, several
    holders or none."""
    keys = KEYS[: draw(st.integers(1, len(KEYS)))]
    several = st.lists(st.sampled_from(("us1", "us2", "us3")), unique=True, max_size=2)
    people = []
    for key in keys:
        people.append(
            Person(
                key=key,
                name=key,
                units=draw(st.sampled_from(((), ("u1",), ("u2",), ("u1", "u2")))),
                roles=draw(
                    st.lists(
                        st.builds(
                            RoleHeld,
                            role=st.sampled_from([BuyingRole(one) for one in ROLES]),
                            unit=st.sampled_from((None, "u1", "u2", "top")),
                            line=st.sampled_from((None, "l1", "l2")),
                            influence=st.sampled_from((None, 0, 2, 3)),
                        ),
                        max_size=2,
                    ).map(tuple)
                ),
                reports_to=draw(st.sampled_from((None, None, *keys))),
                only_through=draw(st.sampled_from((None, None, None, *keys))),
            )
        )
    return PeopleMap(
        people=tuple(people),
        levels={key: draw(st.integers(0, 5)) for key in keys},
        holders={key: tuple(draw(several)) for key in keys},
        last_two_way={
            key: ON - dt.timedelta(days=draw(st.integers(0, 400)))
            for key in keys
            if draw(st.booleans())
        },
    )
