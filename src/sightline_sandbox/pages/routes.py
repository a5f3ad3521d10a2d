"""Record pages: sign in with a token, list, edit, create and delete rows."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.http import Response
from sightline_sandbox.ids import to_18
from sightline_sandbox.pages import forms
from sightline_sandbox.pages.layout import document, headers, style
from sightline_sandbox.routing import Handler, Router
from sightline_sandbox.rows import read, remove, save
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

OBJECTS = ("Account", "Contact", "Opportunity", "Task")
_COOKIE = "sandbox_session"
_ROWS = 200


def add_routes(router: Router) -> None:
    """Pages."""
    router.add("GET", "/sandbox/style.css", style_sheet)
    router.add("GET", "/sandbox/login", login_page)
    router.add("POST", "/sandbox/login", login)
    router.add("POST", "/sandbox/logout", _signed_in(logout))
    router.add("GET", "/sandbox", _signed_in(home))
    router.add("GET", "/sandbox/objects/{object}", _signed_in(list_page))
    router.add("GET", "/sandbox/objects/{object}/new", _signed_in(new_page))
    router.add("POST", "/sandbox/objects/{object}/new", _signed_in(create))
    router.add("GET", "/sandbox/records/{id}", _signed_in(record_page))
    router.add("POST", "/sandbox/records/{id}", _signed_in(change))
    router.add("GET", "/", _signed_in(home))
    router.add("GET", "/{id}", _signed_in(short_address))


def style_sheet(call: Call) -> Response:
    """The style sheet."""
    return Response(200, style(), {"Content-Type": "text/css; charset=utf-8"})


def _page(title: str, body: str, *, status: int = 200, mark: str = "") -> Response:
    links = "".join(f'<a href="/sandbox/objects/{name}">{name}</a>' for name in OBJECTS)
    leave = (
        f'<form method="post" action="/sandbox/logout"><input type="hidden" name="mark" '
        f'value="{mark}"><button>Sign out</button></form>'
        if mark
        else ""
    )
    navigation = f'<nav aria-label="Objects"><a href="/sandbox">Sandbox org</a>{links}</nav>'
    shown = f"<header>{navigation}{leave}</header>" if mark else ""
    return Response(status, document(title, body, navigation=shown), headers())


def _go(address: str) -> Response:
    return Response(303, None, {"Location": address, "Cache-Control": "no-store"})


def _cookie(call: Call) -> str:
    try:
        found = SimpleCookie(call.request.header("cookie")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _mark(call: Call) -> str:
    """The form mark of this session: a page elsewhere cannot know it."""
    key = call.sandbox.control_key.encode()
    return hmac.new(key, call.user_token.encode(), hashlib.sha256).hexdigest()


def _signed_in(handler: Callable[[Call], Response]) -> Handler:
    def run(call: Call) -> Response:
        session = call.sessions.find(_cookie(call))
        if session is None:
            if call.request.method == "POST":
                return _go("/sandbox/login")
            return _go(f"/sandbox/login?next={quote(call.request.path)}")
        call.session = session
        if call.request.method == "POST":
            given = call.request.form().get("mark", "")
            if not hmac.compare_digest(given, _mark(call)):
                return _page("Refused", forms.problem("This form is out of date."), status=403)
        try:
            return handler(call)
        except ApiError as error:
            return _page(
                "Refused", forms.problem(error.message), status=error.status, mark=_mark(call)
            )

    return run


def login_page(call: Call, message: str = "") -> Response:
    """Ask for a token."""
    following = call.request.query.get("next", "/sandbox")
    return _page("Sign in", forms.login(following, message), status=403 if message else 200)


def login(call: Call) -> Response:
    """Take a token and keep it in a cookie."""
    form = call.request.form()
    token = form.get("token", "").strip()
    if call.sessions.find(token) is None:
        return login_page(call, "This token is not valid, or has expired.")
    following = form.get("next", "")
    inside = following.startswith("/") and not following.startswith(("//", "/\\"))
    return signed_in(call, token, following if inside else "/sandbox")


def signed_in(call: Call, token: str, address: str) -> Response:
    """Keep a live token in a cookie, and go on to a page here."""
    answer = _go(address)
    secure = "; Secure" if call.request.scheme == "https" else ""
    answer.headers["Set-Cookie"] = f"{_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/{secure}"
    return answer


def logout(call: Call) -> Response:
    """Forget the cookie; the token itself lives on."""
    answer = _go("/sandbox/login")
    answer.headers["Set-Cookie"] = f"{_COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    return answer


def home(call: Call) -> Response:
    """What there is."""
    with call.reading() as work:
        body = forms.home(work, OBJECTS)
    return _page("Sandbox org", body, mark=_mark(call))


def _known(call: Call, work: Work) -> SObject:
    name = call.parameters["object"]
    if name not in OBJECTS:
        raise not_found()
    return call.sobject(work, name)


def list_page(call: Call) -> Response:
    """The rows of an object, newest change first, searched by name."""
    with call.reading() as work:
        sobject = _known(call, work)
        body = forms.listing(work, sobject, call.request.query.get("q", ""), _ROWS)
    return _page(sobject.raw["labelPlural"], body, mark=_mark(call))


def new_page(call: Call) -> Response:
    """An empty form."""
    with call.reading() as work:
        sobject = _known(call, work)
        body = forms.editor(work, sobject, dict(call.request.query), _mark(call), record_id=None)
    return _page(f"New {sobject.raw['label']}", body, mark=_mark(call))


def create(call: Call) -> Response:
    """Create a row, or show the form again with what was refused."""
    form = call.request.form()
    with call.reading() as work:
        sobject = _known(call, work)
        values = forms.read(work, sobject, form)
    try:
        with call.writing() as work:
            record_id = save.create(work, sobject, values)
    except ApiError as error:
        with call.reading() as work:
            body = forms.editor(work, sobject, form, _mark(call), record_id=None, refused=error)
        return _page(f"New {sobject.raw['label']}", body, status=422, mark=_mark(call))
    return _go(f"/sandbox/records/{record_id}?saved=1")


def _target(call: Call) -> tuple[SObject, str]:
    record_id = to_18(call.parameters["id"])
    sobject = call.org.schema.of_id(record_id) if record_id else None
    if record_id is None or sobject is None or sobject.name not in OBJECTS:
        raise not_found()
    return sobject, record_id


def record_page(call: Call) -> Response:
    """A row's form."""
    sobject, record_id = _target(call)
    with call.reading() as work:
        row = read.live_row(work, sobject, record_id, single=True)
        done = "Saved." if call.request.query.get("saved") else ""
        body = forms.editor(work, sobject, row, _mark(call), record_id=record_id, done=done)
        name = sobject.name_field
        title = str(row.get(name.name) if name else record_id)
    return _page(title, body, mark=_mark(call))


def change(call: Call) -> Response:
    """Save a row, or delete it."""
    sobject, record_id = _target(call)
    form = call.request.form()
    if form.get("action") == "delete":
        with call.writing() as work:
            remove.delete(work, sobject, record_id)
        return _go(f"/sandbox/objects/{sobject.name}")
    with call.reading() as work:
        row = read.live_row(work, sobject, record_id, single=True)
        values = forms.changed(work, sobject, form, row)
    try:
        with call.writing() as work:
            if values:
                save.update(work, sobject, record_id, values)
    except ApiError as error:
        with call.reading() as work:
            body = forms.editor(
                work, sobject, {**row, **form}, _mark(call), record_id=record_id, refused=error
            )
        return _page("Not saved", body, status=422, mark=_mark(call))
    return _go(f"/sandbox/records/{record_id}?saved=1")


def short_address(call: Call) -> Response:
    """`/001…`: the address describe gives for a row's page."""
    _, record_id = _target(call)
    return _go(f"/sandbox/records/{record_id}")
