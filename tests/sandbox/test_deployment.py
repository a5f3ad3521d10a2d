"""Deploying metadata: the package this project ships, and what is refused."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.sandbox.conftest import Served

PACKAGE = Path(__file__).parents[2] / "salesforce" / "force-app" / "main" / "default"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
MANIFEST = f'<Package xmlns="{NAMESPACE}"><version>66.0</version></Package>'
REPORT_TYPE = f'<ReportType xmlns="{NAMESPACE}"><baseObject>{{}}</baseObject></ReportType>'


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("package.xml", MANIFEST)
        for name, text in files.items():
            package.writestr(name, text)
    return out.getvalue()


def in_metadata_format() -> dict[str, str]:
    """The package's source files put together as the command line converts them."""
    found = {}
    for folder in sorted((PACKAGE / "objects").iterdir()):
        own = folder / f"{folder.name}.object-meta.xml"
        text = own.read_text() if own.exists() else f'<CustomObject xmlns="{NAMESPACE}"/>'
        root = ElementTree.fromstring(text)
        for part in ("fields", "listViews"):
            for path in sorted((folder / part).glob("*-meta.xml")):
                element = ElementTree.parse(path).getroot()
                element.tag = f"{{{NAMESPACE}}}{part}"
                root.append(element)
        found[f"objects/{folder.name}.object"] = ElementTree.tostring(root, encoding="unicode")
    for name in ("permissionsets", "reportTypes", "tabs"):
        for path in sorted((PACKAGE / name).glob("*-meta.xml")):
            found[f"{name}/{path.name.removesuffix('-meta.xml')}"] = path.read_text()
    return found


def deploy(served: Served, files: dict[str, str], **options: Any) -> dict[str, Any]:
    made = served.client.post(
        "/services/data/v66.0/metadata/deployRequest",
        files={
            "json": (None, json.dumps({"deployOptions": options}), "application/json"),
            "file": ("deploy.zip", zipped(files), "application/zip"),
        },
    )
    assert made.status_code == 201, made.text
    path = f"/services/data/v66.0/metadata/deployRequest/{made.json()['id']}?includeDetails=true"
    result: dict[str, Any] = served.client.get(path).json()["deployResult"]
    return result


def test_the_package_of_this_project_deploys_whole(served: Served) -> None:
    result = deploy(served, in_metadata_format())
    assert (result["status"], result["details"]["componentFailures"]) == ("Succeeded", [])
    fields = {f["name"] for f in served.get("sobjects/Acctplan_Plan__c/describe").json()["fields"]}
    assert {"Account__c", "Acctplan_Id__c", "Vision__c"} <= fields
    granted = served.query(
        "SELECT COUNT() FROM FieldPermissions WHERE Parent.Name = 'Sightline_Sync'"
    )
    named = in_metadata_format()["permissionsets/Sightline_Sync.permissionset"]
    assert granted["totalSize"] == named.count("<fieldPermissions>")


def test_a_dry_run_changes_nothing(served: Served) -> None:
    assert deploy(served, in_metadata_format(), checkOnly=True)["success"] is True
    assert served.get("sobjects/Acctplan_Plan__c/describe").status_code == 404


def test_one_refused_component_holds_back_all(served: Served) -> None:
    files = {
        **in_metadata_format(),
        "reportTypes/Odd.reportType": REPORT_TYPE.format("Nothing__c"),
        "classes/Odd.cls": "class Odd {}",
    }
    result = deploy(served, files)
    problems = {f["fullName"]: f["problem"] for f in result["details"]["componentFailures"]}
    assert problems == {
        "Odd": "Invalid Base Object: Nothing__c",
        "classes": "this sandbox does not take such metadata",
    }
    assert served.get("sobjects/Acctplan_Plan__c/describe").status_code == 404


def test_every_list_and_report_column_is_a_field_of_its_object() -> None:
    files = in_metadata_format()
    for name, text in files.items():
        if not name.startswith("objects/Acctplan"):
            continue
        root = ElementTree.fromstring(text)
        known = {e.text for e in root.iter(f"{{{NAMESPACE}}}fullName")} | {"NAME"}
        columns = {e.text for e in root.iter(f"{{{NAMESPACE}}}columns")}
        assert columns and columns <= known, name


def soap(served: Served, body: str) -> ElementTree.Element:
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header><SessionHeader>'
        f"<sessionId>{served.token}</sessionId></SessionHeader></e:Header>"
        f'<e:Body xmlns="{NAMESPACE}">{body}</e:Body></e:Envelope>'
    )
    answer = served.client.post("/services/Soap/m/66.0", content=envelope)
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.text)


