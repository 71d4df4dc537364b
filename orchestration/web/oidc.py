"""Sign people in by OpenID Connect: authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636).

What a sign-in needs when the provider sends the person back (state, nonce, verifier) waits in a signed cookie of its own. So
several may be pending in one browser, none can be finished in another one, and the service keeps nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from contract.platform.failures import ConfigurationFailure
from orchestration.web.refusal import Refusal
from orchestration.web.settings import WebSettings, is_private
from orchestration.web.signing import Signer

log = logging.getLogger("voice.web")

CALLBACK = "/sign-in/callback"
PENDING = "voice_sign_in_"
"""Cookies of pending sign-ins begin so; the rest of the name is the state."""
MAX_PENDING = 8  # in one browser: each cookie has about half a KB, and proxies refuse a header of more than 8 KB
SIGN_IN_LASTS = timedelta(minutes=10)  # a password, a second factor, and no more
CLOCK_SKEW_SECONDS = 60  # by which the provider's clock may differ when a token's times are checked
_TIMEOUT_SECONDS = 10  # for each of at most four requests to the provider while somebody waits
METADATA_LASTS = timedelta(hours=1)  # as long as a key that the provider has withdrawn may still count
_LONGEST_STATE = 64  # characters: Authlib's have 30
_LONGEST_PAGE = 1000  # characters of an address to return to: browsers drop a cookie of more than 4 KB
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by the provider's private key; 'none' and those by a shared secret are not taken, whatever the provider offers."""


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, by claims that were verified, and the address of the page that was asked for."""

    name: str
    groups: tuple[str, ...]
    next_page: str


class Provider:
    """One OpenID provider. Its metadata and keys are read on the first sign-in and once an hour, and keys again when an unknown
    one has signed.
    """

    def __init__(self, settings: WebSettings, base_url: str, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer
        self._is_https = base_url.startswith("https://")
        self._redirect_uri = base_url.rstrip("/") + CALLBACK
        self._client: Any = None
        self._read_at = 0.0

    async def begin(self, request: Request) -> Response:
        """Send the person to the provider; ``Refusal`` 503 when it cannot be asked."""
        client = await self._current_client()
        try:
            begun = await client.create_authorization_url(self._redirect_uri)
        except (OAuthError, ValueError, RuntimeError) as error:
            raise _unavailable(error) from None
        kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        kept["next"] = local_page(request.query_params.get("next", "/"))
        response = RedirectResponse(begun["url"], status_code=303)
        self._remove_oldest(request, response)
        response.set_cookie(
            PENDING + begun["state"],
            self._signer.pending_sign_in(kept),
            max_age=int(SIGN_IN_LASTS.total_seconds()),
            path="/sign-in",
            secure=self._is_https,
            httponly=True,
            samesite="lax",  # the provider sends the person back from its own site
        )
        return response

    async def finish(self, request: Request, groups: Collection[str]) -> SignedIn:
        """Exchange the code for a verified identity, with those of its groups that are in ``groups``.

        ``Refusal`` 401 when anything of it does not fit, 403 for an address that is not confirmed, 503 when nobody answers.
        """
        kept = self._kept(request)
        code = request.query_params.get("code", "")
        if kept is None or not code or "error" in request.query_params:
            raise failed()
        client = await self._current_client()
        try:
            token = await client.fetch_access_token(code=code, redirect_uri=self._redirect_uri, code_verifier=kept["code_verifier"])
            claims = await client.parse_id_token(
                token, nonce=kept["nonce"], claims_options=self._required_claims(), leeway=CLOCK_SKEW_SECONDS
            )
        except httpx2.HTTPError as error:
            raise _unavailable(error) from None
        except (OAuthError, JoseError, ValueError, TypeError, KeyError, RuntimeError) as error:
            log.warning("%s while a sign-in was checked", type(error).__name__)
            raise failed() from None
        if claims is None:
            raise failed()
        return SignedIn(self._name(claims), self._groups(claims, groups), kept["next"])

    def forget(self, request: Request, response: Response) -> None:
        """Remove the cookie of the sign-in that was pending, so that it is not used twice."""
        name = PENDING + request.query_params.get("state", "")
        if name in request.cookies:
            self._remove(name, response)

    def _remove_oldest(self, request: Request, response: Response) -> None:
        """Make room for one more pending sign-in: a browser that reopens many pages begins as many."""
        pending = [name for name in request.cookies if name.startswith(PENDING)]  # the oldest first (RFC 6265, 5.4)
        for name in pending[: max(0, len(pending) - MAX_PENDING + 1)]:
            self._remove(name, response)

    def _remove(self, name: str, response: Response) -> None:
        response.delete_cookie(name, path="/sign-in", httponly=True, samesite="lax", secure=self._is_https)

    async def _current_client(self) -> Any:
        """Return a client that has read the metadata within the hour; ``Refusal`` 503 when they cannot be read or do not fit."""
        if self._client is None or time.monotonic() - self._read_at >= METADATA_LASTS.total_seconds():
            client = self._new_client()
            try:
                self._check(await client.load_server_metadata())
            except (httpx2.HTTPError, ValueError, TypeError) as error:
                raise _unavailable(error) from None
            self._client, self._read_at = client, time.monotonic()
        return self._client

    def _new_client(self) -> Any:
        secret = self._settings.oidc_client_secret
        return OAuth().register(
            "provider",
            client_id=self._settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self._settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": self._settings.oidc_scopes,
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT_SECONDS,
                **({} if secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    def _check(self, metadata: dict[str, Any]) -> None:
        """Check what the provider says of itself: it must be the one that was asked, be reached in private, and sign by a key of
        its own.
        """
        if metadata.get("issuer") != self._settings.oidc_issuer:
            raise ValueError("the provider names another issuer")
        if not all(is_private(str(metadata.get(name, ""))) for name in _ENDPOINTS):
            raise ValueError("an endpoint of the provider is no https:// address")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in _ALGORITHMS]

    def _kept(self, request: Request) -> Mapping[str, str] | None:
        """Return what this browser began with this state; None when it began nothing of the kind, or too long ago."""
        state = request.query_params.get("state", "")
        if not state.isalnum() or not state.isascii() or len(state) > _LONGEST_STATE:
            return None
        kept = self._signer.opened_sign_in(request.cookies.get(PENDING + state, ""), SIGN_IN_LASTS)
        return kept if kept and kept["state"] == state else None

    def _required_claims(self) -> dict[str, Any]:
        required = {"iss": self._settings.oidc_issuer, "aud": self._settings.oidc_client_id}
        return {claim: {"essential": True, "value": value} for claim, value in required.items()}

    def _name(self, claims: Mapping[str, Any]) -> str:
        """Return the address; one that the provider has not confirmed could be anybody's."""
        claim = self._settings.oidc_name_claim
        name = claims.get(claim)
        if not isinstance(name, str) or "@" not in name:
            raise failed()
        if claim == "email" and claims.get("email_verified") is not True:
            raise Refusal(
                403,
                "unverified_address",
                "The identity provider has not confirmed your e-mail address.",
                "Confirm it there; where the provider never says so, an operator may set VOICE_WEB_OIDC_NAME_CLAIM.",
            )
        return name.strip().lower()

    def _groups(self, claims: Mapping[str, Any], known: Collection[str]) -> tuple[str, ...]:
        """Return the groups that give a role: a person may have hundreds of others, and a cookie holds 4 KB."""
        named = claims.get(self._settings.oidc_groups_claim)
        listed = [named] if isinstance(named, str) else named if isinstance(named, list) else []
        return tuple(sorted({group for group in listed if isinstance(group, str) and group in known}))


def provider_of(settings: WebSettings, base_url: str, signer: Signer) -> Provider | None:
    """Return the provider of the settings, None without one; ``ConfigurationFailure`` when it could not send anybody back."""
    if not settings.oidc_issuer:
        return None
    if not is_private(base_url):
        raise ConfigurationFailure(
            "VOICE_WEB_OIDC_ISSUER is set, and VOICE_BASE_URL is no https:// address to which people could return.",
            "Set VOICE_BASE_URL to the public address of the pages.",
        )
    return Provider(settings, base_url, signer)


def local_page(address: str) -> str:
    """Return the address when it leads to a page of this service, else that of the first page."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\", "/sign-"))
    is_plain = address.isascii() and address.isprintable() and len(address) <= _LONGEST_PAGE
    return address if is_local and is_plain else "/"


def failed() -> Refusal:
    return Refusal(
        401, "sign_in_failed", "The sign-in did not succeed.", "Open the page again; the service's log has the kind of error."
    )


def _unavailable(error: Exception) -> Refusal:
    log.warning("%s while the identity provider was asked", type(error).__name__)
    return Refusal(503, "unavailable", "The identity provider cannot be asked at the moment.", "Try again in a minute.")
