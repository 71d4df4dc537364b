"""Google's token endpoint and Calendar API v3 on loopback (developers.google.com/workspace/calendar/api/v3/reference)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_ID = re.compile(r"[a-v0-9]{5,1024}")


class FakeGoogle:
    """Holds events by id and refuses a second of the same id with 409. ``faults`` befall inserts: a status or ``lost_answer``."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.events: dict[str, dict[str, Any]] = {}
        self.busy: list[dict[str, str]] = []
        self.faults: list[int | str] = []
        self.tokens = 0
        self.subjects: list[str | None] = []

    def credentials(self, base: str) -> dict[str, str]:
        shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem = self._key.private_bytes(*shape).decode()
        return {"client_email": "agent@project.iam.example", "private_key": pem, "token_uri": f"{base}/token"}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_post("/freeBusy", self._free_busy)
        app.router.add_post("/calendars/{calendar}/events", self._insert)
        app.router.add_get("/calendars/{calendar}/events/{event}", self._get)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
        claims = jwt.decode(str(form["assertion"]), self._key.public_key(), algorithms=["RS256"], options=options)
        self.tokens += 1
        self.subjects.append(claims.get("sub"))
        return web.json_response({"access_token": "t", "expires_in": 3599, "token_type": "Bearer"})

    async def _free_busy(self, request: web.Request) -> web.Response:
        items = (await request.json())["items"]
        taken = [{"start": e["start"]["dateTime"], "end": e["end"]["dateTime"]} for e in self.events.values()]
        return web.json_response({"calendars": {item["id"]: {"busy": self.busy + taken} for item in items}})

    async def _get(self, request: web.Request) -> web.Response:
        event = self.events.get(request.match_info["event"])
        return web.json_response(event) if event else web.json_response({"error": {"code": 404}}, status=404)

    async def _insert(self, request: web.Request) -> web.Response:
        fault = self.faults.pop(0) if self.faults else None
        body = await request.json()
        if isinstance(fault, int):
            return web.json_response({"error": {"code": fault}}, status=fault)
        if not _ID.fullmatch(body["id"]):
            return web.json_response({"error": {"code": 400}}, status=400)
        if body["id"] in self.events:
            return web.json_response({"error": {"code": 409}}, status=409)
        link = "https://meet.google.com/abc" if request.query.get("conferenceDataVersion") == "1" else None
        self.events[body["id"]] = {**body, "status": "confirmed", "hangoutLink": link}
        if fault == "lost_answer":
            await asyncio.sleep(5)
        return web.json_response(self.events[body["id"]])
