"""Provide local speech to text for LiveKit with PocketSphinx, which is given beforehand what may be said.

The grammar is closed: each sentence of the script, whole. That is what makes a small acoustic model reliable, and why such a
transcript is called simulated in the document's ``models``.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectOptions, stt, utils
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from pocketsphinx import Decoder  # pyright: ignore[reportMissingImports]  # of the extra "audio"

from agent.offline.audio import espeak, pronunciation

SAMPLE_RATE = 16000
"""Hz of PocketSphinx's acoustic model for US English."""
_MOST_PRONUNCIATIONS = 4
"""Pronunciations of a word taken from the dictionary (``word``, ``word(2)``, …)."""
_CHUNK = 1600
"""Samples decoded at a time: 0.1 s."""


class SphinxSTT(stt.STT[Any]):
    """Recognise ``sentences`` and nothing else; each comes back as it was written, with its capitals and marks.

    ``phonemes`` says how a word sounds that the dictionary lacks: names, numbers, addresses. Recognition is per utterance, so
    LiveKit cuts the stream at the voice activity detector and reports how long recognising took.
    """

    def __init__(self, sentences: Iterable[str], *, phonemes: Callable[[str], str] = espeak.phonemes) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._decoder = Decoder(
            lm=None, samprate=SAMPLE_RATE, loglevel="FATAL", bestpath=False, beam=1e-80, pbeam=1e-80, wbeam=1e-60
        )
        self._one_at_a_time = threading.Lock()
        self._sentences: dict[tuple[str, ...], str] = {}
        for sentence in sentences:
            self._sentences.setdefault(pronunciation.words(sentence), sentence)
        self._sentences.pop((), None)
        self._ids = {word: f"w{n}" for n, word in enumerate(sorted({w for words in self._sentences for w in words}))}
        self._words = {word_id: word for word, word_id in self._ids.items()}
        self._teach(phonemes)

    @property
    def model(self) -> str:
        """Return the name for the document's ``models``, which nobody takes for a vendor's."""
        return "pocketsphinx (closed grammar)"

    @property
    def provider(self) -> str:
        """Return ``local``: recognition runs on this machine."""
        return "local"

    def _teach(self, phonemes: Callable[[str], str]) -> None:
        for word, word_id in self._ids.items():
            known = list(self._dictionary(word)) or [pronunciation.arpabet(phonemes(word))]
            for n, phones in enumerate(known, start=1):
                self._decoder.add_word(word_id if n == 1 else f"{word_id}({n})", phones, False)
        rules = " | ".join(" ".join(self._ids[word] for word in words) for words in self._sentences) or "<VOID>"
        self._decoder.add_jsgf_string("script", f"#JSGF V1.0; grammar script; public <sentence> = {rules};")
        self._decoder.activate_search("script")

    def _dictionary(self, word: str) -> Iterator[str]:
        for n in range(1, _MOST_PRONUNCIATIONS + 1):
            phones = self._decoder.lookup_word(word if n == 1 else f"{word}({n})")
            if phones is None:
                return
            yield phones

    async def _recognize_impl(
        self, buffer: utils.AudioBuffer, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        text = await asyncio.to_thread(self._hear, rtc.combine_audio_frames(buffer))
        alternatives = [stt.SpeechData(language="en", text=text)] if text else []  # pyright: ignore[reportArgumentType]
        return stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, request_id=uuid.uuid4().hex, alternatives=alternatives)

    def _hear(self, frame: rtc.AudioFrame) -> str:
        with self._one_at_a_time:
            self._decoder.start_utt()
            pcm = samples(frame, SAMPLE_RATE)
            for start in range(0, len(pcm), _CHUNK):
                self._decoder.process_raw(pcm[start : start + _CHUNK].tobytes())
            self._decoder.end_utt()
            hypothesis = self._decoder.hyp()
        recognised = tuple(self._words[word_id] for word_id in hypothesis.hypstr.split()) if hypothesis else ()
        return self._sentences.get(recognised, " ".join(recognised))


def samples(frame: rtc.AudioFrame, sample_rate: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return a mono frame's samples at ``sample_rate``."""
    if frame.sample_rate == sample_rate:
        return np.frombuffer(bytes(frame.data), dtype=np.int16)
    resampler = rtc.AudioResampler(frame.sample_rate, sample_rate, quality=rtc.AudioResamplerQuality.HIGH)
    frames = [*resampler.push(frame), *resampler.flush()]
    return np.concatenate([np.frombuffer(bytes(f.data), dtype=np.int16) for f in frames] or [np.zeros(0, dtype=np.int16)])
