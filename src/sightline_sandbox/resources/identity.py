"""Who am I: userinfo and the identity address."""

from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.http import Response
from sightline_sandbox.ids import to_18
from sightline_sandbox.routing import Router
from sightline_sandbox.sessions import authenticate
from sightline_sandbox.soql.dates import read_datetime

_FIELDS = (
    '"Id", "Username", "FirstName", "LastName", "Name", "Email", "CommunityNickname", "IsActive", '
    '"UserType", "LanguageLocaleKey", "LocaleSidKey", "TimeZoneSidKey", "SystemModstamp"'
)


def add_routes(router: Router) -> None:
    """Identity."""
    router.add("GET POST", "/services/oauth2/userinfo", user_info)
    router.add("GET POST", "/id/{organization}/{user}", identity)
    router.add("GET", "/services/data/{version}/chatter/users/me", chatter_me)


def _user(call: Call, user_id: str) -> dict[str, Any]:
    with call.org.database.reading() as db:
        cursor = db.execute(f'SELECT {_FIELDS} FROM "User" WHERE "Id" = ?', (user_id,))
        row = cursor.fetchone()
        if row is None:
            raise not_found()
        return dict(zip((c[0] for c in cursor.description), row, strict=True))


def urls(call: Call, user_id: str) -> dict[str, str]:
    """Addresses of the interfaces, versions left open as `{version}`."""
    origin = call.request.origin
    rest = f"{origin}/services/data/v{{version}}/"
    soap = f"{origin}/services/Soap"
    return {
        "enterprise": f"{soap}/c/{{version}}/{call.org.id[:15]}",
        "metadata": f"{soap}/m/{{version}}/{call.org.id[:15]}",
        "partner": f"{soap}/u/{{version}}/{call.org.id[:15]}",
        "rest": rest,
        "sobjects": f"{rest}sobjects/",
        "search": f"{rest}search/",
        "query": f"{rest}query/",
        "recent": f"{rest}recent/",
        "tooling_soap": f"{soap}/T/{{version}}/{call.org.id[:15]}",
        "tooling_rest": f"{rest}tooling/",
        "profile": f"{origin}/{user_id}",
        "feeds": f"{rest}chatter/feeds",
        "groups": f"{rest}chatter/groups",
        "users": f"{rest}chatter/users",
        "feed_items": f"{rest}chatter/feed-items",
        "feed_elements": f"{rest}chatter/feed-elements",
        "custom_domain": origin,
    }


def user_info(call: Call) -> Response:
    """The OpenID Connect user info of the token's user."""
    try:
        session = authenticate(call.sessions, call.request)
    except ApiError:
        return Response(403, "Bad_OAuth_Token", {"Content-Type": "text/html;charset=UTF-8"})
    user = _user(call, session.user_id)
    changed = read_datetime(user["SystemModstamp"]).isoformat().replace("+00:00", "Z")
    return Response(
        body={
            "sub": f"{call.request.origin}/id/{call.org.id}/{user['Id']}",
            "user_id": user["Id"],
            "organization_id": call.org.id,
            "preferred_username": user["Username"],
            "nickname": user["CommunityNickname"],
            "name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "given_name": user["FirstName"],
            "family_name": user["LastName"],
            "zoneinfo": user["TimeZoneSidKey"],
            "photos": {"picture": None, "thumbnail": None},
            "profile": f"{call.request.origin}/{user['Id']}",
            "picture": None,
            "address": {},
            "urls": urls(call, user["Id"]),
            "active": bool(user["IsActive"]),
            "user_type": (user["UserType"] or "Standard").upper(),
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "utcOffset": 0,
            "updated_at": changed,
        }
    )


def identity(call: Call) -> Response:
    """The identity address an OAuth answer names."""
    try:
        session = authenticate(call.sessions, call.request)
    except ApiError:
        return Response(403, "Bad_OAuth_Token", {"Content-Type": "text/html;charset=UTF-8"})
    user_id = to_18(call.parameters["user"])
    if to_18(call.parameters["organization"]) != call.org.id or user_id is None:
        return Response(403, "Wrong_Org", {"Content-Type": "text/html;charset=UTF-8"})
    user = _user(call, user_id if user_id else session.user_id)
    return Response(
        body={
            "id": f"{call.request.origin}/id/{call.org.id}/{user['Id']}",
            "asserted_user": user["Id"] == session.user_id,
            "user_id": user["Id"],
            "organization_id": call.org.id,
            "username": user["Username"],
            "nick_name": user["CommunityNickname"],
            "display_name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "first_name": user["FirstName"],
            "last_name": user["LastName"],
            "timezone": user["TimeZoneSidKey"],
            "photos": {"picture": None, "thumbnail": None},
            "addr_street": None,
            "addr_city": None,
            "addr_state": None,
            "addr_country": None,
            "addr_zip": None,
            "mobile_phone": None,
            "mobile_phone_verified": False,
            "is_lightning_login_user": False,
            "status": {"created_date": None, "body": None},
            "urls": urls(call, user["Id"]),
            "active": bool(user["IsActive"]),
            "user_type": (user["UserType"] or "Standard").upper(),
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "utcOffset": 0,
            "last_modified_date": user["SystemModstamp"],
        }
    )


def chatter_me(call: Call) -> Response:
    """The user, in the shape some clients read instead."""
    user = _user(call, call.user_id)
    return Response(
        body={
            "id": user["Id"],
            "name": user["Name"],
            "username": user["Username"],
            "email": user["Email"],
            "type": "User",
            "isActive": bool(user["IsActive"]),
            "url": f"{call.base}/chatter/users/{user['Id']}",
        }
    )
