"""An identity provider signs people in, and nothing else does: every token that does not fit is refused."""

from __future__ import annotations

import logging
import random
import string
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from orchestration.web.identity import COOKIE
from orchestration.web.oidc import CALLBACK, MAX_PENDING, PENDING, local_page
from orchestration.web.service import WebService
from orchestration.web.signing import Signer
from tests.fakes.oidc_provider import OidcProvider, serve
from tests.orchestration.web.conftest import BASE, client_of, service_at

HTML = {"accept": "text/html"}
STRANGER = ("203.0.113.9", 1)
"""Who connects is of no matter here: no proxy is trusted."""


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    provider = OidcProvider(BASE + CALLBACK, person={"email": "Vera@Example.com", "email_verified": True})
    with serve(provider):
        yield provider


def behind(home: Path, provider: OidcProvider, **settings: Any) -> WebService:
    defaults: dict[str, Any] = {
        "identity_header": "",
        "trusted_proxies": "",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": provider.client_id,
        "oidc_client_secret": provider.client_secret,
    }
    return service_at(home, **{**defaults, **settings})


@pytest.fixture
def service(tmp_path: Path, provider: OidcProvider) -> Iterator[WebService]:
    service = behind(tmp_path / "home", provider)
    yield service
    service.platform.close()


@pytest.fixture
def client(service: WebService) -> TestClient:
    return client_of(service, STRANGER)


def sent_back(client: TestClient, page: str = "/") -> str:
    """Begin a sign-in and return the address to which the provider sends the browser."""
    begun = client.get("/sign-in", params={"next": page})
    assert begun.status_code == 303, begun.text
    there = httpx2.get(begun.headers["location"])
    assert there.status_code == 302, there.text
    return there.headers["location"]


def signed_in(client: TestClient, page: str = "/") -> httpx2.Response:
    return client.get(sent_back(client, page), headers={"accept": "*/*"})


def test_a_person_is_led_to_the_provider_and_back_to_the_page(client: TestClient, provider: OidcProvider):
    refused = client.get("/calls/one?x=1", headers=HTML)
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in?next=%2Fcalls%2Fone%3Fx%3D1")
    answer = signed_in(client, "/calls/one?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls/one?x=1")
    page = client.get("/", headers=HTML)
    assert page.status_code == 200
    assert "vera@example.com" in page.text
    assert provider.refused == []


def test_programs_get_no_page_to_sign_in(client: TestClient):
    answer = client.get("/")
    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


