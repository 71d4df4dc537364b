"""Only a trusted proxy may name a person, the printed link signs in locally, and roles come from one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from contract.platform.failures import ConfigurationFailure
from orchestration.messages.unsubscribe import unsubscribe_token
from orchestration.web.identity import COOKIE
from orchestration.web.roles import RIGHTS, Role, RoleTable, read_roles
from orchestration.web.server import sign_in_link
from orchestration.web.service import WebService
from orchestration.web.settings import load_web_settings
from orchestration.web.signing import Signer
from tests.orchestration.web.conftest import BASE, as_person, client_of, service_at


def test_the_header_of_a_trusted_proxy_signs_in(client: TestClient):
    answer = client.get("/", headers=as_person("Vera@Example.com"))
    assert answer.status_code == 200
    assert "vera@example.com" in answer.text


@pytest.mark.parametrize("peer", [("10.0.1.7", 1), ("127.0.0.1", 1), ("testclient", 1)])
def test_the_same_header_from_elsewhere_is_ignored(service: WebService, peer: tuple[str, int]):
    claims = as_person("vera@example.com", **{"x-forwarded-for": "10.0.0.7", "forwarded": "for=10.0.0.7"})
    answer = client_of(service, peer).get("/", headers={**claims, "accept": "*/*"})
    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


def test_a_header_that_the_caller_sent_too_is_refused(client: TestClient):
    two = [("x-forwarded-email", "sam@example.com"), ("x-forwarded-email", "vera@example.com")]
    for headers in (two, [("x-forwarded-email", "sam@example.com, vera@example.com")], [("x-forwarded-email", "sam")]):
        answer = client.get("/", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "ambiguous_identity")


def test_nobody_and_people_without_a_role_are_refused(client: TestClient):
    assert client.get("/").json()["error"] == "not_signed_in"
    stranger = client.get("/", headers={"x-forwarded-email": "stranger@example.com"})
    assert (stranger.status_code, stranger.json()["error"]) == (403, "no_role")
    assert "stranger" not in stranger.text


def test_behind_a_proxy_no_link_and_no_cookie_signs_in(service: WebService):
    client = client_of(service)
    assert client.get(f"/sign-in?token={service.signer.sign_in_token()}").status_code == 401
    client.cookies.set(COOKIE, service.signer.session("local"))
    assert client.get("/").status_code == 401


def test_of_several_roles_the_one_that_sees_most_counts():
    table = RoleTable(everybody=Role.VIEWER, addresses={"Sam@Example.com": Role.SALES}, groups={"admins": Role.ADMIN})
    assert table.role_of("sam@example.com") is Role.SALES
    assert table.role_of("sam@example.com", ["admins", "others"]) is Role.ADMIN
    assert table.role_of("eve@example.com") is Role.VIEWER
    assert RoleTable().role_of("sam@example.com", ["admins"]) is None


def test_each_role_may_see_what_those_before_it_may():
    may = [{name for name, allowed in vars(RIGHTS[role]).items() if allowed} for role in Role]
    assert may[0] == set()
    assert may[1] == {"words", "identity", "acknowledges"}
    assert may[2] == may[1] | {"operations", "silences"}


def test_the_file_of_roles_names_nobody_as_delivered():
    from orchestration.web.settings import WebSettings

    assert read_roles(WebSettings().roles) == RoleTable()


@pytest.mark.parametrize("text", ["addresses: {sam@example.com: boss}", "people: {}", "- sam@example.com", "{"])
def test_a_malformed_file_of_roles_is_refused_without_its_addresses(tmp_path: Path, text: str):
    (tmp_path / "roles.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFailure) as refused:
        read_roles(tmp_path / "roles.yml")
    assert "sam" not in str(refused.value)
    with pytest.raises(ConfigurationFailure, match="VOICE_WEB_ROLES"):
        read_roles(tmp_path / "missing.yml")


def local_client(home: Path) -> tuple[WebService, TestClient]:
    service = service_at(home, identity_header="")
    return service, client_of(service, ("127.0.0.1", 1))


def test_the_printed_link_signs_in_with_a_cookie_no_script_can_read(tmp_path: Path):
    service, client = local_client(tmp_path)
    assert client.get("/").status_code == 401
    answer = client.get(sign_in_link(service, BASE))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/", "max-age=43200"} <= attributes
    assert "admin" in client.get("/").text
    signed_out = client.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert signed_out.status_code == 303
    assert client.get("/").status_code == 401


@pytest.mark.parametrize("kind", ["forged", "unsubscribe", "session", "empty"])
def test_no_other_token_signs_in(tmp_path: Path, kind: str):
    service, client = local_client(tmp_path)
    tokens = {
        "forged": Signer("another secret").sign_in_token(),
        "unsubscribe": unsubscribe_token(service.platform.pseudonym_secret, "daily", "d4e5f6"),
        "session": service.signer.session("local"),
        "empty": "",
    }
    answer = client.get("/sign-in", params={"token": tokens[kind]})
    assert (answer.status_code, answer.json()["error"]) == (401, "link_expired")
    assert "set-cookie" not in answer.headers


def test_links_and_cookies_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    service, client = local_client(tmp_path)
    token, cookie = service.signer.sign_in_token(), service.signer.session("local")
    client.cookies.set(COOKIE, cookie)
    assert client.get("/").status_code == 200
    import time

    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 16 * 60)
    assert client.get("/sign-in", params={"token": token}).status_code == 401
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 13 * 3600)
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"VOICE_WEB_HOST": "0.0.0.0"}, "VOICE_WEB_HOST"),
        ({"VOICE_WEB_HOST": "voice.example"}, "VOICE_WEB_HOST"),
        ({"VOICE_WEB_IDENTITY_HEADER": "X-Forwarded-Email"}, "VOICE_WEB_TRUSTED_PROXIES"),
        ({"VOICE_WEB_TRUSTED_PROXIES": "somewhere"}, "VOICE_WEB_TRUSTED_PROXIES"),
    ],
)
def test_what_would_open_the_service_to_strangers_does_not_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationFailure, match=named):
        load_web_settings()
