"""OAuth 2: the web server flow with PKCE and rotation, JWT bearer, client credentials, the rest."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sightline_sandbox.oauth.apps import DEFAULT_APP
from tests.sandbox.conftest import Served

CALLBACK = "http://localhost:1717/OauthRedirect"


def secret(served: Served) -> str:
    app = served.org.documents.get("app", DEFAULT_APP)
    assert app is not None
    return str(app["secret"])


def ask(served: Served, **changes: str) -> tuple[httpx.Response, str]:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": DEFAULT_APP,
        "redirect_uri": CALLBACK,
        "state": "s 1",
        "scope": "api refresh_token",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **changes,
    }
    return served.client.get("/services/oauth2/authorize", params=asked), verifier


def allow(served: Served, page: httpx.Response, **changes: str) -> dict[str, list[str]]:
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    user = re.findall(r'<option value="([^"]+)"', page.text)[0]
    form = {**hidden, "user": user, "decision": "allow", **changes}
    answer = served.client.post("/services/oauth2/authorize", data=form)
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def token(served: Served, **form: str) -> httpx.Response:
    given = {"client_id": DEFAULT_APP, "client_secret": secret(served), **form}
    return served.client.post("/services/oauth2/token", data={k: v for k, v in given.items() if v})


def signed_in(served: Served) -> dict[str, Any]:
    page, verifier = ask(served)
    back = allow(served, page)
    assert back["state"] == ["s 1"]
    answer = token(
        served,
        grant_type="authorization_code",
        code=back["code"][0],
        redirect_uri=CALLBACK,
        code_verifier=verifier,
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def works(served: Served, access: str) -> bool:
    headers = {"Authorization": f"Bearer {access}"}
    return served.client.get("/services/data/v60.0/limits", headers=headers).status_code == 200


def test_the_web_server_flow_gives_both_tokens_and_an_identity(served: Served) -> None:
    body = signed_in(served)
    assert set(body) == {
        *[
            "access_token",
            "refresh_token",
            "signature",
            "scope",
            "instance_url",
            "id",
            "token_type",
            "issued_at",
        ]
    }
    assert body["access_token"].startswith(served.org.id[:15] + "!")
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    identity = served.client.get(body["id"], headers=headers).json()
    assert identity["organization_id"] == served.org.id
    info = served.client.get("/services/oauth2/userinfo", headers=headers).json()
    assert info["user_id"] == identity["user_id"] and info["urls"]["rest"].endswith("{version}/")
    assert served.client.get("/services/oauth2/userinfo", headers={}).status_code == 200
    dead = {"Authorization": "Bearer dead"}
    assert served.client.get("/services/oauth2/userinfo", headers=dead).status_code == 403


def test_refreshing_rotates_and_reuse_ends_everything(served: Served) -> None:
    first = signed_in(served)
    second = token(served, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert works(served, first["access_token"]) and works(served, second["access_token"])
    reused = token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (reused.status_code, reused.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "expired access/refresh token"},
    )
    assert not works(served, first["access_token"]) and not works(served, second["access_token"])
    after = token(served, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert after.json()["error"] == "invalid_grant"


def test_a_rotated_token_can_be_lost_on_the_way(served: Served) -> None:
    first = signed_in(served)
    served.control("POST", "faults", {"kind": "token_lost"})
    with pytest.raises(httpx.TransportError):
        token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


def test_refresh_tokens_lapse_when_idle(served: Served) -> None:
    first = signed_in(served)
    served.control("POST", "clock", {"skew": 31 * 86400})
    late = token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert late.json()["error"] == "invalid_grant"


def test_pkce_codes_and_callbacks_are_checked(served: Served) -> None:
    without, _ = ask(served, code_challenge="")
    assert "missing+required+code+challenge" in without.headers["Location"]
    elsewhere, _ = ask(served, redirect_uri="https://evil.example/cb")
    assert elsewhere.json()["error"] == "redirect_uri_mismatch"
    unknown, _ = ask(served, client_id="nobody")
    assert unknown.json()["error"] == "invalid_client_id"
    page, verifier = ask(served)
    code = allow(served, page)["code"][0]
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    assert token(served, **given, code_verifier="wrong").json()["error"] == "invalid_grant"
    again = token(served, **given, code_verifier=verifier).json()
    assert again["error_description"] == "authorization code has already been used"


def test_a_person_may_say_no_and_a_forged_form_is_refused(served: Served) -> None:
    page, _ = ask(served)
    assert allow(served, page, decision="deny")["error"] == ["access_denied"]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    form = {**hidden, "scope": "full", "decision": "allow", "user": "x"}
    forged = served.client.post("/services/oauth2/authorize", data=form)
    assert forged.json()["error"] == "invalid_request"
    assert "script" not in page.text and "'none'" in page.headers["Content-Security-Policy"]


def test_client_credentials_run_as_the_app_s_user(served: Served) -> None:
    body = token(served, grant_type="client_credentials").json()
    assert works(served, body["access_token"]) and "refresh_token" not in body
    user = body["id"].rsplit("/", 1)[1]
    row = served.get(f"sobjects/User/{user}").json()
    assert row["Username"] == "integration@sandbox.example"
    wrong = token(served, grant_type="client_credentials", client_secret="no")
    assert wrong.json()["error"] == "invalid_client"
    header = base64.b64encode(f"{DEFAULT_APP}:{secret(served)}".encode()).decode()
    basic = served.client.post(
        "/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {header}"},
    )
    assert basic.status_code == 200


def key_and_certificate() -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "worker")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


def test_jwt_bearer_checks_signature_audience_expiry_and_approval(served: Served) -> None:
    key, certificate = key_and_certificate()
    user = "integration@sandbox.example"
    app = served.control(
        "POST",
        "apps",
        {
            "id": "jwt-app",
            "certificate": certificate,
            "preauthorized": [user],
            "flows": ["jwt_bearer"],
        },
    )
    claims = {"iss": app["id"], "sub": user, "aud": served.http, "exp": int(time.time()) + 120}

    def ask_for(given: dict[str, Any], signer: Any = key) -> httpx.Response:
        assertion = jwt.encode(given, signer, algorithm="RS256")
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return served.client.post("/services/oauth2/token", data=form)

    assert works(served, ask_for(claims).json()["access_token"])
    wrong = {
        "audience is invalid": {**claims, "aud": "https://login.salesforce.com"},
        "assertion expired": {**claims, "exp": int(time.time()) - 5},
        "user hasn't approved": {**claims, "sub": "nobody@x.org"},
        "not admin approved": {**claims, "sub": "admin@sandbox.example"},
    }
    for words, given in wrong.items():
        assert words in ask_for(given).json()["error_description"]
    other, _ = key_and_certificate()
    assert ask_for(claims, other).json()["error_description"] == "invalid assertion"
    assert (
        token(
            served,
            grant_type="client_credentials",
            client_id="jwt-app",
            client_secret=app["secret"],
        ).json()["error"]
        == "invalid_grant"
    )


def test_revoking_a_refresh_token_takes_its_access_tokens_along(served: Served) -> None:
    body = signed_in(served)
    done = served.client.post("/services/oauth2/revoke", data={"token": body["refresh_token"]})
    assert done.status_code == 200 and not works(served, body["access_token"])
    again = served.client.post("/services/oauth2/revoke", data={"token": body["refresh_token"]})
    assert again.status_code == 400


def test_introspection_tells_live_tokens_from_dead_ones(served: Served) -> None:
    body = signed_in(served)

    def look(value: str) -> dict[str, Any]:
        form = {"token": value, "client_id": DEFAULT_APP, "client_secret": secret(served)}
        found: dict[str, Any] = served.client.post("/services/oauth2/introspect", data=form).json()
        return found

    assert look(body["access_token"])["active"] is True
    assert look(body["refresh_token"])["token_type"] == "refresh_token"
    served.client.post("/services/oauth2/revoke", data={"token": body["access_token"]})
    assert look(body["access_token"]) == {"active": False}
    anonymous = served.client.post("/services/oauth2/introspect", data={"token": "x"})
    assert anonymous.status_code == 401


def test_an_inactive_user_gets_no_token(served: Served) -> None:
    served.control("POST", "users/deactivate", {"user": "integration@sandbox.example"})
    answer = token(served, grant_type="client_credentials").json()
    assert answer == {"error": "invalid_grant", "error_description": "inactive user"}


def test_two_refreshes_at_once_use_the_token_once(served: Served) -> None:
    import threading

    first = signed_in(served)
    answers: list[int] = []

    def refresh() -> None:
        answer = token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
        answers.append(answer.status_code)

    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(answers) == [200, 400]


def test_an_app_may_be_bound_to_addresses(served: Served) -> None:
    app = {"id": "bound", "secret": "s", "run_as": None, "addresses": ["10.0.0.0/8"]}
    served.control("POST", "apps", app)
    form = {"grant_type": "client_credentials", "client_id": "bound", "client_secret": "s"}
    answer = served.client.post("/services/oauth2/token", data=form).json()
    assert answer["error_description"] == "ip restricted"
    served.control("POST", "apps", {**app, "addresses": ["127.0.0.0/8"]})
    answer = served.client.post("/services/oauth2/token", data=form).json()
    assert answer["error_description"] == "no client credentials user enabled"


def test_the_command_line_app_needs_no_secret_but_pkce(served: Served) -> None:
    page, verifier = ask(served, client_id="PlatformCLI")
    code = allow(served, page)["code"][0]
    answer = token(
        served,
        client_id="PlatformCLI",
        client_secret="",
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=verifier,
    )
    assert works(served, answer.json()["access_token"])
