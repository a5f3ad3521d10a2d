"""The application: from request to answer, with limits, faults and errors in one place."""

from __future__ import annotations

import logging
import re
import time

from sightline_sandbox.bulk.jobs import Runner
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, DropConnection, not_found
from sightline_sandbox.http import JSON_TYPE, Request, Response
from sightline_sandbox.org import LAST_VERSION, OLDEST_VERSION, Org
from sightline_sandbox.resources import add_routes
from sightline_sandbox.routing import Match, Router
from sightline_sandbox.sessions import Sessions, authenticate
from sightline_sandbox.work import Work

_log = logging.getLogger("sightline_sandbox")
_VERSION = re.compile(r"v?(\d+)\.0\Z")
#: Paths that take no access token, or look for it themselves.
_OPEN_PATHS = ("/services/oauth2/", "/services/soap/", "/__sandbox", "/id/", "/.well-known/")


class Sandbox:
    """One org behind one address."""

    def __init__(self, org: Org, *, control_key: str) -> None:
        self.org = org
        self.sessions = Sessions(org)
        self.runner = Runner(org)
        self.control_key = control_key
        self.address = ""
        self.router = Router()
        add_routes(self.router)

    def __call__(self, request: Request) -> Response:
        """Serve one request. Raises DropConnection when a fault wants no answer at all."""
        started = time.monotonic()
        controlled = request.path.startswith("/__sandbox")
        try:
            response = self._served(request, controlled=controlled)
        except DropConnection:
            self._note(request, 0, started)
            raise
        self._note(request, response.status, started)
        self._limit_header(request, response)
        return response

    def _served(self, request: Request, *, controlled: bool) -> Response:
        try:
            if controlled:
                return self.handle(request)
            self.org.faults.before_request(request, self.org.clock.sleep)
            response = self.handle(request)
            if self.org.faults.of_request("duplicate_delivery", request):
                response = self.handle(request)
            self.org.faults.after_request(request)
            return response
        except ApiError as error:
            return error_response(error, request)

    def _note(self, request: Request, status: int, started: float) -> None:
        if request.path.startswith("/__sandbox"):
            return
        self.org.log.add(
            {
                "time": self.org.clock.stamp(),
                "method": request.method,
                "path": request.target,
                "kind": re.sub(r"/[0-9A-Za-z]{15,18}(?=/|$)", "/{id}", request.path),
                "status": status,
                "milliseconds": round((time.monotonic() - started) * 1000, 1),
                "client": request.options("sforce-call-options").get("client", ""),
            }
        )

    def _limit_header(self, request: Request, response: Response) -> None:
        if request.path.startswith("/services/") and "oauth2" not in request.path:
            usage = f"api-usage={self.org.calls}/{self.org.call_limit}"
            response.headers.setdefault("Sforce-Limit-Info", usage)

    def handle(self, request: Request) -> Response:
        """Route and run a request, its errors turned into answers."""
        try:
            call = self._call(request)
            return self._run(call[0], call[1])
        except ApiError as error:
            return error_response(error, request)
        except DropConnection:
            raise
        except Exception:
            _log.exception("%s %s failed", request.method, request.target)
            failed = ApiError("UNKNOWN_EXCEPTION", "An unexpected error occurred", status=500)
            return error_response(failed, request)

    def inner(self, request: Request, outer: Call, work: Work | None) -> Response:
        """Run a subrequest of a composite, as the same user, in its transaction."""
        try:
            match = self._match(request)
            call = Call(self, request, match.parameters, outer.session, work)
            return self._run(match, call)
        except ApiError as error:
            return error_response(error, request)

    def _call(self, request: Request) -> tuple[Match, Call]:
        session = None
        if _needs_token(request.path.lower()):
            session = authenticate(self.sessions, request)
            self.spend()
        match = self._match(request)
        return match, Call(self, request, match.parameters, session)

    def spend(self) -> None:
        """Count an API call; refuse it when the day's are used up."""
        if self.org.count_call() > self.org.call_limit:
            raise ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)

    def _match(self, request: Request) -> Match:
        match = self.router.find(request.method, request.segments)
        version = match.parameters.get("version")
        if version is not None:
            found = _VERSION.match(version)
            if found is None or not OLDEST_VERSION <= int(found.group(1)) <= LAST_VERSION:
                raise _unknown_version(request)
        return match

    @staticmethod
    def _run(match: Match, call: Call) -> Response:
        return match.handler(call)


def _needs_token(path: str) -> bool:
    if path.startswith(_OPEN_PATHS) or path.strip("/") == "services/data":
        return False
    return path.startswith("/services/")


def _unknown_version(request: Request) -> ApiError:
    if not request.path.lower().startswith("/services/soap/"):
        return not_found()
    return ApiError("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")


def error_response(error: ApiError, request: Request) -> Response:
    """An error as the interface spoken words it: JSON, or XML for Bulk v1 and SOAP."""
    if "/services/async/" in request.path.lower():
        return _async_error(error, request)
    if error.code == "UNSUPPORTED_API_VERSION":
        return _soap_error(error, request)
    response = Response(error.status, error.body(), {"Content-Type": JSON_TYPE})
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Token"
    return response


def _soap_error(error: ApiError, request: Request) -> Response:
    from sightline_sandbox.resources.soap_envelope import fault_at

    return fault_at(request.path, f"sf:{error.code}", f"{error.code}: {error.message}")


def _async_error(error: ApiError, request: Request) -> Response:
    """Bulk v1: its own codes, 400 for a dead session, XML unless JSON is asked for."""
    from sightline_sandbox.resources.bulk1_format import error_body

    return error_body(error, request)
