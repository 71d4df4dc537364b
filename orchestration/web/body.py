"""Read a request's body up to a limit, as raw bytes: signatures are over these, before anything is parsed."""

from __future__ import annotations

from starlette.requests import Request

from orchestration.web.refusal import Refusal

LARGEST_BODY = 1024 * 1024
"""Bytes. A Slack interaction carries its whole message, 50 blocks of 3,000 characters at most; PagerDuty's events are smaller."""


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Return the body; ``Refusal`` 413 as soon as it is known to be larger, whatever its length header says."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > largest:
        raise _too_large()
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > largest:
            raise _too_large()
    return bytes(read)


def _too_large() -> Refusal:
    return Refusal(413, "too_large", "The body is larger than 1 MiB.", "Send less.")
