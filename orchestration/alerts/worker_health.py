"""Ask the agent's workers for their health, as LiveKit's worker tells it: 200, or 503 while it cannot take calls."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx

ANSWER_SECONDS = 2.0
"""Longest wait for a worker: one that takes longer cannot hold a conversation, and rules are evaluated every two minutes."""


def a_worker_is_healthy(urls: Sequence[str], seconds: float = ANSWER_SECONDS) -> bool | None:
    """Return whether any of the workers answers that it takes calls; None without one to ask.

    One of several may be down, for an update or for good: the agent is down when none is left.
    """
    if not urls:
        return None
    with ThreadPoolExecutor(len(urls)) as threads:
        return any(threads.map(lambda url: _is_healthy(url, seconds), urls))


def _is_healthy(url: str, seconds: float) -> bool:
    try:
        return httpx.get(url, timeout=seconds, trust_env=False, verify=_tls()).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


@cache
def _tls() -> ssl.SSLContext:
    """Read the certificate authorities once in a process: it takes 30 ms, longer than all the rest of an evaluation."""
    return httpx.create_ssl_context(trust_env=False)
