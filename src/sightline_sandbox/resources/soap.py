"""SOAP: what REST has no word for (login, logout, user info, undelete, merge, purge), and rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.ids import to_18
from sightline_sandbox.oauth.flows import password_user
from sightline_sandbox.resources import soap_envelope as envelope
from sightline_sandbox.resources import soap_rows
from sightline_sandbox.routing import Router
from sightline_sandbox.rows import remove
from sightline_sandbox.sessions import IDLE_SECONDS
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.work import Work


def add_routes(router: Router) -> None:
    """SOAP, partner and enterprise."""
    for kind in ("u", "c"):
        router.add("POST", f"/services/Soap/{kind}/{{version}}", serve)
        router.add("POST", f"/services/Soap/{kind}/{{version}}/{{organization}}", serve)


def serve(call: Call) -> Response:
    """One SOAP request."""
    asked = envelope.operation(call)
    if asked is None:
        return envelope.fault(call, "soapenv:Client", "No operation available for request")
    root, operation = asked
    name = envelope.local(operation)
    handler = _OPERATIONS.get(name)
    if handler is None:
        message = f"No operation available for request {name}"
        return envelope.fault(call, "soapenv:Client", message)
    try:
        if name != "login":
            call.session = envelope.session_of(call, root)
            call.sandbox.spend()
        return envelope.answer(call, handler(call, operation))
    except ApiError as error:
        return envelope.fault(call, f"sf:{error.code}", f"{error.code}: {error.message}")


def _login(call: Call, operation: ElementTree.Element) -> str:
    with call.org.database.writing() as db:
        user = password_user(
            db, envelope.text(operation, "username"), envelope.text(operation, "password")
        )
        if user is None:
            raise ApiError(
                "INVALID_LOGIN",
                "Invalid username, password, security token; or user locked out.",
            )
        session = call.sessions.open(db, user, app="soap")
    call.session = session
    origin = call.request.origin
    version = call.version if "." in call.version else f"{call.version}.0"
    organization = call.org.id[:15]
    return (
        "<loginResponse><result>"
        f"<metadataServerUrl>{origin}/services/Soap/m/{version}/{organization}</metadataServerUrl>"
        "<passwordExpired>false</passwordExpired><sandbox>false</sandbox>"
        f"<serverUrl>{origin}/services/Soap/u/{version}/{organization}</serverUrl>"
        f"<sessionId>{session.token}</sessionId><userId>{user}</userId>"
        f"<userInfo>{_user_info(call)}</userInfo></result></loginResponse>"
    )


def _user_info(call: Call) -> str:
    with call.org.database.reading() as db:
        row = db.execute(
            'SELECT u."Id", u."Email", u."Name", u."Username", u."ProfileId", u."UserRoleId", '
            'u."TimeZoneSidKey", u."LocaleSidKey", u."LanguageLocaleKey", u."UserType", o."Name" '
            'FROM "User" u, "Organization" o WHERE u."Id" = ?',
            (call.user_id,),
        ).fetchone()
    values = {
        "accessibilityMode": "false",
        "currencySymbol": "£",
        "orgAttachmentFileSizeLimit": "5242880",
        "orgDefaultCurrencyIsoCode": "GBP",
        "organizationId": call.org.id,
        "organizationMultiCurrency": str(bool(call.org.schema.find("CurrencyType"))).lower(),
        "organizationName": row[10],
        "profileId": row[4],
        "roleId": row[5],
        "sessionSecondsValid": str(IDLE_SECONDS),
        "userDefaultCurrencyIsoCode": None,
        "userEmail": row[1],
        "userFullName": row[2],
        "userId": row[0],
        "userLanguage": row[8],
        "userLocale": row[7],
        "userName": row[3],
        "userTimeZone": row[6],
        "userType": row[9],
        "userUiSkin": "Theme3",
    }
    return "".join(envelope.leaf(name, value) for name, value in values.items())


def _get_user_info(call: Call, operation: ElementTree.Element) -> str:
    return f"<getUserInfoResponse><result>{_user_info(call)}</result></getUserInfoResponse>"


def _timestamp(call: Call, operation: ElementTree.Element) -> str:
    now = call.org.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        "<getServerTimestampResponse><result>"
        f"<timestamp>{now}</timestamp></result></getServerTimestampResponse>"
    )


def _logout(call: Call, operation: ElementTree.Element) -> str:
    if call.session is not None:
        with call.org.database.writing() as db:
            call.sessions.close(db, call.session.token)
    return "<logoutResponse/>"


def _rows(call: Call, name: str, ids: list[str], action: Callable[[Work, Any, str], None]) -> str:
    results = []
    with call.writing() as work:
        for given in ids:
            try:
                record_id = to_18(given)
                sobject = call.org.schema.of_id(record_id) if record_id else None
                if record_id is None or sobject is None:
                    raise ApiError("MALFORMED_ID", f"malformed id {given}")
                with savepoint(work.db):
                    action(work, sobject, record_id)
                results.append(f"<result><id>{record_id}</id><success>true</success></result>")
            except ApiError as error:
                results.append(
                    f"<result>{_soap_error(error)}<id>{escape(given)}</id>"
                    "<success>false</success></result>"
                )
    return f"<{name}Response>{''.join(results)}</{name}Response>"


def _soap_error(error: ApiError) -> str:
    fields = "".join(f"<fields>{escape(f)}</fields>" for f in error.fields or [])
    return (
        f"<errors>{fields}<message>{escape(error.message)}</message>"
        f"<statusCode>{error.code}</statusCode></errors>"
    )


def _ids(operation: ElementTree.Element) -> list[str]:
    """The ids of a call: clients of old name each `id`, and the service takes them."""
    return envelope.texts(operation, "ids") or envelope.texts(operation, "id")


def _undelete(call: Call, operation: ElementTree.Element) -> str:
    return _rows(call, "undelete", _ids(operation), remove.undelete)


def _delete(call: Call, operation: ElementTree.Element) -> str:
    def action(work: Work, sobject: Any, record_id: str) -> None:
        remove.delete(work, sobject, record_id, single=False)

    return _rows(call, "delete", _ids(operation), action)


def _empty_bin(call: Call, operation: ElementTree.Element) -> str:
    return _rows(call, "emptyRecycleBin", _ids(operation), remove.purge)


def _merge(call: Call, operation: ElementTree.Element) -> str:
    results = []
    for request in operation:
        master = next((c for c in request if envelope.local(c) == "masterRecord"), None)
        if master is None:
            raise ApiError("MISSING_ARGUMENT", "masterRecord is missing in merge request")
        values = {
            envelope.local(c): c.text for c in master if envelope.local(c) not in ("Id", "type")
        }
        losers = envelope.texts(request, "recordToMergeIds")
        results.append(_merge_one(call, envelope.text(master, "Id"), losers, values))
    return f"<mergeResponse>{''.join(results)}</mergeResponse>"


def _merge_one(call: Call, master: str, losers: list[str], values: dict[str, Any]) -> str:
    found = to_18(master)
    sobject = call.org.schema.of_id(found) if found else None
    ids = [to_18(one) or one for one in losers]
    try:
        if found is None or sobject is None:
            raise ApiError("MALFORMED_ID", f"malformed id {master}")
        with call.writing() as work:
            moved = remove.merge(work, sobject, found, ids, values)
    except ApiError as error:
        return f"<result>{_soap_error(error)}<success>false</success></result>"
    merged = "".join(f"<mergedRecordIds>{one}</mergedRecordIds>" for one in ids)
    updated = "".join(f"<updatedRelatedIds>{one}</updatedRelatedIds>" for one in moved)
    return f"<result><id>{found}</id>{merged}<success>true</success>{updated}</result>"


_OPERATIONS: dict[str, Callable[[Call, ElementTree.Element], str]] = {
    "login": _login,
    "logout": _logout,
    "getUserInfo": _get_user_info,
    "getServerTimestamp": _timestamp,
    "undelete": _undelete,
    "delete": _delete,
    "emptyRecycleBin": _empty_bin,
    "merge": _merge,
    **soap_rows.OPERATIONS,
}
