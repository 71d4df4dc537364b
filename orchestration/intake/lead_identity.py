"""Identify a caller by a pseudonym: the same person has the same key in every call, and it cannot be reversed to an e-mail.

``lead_key`` is a keyed HMAC-SHA256 of the normalised e-mail, or of the participant id when no e-mail is known
(``spec/README``, 8.2: a plain hash of an e-mail can be reversed). Redaction empties the attributes and leaves the key.

Only what the participant was known by counts. An address or a name given in a booking is spoken by whoever called: when it
identified the caller, somebody who booked "for" another person's address changed 15 fields of that person's CRM record.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from contract.document.session import SessionDocument
from contract.platform.atomic_file import create_file
from contract.platform.settings import Settings

KEY_BYTES = 32  # as long as the output of SHA-256, beyond which HMAC gains nothing


@dataclass(frozen=True)
class LeadIdentity:
    """Identity of a caller. ``key`` is None when the call names neither e-mail nor participant."""

    key: str | None
    email: str | None
    name: str | None


def lead_identity(document: SessionDocument, secret: bytes) -> LeadIdentity:
    """Return the participant's key, e-mail and name (spec 8.2); nothing that was only spoken in the call."""
    email, name = own_email(document.user_email), own_name(document.user_name)
    identity = email or _stripped(document.participant_id)
    key = hmac.new(secret, identity.encode("utf-8", "surrogatepass"), sha256).hexdigest() if identity else None
    return LeadIdentity(key, email, name)


def own_email(user_email: str | None) -> str | None:
    """Return the participant's address in lower case; None when it is no address."""
    stripped = _stripped(user_email)
    return stripped.lower() if stripped and "@" in stripped else None


def own_name(user_name: str | None) -> str | None:
    return _stripped(user_name)


def pseudonym_secret(settings: Settings) -> bytes:
    """Return ``VOICE_PSEUDONYM_KEY``, else the key in ``$VOICE_HOME/pseudonym.key``, created on first use and never changed."""
    if settings.pseudonym_key is not None:
        return settings.pseudonym_key.get_secret_value().encode()
    path = settings.home / "pseudonym.key"
    if not path.exists():
        create_file(path, secrets.token_hex(KEY_BYTES), mode=0o600)
    return path.read_bytes()


def _stripped(text: str | None) -> str | None:
    return (text.strip() or None) if text else None
