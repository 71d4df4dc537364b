"""A call from a browser: the trial page with LiveKit's own client, recorded by a hidden participant, beside its document.

``VOICE_PICTURES`` names a folder for the picture of the recording with the document's turns.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from livekit import rtc

from agent.offline.audio.caller import in_one_breath
from agent.offline.audio.espeak import CALLER_VOICE, CALLER_WORDS_PER_MINUTE, EspeakTTS
from agent.room.join_token import browser_and_os
from contract.document.session import SessionDocument
from tests.integration.caller import said_by_caller
from tests.integration.full.call_picture import WIDTH, height, picture
from tests.integration.full.calls import delivered
from tests.integration.full.conftest import Site, site_at
from tests.integration.full.hidden_recorder import Track, recording
from tests.integration.full.trial_page import TrialPage, browser, install_client, write_microphone
from tests.integration.script import CALL, EMAIL, NAME, SAID
from tests.pictures import Picture, chromium, take
from tests.support.real_servers import Running

AGREES_SECONDS = 0.2
"""Seconds between the beginning of a turn in the recording and in the document."""
CALL_SECONDS = 180
"""Seconds until the page must have hung up: Chromium takes 20 to start on two busy cores."""
FIRST_SECONDS, PAUSE_SECONDS = 1.0, 12.0
"""Seconds of quiet before the first sentence, once the agent has greeted, and before the next: the answer is heard in between."""


async def sentences() -> list[rtc.AudioFrame]:
    voice = EspeakTTS(voice=CALLER_VOICE, words_per_minute=CALLER_WORDS_PER_MINUTE)
    return [in_one_breath(await voice.synthesize(text).collect()) for text in SAID]


def apart(tracks: Sequence[Track], document: SessionDocument) -> list[float]:
    """Return by how many seconds the beginning of each turn in the document is after that in the recording."""
    found: list[float] = []
    for track in tracks:
        turns = [item.started_at for item in document.transcript if (item.role == "user") == track.caller]
        heard = [start for start, _ in track.turns()]
        assert len(turns) == len(heard), ("caller" if track.caller else "agent", turns, heard)
        found += [(said - start).total_seconds() for said, start in zip(turns, heard, strict=True) if said]
    return found


@pytest.fixture(scope="module", autouse=True)
def client() -> None:
    install_client()


@pytest.fixture(scope="module")
def site(livekit: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A worker on the machine's own clock, which the recording has too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VOICE_NOW", raising=False)
        with site_at(livekit, tmp_path_factory.mktemp("site")) as found:
            yield found


def test_a_recording_of_a_browsers_call_agrees_with_its_document(site: Site, tmp_path: Path):
    async def from_a_browser(room: str) -> None:
        microphone, answers = tmp_path / "microphone.wav", len(CALL.turns)
        write_microphone(microphone, await sentences(), FIRST_SECONDS, PAUSE_SECONDS)
        async with recording(site.livekit.url, room) as tracks:
            with TrialPage(site.livekit.url, room, answers) as page, browser(page.url, microphone, tmp_path / room):
                until = time.monotonic() + CALL_SECONDS
                while not page.told:
                    assert time.monotonic() < until, f"the page did not hang up in {CALL_SECONDS} s"
                    await asyncio.sleep(0.1)
            [document] = await delivered(site.settings, room)
        draw(tracks, document, tmp_path)
        assert "disconnected" in page.told[0]
        assert (document.complete, document.disconnect_reason) == (True, "user_hangup")
        assert (document.user_email, document.user_name) == (EMAIL, NAME)
        device = document.connection.device_info
        assert (device.browser, device.os) == browser_and_os(page.user_agent)
        assert said_by_caller(document) == SAID
        assert sorted(track.caller for track in tracks) == [False, True]
        late = apart(tracks, document)
        assert max(map(abs, late)) <= AGREES_SECONDS, late

    site.run(from_a_browser)


def draw(tracks: Sequence[Track], document: SessionDocument, folder: Path) -> None:
    taken = Path(os.environ.get("VOICE_PICTURES") or folder)
    taken.mkdir(parents=True, exist_ok=True)
    take(Picture(lambda: picture(tracks, document), WIDTH, height(tracks)), taken / "browser-call.png", chromium())