def test_the_request_has_state_nonce_and_a_challenge_that_differ_each_time(client: TestClient):
    asked = [parse_qs(urlsplit(client.get("/sign-in").headers["location"]).query) for _ in range(2)]
    assert [one["code_challenge_method"] for one in asked] == [["S256"], ["S256"]]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_the_cookies_cannot_be_read_by_scripts_and_end(client: TestClient, service: WebService):
    begun = client.get("/sign-in")
    back = httpx2.get(begun.headers["location"]).headers["location"]
    answer = client.get(back)
    cookies = [begun.headers["set-cookie"], *answer.headers.get_list("set-cookie")]
    [pending, session, removed] = [cookie.lower() for cookie in cookies]
    for cookie in (pending, session):
        assert {"httponly", "secure", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "max-age=600" in pending
    assert "path=/sign-in" in pending
    assert "max-age=43200" in session
    assert removed.startswith(PENDING)
    assert "max-age=0" in removed


def test_a_script_of_a_page_begins_no_sign_in(client: TestClient):
    """An open dashboard asks for new figures every ten seconds: without this, each time one more cookie of a pending sign-in."""
    answer = client.get("/dashboards/performance", headers={**HTML, "sec-fetch-mode": "cors"})
    assert answer.status_code == 401
    assert client.get("/dashboards/performance", headers={**HTML, "sec-fetch-mode": "navigate"}).status_code == 303


def test_a_browser_keeps_few_pending_sign_ins_and_the_latest_succeed(client: TestClient):
    back = [sent_back(client, f"/calls/{number}") for number in range(MAX_PENDING + 2)]
    pending = [name for name in client.cookies if name.startswith(PENDING)]
    assert len(pending) == MAX_PENDING
    assert client.get(back[1]).json()["error"] == "sign_in_failed"
    assert [client.get(address).headers["location"] for address in back[2:]] == [
        f"/calls/{number}" for number in range(2, MAX_PENDING + 2)
    ]


def test_the_cookie_of_the_longest_page_is_small_enough_for_browsers(client: TestClient):
    page = "/" + "".join(random.Random(1).choices(string.ascii_letters, k=999))
    answer = client.get("/sign-in", params={"next": page})
    assert len(answer.headers["set-cookie"]) < 4096
    assert signed_in(client, page).headers["location"] == page


def test_a_page_whose_name_has_odd_letters_is_found_again(client: TestClient):
    refused = client.get("/industries/Caf%C3%A9%3F%26%20more?x=1", headers=HTML)
    page = parse_qs(urlsplit(refused.headers["location"]).query)["next"][0]
    assert signed_in(client, page).headers["location"] == "/industries/Caf%C3%A9%3F%26%20more?x=1"


def test_two_sign_ins_in_one_browser_both_succeed(client: TestClient):
    first, second = sent_back(client, "/calls/one"), sent_back(client, "/calls/two")
    assert client.get(first).headers["location"] == "/calls/one"
    assert client.get(second).headers["location"] == "/calls/two"


def test_groups_of_the_provider_give_roles(client: TestClient, provider: OidcProvider):
    provider.person |= {"email": "new@example.com", "groups": ["others", "voice-admins", *(f"group-{n}" for n in range(500))]}
    answer = signed_in(client)
    assert answer.status_code == 303
    assert len(client.cookies[COOKIE]) < 500
    assert "admin" in client.get("/", headers=HTML).text
    provider.person |= {"email": "vera@example.com", "groups": ["others"]}
    signed_in(client)
    assert "admin" not in client.get("/", headers=HTML).text


def test_somebody_without_a_role_is_refused(client: TestClient, provider: OidcProvider):
    provider.person["email"] = "stranger@example.com"
    assert signed_in(client).status_code == 303
    answer = client.get("/")
    assert (answer.status_code, answer.json()["error"]) == (403, "no_role")
    assert "stranger" not in answer.text


HOSTILE: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "of-another-sign-in"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "not valid yet": {"nbf": int(time.time()) + 3600},
    "another audience": {"aud": "another-client"},
    "another audience, for us": {"aud": "another-client", "azp": "voice"},
    "no audience": {"aud": None},
    "for another party": {"aud": ["voice", "another-client"], "azp": "another-client"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "nobody": {"sub": None},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "no address": {"email": None},
    "no address but a list": {"email": ["vera@example.com", "sam@example.com"]},
    "another access token": {"at_hash": "of-another-token"},
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_token_that_does_not_fit_signs_nobody_in(client: TestClient, provider: OidcProvider, changes: dict[str, Any]):
    provider.changes = changes
    answer = signed_in(client)
    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in_failed")
    assert COOKIE not in client.cookies
    assert "vera" not in answer.text.lower()
    provider.changes = {}
    assert signed_in(client).status_code == 303


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_confirmed_signs_nobody_in(client: TestClient, provider: OidcProvider, verified: Any):
    provider.changes = {"email_verified": verified}
    answer = signed_in(client)
    assert (answer.status_code, answer.json()["error"]) == (403, "unverified_address")
    assert COOKIE not in client.cookies


def test_another_claim_may_name_the_person(tmp_path: Path, provider: OidcProvider):
    provider.person = {"preferred_username": "Sam@Example.com"}
    client = client_of(behind(tmp_path / "home", provider, oidc_name_claim="preferred_username"), STRANGER)
    signed_in(client)
    assert "sam@example.com" in client.get("/", headers=HTML).text


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_signed_by_no_key_of_the_provider_signs_nobody_in(tmp_path: Path, provider: OidcProvider, algorithm: str):
    """Even where the provider offers that algorithm."""
    provider.algorithms, provider.signs_by = ("RS256", algorithm), algorithm
    client = client_of(behind(tmp_path / "home", provider), STRANGER)
    assert signed_in(client).json()["error"] == "sign_in_failed"
    assert COOKIE not in client.cookies


def test_a_key_that_is_not_published_signs_nobody_in_and_a_new_one_does(client: TestClient, provider: OidcProvider):
    assert signed_in(client).status_code == 303
    client.cookies.clear()
    provider.published, provider.key = provider.key, RSAKey.generate_key(2048, {"kid": "second"}, private=True)
    assert signed_in(client).json()["error"] == "sign_in_failed"
    provider.published = None
    assert signed_in(client).status_code == 303


def test_a_key_that_the_provider_withdrew_does_not_count_for_long(
    client: TestClient, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
):
    """It is published no more, and somebody still signs by it."""
    assert signed_in(client).status_code == 303
    client.cookies.clear()
    provider.published = RSAKey.generate_key(2048, {"kid": "second"}, private=True)
    monkeypatch.setattr("orchestration.web.oidc.METADATA_LASTS", timedelta(0))
    assert signed_in(client).json()["error"] == "sign_in_failed"
    assert COOKIE not in client.cookies


def test_a_provider_that_names_another_issuer_is_not_asked_until_it_names_the_right_one(client: TestClient, provider: OidcProvider):
    right, provider.issuer = provider.issuer, provider.issuer.replace("127.0.0.1", "localhost")
    assert client.get("/sign-in").status_code == 503
    provider.issuer = right
    assert signed_in(client).status_code == 303


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_with_an_address_that_others_can_read_is_not_asked(client: TestClient, provider: OidcProvider, endpoint: str):
    provider.endpoints = {endpoint: "http://id.example/there"}
    assert client.get("/sign-in").status_code == 503


def test_a_sign_in_of_another_browser_is_not_finished_here(client: TestClient, service: WebService):
    """Otherwise somebody could be signed in as the attacker, unnoticed."""
    victim = client_of(service, STRANGER)
    back = sent_back(client)
    assert victim.get(back).json()["error"] == "sign_in_failed"
    assert COOKIE not in victim.cookies


def test_a_code_counts_once(client: TestClient, provider: OidcProvider):
    back = sent_back(client)
    pending = {name: value for name, value in client.cookies.items() if name.startswith(PENDING)}
    assert client.get(back).status_code == 303
    client.cookies.clear()
    assert client.get(back).json()["error"] == "sign_in_failed"
    client.cookies.update(pending)
    assert client.get(back).json()["error"] == "sign_in_failed"
    assert provider.refused == ["token: code"]


@pytest.mark.parametrize("kind", ["state", "code", "no state", "no code", "refused", "odd state"])
def test_an_answer_that_was_changed_signs_nobody_in(client: TestClient, kind: str):
    back = urlsplit(sent_back(client))
    given = {name: values[0] for name, values in parse_qs(back.query).items()}
    changed = {
        "state": {**given, "state": "a" + given["state"][1:]},
        "code": {**given, "code": "another"},
        "no state": {"code": given["code"]},
        "no code": {"state": given["state"]},
        "refused": {"state": given["state"], "error": "access_denied"},
        "odd state": {**given, "state": "x" * 100 + "; é"},
    }[kind]
    answer = client.get(back.path, params=changed)
    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in_failed")
    assert COOKIE not in client.cookies


def test_a_code_without_its_verifier_is_worth_nothing(client: TestClient, service: WebService, provider: OidcProvider):
    """A code that was seen on its way cannot be exchanged by somebody else: PKCE."""
    stolen = parse_qs(urlsplit(sent_back(client)).query)["code"][0]
    other = client_of(service, STRANGER)
    own = parse_qs(urlsplit(sent_back(other)).query)["state"][0]
    assert other.get(CALLBACK, params={"code": stolen, "state": own}).json()["error"] == "sign_in_failed"
    assert provider.refused == ["token: code_verifier"]


@pytest.mark.parametrize("kind", ["forged", "local", "link", "pending"])
def test_no_other_cookie_is_a_session(client: TestClient, service: WebService, kind: str):
    cookies = {
        "forged": Signer("another secret").person("vera@example.com", []),
        "local": service.signer.session("vera@example.com"),
        "link": service.signer.sign_in_token(),
        "pending": service.signer.pending_sign_in({"state": "vera@example.com"}),
    }
    client.cookies.set(COOKIE, cookies[kind])
    assert client.get("/").status_code == 401


def test_neither_the_printed_link_nor_a_header_signs_in(client: TestClient, service: WebService):
    answer = client.get("/sign-in", params={"token": service.signer.sign_in_token()})
    assert urlsplit(answer.headers["location"]).path == "/authorize"
    assert client.get("/", headers={"x-forwarded-email": "vera@example.com"}).status_code == 401


def test_a_session_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    signed_in(client)
    assert client.get("/").status_code == 200
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 13 * 3600)
    assert client.get("/").status_code == 401


def test_signing_out_shows_a_page_and_does_not_sign_in_again(client: TestClient):
    signed_in(client)
    answer = client.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert (answer.status_code, "signed out" in answer.text) == (200, True)
    assert client.get("/").status_code == 401


def test_while_the_provider_is_away_the_service_says_so_and_recovers(client: TestClient, provider: OidcProvider):
    provider.down = True
    assert client.get("/sign-in").status_code == 503
    provider.down = False
    back = sent_back(client)
    provider.down = True
    assert client.get(back).status_code == 503
    provider.down = False
    assert signed_in(client).status_code == 303


def test_logs_name_neither_people_nor_codes(client: TestClient, provider: OidcProvider, caplog: pytest.LogCaptureFixture):
    """At the levels of ``voice serve``."""
    caplog.set_level(logging.WARNING)
    caplog.set_level(logging.INFO, "voice")
    back = sent_back(client)
    assert client.get(back).status_code == 303
    provider.changes = {"nonce": "of-another-sign-in"}
    assert signed_in(client).status_code == 401
    provider.changes = {"email_verified": False}
    assert signed_in(client).status_code == 403
    written = [record.getMessage() for record in caplog.records]
    assert any("while a sign-in was checked" in message for message in written)
    code, state = (parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state"))
    for hidden in ("vera", code, state, provider.client_secret):
        assert not [message for message in written if hidden in message.lower() or hidden in message]


@pytest.mark.parametrize(
    "address",
    [
        "//elsewhere.example",
        "/\\elsewhere.example",
        "https://elsewhere.example",
        "",
        "/sign-out",
        "/\nx",
        "calls",
        "/é",
        "/" + "x" * 1000,
    ],
)
def test_a_sign_in_leads_to_no_other_site(address: str):
    assert local_page(address) == "/"


def test_without_a_provider_there_is_no_way_back_from_one(tmp_path: Path):
    client = client_of(service_at(tmp_path / "home"))
    assert client.get(CALLBACK).status_code == 404