def said(found: ElementTree.Element, name: str) -> list[str]:
    return [e.text or "" for e in found.iter(f"{{{NAMESPACE}}}{name}")]


def test_what_was_deployed_is_retrieved_again(served: Served) -> None:
    deployed = in_metadata_format()
    deploy(served, deployed)
    own = "Acctplan_Plan__c"
    kinds = {
        "CustomObject": ["Account", own, "Nowhere"],
        "CustomTab": ["*"],
        "PermissionSet": ["*"],
    }
    types = "".join(
        "<types>"
        + "".join(f"<members>{m}</members>" for m in names)
        + f"<name>{kind}</name></types>"
        for kind, names in kinds.items()
    )
    asked = (
        f"<retrieve><retrieveRequest><unpackaged>{types}</unpackaged></retrieveRequest></retrieve>"
    )
    (made,) = said(soap(served, asked), "id")
    status = f"<asyncProcessId>{made}</asyncProcessId>"
    result = soap(served, f"<checkRetrieveStatus>{status}</checkRetrieveStatus>")
    assert said(result, "problem") == [
        "Entity of type 'CustomObject' named 'Nowhere' cannot be found"
    ]
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(said(result, "zipFile")[0])))
    names = {name.removeprefix("unpackaged/") for name in archive.namelist()}
    wanted = {n for n in deployed if n.startswith(("permissionsets/", "tabs/"))}
    assert names == {"package.xml", "objects/Account.object", f"objects/{own}.object", *wanted}
    plan = ElementTree.fromstring(archive.read(f"unpackaged/objects/{own}.object"))
    held = {one.findtext(f"{{{NAMESPACE}}}fullName") for one in plan.iter(f"{{{NAMESPACE}}}fields")}
    assert {"Vision__c", "Account__c"} <= held and not held & {"Name", "Owner"}
    account = archive.read("unpackaged/objects/Account.object").decode()
    fields = {
        child.findtext(f"{{{NAMESPACE}}}fullName"): child
        for child in ElementTree.fromstring(account).iter(f"{{{NAMESPACE}}}fields")
    }
    tier = ElementTree.fromstring(deployed["objects/Account.object"]).find(
        f"{{{NAMESPACE}}}fields[{{{NAMESPACE}}}fullName='Acctplan_Tier__c']"
    )
    assert tier is not None and "Industry" in fields
    for child in tier:
        if not len(child):
            assert fields["Acctplan_Tier__c"].findtext(child.tag) == child.text


def test_components_are_made_read_and_deleted_one_by_one(served: Served) -> None:
    field = "<fullName>Account.Colour__c</fullName><label>Colour</label><type>Text</type>"
    made = f'<metadata xsi:type="CustomField">{field}<length>9</length></metadata>'
    first = soap(served, f"<createMetadata>{made}</createMetadata>")
    again = soap(served, f"<createMetadata>{made}</createMetadata>")
    assert (said(first, "success"), said(again, "success")) == (["true"], ["false"])
    assert said(again, "statusCode") == ["DUPLICATE_DEVELOPER_NAME"]
    served.create("Account", Name="A", Colour__c="red")
    named = "<type>CustomField</type><fullNames>Account.Colour__c</fullNames>"
    read = soap(served, f"<readMetadata>{named}</readMetadata>")
    assert (said(read, "fullName"), said(read, "length")) == (["Account.Colour__c"], ["9"])
    soap(served, f"<deleteMetadata>{named}</deleteMetadata>")
    assert served.refused("SELECT Colour__c FROM Account")["errorCode"] == "INVALID_FIELD"
    gone = soap(served, f"<deleteMetadata>{named}</deleteMetadata>")
    assert said(gone, "statusCode") == ["INVALID_CROSS_REFERENCE_KEY"]


def test_a_destructive_manifest_takes_components_away(served: Served) -> None:
    deploy(served, in_metadata_format())
    member = "<members>Account.Acctplan_Tier__c</members><name>CustomField</name>"
    manifest = f'<Package xmlns="{NAMESPACE}"><types>{member}</types></Package>'
    done = deploy(served, {"destructiveChanges.xml": manifest})
    assert [c["deleted"] for c in done["details"]["componentSuccesses"]] == [True]
    assert served.refused("SELECT Acctplan_Tier__c FROM Account")["errorCode"] == "INVALID_FIELD"
    assert deploy(served, {"destructiveChanges.xml": manifest})["status"] == "Failed"
