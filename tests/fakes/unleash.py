"""Unleash's ``POST /search`` on loopback, after help.unleash.so/apidocs; errors after RFC 7807.

Rate limits are not documented there: 429 with Retry-After is assumed.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web


class FakeUnleash:
    """``faults`` are answered first, in order: a status, ``slow`` or ``malformed``."""

    key = "k-1"

    def __init__(self, hits: list[dict[str, Any]]) -> None:
        self.hits = hits
        self.faults: list[int | str] = []
        self.asked: list[dict[str, Any]] = []
        self.retry_after: str | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/search", self._search)
        return app

    async def _search(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"title": "Unauthorized", "status": 401}, status=401)
        fault = self.faults.pop(0) if self.faults else None
        if fault == "slow":
            await asyncio.sleep(5)
        if fault == "malformed":
            return web.Response(text="<html>", content_type="text/html")
        if isinstance(fault, int):
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.json_response({"status": fault}, status=fault, headers=headers)
        return web.json_response({"totalResults": len(self.hits), "results": self.hits, "paging": {}, "requestId": "r"})
