"""Run the worker that takes calls from LiveKit: ``python -m agent.server start`` (``dev`` while developing).

However a call ends, its document is delivered: its spool is opened before anything else, its document is built from the spool when
LiveKit ends the job (``on_session_end``, which may take 300 s), and a dead worker's spool is delivered by the next one's sweep.
"""

from __future__ import annotations

import asyncio
import logging
import math

from livekit import rtc
from livekit.agents import AgentServer, AgentSession, JobContext, JobProcess, cli, room_io

from agent.call import Call
from agent.call_lifecycle import CallLifecycle, begin_call
from agent.delivery.outbox import Outbox
from agent.delivery.sweep import sweep_forever
from agent.knowledge.choice import knowledge_base
from agent.meetings.choice import calendar_for
from agent.models import load_plugins, models_of
from agent.quiet_logs import keep_personal_data_out_of_logs
from agent.recording.build import build_session
from agent.room.connection_watch import watch_connection
from agent.room.participant import CallerIdentity, caller_of
from agent.session import session_for
from agent.settings import AgentSettings, load_agent_settings
from agent.specialist import TrialSpecialist
from contract.platform.price_book import PriceBook
from contract.platform.private_files import keep_private
from contract.platform.settings import load_settings
from contract.reference import Reference

log = logging.getLogger(__name__)

HUNG_UP = (rtc.DisconnectReason.CLIENT_INITIATED, rtc.DisconnectReason.USER_REJECTED)
"""Why LiveKit says that a caller is gone who left on purpose."""
RECONNECT_SECONDS = 2.0
"""Seconds for a caller who left on purpose to be back: a client whose whole connection is made anew leaves and joins, within half a
second on a busy machine. A call ended in between would delete the room under them, and their client would begin a second one.
"""
JOIN_SECONDS = 60.0
"""Seconds to wait for a caller after a room was assigned; a room nobody joins is no call (``docs/agent.md``)."""
START_SECONDS = 60.0
"""Seconds a process for calls may take to start. On a busy machine LiveKit's 10 ended each before it was ready, for minutes: the
worker took calls and could not hold them.
"""
SESSION_END_SECONDS = 300.0
"""Seconds for ``on_session_end``, in which a document is built and stored: LiveKit's default, which stopping waits for."""
FULL = 0.7
"""Load (0 to 1) at which a worker takes no more calls: LiveKit's default for workers, and for its server (``target_load``)."""

_held: dict[str, CallLifecycle] = {}
_tasks: dict[str, list[asyncio.Task[None]]] = {}


async def entrypoint(context: JobContext) -> None:
    """Run one job, which is one call: spool, room, caller, conversation."""
    settings, agent = load_settings(), load_agent_settings()
    models = models_of(agent)
    held = await begin_call(context.job.room.name, settings, agent, Outbox.of(settings), models.names)
    _held[context.job.id] = held
    await context.connect()
    try:
        participant = await asyncio.wait_for(context.wait_for_participant(), JOIN_SECONDS)
    except TimeoutError:
        log.info("%s: nobody joined", held.call.session_id)
        context.shutdown("nobody joined")
        return
    await held.joined(_identity(participant))
    session = session_for(held.call, agent, Reference().table(PriceBook), llm=models.llm, stt=models.stt, tts=models.tts)
    _follow(context, held, participant, session, agent.rejoin_seconds)
    session.on("close", lambda event: context.shutdown(event.reason.value))
    options = room_io.RoomOptions(
        participant_identity=participant.identity,
        close_on_disconnect=False,  # _follow hangs up, once the caller is not back
        delete_room_on_close=True,
    )
    await session.start(TrialSpecialist(held.call), room=context.room, room_options=options, record=False)


async def finish(context: JobContext) -> None:
    """Store the document, once, however the call ended. LiveKit calls this as ``on_session_end``."""
    for task in _tasks.pop(context.job.id, []):
        task.cancel()
    held = _held.pop(context.job.id, None)
    if held is None:
        log.error("The job %s ended before its call began.", context.job.id)
        return
    await held.finish()


