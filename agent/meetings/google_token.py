"""Access tokens of a Google service account (RFC 7523; developers.google.com/identity/protocols/oauth2/service-account)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
from pydantic import BaseModel, Field, SecretStr, ValidationError

from agent.outbound import TimeBounds, ask
from contract.platform.failures import ConfigurationFailure, PermanentFailure

SCOPES = "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.freebusy"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION = timedelta(hours=1)  # the longest life of an assertion that Google accepts
_MARGIN = timedelta(minutes=1)  # a token is renewed this long before it expires, so that none expires on its way


class _Key(BaseModel):
    client_email: str
    private_key: SecretStr
    token_uri: str


class _Token(BaseModel):
    access_token: SecretStr
    expires_in: Annotated[int, Field(gt=0)]


class ServiceAccount:
    """``subject`` is the person it acts for, which inviting attendees needs; None acts for itself."""

    def __init__(self, key: _Key, subject: str | None = None) -> None:
        self._key = key
        self._subject = subject
        self._held: tuple[str, datetime] | None = None

    @classmethod
    def of_file(cls, path: Path, subject: str | None = None) -> ServiceAccount:
        """A file that is missing or no key of a service account is a ``ConfigurationFailure``."""
        try:
            return cls(_Key.model_validate_json(path.read_bytes()), subject)
        except (OSError, ValidationError):
            problem = "VOICE_AGENT_GOOGLE_CREDENTIALS names no key file of a service account."
            raise ConfigurationFailure(problem, "Set it to the JSON file Google gave.") from None

    async def token(self, now: datetime, bounds: TimeBounds) -> str:
        """The token held, or a new one shortly before it expires."""
        if self._held and now < self._held[1]:
            return self._held[0]
        form = {"grant_type": _GRANT, "assertion": self._assertion(now)}
        answer = await ask("Google's token endpoint", lambda client: client.post(self._key.token_uri, data=form), bounds)
        try:
            read = _Token.model_validate_json(answer.content)
        except ValidationError:
            raise PermanentFailure("Google's token cannot be read.", "Check the service account.") from None
        self._held = (read.access_token.get_secret_value(), now + timedelta(seconds=read.expires_in) - _MARGIN)
        return self._held[0]

    def _assertion(self, now: datetime) -> str:
        claims = {
            "iss": self._key.client_email,
            "scope": SCOPES,
            "aud": self._key.token_uri,
            "iat": int(now.timestamp()),
            "exp": int((now + _ASSERTION).timestamp()),
        }
        acting_for = {"sub": self._subject} if self._subject else {}
        try:
            return jwt.encode({**claims, **acting_for}, self._key.private_key.get_secret_value(), algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            problem = "The private key of VOICE_AGENT_GOOGLE_CREDENTIALS cannot be used."
            raise PermanentFailure(problem, "Make a new key for the service account.") from None
