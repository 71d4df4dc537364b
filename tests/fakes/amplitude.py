"""Amplitude's HTTP V2 API on loopback (amplitude.com/docs/apis/analytics/http-v2).

Events are deduplicated by device or user and insert id, bad ones are named in a 400 and then none is taken, over 1 MB or 2,000
events is a 413, profiles are kept from ``$set`` of ``$identify``. ``faults`` befall the next requests, in order: ``down``, ``lost``
(taken, answer dropped), ``slow``, a status, or a pair of a status and a Retry-After.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from jinja2 import Environment

_TEMPLATE = Path(__file__).with_name("amplitude.html.j2").read_text(encoding="utf-8")
_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_TEMPLATE)
LARGEST = 1_000_000
MOST = 2000
Fault = str | int | tuple[int, str]


class Project:
    """``events`` and ``profiles`` are what a product analyst would see."""

    key = "amplitude-key"

    def __init__(self, slow_seconds: float = 5.0) -> None:
        self.lock = Lock()
        self.faults: list[Fault] = []
        self.slow_seconds = slow_seconds
        self.events: list[dict[str, Any]] = []
        self.profiles: dict[str, dict[str, Any]] = {}
        self.requests: list[int] = []
        self.duplicates = 0
        self.refuse: set[str] = set()
        """Event types that the project's schema refuses."""
        self._known: set[tuple[str, str]] = set()

    def upload(self, body: bytes) -> tuple[int, dict[str, Any]]:
        if len(body) > LARGEST:
            return 413, {"code": 413, "error": "Payload too large"}
        request = json.loads(body)
        if request.get("api_key") != self.key:
            return 400, {"code": 400, "error": f"Invalid API key: {request.get('api_key')}"}
        events: list[dict[str, Any]] = request["events"]
        self.requests.append(len(events))
        if len(events) > MOST:
            return 413, {"code": 413, "error": "Payload too large"}
        if wrong := self._wrong(events):
            return 400, {"code": 400, "error": "Request missing required field or invalid", **wrong}
        for event in events:
            self._take(event)
        return 200, {"code": 200, "events_ingested": len(events), "payload_size_bytes": len(body)}

    def _wrong(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        missing = [at for at, e in enumerate(events) if not e.get("event_type")]
        short = [at for at, e in enumerate(events) if any(0 < len(str(e.get(n) or "")) < 5 for n in ("user_id", "device_id"))]
        nobody = [at for at, e in enumerate(events) if not e.get("user_id") and not e.get("device_id")]
        invalid = [at for at, e in enumerate(events) if not isinstance(e.get("time"), int) or e.get("event_type") in self.refuse]
        found: dict[str, Any] = {}
        if missing or nobody:
            fields = {"event_type": missing, "user_id, device_id": nobody}
            found["events_with_missing_fields"] = {name: positions for name, positions in fields.items() if positions}
        if invalid:
            found["events_with_invalid_fields"] = {"time": invalid}
        if short:
            found["events_with_invalid_id_lengths"] = {"user_id": short}
        return found

    def _take(self, event: dict[str, Any]) -> None:
        who = str(event.get("user_id") or event.get("device_id"))
        insert_id = event.get("insert_id")
        if insert_id and (who, insert_id) in self._known:
            self.duplicates += 1
            return
        if insert_id:
            self._known.add((who, insert_id))
        if event["event_type"] == "$identify":
            self.profiles.setdefault(who, {}).update(event["user_properties"]["$set"])
        else:
            self.events.append(event)

    def memory(self) -> dict[str, Any]:
        """Everything that ``remember`` needs, as JSON."""
        return {"events": self.events, "profiles": self.profiles, "known": sorted(map(list, self._known))}

    def remember(self, memory: dict[str, Any]) -> None:
        self.events, self.profiles = memory["events"], memory["profiles"]
        self._known = {(who, insert_id) for who, insert_id in memory["known"]}

    def page(self) -> str:
        counts: dict[str, int] = {}
        for event in self.events:
            counts[event["event_type"]] = counts.get(event["event_type"], 0) + 1
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])
        return _PAGE.render(counts=ranked, profiles=self.profiles, events=len(self.events))


class _Handler(BaseHTTPRequestHandler):
    project: Project
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._send(200, self.project.page().encode(), "text/html; charset=utf-8", {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.project.faults.pop(0) if self.project.faults else None
        if fault == "slow":
            time.sleep(self.project.slow_seconds)
        if fault == "down":
            return self._drop()
        headers: dict[str, str] = {}
        if isinstance(fault, tuple):
            status, answer, headers = fault[0], {"code": fault[0], "error": "throttled"}, {"Retry-After": fault[1]}
        elif isinstance(fault, int):
            status, answer = fault, {"code": fault, "error": "fault"}
        else:
            with self.project.lock:
                status, answer = self.project.upload(body)
        if fault == "lost":
            return self._drop()
        self._send(status, json.dumps(answer).encode(), "application/json", headers)

    def _send(self, status: int, data: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def serve(project: Project, port: int = 0) -> Iterator[str]:
    """The address while the server runs in threads of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"project": project}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
