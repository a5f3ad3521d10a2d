"""An org in memory that keeps price books, sums products, and writes groups of rows in one step."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sightline.agreement.plan_writing import STANDARD
from sightline.agreement.records import Deed, Outcome, RemoteRecord, Settled, Sibling, Write
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape
from sightline.crm.adapters.memory import Held, MemoryCrm, Refusal
from tests.crm.test_plan_writing import shapes_of
from tests.crm.world import _field, _object, shapes

DEAL, LINE, ROLE = "Opportunity", "OpportunityLineItem", "OpportunityContactRole"
RELATION, PRICE, BOOK = "AccountContactRelation", "PricebookEntry", "Pricebook2"
# What goes where its opportunity, contact or plan goes, and the column that names it.
CHILDREN = {
    DEAL: ((LINE, "OpportunityId"), (ROLE, "OpportunityId")),
    STANDARD.plan.object: ((STANDARD.objective.object, STANDARD.objective.parent),),
    STANDARD.objective.object: ((STANDARD.measure.object, STANDARD.measure.parent),),
}
_FIXED = {"updateable": False}


def org_shapes() -> dict[str, ObjectShape]:
    """The objects of the other tests, and those that hang together."""
    reference, number, text = FieldKind.REFERENCE, FieldKind.NUMBER, FieldKind.TEXT
    found = shapes()
    deal = found[DEAL]
    book = _field("Pricebook2Id", reference)
    found[DEAL] = dataclasses.replace(deal, fields={**deal.fields, book.name: book})
    more = (
        _object(BOOK, _field("Name", text), _field("IsStandard", FieldKind.SWITCH)),
        _object(
            PRICE,
            _field(BOOK + "Id", reference),
            _field("Product2Id", reference),
            _field("IsActive", FieldKind.SWITCH),
        ),
        _object(
            LINE,
            _field("OpportunityId", reference, **_FIXED),
            _field("PricebookEntryId", reference, **_FIXED),
            _field("Quantity", number, scale=2),
            _field("UnitPrice", number, scale=2),
        ),
        _object(
            ROLE,
            _field("OpportunityId", reference, **_FIXED),
            _field("ContactId", reference, **_FIXED),
            _field("Role", FieldKind.PICKLIST),
        ),
        _object(
            RELATION,
            _field("AccountId", reference, **_FIXED),
            _field("ContactId", reference, **_FIXED),
            _field("Roles", FieldKind.MULTI),
        ),
        _tie(),
    )
    return {**found, **{one.name: one for one in more}, **shapes_of(STANDARD)}


def _tie() -> ObjectShape:
    """The object that ties a measure to an opportunity: no key of its own."""
    assert STANDARD.link is not None
    names = (STANDARD.link.parent, *STANDARD.link.fields.values())
    fields = [FieldShape(one, FieldKind.REFERENCE, createable=True) for one in names]
    return _object(STANDARD.link.object, *fields)


@dataclass(slots=True)
class BundleCrm(MemoryCrm):
    """As the service does: an opportunity's amount is the sum of its products once it has any, a
    product needs a price of its opportunity's book, and what hangs on a deleted row goes with it.

    `made` counts what programs created, by object: nothing may be made to be taken away again.
    `gone_with` says what went with a deleted row: it comes back with it.
    """

    made: dict[str, int] = field(default_factory=dict)
    gone_with: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)

    def find(
        self, name: str, field: str, keys: Sequence[str], fields: Sequence[str]
    ) -> list[RemoteRecord]:
        """By any column, the id included."""
        if field == "Id":
            return self.rows(name, keys, fields)
        return MemoryCrm.find(self, name, field, keys, fields)

    def together(self, groups: Sequence[Sequence[Write]]) -> list[list[Outcome] | None]:
        """Each group as a whole or not at all; a lost answer is one for every group of the call."""
        self._call("graph")
        fault = self.fault("whole")
        if fault == "before":
            return [self._unknown(group) for group in groups]
        halted = fault == "halt"
        done = [
            None if halted and not place else self._whole(one) for place, one in enumerate(groups)
        ]
        if fault == "lost":
            return [self._unknown(group) for group in groups]
        self._call("graph answered")
        return done

    def _whole(self, group: Sequence[Write]) -> list[Outcome] | None:
        before = {name: dict(rows) for name, rows in self.rows_of.items()}
        made, outcomes = dict(self.made), list[Outcome]()
        for write in group:
            values = {
                name: outcomes[one.place].id if isinstance(one, Sibling) else one
                for name, one in write.values.items()
            }
            outcome = self._write(dataclasses.replace(write, values=values))
            if outcome.settled is not Settled.DONE:
                self.rows_of, self.made = before, made
                return None
            outcomes.append(outcome)
        return outcomes

    @staticmethod
    def _unknown(group: Sequence[Write]) -> list[Outcome]:
        return [Outcome(Settled.UNKNOWN, code="TIMEOUT", message="no answer")] * len(group)

    def delete(self, name: str, row_id: str) -> None:
        """With everything that hangs on it; an opportunity's amount is then another sum."""
        deal = self.rows_of[name][row_id].values.get("OpportunityId")
        for child, column in CHILDREN.get(name, ()):
            for key in self.under(child, column, row_id):
                self.gone_with.setdefault((name, row_id), []).append((child, key))
                self.delete(child, key)
        MemoryCrm.delete(self, name, row_id)
        if name == LINE and not self.rows_of[DEAL][str(deal)].deleted:
            self._summed(str(deal))

    def undelete(self, name: str, row_id: str) -> None:
        """With everything that went with it."""
        MemoryCrm.undelete(self, name, row_id)
        for child, key in self.gone_with.pop((name, row_id), ()):
            self.undelete(child, key)
        if name == LINE:
            self._summed(str(self.rows_of[name][row_id].values["OpportunityId"]))

    def in_the_bin(self, name: str) -> list[str]:
        """Deleted rows of an object that can be brought back: nothing that they hang on is."""
        parents = {child: (up, column) for up, pairs in CHILDREN.items() for child, column in pairs}
        up, column = parents.get(name, ("", ""))
        found = sorted(self.rows_of.get(name, {}).items())
        bin_ = [(key, row) for key, row in found if row.deleted and not row.merged_into]
        return [key for key, row in bin_ if not up or str(row.values.get(column)) in self.live(up)]

    def under(self, name: str, column: str, parent: str) -> list[str]:
        """The live rows of an object that name this parent."""
        return [key for key, row in self.live(name).items() if row.values.get(column) == parent]

    def merge(self, name: str, loser: str, winner: str) -> None:
        """Of two relations with one account, or two parts in one opportunity, that are one person's
        now, one stays."""
        MemoryCrm.merge(self, name, loser, winner)
        for child, column in ((RELATION, "AccountId"), (ROLE, "OpportunityId")):
            seen: set[object] = set()
            for key, row in sorted(self.live(child).items()):
                pair = (row.values[column], row.values["ContactId"])
                if pair in seen:
                    MemoryCrm.delete(self, child, key)
                seen.add(pair)

    def _put(
        self,
        name: str,
        row_id: str | None,
        values: dict[str, Any],
        *,
        by: str,
        late: dt.timedelta = dt.timedelta(),
    ) -> Held:
        if row_id is None and by == "Sightline":
            self.made[name] = self.made.get(name, 0) + 1
        if name == DEAL and row_id is not None and self.under(LINE, "OpportunityId", row_id):
            values.pop("Amount", None)  # ignored, and nothing said of it
        row = MemoryCrm._put(self, name, row_id, values, by=by, late=late)
        if name == LINE:
            self._summed(str(row.values["OpportunityId"]))
        return row

    def _summed(self, deal: str) -> None:
        lines = [self.rows_of[LINE][key].values for key in self.under(LINE, "OpportunityId", deal)]
        if lines:
            told = [
                (Decimal(str(one["Quantity"])), Decimal(str(one["UnitPrice"]))) for one in lines
            ]
            total = sum((count * price for count, price in told), Decimal(0))
            amount = {"Amount": str(total.normalize().quantize(Decimal("0.01")))}
            MemoryCrm._put(self, DEAL, deal, amount, by="the sum")

    def _check(self, one: Write, values: Mapping[str, Any]) -> None:
        MemoryCrm._check(self, one, values)
        if one.deed is not Deed.CREATE:
            return
        for name, column in (pair for pairs in CHILDREN.values() for pair in pairs):
            parent = str(values.get(column) or "")
            if name == one.object and not any(parent in self.live(each) for each in CHILDREN):
                raise Refusal("ENTITY_IS_DELETED", f"{column}: entity is deleted")
        if one.object == LINE:
            book = self.value(DEAL, str(values["OpportunityId"]), "Pricebook2Id")
            if self.value(PRICE, str(values["PricebookEntryId"]), "Pricebook2Id") != book:
                text = "The price is not of the opportunity's price book."
                raise Refusal("FIELD_INTEGRITY_EXCEPTION", text, ["PricebookEntryId"])
