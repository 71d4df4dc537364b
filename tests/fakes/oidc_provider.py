"""An OpenID Connect provider on loopback: discovery, keys, authorization with PKCE, and tokens.

It enforces what the standards require of a client: a registered redirect address, response type ``code`` and scope
``openid`` (OpenID Connect Core 1.0, 3.1.2.1), a challenge by S256 (RFC 7636, 4.3), each code once and for the same client
and address (RFC 6749, 4.1.3), and the verifier of the challenge (RFC 7636, 4.6). ``changes`` replace claims of the next
tokens, where None removes one, and ``endpoints`` those of the metadata.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

LIFETIME_SECONDS = 300
"""Seconds for which a token is valid."""


@dataclass
class OidcProvider:
    """What the provider knows. ``person`` are the claims of whoever signs in; ``refused`` lists why requests were refused."""

    redirect_uri: str
    client_id: str = "voice"
    client_secret: str = "the-secret-of-the-client"
    person: dict[str, Any] = field(default_factory=dict[str, Any])
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    endpoints: dict[str, str] = field(default_factory=dict[str, str])
    algorithms: tuple[str, ...] = ("RS256",)
    signs_by: str = "RS256"
    issuer: str = ""
    refused: list[str] = field(default_factory=list[str])
    down: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True))
    published: RSAKey | None = None
    _codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": list(self.algorithms),
            "code_challenge_methods_supported": ["S256"],
            **self.endpoints,
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [(self.published or self.key).as_dict(private=False)]}

    def authorize(self, asked: dict[str, str]) -> str | None:
        """Sign the person in at once, and return where the browser is sent; None for a request that no provider may answer."""
        required = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in required.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        if wrong or "openid" not in asked.get("scope", "").split():
            self.refused.append(f"authorize: {', '.join(wrong) or 'scope'}")
            return None
        code = secrets.token_urlsafe(24)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once."""
        asked = self._codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        problems = {
            "client": authorization != self._basic(),
            "grant_type": form.get("grant_type") != "authorization_code",
            "code": asked is None,
            "redirect_uri": asked is not None and form.get("redirect_uri") != asked["redirect_uri"],
            "code_verifier": asked is not None and _base64url(verifier) != asked["code_challenge"],
        }
        if asked is None or any(problems.values()):
            self.refused.append(f"token: {', '.join(name for name, is_wrong in problems.items() if is_wrong)}")
            return 400, {"error": "invalid_client" if problems["client"] else "invalid_grant"}
        access = secrets.token_urlsafe(24)
        return 200, {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "id_token": self._id_token(asked["nonce"]),
        }

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "sub": "a-person", "iat": now, "exp": now + LIFETIME_SECONDS}
        claims = {**claims, "nonce": nonce, **self.person, **self.changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signs_by == "none":
            head = _base64url(json.dumps({"alg": "none"}).encode())
            return f"{head}.{_base64url(json.dumps(claims).encode())}."
        key = OctKey.import_key(self.client_secret) if self.signs_by.startswith("HS") else self.key
        return jwt.encode({"alg": self.signs_by, "kid": self.key.kid}, claims, key, algorithms=[self.signs_by])

    def _basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()


@contextmanager
def serve(provider: OidcProvider) -> Generator[str]:
    """Serve the provider; its issuer is the address. It is down where ``provider.down`` is set."""
    handler: Any = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider.issuer
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if self.provider.down:
            self._answer(503, {"error": "temporarily_unavailable"})
        elif address.path == "/.well-known/openid-configuration":
            self._answer(200, self.provider.metadata())
        elif address.path == "/keys":
            self._answer(200, self.provider.keys())
        elif address.path == "/authorize" and (there := self.provider.authorize(_fields(address.query))):
            self.send_response(302)
            self.send_header("Location", there)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(400, {"error": "invalid_request"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if self.provider.down:
            self._answer(503, {"error": "temporarily_unavailable"})
            return
        self._answer(*self.provider.token(_fields(body), self.headers.get("Authorization", "")))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
