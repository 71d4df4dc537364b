"""Sign in to Salesforce by OAuth 2.0: JWT bearer, client credentials, or user name and password for sandboxes.

The settings decide which one is used; the token is fetched again when Salesforce reports that it expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import requests

from contract.platform.failures import ConfigurationFailure
from contract.platform.retry import retry_after
from orchestration.delivery.failures import NEXT_RUN, DestinationUnavailable
from orchestration.destinations.salesforce.settings import SalesforceSettings

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_JWT_LIFE = timedelta(minutes=3)  # the vendor accepts up to five minutes; clocks may differ by one
_REMEDY = "Correct the VOICE_SALESFORCE_ settings; 'voice doctor' checks them."


@dataclass(frozen=True)
class Login:
    """A session. ``instance_url`` is the address of the API; ``user_id`` is the integration user's."""

    token: str
    instance_url: str
    user_id: str


def log_in(settings: SalesforceSettings, session: requests.Session, timeout: float) -> Login:
    """Sign in. Raises ``ConfigurationFailure`` when the settings are refused, ``DestinationUnavailable`` without an answer.

    ``timeout`` is in seconds.
    """
    url = settings.url.rstrip("/")
    try:
        answer = session.post(url + TOKEN_PATH, data=_grant(settings, url), timeout=timeout)
    except requests.RequestException as error:
        raise DestinationUnavailable(f"Salesforce cannot be reached ({type(error).__name__}).", NEXT_RUN) from None
    if answer.status_code >= 500 or answer.status_code == 429:
        wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
        raise DestinationUnavailable(f"Salesforce accepts no logins now (HTTP {answer.status_code}).", NEXT_RUN, wait)
    body = _object(answer)
    if not answer.ok or "access_token" not in body:
        raise ConfigurationFailure(f"Salesforce refused the login ({body.get('error', f'HTTP {answer.status_code}')}).", _REMEDY)
    return Login(body["access_token"], str(body.get("instance_url") or url), str(body.get("id", "")).rsplit("/", 1)[-1])


def _object(answer: requests.Response) -> dict[str, Any]:
    """Return the token endpoint's JSON object; empty when the answer is something else."""
    try:
        body: Any = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _grant(settings: SalesforceSettings, url: str) -> dict[str, str]:
    client_id = settings.client_id.get_secret_value() if settings.client_id else ""
    secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
    if not client_id:
        raise ConfigurationFailure("VOICE_SALESFORCE_CLIENT_ID is not set.", "Set the consumer key of the connected app.")
    if settings.private_key:
        return {"grant_type": _JWT_BEARER, "assertion": _assertion(settings, settings.private_key, client_id, url)}
    if settings.password:
        password = settings.password.get_secret_value()
        who = {"username": settings.username, "password": password}
        return {"grant_type": "password", "client_id": client_id, "client_secret": secret, **who}
    if not secret:
        raise ConfigurationFailure(
            "There is no way to sign in to Salesforce.",
            "Set VOICE_SALESFORCE_PRIVATE_KEY with VOICE_SALESFORCE_USERNAME, or VOICE_SALESFORCE_CLIENT_SECRET.",
        )
    return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}


def _assertion(settings: SalesforceSettings, pem: Path, client_id: str, url: str) -> str:
    """Sign an assertion for the login server: test.salesforce.com for sandboxes, login.salesforce.com for every other org."""
    try:
        key = pem.read_text(encoding="ascii")
        audience = "https://test.salesforce.com" if ".sandbox." in url else "https://login.salesforce.com"
        expires = datetime.now(UTC) + _JWT_LIFE
        claims = {"iss": client_id, "sub": settings.username, "aud": audience, "exp": expires}
        return jwt.encode(claims, key, algorithm="RS256")
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise ConfigurationFailure(
            f"The key in VOICE_SALESFORCE_PRIVATE_KEY cannot be used ({type(error).__name__}).", _REMEDY
        ) from None
