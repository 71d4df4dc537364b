"""OpenAI's API for a spoken call, on loopback: what the plugin ``livekit-plugins-openai`` asks, answered by the offline models.

``POST /v1/chat/completions`` streams a script's answers, ``POST /v1/audio/transcriptions`` recognises its sentences with
PocketSphinx, ``POST /v1/audio/speech`` speaks with espeak-ng (always ``audio/pcm``, 24 kHz: like other compatible servers it
ignores the format that is asked for, and says what it sent). Shapes follow the SDK's types.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from wave import open as open_wave

from livekit import rtc
from livekit.agents import llm

from agent.offline.audio.espeak import EspeakTTS
from agent.offline.audio.sphinx import SphinxSTT, samples
from agent.offline.script import Script, ScriptStep
from agent.offline.scripted_llm import step_for

SPEECH_RATE = 24_000
"""Hz of the service's ``pcm`` format."""


class OpenAIPeer:
    """Play the vendor for the calls of one script, from ``with`` to its end. ``url`` is the plugin's ``OPENAI_BASE_URL``.

    ``requests`` counts what was asked, by path.
    """

    key = "sk-integration"

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: dict[str, int] = {}
        self._recogniser = SphinxSTT(turn.say for turn in script.turns)
        self._voice = EspeakTTS()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> OpenAIPeer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def count(self, path: str) -> None:
        with self._lock:
            self.requests[path] = self.requests.get(path, 0) + 1

    def answer(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Stream the chunks of a chat completion: words, tool calls, the reason of the end, usage."""
        step = step_for(self.script, list(_items(body["messages"])))
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_763_900_000, "model": body["model"]}
        for delta in _deltas(step):
            yield {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        reason = "tool_calls" if step.tools else "stop"
        yield {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
        yield {**base, "choices": [], "usage": _usage(body["messages"], step)}

    def transcribe(self, wav: bytes) -> str:
        with open_wave(BytesIO(wav)) as sound:
            pcm, rate = sound.readframes(sound.getnframes()), sound.getframerate()
        frame = rtc.AudioFrame(data=pcm, sample_rate=rate, num_channels=1, samples_per_channel=len(pcm) // 2)
        event = asyncio.run(_recognised(self._recogniser, frame))
        return "".join(found.text for found in event.alternatives)

    def speak(self, text: str) -> bytes:
        return samples(asyncio.run(_spoken(self._voice, text)), SPEECH_RATE).tobytes()


async def _recognised(recogniser: SphinxSTT, frame: rtc.AudioFrame) -> Any:
    return await recogniser.recognize([frame])


async def _spoken(voice: EspeakTTS, text: str) -> rtc.AudioFrame:
    return await voice.synthesize(text).collect()


def _items(messages: Iterable[dict[str, Any]]) -> Iterator[llm.ChatItem]:
    """Return a conversation as LiveKit's chat items, from the messages that its plugin made of them."""
    for message in messages:
        if message["role"] == "tool":
            text = _text(message)
            yield llm.FunctionCallOutput(call_id=message["tool_call_id"], name="", output=text, is_error=False)
            continue
        if text := _text(message):
            role = "assistant" if message["role"] == "assistant" else "user" if message["role"] == "user" else "system"
            yield llm.ChatMessage(role=role, content=[text])
        for call in message.get("tool_calls") or []:
            asked = call["function"]
            yield llm.FunctionCall(call_id=call["id"], name=asked["name"], arguments=asked["arguments"])


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _deltas(step: ScriptStep) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for word in re.findall(r"\S+\s*", step.text):
        yield {"content": word}
    for index, tool in enumerate(step.tools):
        asked = {"name": tool.name, "arguments": json.dumps(tool.arguments)}
        yield {"tool_calls": [{"index": index, "id": f"call_{id(step)}_{index}", "type": "function", "function": asked}]}


def _usage(messages: Iterable[dict[str, Any]], step: ScriptStep) -> dict[str, int]:
    prompt = sum(len(_text(message).split()) for message in messages)
    completion = len(step.text.split()) + sum(1 + len(tool.arguments) for tool in step.tools)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _handler(peer: OpenAIPeer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._json(200, {"object": "list", "data": []})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            peer.count(self.path)
            if self.headers.get("authorization") != f"Bearer {peer.key}":
                self._json(401, {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}})
            elif self.path == "/v1/chat/completions":
                self._stream(peer.answer(json.loads(body)))
            elif self.path == "/v1/audio/transcriptions":
                self._json(200, {"text": peer.transcribe(_file(self.headers, body))})
            elif self.path == "/v1/audio/speech":
                self._send(200, "audio/pcm", peer.speak(json.loads(body)["input"]))
            else:
                self._json(404, {"error": {"code": None, "message": f"Unknown request URL: POST {self.path}"}})

        def _stream(self, chunks: Iterable[dict[str, Any]]) -> None:
            events = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
            self._send(200, "text/event-stream", events.encode())

        def _json(self, status: int, answer: dict[str, Any]) -> None:
            self._send(status, "application/json", json.dumps(answer).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Requests hold what was said, so nothing is logged."""

    return Handler


def _file(headers: Message, body: bytes) -> bytes:
    parsed = BytesParser().parsebytes(b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body)
    [sound] = [part for part in parsed.get_payload() if part.get_param("name", header="content-disposition") == "file"]
    return sound.get_payload(decode=True)
