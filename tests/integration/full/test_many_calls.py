"""Ten calls at once on one worker: a document each, with its own caller and its own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.integration.caller import on_the_line, token
from tests.integration.full.calls import delivered, documents
from tests.integration.full.conftest import Site, site_at
from tests.support.real_servers import Running

FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "June")


@pytest.fixture(scope="module")
def site(livekit: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A worker that waits for as long as the last caller takes to be greeted."""
    patient = {"VOICE_AGENT_SILENCE_PROMPT_SECONDS": "600", "VOICE_AGENT_MAX_SILENCE_SECONDS": "700"}
    with site_at(livekit, tmp_path_factory.mktemp("many"), patient) as found:
        yield found


def caller(number: int) -> tuple[str, str]:
    """Return a caller's e-mail and name."""
    first = FIRST_NAMES[number]
    return f"{first.lower()}@company{number}.example", f"{first} Ortiz"


def test_ten_calls_at_once_leave_ten_documents_of_their_own(site: Site):
    async def many(room: str) -> None:
        rooms, joined = [f"{room}_{number}" for number in range(len(FIRST_NAMES))], list[str]()
        async with AsyncExitStack() as calls:  # all hang up at its end
            for number, name in enumerate(rooms):
                email, whole_name = caller(number)
                jwt = token(name, f"caller_{number}", name=whole_name, email=email)
                line = await calls.enter_async_context(on_the_line(site.livekit.url, jwt))
                # one after the other: the start of ten processes at once would keep two cores from following any sound
                await line.wait(
                    lambda line=line: line.agent.playbacks > 0 and line.agent.state == "listening", f"greeting {number}"
                )
                joined.append(line.room.local_participant.sid)
        found = await delivered(site.settings, *rooms)
        assert sorted(name for name in documents(site.settings) if name.startswith(f"{room}_")) == rooms
        assert [(one.user_email, one.user_name, one.participant_id) for one in found] == [
            (*caller(number), sid) for number, sid in enumerate(joined)
        ]
        for first, document in zip(FIRST_NAMES, found, strict=True):
            assert (document.complete, document.disconnect_reason, document.errors) == (True, "user_hangup", ())
            assert [name for name in FIRST_NAMES if name in " ".join(item.text for item in document.transcript)] == [first]
        assert max(document.start_time for document in found) < min(document.end_time for document in found)
        assert list(site.settings.spool_dir.glob("*.jsonl")) == []

    site.run(many)
