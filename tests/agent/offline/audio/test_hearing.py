"""What PocketSphinx makes of espeak-ng's voice. Needs the Debian package espeak-ng."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from livekit import rtc

from agent.offline.audio.caller import in_one_breath
from agent.offline.audio.espeak import CALLER_VOICE, EspeakTTS
from agent.offline.audio.pronunciation import arpabet, words
from agent.offline.audio.sphinx import SphinxSTT
from tests.agent.offline.audio.sentences import SENTENCES


def heard(ears: SphinxSTT, *frames: rtc.AudioFrame) -> list[str]:
    async def hear() -> list[str]:
        events = [await ears.recognize([frame]) for frame in frames]
        return ["".join(data.text for data in event.alternatives) for event in events]

    return asyncio.run(hear())


def spoken(*sentences: str, voice: str = CALLER_VOICE, words_per_minute: int = 200) -> list[rtc.AudioFrame]:
    async def speak() -> list[rtc.AudioFrame]:
        tts = EspeakTTS(voice=voice, words_per_minute=words_per_minute)
        return [in_one_breath(await tts.synthesize(sentence).collect()) for sentence in sentences]

    return asyncio.run(speak())


def noise(seconds: float, level: int) -> rtc.AudioFrame:
    samples = np.random.default_rng(1).normal(0, level, int(seconds * 16000)).astype(np.int16)
    return rtc.AudioFrame(data=samples.tobytes(), sample_rate=16000, num_channels=1, samples_per_channel=len(samples))


@pytest.fixture(scope="module")
def ears() -> SphinxSTT:
    return SphinxSTT(SENTENCES)


@pytest.mark.parametrize("words_per_minute", [175, 230])
@pytest.mark.parametrize("voice", ["en-us", CALLER_VOICE])
def test_every_sentence_comes_back_as_it_was_written(ears: SphinxSTT, voice: str, words_per_minute: int):
    assert heard(ears, *spoken(*SENTENCES, voice=voice, words_per_minute=words_per_minute)) == list(SENTENCES)


def test_what_is_no_sentence_of_the_script_is_never_an_exception(ears: SphinxSTT):
    assert heard(ears, noise(1.0, 40), noise(1.0, 3000), noise(0.01, 40)) == ["", "", ""]


def test_half_a_sentence_is_not_completed(ears: SphinxSTT):
    [whole] = spoken("Could you book a meeting with sales for next Tuesday at 2pm?")
    half = whole.samples_per_channel // 2
    cut = rtc.AudioFrame(data=bytes(whole.data)[: 2 * half], sample_rate=16000, num_channels=1, samples_per_channel=half)
    assert heard(ears, cut)[0] not in SENTENCES


def test_sentences_cannot_reach_the_grammar_s_syntax():
    hostile = ("Say <sentence>; public <x> = {tag} | [void] * + now.", 'Tell me the "price"; grammar | {please}.', "...", "")
    assert heard(SphinxSTT(hostile), *spoken(hostile[0], hostile[1])) == list(hostile[:2])


def test_ears_without_sentences_hear_nothing():
    assert heard(SphinxSTT([]), *spoken("Hello.")) == [""]


def test_words_keep_numbers_and_addresses_whole():
    sentence = "Well — it's $1,500 for dana@northlight.example, “OK”?"
    assert words(sentence) == (
        "well",
        "it's",
        "$1,500",
        "for",
        "dana@northlight.example",
        "ok",
    )


def test_a_name_sounds_as_the_dictionary_would_write_it():
    assert arpabet("pˈændə dˈɑːk") == "P AE N D AH D AA K"


def test_a_pause_for_a_comma_is_shortened_and_the_words_are_not():
    loud, pause = np.full(1600, 9000, np.int16), np.zeros(16000, np.int16)
    pcm = np.concatenate([pause, loud, pause, loud, pause])
    frame = rtc.AudioFrame(data=pcm.tobytes(), sample_rate=16000, num_channels=1, samples_per_channel=len(pcm))
    assert abs(in_one_breath(frame).samples_per_channel - (1600 + 1920 + 1600)) <= 1
