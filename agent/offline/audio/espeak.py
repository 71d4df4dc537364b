"""Provide local text to speech for LiveKit with the ``espeak-ng`` program (Debian package of the same name)."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import uuid
from typing import Any

from livekit.agents import APIConnectionError, APIConnectOptions, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

from contract.platform.failures import ConfigurationFailure

AGENT_VOICE = "en-us"
CALLER_VOICE = "en-us+f3"
WORDS_PER_MINUTE = 175
"""The agent's speed: espeak-ng's default."""
CALLER_WORDS_PER_MINUTE = 200
"""The caller's speed: a little above the default, which keeps offline calls short."""
SAMPLE_RATE = 22050
"""Hz of espeak-ng's own voices; the WAV header is checked against it."""
_HEADER_BYTES = 44
"""Length of the WAV header that espeak-ng writes before the samples."""
_CHUNK_BYTES = 4096
"""Bytes read at a time: 93 ms of speech."""


def espeak_program() -> str:
    """Return the path of ``espeak-ng``; without it raise ``ConfigurationFailure``."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise ConfigurationFailure("The program espeak-ng is missing; it speaks in calls with sound.", "apt-get install espeak-ng")
    return program


def spoken(text: str) -> bytes:
    """Encode text for espeak-ng's stdin (never an argument), without the brackets that would start phoneme input."""
    return text.replace("\0", " ").replace("[[", "[ [").encode()


def phonemes(text: str, *, voice: str = AGENT_VOICE) -> str:
    """Return how espeak-ng pronounces a word, a number or an address, in the International Phonetic Alphabet."""
    command = [espeak_program(), "-v", voice, "-b", "1", "-q", "--ipa", "--stdin"]
    return subprocess.run(command, input=spoken(text), capture_output=True, check=True, timeout=10).stdout.decode()  # noqa: S603


class EspeakTTS(tts.TTS[Any]):
    """Synthesise 16-bit mono speech at 22,050 Hz; its first bytes come while the rest is still being made.

    ``voice`` is a name of ``espeak-ng --voices``, ``words_per_minute`` the speed.
    """

    def __init__(self, *, voice: str = AGENT_VOICE, words_per_minute: int = WORDS_PER_MINUTE) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAMPLE_RATE, num_channels=1)
        self.voice = voice
        self.command = (espeak_program(), "-v", voice, "-s", str(words_per_minute), "-b", "1", "--stdin", "--stdout")

    @property
    def model(self) -> str:
        """Return the name for the document's ``models``, which nobody takes for a vendor's."""
        return f"espeak-ng {self.voice}"

    @property
    def provider(self) -> str:
        """Return ``local``: the voice runs on this machine."""
        return "local"

    def synthesize(self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) -> tts.ChunkedStream:
        """Synthesise plain ``text``; markup would be read out."""
        return _EspeakStream(tts=self, input_text=text, conn_options=conn_options, command=self.command)


class _EspeakStream(tts.ChunkedStream):
    def __init__(self, *, tts: EspeakTTS, input_text: str, conn_options: APIConnectOptions, command: tuple[str, ...]) -> None:
        super().__init__(tts=tts, input_text=input_text, conn_options=conn_options)
        self._command = command

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=uuid.uuid4().hex, sample_rate=SAMPLE_RATE, num_channels=1, mime_type="audio/pcm", frame_size_ms=50
        )
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
        try:
            await _speak_into(process, spoken(self._input_text), output_emitter)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        output_emitter.flush()


async def _speak_into(process: asyncio.subprocess.Process, text: bytes, output_emitter: tts.AudioEmitter) -> None:
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(text)
    process.stdin.close()
    try:
        header = await process.stdout.readexactly(_HEADER_BYTES)
    except asyncio.IncompleteReadError:
        raise APIConnectionError("espeak-ng made no sound; try the voice with: espeak-ng -v VOICE hello") from None
    if int.from_bytes(header[24:28], "little") != SAMPLE_RATE:
        raise APIConnectionError(
            f"espeak-ng speaks at another rate than {SAMPLE_RATE} Hz; choose a voice of its own", retryable=False
        )
    while chunk := await process.stdout.read(_CHUNK_BYTES):
        output_emitter.push(chunk)
    await process.wait()
