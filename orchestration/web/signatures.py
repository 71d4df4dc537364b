"""Check signatures of webhooks over raw bytes, in constant time, before anything of the body is parsed."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from orchestration.web.refusal import Refusal

OLDEST = timedelta(minutes=5)  # docs.slack.dev, "Verifying requests from Slack": older ones may be replays
_LONGEST_TIMESTAMP = 12  # digits of seconds since 1970: enough for the next 30,000 years, and no huge number is parsed


def check_slack(secret: str, timestamp: str | None, signature: str | None, body: bytes, now: datetime) -> None:
    """Check ``X-Slack-Signature`` (v0) and the age in ``X-Slack-Request-Timestamp``; ``Refusal`` 401 otherwise.

    Source: docs.slack.dev, "Verifying requests from Slack": HMAC-SHA256 of ``v0:<timestamp>:<body>``, in hexadecimal.
    """
    if not timestamp or not signature or not _is_timestamp(timestamp):
        raise _unsigned()
    expected = "v0=" + _hmac(secret, b"v0:" + timestamp.encode() + b":" + body)
    if not _equal(expected, signature):
        raise _unsigned()
    if abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        raise Refusal(401, "too_old", "The request is not of the last five minutes.", "Check the clock of this machine.")


def check_pagerduty(secret: str, signatures: str | None, body: bytes) -> None:
    """Check ``X-PagerDuty-Signature``: one of its ``v1=`` values must be right; ``Refusal`` 401 otherwise.

    Source: developer.pagerduty.com, "Webhooks V3, Verifying signatures": HMAC-SHA256 of the body; while a secret is being replaced
    there are several values. No time is signed, so a replay is recognised by the event's id alone and changes nothing.
    """
    expected = "v1=" + _hmac(secret, body)
    given = [value.strip() for value in (signatures or "").split(",")]
    if not any(_equal(expected, value) for value in given):
        raise _unsigned()


def _is_timestamp(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_TIMESTAMP


def _hmac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def _unsigned() -> Refusal:
    return Refusal(401, "bad_signature", "The signature is missing or wrong.", "Compare the signing secret with the vendor's.")
