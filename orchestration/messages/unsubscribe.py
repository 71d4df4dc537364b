"""One-click unsubscription (RFC 8058): the signed address in each e-mail, and what it stands for.

A token names a report and a recipient and does not expire: an old e-mail must be able to end new ones. It is signed, so that nobody
can unsubscribe others, and holds no address.
"""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer

SALT = "unsubscribe"
PATH = "/unsubscribe"


def unsubscribe_token(secret: bytes, report: str, recipient: str) -> str:
    """Return the token of one report (``daily``, ``weekly``) and recipient (their key)."""
    return URLSafeSerializer(secret, salt=SALT).dumps({"report": report, "recipient": recipient})


def unsubscribed_by(secret: bytes, token: str) -> tuple[str, str] | None:
    """Return the report and the recipient's key that a token stands for; None when we did not sign it."""
    try:
        said = URLSafeSerializer(secret, salt=SALT).loads(token)
    except BadData:
        return None
    report, recipient = (said.get("report"), said.get("recipient")) if isinstance(said, dict) else (None, None)
    return (report, recipient) if isinstance(report, str) and isinstance(recipient, str) else None


def unsubscribe_url(base_url: str, token: str) -> str:
    """Return ``{base_url}/unsubscribe?token=…``; empty without a base address."""
    return f"{base_url.rstrip('/')}{PATH}?token={token}" if base_url else ""


def unsubscribe_headers(url: str) -> dict[str, str]:
    """Return the headers by which mail clients show a button and unsubscribe by one POST; none without an address."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}
