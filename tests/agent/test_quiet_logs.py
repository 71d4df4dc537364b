"""What LiveKit logs of a call names no caller and repeats no word of theirs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.quiet_logs import WithoutPersonalData, keep_personal_data_out_of_logs
from tests.agent.conversations import conversation, run

SECRET = "dana@northlight.example"


@pytest.fixture
def quiet() -> Iterator[None]:
    keep_personal_data_out_of_logs()
    yield
    for name in ("livekit", *logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.filters = [known for known in logger.filters if not isinstance(known, WithoutPersonalData)]


@pytest.mark.usefixtures("quiet")
def test_a_tool_called_with_wrong_arguments_is_logged_without_them(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    wrong = {"name": "book_sales_meeting", "arguments": {"customer_name": {"first": SECRET}, "customer_email": SECRET}}
    turns = [{"say": "book it please", "replies": [{"tools": [wrong]}, {"text": "That did not work."}]}]

    async def talk() -> None:
        async with conversation(tmp_path, turns) as call:
            await call.say("book it please")
            await asyncio.sleep(0)

    caplog.set_level(logging.INFO)
    run(talk)
    assert any("error parsing arguments" in record.message for record in caplog.records)
    assert [record for record in caplog.records if SECRET in str(vars(record))] == []


@pytest.mark.usefixtures("quiet")
def test_a_participants_identity_is_not_logged(caplog: pytest.LogCaptureFixture):
    extra = {"participant": SECRET, "lk.pii.room_name": "x", "reason": "left"}
    logging.getLogger("livekit.agents").warning("closing", extra=extra)
    (record,) = caplog.records
    assert SECRET not in str(vars(record))
    assert vars(record)["reason"] == "left"
