"""Keep the state of one running call: the caller, the noted signals, the consent, and the tools' back ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from agent.knowledge.search import KnowledgeBase
from agent.meetings.booking import Calendar
from agent.recording.recorder import Recorder
from agent.room.participant import CallerIdentity
from contract.document.session import DisconnectReason, DiscoveredSignals


@dataclass(slots=True)
class Call:
    """Hold LiveKit's userdata of a session. ``now`` is the call's clock; ``ending`` is set once, by whoever ends the call first;
    ``on_refusal`` is called when words already kept have been removed.
    """

    session_id: str
    recorder: Recorder
    knowledge: KnowledgeBase
    calendar: Calendar
    now: Callable[[], datetime]
    zone: tzinfo
    caller: CallerIdentity | None = None
    signals: DiscoveredSignals = field(default_factory=DiscoveredSignals)
    consent: bool | None = None
    ending: DisconnectReason | None = None
    on_refusal: Callable[[], object] = lambda: None

    def joined(self, caller: CallerIdentity) -> None:
        """Record that the caller joined, for the first time or again."""
        self.caller = caller
        self.recorder.note(
            "participant",
            participant_id=caller.participant_id,
            email=caller.email,
            name=caller.name,
            browser=caller.browser,
            os=caller.os,
            location=caller.location,
        )

    def answered_consent(self, granted: bool) -> None:
        """Record the consent. A refusal is final for the call: a later yes would keep only half a conversation."""
        if self.consent is False:
            return
        self.consent = granted
        self.recorder.note("consent", obtained=granted)
        if not granted:
            self.recorder.forget_words()
            self.on_refusal()

    def learnt(self, signals: DiscoveredSignals) -> None:
        self.signals = signals
        self.recorder.note("signals", signals=signals.model_dump(mode="json"))

    def ends(self, reason: DisconnectReason) -> bool:
        """Record why the call ends. Return True for the first reason; later ones change nothing."""
        if self.ending is not None:
            return False
        self.ending = reason
        self.recorder.note("ending", reason=reason)
        return True
