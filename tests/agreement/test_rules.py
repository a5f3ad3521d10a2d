"""Mapping rules: what cannot be written is said before anything is tried."""

from __future__ import annotations

import pytest

from sightline.agreement.merge import Owner, Way
from sightline.agreement.rules import (
    BadRules,
    FieldRule,
    ObjectRule,
    Rules,
    check_rules,
    default_rules,
    plain_rules,
    rules_from,
    writable,
)
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape


def opportunity(**fields: FieldShape) -> ObjectShape:
    return ObjectShape("Opportunity", dict(fields), createable=True, updateable=True)


def field(name: str, **values: object) -> FieldShape:
    return FieldShape(name, FieldKind.TEXT, **values)  # type: ignore[arg-type]


def rules(*fields: FieldRule, **values: object) -> Rules:
    rule = ObjectRule("Opportunity", fields, **values)  # type: ignore[arg-type]
    return Rules(("Opportunity",), {"Opportunity": rule}, {})


def codes(given: Rules, *shapes: ObjectShape) -> list[str]:
    return [one.code for one in check_rules(given, {shape.name: shape for shape in shapes})]


def test_the_default_mapping_survives_being_kept() -> None:
    known = default_rules("salesforce")
    assert rules_from(plain_rules(known)) == known
    assert known.two_way["Account"].fields[0].owner is Owner.PLAN


def test_no_opinion_about_a_person_is_sent_by_default() -> None:
    sent = {
        one.ours
        for rule in default_rules("salesforce").two_way.values()
        for one in rule.fields
        if one.way is not Way.IN
    }
    assert not sent & {"stance", "strength", "standing", "notes", "blocker", "interest"}


def test_a_mapping_of_an_object_that_is_never_read_is_refused() -> None:
    with pytest.raises(BadRules, match="never read"):
        rules_from({"objects": ["Account"], "two_way": {"Task": {"fields": []}}})


def test_an_unknown_owner_is_refused() -> None:
    given = {"ours": "stage", "theirs": "StageName", "owner": "everybody"}
    with pytest.raises(BadRules):
        rules_from({"objects": ["Opportunity"], "two_way": {"Opportunity": {"fields": [given]}}})


def test_a_field_that_describe_does_not_show_is_named() -> None:
    assert codes(rules(FieldRule("stage", "StageName")), opportunity()) == ["no_field"]


def test_a_read_only_field_and_a_formula_are_named() -> None:
    given = rules(FieldRule("stage", "A"), FieldRule("name", "B"))
    shape = opportunity(A=field("A"), B=field("B", updateable=True, formula=True))
    assert codes(given, shape) == ["read_only", "formula"]


def test_without_a_unique_key_nothing_is_created() -> None:
    given = rules(create=True, key_field="K__c")
    assert codes(given, opportunity(K__c=field("K__c"))) == ["no_key"]
    assert codes(given, opportunity(K__c=field("K__c", unique_key=True))) == []


def test_a_create_only_field_is_sent_once() -> None:
    rule = FieldRule("account", "AccountId", create_only=True)
    shape = opportunity(AccountId=field("AccountId", createable=True, updateable=True))
    assert writable(rule, shape, creating=True)
    assert not writable(rule, shape, creating=False)


def test_an_amount_goes_out_with_its_currency_whenever_the_mapping_was_made() -> None:
    amount = {"ours": "amount", "theirs": "Amount"}
    older = {"objects": ["Opportunity"], "two_way": {"Opportunity": {"fields": [amount]}}}
    rule = rules_from(older).two_way["Opportunity"].field("currency")
    assert rule is not None and (rule.theirs, rule.create_only) == ("CurrencyIsoCode", True)
    shapes = {
        "Opportunity": ObjectShape("Opportunity", {"Amount": field("Amount", updateable=True)})
    }
    assert check_rules(rules_from(older), shapes) == []  # an org with one currency lacks nothing
