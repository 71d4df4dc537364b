"""Run a scripted call with the real agent on this machine, and deliver its document as a worker would."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from agent.call import Call
from agent.call_lifecycle import begin_call
from agent.delivery.outbox import Outbox
from agent.delivery.rooms import is_claimed
from agent.delivery.sweep import sweep
from agent.offline.script import Script
from agent.offline.scripted_llm import SCRIPTED, ScriptedLLM
from agent.offline.text_call import converse_in_writing
from agent.recording.build import build_session
from agent.room.participant import caller_of
from agent.session import session_for
from agent.settings import AgentSettings
from agent.specialist import TrialSpecialist
from contract.document.session import SessionDocument
from contract.platform.failures import ConfigurationFailure
from contract.platform.price_book import PriceBook
from contract.platform.settings import Settings
from contract.reference import Reference

if TYPE_CHECKING:
    from agent.offline.audio.models import LocalModels

log = logging.getLogger(__name__)

THINKS_SECONDS = 0.25
"""Simulated time to first token in calls with sound: without it replies would come faster than any model's."""


@dataclass(frozen=True, slots=True)
class OfflineCall:
    """Hold a script's document, and whether it is in the store; otherwise it waits in the spool."""

    document: SessionDocument
    stored: bool


async def hold_offline(
    script: Script,
    settings: Settings,
    agent: AgentSettings,
    *,
    audio: bool = False,
    once: bool = False,
    test_call: bool = False,
    thinks_seconds: float = 0.0,
) -> OfflineCall | None:
    """Run one call from its first row to its stored document. Return None when ``once`` is set and the room was used before."""
    outbox = Outbox.of(settings)
    await asyncio.to_thread(sweep, settings.spool_dir, outbox, build_session)
    if once and await asyncio.to_thread(is_claimed, outbox.store, script.room):
        return None
    local = _local_models(script) if audio else None
    names = {"llm": SCRIPTED, **(local.names if local else {})}
    held = await begin_call(script.room, settings, agent, outbox, names, test_call=test_call)
    caller = script.caller
    await held.joined(caller_of(caller.identity, "", caller.metadata, caller.attributes))
    try:
        await _converse(held.call, script, agent, local, thinks_seconds)
    except Exception as error:
        log.exception("%s broke off", held.call.session_id)
        held.call.recorder.note("error", component="offline", type=type(error).__name__, message=None)
        held.call.ends("error")
    stored = await held.finish()
    return OfflineCall(held.document(), stored)


async def _converse(call: Call, script: Script, agent: AgentSettings, local: LocalModels | None, thinks_seconds: float) -> None:
    prices = Reference().table(PriceBook)
    if local is None:
        session = session_for(call, agent, prices, llm=ScriptedLLM(script, thinks_seconds))
        await converse_in_writing(session, script)
        return
    from agent.offline.audio.call import hold_audio_conversation

    session = session_for(call, agent, prices, llm=ScriptedLLM(script, thinks_seconds or THINKS_SECONDS), **local.session_options())
    await hold_audio_conversation(session, TrialSpecialist(call), script, on_hang_up=lambda: call.ends("user_hangup"))


def _local_models(script: Script) -> LocalModels:
    if find_spec("pocketsphinx") is None:
        raise ConfigurationFailure("The package pocketsphinx is missing: calls with sound need it.", "make audio-packages")
    from agent.offline.audio.models import local_models

    return local_models(script)
