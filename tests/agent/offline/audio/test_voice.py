"""espeak-ng as a voice. Needs the Debian package espeak-ng."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from livekit.agents import APIConnectionError, APIConnectOptions

from agent.offline.audio.espeak import EspeakTTS, phonemes
from contract.platform.failures import ConfigurationFailure


def speech(text: str, **options: str) -> bytes:
    async def speak() -> bytes:
        return bytes((await EspeakTTS(**options).synthesize(text).collect()).data)

    return asyncio.run(speak())


def test_a_machine_without_espeak_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationFailure, match="apt-get install espeak-ng"):
        EspeakTTS()


def test_the_same_words_in_two_voices_sound_different():
    assert speech("Hello there.", voice="en-us") != speech("Hello there.", voice="en-us+f3")


def test_text_that_looks_like_options_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert len(speech("-w stolen.wav --help `touch x` $(touch y); touch z")) > len(speech("Hi."))
    assert list(tmp_path.iterdir()) == []


def test_brackets_do_not_switch_to_phoneme_input():
    assert phonemes("[[h@'loU]]") == phonemes("[ [h@'loU]]")
    assert phonemes("[[h@'loU]]") != phonemes("hello")


def test_markup_is_not_obeyed():
    assert len(speech('Yes. <break time="20s"/> No.')) < 22050 * 2 * 10


def test_a_voice_that_does_not_exist_is_an_error_of_the_voice():
    async def speak() -> None:
        voice = EspeakTTS(voice="zz")
        await voice.synthesize("Hello.", conn_options=APIConnectOptions(max_retry=0)).collect()

    with pytest.raises(APIConnectionError, match="espeak-ng made no sound"):
        asyncio.run(speak())
