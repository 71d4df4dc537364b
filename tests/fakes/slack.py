"""Slack's Web API and incoming webhooks on loopback.

Limits and error codes are those of docs.slack.dev/reference/methods/{chat.postMessage,chat.update,conversations.history,
conversations.replies,users.lookupByEmail},
docs.slack.dev/reference/block-kit/blocks, docs.slack.dev/messaging/message-metadata, docs.slack.dev/apis/web-api/rate-limits. That
blocks of over 13,200 characters are refused was measured. ``faults`` befall the next requests, in order: ``down``, ``lost`` (taken,
answer dropped), an error code, a status, or a pair of a status and a Retry-After. ``on_taken`` is called with the method of each
request that was taken, before it is answered.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Fault = str | int | tuple[int, str]
Body = Mapping[str, Any]
_CHARACTERS = 13_200
_METADATA_BYTES = 8000
_PAGE = 100
_TS_STEP = 0.001  # seconds: no two messages of a channel have the same ts, which identifies them


class Workspace:
    """``messages`` are what its people see, oldest first, by the id of the channel; ``replies`` those of threads,
    ``members`` ids by e-mail address, ``hooked`` messages of webhooks by their name, ``clock`` the Unix time of posts."""

    token = "xoxb-of-the-fake"

    def __init__(self, channels: Sequence[str] = ("C0OPS", "C0SALES", "C0PRODUCT")) -> None:
        self.lock = Lock()
        self.faults: list[Fault] = []
        self.messages: dict[str, list[dict[str, Any]]] = {channel: [] for channel in channels}
        self.hooked: dict[str, list[dict[str, Any]]] = {}
        self.replies: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.members: dict[str, str] = {}
        self.requests: list[str] = []
        self.clock: Callable[[], float] = time.time
        self.last_post = 0.0
        self.on_taken: Callable[[str], None] = lambda method: None

    def answer(self, method: str, token: str, body: Body) -> dict[str, Any]:
        self.requests.append(method)
        if token != self.token:
            return _error("invalid_auth" if token else "not_authed")
        methods = {
            "auth.test": lambda body: {"ok": True},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.lookupByEmail": self._lookup,
        }
        return methods[method](body) if method in methods else _error("unknown_method")

    def hook(self, name: str, body: Body) -> tuple[int, str]:
        self.requests.append(f"hook {name}")
        if error := wrong_message(body):
            return 400, error
        self.hooked.setdefault(name, []).append(dict(body))
        return 200, "ok"

    def memory(self) -> dict[str, Any]:
        return {"messages": self.messages}

    def page(self) -> str:
        """What the people of the workspace would see, as HTML: the text of messages with its marks."""
        channels = "".join(
            f"<h1>{escape(channel)}</h1>" + "".join(f"<p>{_shown(message)}</p>" for message in reversed(messages))
            for channel, messages in self.messages.items()
        )
        return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Slack (sandbox)</title>{channels}</html>'

    def _post(self, body: Body) -> dict[str, Any]:
        channel = body.get("channel")
        if channel not in self.messages:
            return _error("channel_not_found")
        if error := wrong_message(body):
            return _error(error)
        parent = body.get("thread_ts")
        if parent and not any(message["ts"] == parent for message in self.messages[channel]):
            return _error("thread_not_found")
        self.last_post = max(self.clock(), self.last_post + _TS_STEP)
        ts = f"{self.last_post:.6f}"
        posted = {"ts": ts, **{name: body.get(name) for name in ("text", "blocks", "metadata")}}
        if parent:
            posted |= {"thread_ts": parent, "reply_broadcast": bool(body.get("reply_broadcast"))}
            self.replies.setdefault((channel, parent), []).append(posted)
        else:
            self.messages[channel].append(posted)
        return {"ok": True, "channel": channel, "ts": ts}

    def _update(self, body: Body) -> dict[str, Any]:
        channel = body.get("channel")
        if channel not in self.messages:
            return _error("channel_not_found")
        found = next((message for message in self.messages[channel] if message["ts"] == body.get("ts")), None)
        if found is None:
            return _error("message_not_found")
        if error := wrong_message(body):
            return _error(error)
        found.update({name: body.get(name) for name in ("text", "blocks", "metadata")}, edited=True)
        return {"ok": True, "channel": channel, "ts": found["ts"]}

    def _lookup(self, body: Body) -> dict[str, Any]:
        found = self.members.get(str(body.get("email")))
        return {"ok": True, "user": {"id": found}} if found else _error("users_not_found")

    def _replies(self, body: Body) -> dict[str, Any]:
        """Give the parent and its replies, oldest first, in one page."""
        channel, ts = str(body.get("channel")), str(body.get("ts"))
        if channel not in self.messages:
            return _error("channel_not_found")
        thread = [m for m in self.messages[channel] if m["ts"] == ts] + self.replies.get((channel, ts), [])
        if not thread:
            return _error("thread_not_found")
        return {"ok": True, "messages": thread, "has_more": False, "response_metadata": {"next_cursor": ""}}

    def _history(self, body: Body) -> dict[str, Any]:
        """Give a page, newest first; the payload of metadata only when it is asked for."""
        if body.get("channel") not in self.messages:
            return _error("channel_not_found")
        since = [m for m in reversed(self.messages[body["channel"]]) if float(m["ts"]) > float(body.get("oldest") or 0)]
        start, size = int(body.get("cursor") or 0), int(body.get("limit") or _PAGE)
        page = since[start : start + size]
        more = str(start + size) if start + size < len(since) else ""
        if body.get("include_all_metadata") not in ("1", "true"):
            page = [{name: value for name, value in message.items() if name != "metadata"} for message in page]
        return {"ok": True, "messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}


def _shown(message: Body) -> str:
    return "<br>".join(escape(text["text"]) for block in message.get("blocks") or () for text in _texts(block))


def wrong_message(body: Body) -> str | None:
    """Return the error code of a message that Slack would refuse."""
    blocks: list[dict[str, Any]] = body.get("blocks") or []
    if not body.get("text") and not blocks:
        return "no_text"
    if len(blocks) > 50 or not all(map(_is_valid, blocks)):
        return "invalid_blocks"
    if sum(len(text["text"]) for block in blocks for text in _texts(block)) > _CHARACTERS:
        return "msg_blocks_too_long"
    metadata = body.get("metadata")
    if metadata is None:
        return None
    is_named = re.fullmatch(r"[A-Za-z0-9_]{1,255}", str(metadata.get("event_type")))
    if not is_named or not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > _METADATA_BYTES else None


def _texts(block: Body) -> list[dict[str, Any]]:
    parts = () if block.get("type") == "actions" else block.get("elements", ())
    return [text for text in (block.get("text"), *block.get("fields", ()), *parts) if text]


def _is_valid(block: Body) -> bool:
    if block.get("type") == "actions":
        return 0 < len(block["elements"]) <= 25 and all(map(_is_button, block["elements"]))
    kind, texts = block.get("type"), _texts(block)
    if not texts or not all(text.get("text") and text["type"] in ("mrkdwn", "plain_text") for text in texts):
        return False
    if kind == "header":
        return block["text"]["type"] == "plain_text" and len(block["text"]["text"]) <= 150
    if kind == "section":
        fields = block.get("fields", ())
        too_long = len(block.get("text", {"text": ""})["text"]) > 3000 or any(len(field["text"]) > 2000 for field in fields)
        return len(fields) <= 10 and not too_long
    return kind == "context" and len(block["elements"]) <= 10 and all(len(text["text"]) <= 3000 for text in texts)


def _is_button(element: Body) -> bool:
    text = element.get("text") or {}
    is_named = 0 < len(element.get("action_id", "")) <= 255 and len(element.get("value", "")) <= 2000
    return element.get("type") == "button" and text.get("type") == "plain_text" and len(text["text"]) <= 75 and is_named


def _error(code: str) -> dict[str, Any]:
    return {"ok": False, "error": code}


class _Handler(BaseHTTPRequestHandler):
    workspace: Workspace
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if "json" in (self.headers.get("Content-Type") or ""):
            self._answer({} if "conversations" in self.path else json.loads(data))
        else:
            self._answer({name: values[0] for name, values in parse_qs(data).items()})

    def _answer(self, body: Body) -> None:
        with self.workspace.lock:
            fault = self.workspace.faults.pop(0) if self.workspace.faults else None
            if fault == "down":
                return self._drop()
            if isinstance(fault, tuple):
                return self._send(fault[0], json.dumps(_error("ratelimited")), {"Retry-After": fault[1]})
            if isinstance(fault, int):
                return self._send(fault, json.dumps(_error("internal_error")))
            if fault and fault != "lost":
                return self._send(200, json.dumps(_error(fault)))
            status, answer = self._taken(body)
            self.workspace.on_taken(self.workspace.requests[-1] if self.workspace.requests else "")
            return self._drop() if fault == "lost" else self._send(status, answer)

    def _taken(self, body: Body) -> tuple[int, str]:
        path = urlsplit(self.path).path
        if path.startswith("/hook/"):
            return self.workspace.hook(path.removeprefix("/hook/"), body)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        return 200, json.dumps(self.workspace.answer(path.removeprefix("/api/"), token, body))

    def _send(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def serve(workspace: Workspace, port: int = 0) -> Iterator[str]:
    """The address while the server runs in threads of this process; the Web API is at ``/api/``, webhooks at ``/hook/<name>``."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"workspace": workspace}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
