"""OpenAI's API on loopback, after developers.openai.com/api/reference and the SDK's types.

``POST /responses``, ``POST /chat/completions`` as local servers answer it (``ignores_schema``: like one that knows no
``response_format``; ``asks_for_a_key`` is false there), files and batches.

It refuses what the service refuses: a wrong key (401), a schema that is not strict (400 invalid_json_schema), a batch line with a
repeated or overlong custom id, another endpoint or purpose. Batches move one state with each look at them; output lines come
in another order than the input's.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[[dict[str, Any]], Any]
STATES = ("validating", "in_progress", "finalizing", "completed")


class Fault:
    """An answer that is not the model's: a status with a code and headers, or a kind of trouble."""

    def __init__(self, status: int, code: str | None = None, headers: dict[str, str] | None = None, message: str = "no") -> None:
        self.status, self.code, self.headers, self.message = status, code, headers or {}, message


class FakeOpenAI:
    """``answer`` plays the model: it gets the request's body and returns the answer's object, or text. ``faults`` come first.

    A fault is a ``Fault``, or one of ``refusal``, ``incomplete``, ``malformed``, ``failed``, ``drip`` (bytes that never end),
    ``not_json``, ``shapeless`` (JSON that is no response).
    """

    key = "sk-test"
    asks_for_a_key = True
    ignores_schema = False
    only_chat = False

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.faults: list[Fault | str] = []
        self.asked: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.creations = 0
        self.drop_next_batch_answer = False
        self.batch_ends_as = "completed"
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next_fault(self) -> Fault | str | None:
        with self._lock:
            return self.faults.pop(0) if self.faults else None

    def respond(self, body: dict[str, Any], fault: str | None = None) -> dict[str, Any]:
        """A response object as the service shapes it; the text is the model's answer."""
        made = self.answer(body) if fault is None else None
        text = '{"language": "en", "utt' if fault == "malformed" else made if isinstance(made, str) else json.dumps(made)
        content: list[dict[str, Any]] = [{"type": "output_text", "text": text, "annotations": []}]
        if fault == "refusal":
            content = [{"type": "refusal", "refusal": "I cannot help with that."}]
        return {
            "id": f"resp_{len(self.asked)}",
            "object": "response",
            "created_at": 1763900000,
            "model": f"{body['model']}-2025-04-14",
            "status": {"incomplete": "incomplete", "failed": "failed"}.get(fault or "", "completed"),
            "error": {"code": "server_error", "message": "sorry"} if fault == "failed" else None,
            "incomplete_details": {"reason": "max_output_tokens"} if fault == "incomplete" else None,
            "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": 1000,
                "input_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 0},
                "output_tokens": 500,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 1500,
            },
        }

    def complete(self, body: dict[str, Any], fault: str | None = None) -> dict[str, Any]:
        """A chat completion as vLLM, llama.cpp and Ollama shape it: usage without details."""
        said = None if fault else self.answer(body)
        text = '{"language": "en", "utt' if fault == "malformed" else said if isinstance(said, str) else json.dumps(said)
        message = {"role": "assistant", "content": None if fault == "refusal" else text, "refusal": None}
        if fault == "refusal":
            message["refusal"] = "I cannot help with that."
        finish = "length" if fault == "incomplete" else "stop"
        return {
            "id": f"chatcmpl-{len(self.asked)}",
            "object": "chat.completion",
            "created": 1763900000,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500},
        }

    def create_batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.creations += 1
        name = f"batch_{self.creations}"
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "endpoint": asked["endpoint"],
            "input_file_id": asked["input_file_id"],
            "completion_window": asked["completion_window"],
            "created_at": 1763900000 + self.creations,
            "status": STATES[0],
            "metadata": asked.get("metadata"),
            "output_file_id": None,
            "error_file_id": None,
        }
        return self.batches[name]

    def advance(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One state further; at the end every line has been worked on."""
        if batch["status"] not in STATES[:-1]:
            return batch
        problems = self._problems(batch)
        if problems:
            batch.update(status="failed", errors={"object": "list", "data": problems})
            return batch
        batch["status"] = STATES[STATES.index(batch["status"]) + 1]
        if batch["status"] == "completed":
            batch["status"] = self.batch_ends_as
            self._work(batch)
        return batch

    def _lines(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]

    def _problems(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        lines = self._lines(batch)
        ids = [line["custom_id"] for line in lines]
        if len(set(ids)) < len(ids):
            return [{"code": "duplicate_custom_id", "line": 1, "message": "custom_id repeats", "param": None}]
        wrong = [n for n, line in enumerate(lines) if line["url"] != batch["endpoint"] or line["method"] != "POST"]
        overlong = [n for n, name in enumerate(ids) if len(name) > 64]
        return [{"code": "invalid_line", "line": n, "message": "not accepted", "param": None} for n in wrong + overlong]

    def _work(self, batch: dict[str, Any]) -> None:
        done, failed = [], []
        for line in reversed(self._lines(batch)):
            fault = self.next_fault()
            if isinstance(fault, Fault):
                failed.append(_line(line, fault.status, {"error": {"code": fault.code, "message": "no"}}))
            else:
                done.append(_line(line, 200, self.respond(line["body"], fault)))
        for kind, lines in (("output", done), ("error", failed)):
            if lines:
                name = f"file-{kind}-{batch['id']}"
                self.files[name] = "\n".join(json.dumps(entry) for entry in lines).encode()
                batch[f"{kind}_file_id"] = name


def _line(asked: dict[str, Any], status: int, body: dict[str, Any]) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "req_1", "body": body}
    return {"id": "batch_req_1", "custom_id": asked["custom_id"], "response": response, "error": None}


def schema_problem(body: dict[str, Any]) -> str | None:
    """What strict structured outputs do not take (Structured Outputs guide, 'Supported schemas')."""
    form = body.get("text", {}).get("format", {})
    if "messages" in body:
        form = {"type": body["response_format"]["type"], **body["response_format"].get("json_schema", {})}
    if form.get("type") != "json_schema" or form.get("strict") is not True or not form.get("name"):
        return "the format must be a strict json_schema"
    return _strict(form["schema"]) if form["schema"].get("type") == "object" else "the root must be an object"


def _strict(part: Any) -> str | None:
    if isinstance(part, list):
        return next((p for entry in part if (p := _strict(entry))), None)
    if not isinstance(part, dict):
        return None
    if {"oneOf", "allOf", "not", "default"} & part.keys():
        return "a keyword is not permitted"
    if part.get("type") == "object" and (
        part.get("additionalProperties") is not False or sorted(part.get("required", [])) != sorted(part.get("properties", {}))
    ):
        return "additionalProperties must be false and every property required"
    return next((p for value in part.values() if (p := _strict(value))), None)


def _handler(fake: FakeOpenAI) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self._admitted():
                return
            if self.path == "/v1/files":
                self._upload(sent)
            elif self.path == "/v1/batches":
                self._batch(json.loads(sent))
            else:
                self._response(json.loads(sent))

        def do_GET(self) -> None:
            if not self._admitted():
                return
            path = self.path.partition("?")[0].removeprefix("/v1/").split("/")
            if path == ["batches"]:
                self._json(200, {"object": "list", "data": list(fake.batches.values())[::-1], "has_more": False})
            elif path[0] == "batches" and path[1] in fake.batches:
                self._json(200, fake.advance(fake.batches[path[1]]))
            elif path[0] == "files" and path[1] in fake.files:
                self._send(200, fake.files[path[1]], "application/octet-stream")
            else:
                self._error(404, "not_found")

        def do_DELETE(self) -> None:
            name = self.path.rpartition("/")[2]
            known = fake.files.pop(name, None) is not None
            self._json(200 if known else 404, {"id": name, "object": "file", "deleted": known})

        def _admitted(self) -> bool:
            if not fake.asks_for_a_key or self.headers.get("Authorization") == f"Bearer {fake.key}":
                return True
            self._error(401, "invalid_api_key")
            return False

        def _response(self, body: dict[str, Any]) -> None:
            fake.asked.append(body)
            if (problem := schema_problem(body)) and not fake.ignores_schema:
                self._json(400, {"error": {"code": "invalid_json_schema", "message": problem, "type": "invalid_request_error"}})
                return
            fault = fake.next_fault()
            if isinstance(fault, Fault):
                self._error(fault.status, fault.code, fault.headers, fault.message)
            elif fault == "shapeless":
                self._json(200, {"choices": [{"index": 0, "message": None}], "output": [{"type": "message", "content": 7}]})
            elif fault == "drip":
                self._drip()
            elif fault == "not_json":
                self._send(200, b"<html>", "text/html")
            elif self.path == "/v1/chat/completions":
                self._json(200, fake.complete(body, fault))
            elif fake.only_chat:
                self._error(404, "not_found")
            else:
                self._json(200, fake.respond(body, fault))

        def _drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.close_connection = True
            try:
                while not fake.released.wait(0.02):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            except OSError:
                return

        def _upload(self, sent: bytes) -> None:
            fields = _multipart(self.headers["Content-Type"], sent)
            if fields.get("purpose") != b"batch":
                self._error(400, "invalid_purpose")
                return
            name = f"file-{len(fake.files)}-{fake.creations}"
            fake.files[name] = fields["file"]
            about = {"bytes": len(fields["file"]), "created_at": 1, "filename": "requests.jsonl", "status": "processed"}
            self._json(200, {"id": name, "object": "file", "purpose": "batch", **about})

        def _batch(self, asked: dict[str, Any]) -> None:
            if asked["input_file_id"] not in fake.files or asked["endpoint"] != "/v1/responses":
                self._error(400, "invalid_request")
                return
            made = fake.create_batch(asked)
            if fake.drop_next_batch_answer:
                fake.drop_next_batch_answer = False
                self.close_connection = True
                return
            self._json(200, made)

        def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            self._send(status, json.dumps(body).encode(), "application/json", headers)

        def _error(self, status: int, code: str | None, headers: dict[str, str] | None = None, message: str = "no") -> None:
            self._json(status, {"error": {"message": message, "type": "error", "param": None, "code": code}}, headers)

        def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            self.send_response_only(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


def _multipart(kind: str, sent: bytes) -> dict[str, bytes]:
    message: Message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + sent)
    fields: dict[str, bytes] = {}
    for part in message.get_payload():  # pyright: ignore[reportGeneralTypeIssues]
        name = part.get_param("name", header="content-disposition")  # pyright: ignore[reportAttributeAccessIssue]
        fields[str(name)] = part.get_payload(decode=True)  # pyright: ignore[reportAttributeAccessIssue]
    return fields
