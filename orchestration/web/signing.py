"""Sign what leaves the service and comes back: session cookies, sign-in links and pending sign-ins.

Each kind has its own salt, so that a link is worth nothing as a cookie, nor the other way round.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from contract.platform.atomic_file import create_file
from contract.platform.settings import Settings

KEY_BYTES = 32  # as long as the output of SHA-256, beyond which HMAC gains nothing
LINK_LASTS = timedelta(minutes=15)  # a sign-in link is opened at once, and it lies in the terminal


def web_secret(settings: Settings, configured: str | None = None) -> str:
    """Return the configured secret, else the one in ``$VOICE_HOME/web.key``, created on first use and never changed."""
    if configured:
        return configured
    path = settings.home / "web.key"
    if not path.exists():
        create_file(path, secrets.token_hex(KEY_BYTES), mode=0o600)
    return path.read_text(encoding="ascii")


@dataclass(frozen=True)
class Signer:
    """Sign and check with one secret; whatever was not signed with it, or is too old, reads as None."""

    secret: str = field(repr=False)

    def sign_in_token(self) -> str:
        return self._timed("sign-in").dumps(secrets.token_hex(8))

    def is_sign_in_token(self, token: str) -> bool:
        return self._opened("sign-in", token, LINK_LASTS) is not None

    def session(self, name: str) -> str:
        return self._timed("session").dumps(name)

    def session_name(self, cookie: str, lasts: timedelta) -> str | None:
        name = self._opened("session", cookie, lasts)
        return name if isinstance(name, str) else None

    def person(self, name: str, groups: Collection[str]) -> str:
        """Sign a session of somebody whom the identity provider named; it is worth nothing where the printed link signs in."""
        return self._timed("person").dumps([name, list(groups)])

    def opened_person(self, cookie: str, lasts: timedelta) -> tuple[str, list[str]] | None:
        match self._opened("person", cookie, lasts):
            case [str() as name, list() as groups]:
                return name, [str(group) for group in groups]
            case _:
                return None

    def pending_sign_in(self, kept: Mapping[str, str]) -> str:
        return self._timed("pending sign-in").dumps(dict(kept))

    def opened_sign_in(self, cookie: str, lasts: timedelta) -> Mapping[str, str] | None:
        kept = self._opened("pending sign-in", cookie, lasts)
        return {str(name): str(value) for name, value in kept.items()} if isinstance(kept, dict) else None

    def _timed(self, salt: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=salt)

    def _opened(self, salt: str, text: str, lasts: timedelta) -> object:
        try:
            return self._timed(salt).loads(text, max_age=int(lasts.total_seconds()))
        except BadData:
            return None
