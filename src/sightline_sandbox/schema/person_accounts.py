"""Person accounts: the fields an Account and a Contact have once the feature is on."""

import json
from importlib import resources

from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.schema.field import field_from, make_raw


def add_person_fields(schema: Schema) -> None:
    """Give Account its person fields as recorded, and mark the contacts behind them."""
    account, contact = schema.get("Account"), schema.get("Contact")
    root = resources.files("sightline_sandbox") / "describes" / "person_accounts"
    recorded = json.loads((root / "Account.json").read_text("utf-8"))
    name = {**account.fields["name"].raw, "nillable": True}
    account.add([field_from(raw) for raw in [name, *recorded]])
    flag = make_raw("IsPersonAccount", "boolean", label="Is Person Account", nillable=False)
    contact.add([field_from({**flag, "defaultedOnCreate": True})])
    person_type = make_raw("IsPersonType", "boolean", label="Is Person Type", nillable=False)
    schema.get("RecordType").add([field_from(person_type)])
    for one in (account, contact):
        schema.add(one)