def _follow(
    context: JobContext,
    held: CallLifecycle,
    caller: rtc.RemoteParticipant,
    session: AgentSession[Call],
    rejoin_seconds: float,
) -> None:
    """Record a caller who comes back, and hang up on one who does not. While they are gone the agent's voice pauses: nobody hears
    it, and the document tells what was heard.
    """
    room = context.room
    gone: list[asyncio.TimerHandle] = []

    def on_left(participant: rtc.RemoteParticipant) -> None:
        if participant.identity == caller.identity:
            why = participant.disconnect_reason
            held.call.recorder.note("left", reason=None if why is None else rtc.DisconnectReason.Name(why))
            if voice := session.output.audio:
                voice.pause()
            seconds = min(RECONNECT_SECONDS, rejoin_seconds) if why in HUNG_UP else rejoin_seconds
            gone.append(asyncio.get_running_loop().call_later(seconds, hang_up))

    def on_joined(participant: rtc.RemoteParticipant) -> None:
        if participant.identity == caller.identity:
            while gone:
                gone.pop().cancel()
            held.call.joined(_identity(participant))
            if voice := session.output.audio:
                voice.resume()

    def hang_up() -> None:
        if context.job.id in _held:
            held.call.ends("user_hangup")
            context.shutdown("caller did not come back")

    room.on("participant_disconnected", on_left)
    room.on("participant_connected", on_joined)
    _tasks[context.job.id] = [asyncio.create_task(watch_connection(room, held.call.recorder))]


def _identity(participant: rtc.RemoteParticipant) -> CallerIdentity:
    return caller_of(participant.sid, participant.name, participant.metadata, participant.attributes)


def prewarm(process: JobProcess) -> None:
    """Load what every call needs before the first one starts."""
    load_plugins(load_agent_settings())
    keep_personal_data_out_of_logs()
    process.userdata["prices"] = Reference().table(PriceBook)


def create_server() -> AgentServer:
    """Create the server with its one kind of call, registered under ``VOICE_AGENT_NAME``. Settings no call could run with raise
    ``ConfigurationFailure`` here, before anybody calls.
    """
    agent, settings = load_agent_settings(), load_settings()
    keep_private(settings)
    load_plugins(agent)
    keep_personal_data_out_of_logs()
    models_of(agent)
    Outbox.of(settings)
    knowledge_base(agent)
    calendar_for(agent, settings.home, settings.base_url)
    server = AgentServer(
        setup_fnc=prewarm,
        log_level="INFO",  # at DEBUG LiveKit logs what is said
        host=agent.health_host,
        port=agent.health_port,
        initialize_process_timeout=START_SECONDS,
        drain_timeout=drain_seconds(agent),
        session_end_timeout=SESSION_END_SECONDS,
    )
    if most := agent.max_calls:
        server.load_fnc = lambda worker: load_by_calls(len(worker.active_jobs), most)
    server.rtc_session(entrypoint, agent_name=agent.name, on_session_end=finish)

    server.on("worker_started", lambda: _sweep_spool(agent.sweep_seconds))
    return server


def drain_seconds(agent: AgentSettings) -> int:
    """Return the seconds after which a worker that was told to stop has no call left: one may begin just then."""
    return math.ceil(JOIN_SECONDS + agent.max_call_seconds + SESSION_END_SECONDS)


def load_by_calls(under_way: int, most: int) -> float:
    """Return the worker's load (0 to ``FULL``) by its calls. CPU load says little of a worker beside other programs, and a server
    gives no job to a worker whose machine is saturated.
    """
    return FULL * min(1.0, under_way / most)


def _sweep_spool(every_seconds: float) -> None:
    """Sweep in the worker's main process; calls under way in its job processes are locked and skipped."""
    settings = load_settings()
    sweeping = sweep_forever(settings.spool_dir, Outbox.of(settings), build_session, every_seconds)
    _tasks["sweep"] = [asyncio.create_task(sweeping)]


if __name__ == "__main__":
    cli.run_app(create_server())
