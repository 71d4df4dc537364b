"""Define the session document, version 1 (``docs/contract.md``; spec section 1), with units and nulls as named there.

Unknown fields are kept everywhere. ``None`` means "not measured" or "not known", never zero.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Discriminator, FailFast, Field, Tag

from contract.document.address import address_alone
from contract.document.usual_form import in_utc, whole_number

SCHEMA_VERSION = 1
"""The version this platform writes and reads; a later one is rejected as ``unknown_version``."""
MAX_INT = 2**31 - 1
"""The largest value of the 32-bit integer columns that the numbers end up in; a larger one is an error of the writer."""

DisconnectReason = Literal[
    "user_hangup", "agent_goodbye", "silence_timeout", "time_limit", "cost_limit", "error", "agent_shutdown", "unknown"
]
Role = Literal["agent", "user"]
SearchCategory = Literal["features", "pricing", "integrations", "troubleshooting"]
DecisionTimeline = Literal["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"]
BudgetAuthority = Literal["decision_maker", "influencer", "needs_approval"]
Urgency = Literal["high", "medium", "low"]
"""The live signals' values and a search's categories (spec 1.4, 1.5). The agent writes only these; reading accepts any text."""


def _whole(value: Any) -> Any:
    return round(value) if isinstance(value, float) and abs(value) <= MAX_INT else value


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the calendar") from error


def _within_calendar(moment: datetime) -> datetime:
    _utc(moment)
    return moment


_Entry = TypeVar("_Entry")

UtcTime = Annotated[AwareDatetime, AfterValidator(_utc), in_utc()]
LocalTime = Annotated[AwareDatetime, AfterValidator(_within_calendar)]
Address = Annotated[str, AfterValidator(address_alone)]
Many = Annotated[tuple[_Entry, ...], FailFast()]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=MAX_INT), whole_number(MAX_INT)]
Milliseconds = Count
Seconds = Annotated[float, Field(ge=0, le=MAX_INT)]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class Consent(_Open):
    """Hold the consent. ``obtained`` False: the caller refused and no words are kept; None: not asked, or not recorded."""

    obtained: bool | None = None
    timestamp: UtcTime | None = None


class TranscriptItem(_Open):
    """Hold one utterance. ``started_at`` and ``ended_at`` are null in older documents."""

    id: str
    role: Role
    text: str
    started_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    source: Literal["agent_initiated", "user_initiated"] | None = None
    interrupted: bool = False
    final: bool = True
    speaker_id: str | None = None


class Interruption(_Open):
    timestamp: UtcTime | None = None
    item_id: str | None = None


class TurnTaking(_Open):
    """Hold turn taking. ``turn_balance`` is user / agent speaking time (spec 1.2), not turns."""

    turn_count: Count | None = None
    average_turn_duration_seconds: Seconds | None = None
    turn_balance: float | None = None


class ReplyMetrics(_Open):
    """Hold the figures of one agent reply (spec 1.3): milliseconds, ``*_audio_duration`` in seconds."""

    timestamp: UtcTime | None = None
    item_id: str | None = None
    eou_delay: Milliseconds | None = None
    llm_ttft: Milliseconds | None = None
    tts_ttfb: Milliseconds | None = None
    stt_duration: Milliseconds | None = None
    total_latency: Milliseconds | None = None
    e2e_latency: Milliseconds | None = None
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    total_tokens: Count | None = None
    stt_audio_duration: Seconds | None = None
    tts_characters_count: Count | None = None
    tts_audio_duration: Seconds | None = None


class Models(_Open):
    llm: str | None = None
    stt: str | None = None
    tts: str | None = None


class DiscoveredSignals(_Open):
    """Hold what the live agent noted (spec 1.4): often incomplete, sometimes wrong; the transcript takes precedence."""

    team_size: Count | None = None
    monthly_volume: Count | None = None
    integration_needs: Many[str] = ()
    industry: str | None = None
    location: str | None = None
    use_case: str | None = None
    current_tool: str | None = None
    pain_points: Many[str] = ()
    decision_timeline: str | None = None
    budget_authority: str | None = None
    urgency: str | None = None
    qualification_tier: str | None = None


class KnowledgeSearch(_Open):
    """Hold a search of the knowledge base; an outage has ``error`` set and ``total_results`` null (spec 1.5)."""

    tool: Literal["unleash_search_knowledge"]
    timestamp: UtcTime | None = None
    query: str | None = None
    category: str | None = None
    results_found: bool | None = None
    total_results: Count | None = None
    error: str | None = None


class MeetingBooking(_Open):
    """Hold an attempt to book a meeting; ``meeting_time`` keeps the offset it was booked in (spec 1.5)."""

    tool: Literal["book_sales_meeting"]
    timestamp: UtcTime | None = None
    customer_name: str | None = None
    customer_email: Address | None = None
    preferred_date: str | None = None
    preferred_time: str | None = None
    success: bool | None = None
    meeting_link: str | None = None
    calendar_event_id: str | None = None
    meeting_time: LocalTime | None = None
    error: str | None = None


class OtherToolCall(_Open):
    tool: str
    timestamp: UtcTime | None = None
    error: str | None = None


def _tool_kind(value: Any) -> str:
    name = value.get("tool") if isinstance(value, dict) else getattr(value, "tool", None)
    return name if name in ("unleash_search_knowledge", "book_sales_meeting") else "other"


ToolCall = Annotated[
    Annotated[KnowledgeSearch, Tag("unleash_search_knowledge")]
    | Annotated[MeetingBooking, Tag("book_sales_meeting")]
    | Annotated[OtherToolCall, Tag("other")],
    Discriminator(_tool_kind),
]


class DeviceInfo(_Open):
    browser: str | None = None
    os: str | None = None
    location: str | None = None


class Connection(_Open):
    """Hold bytes, packet loss (percent) and jitter (ms) of the agent's leg (spec 1.6)."""

    bandwidth_in: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    bandwidth_out: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    packet_loss: Annotated[float, Field(ge=0, le=100)] | None = None
    jitter: Annotated[float, Field(ge=0, le=MAX_INT)] | None = None
    device_info: DeviceInfo = DeviceInfo()


class CallError(_Open):
    timestamp: UtcTime | None = None
    component: str | None = None
    type: str | None = None
    message: str | None = None


class SessionDocument(_Open):
    """Hold one call, as the agent wrote it. ``start_time`` decides the day it belongs to."""

    schema_version: Literal[1] = SCHEMA_VERSION
    revision: Annotated[int, Field(ge=1, le=MAX_INT)] = 1
    session_id: str
    agent_version: str | None = None
    complete: bool = True
    test_call: bool = False
    start_time: UtcTime
    end_time: UtcTime | None = None
    duration_seconds: Count | None = None
    participant_id: str | None = None
    user_email: Address | None = None
    user_name: str | None = None
    disconnect_reason: DisconnectReason = "unknown"
    consent: Consent = Consent()
    transcript: Many[TranscriptItem] = ()
    interruptions: Many[Interruption] = ()
    turn_taking: TurnTaking = TurnTaking()
    metrics: Many[ReplyMetrics] = ()
    models: Models = Models()
    discovered_signals: DiscoveredSignals = DiscoveredSignals()
    tool_calls: Many[ToolCall] = ()
    connection: Connection = Connection()
    errors: Many[CallError] = ()

    @property
    def words_kept(self) -> bool:
        """Return False when the caller refused transcription: reports that need words are then ``unavailable``."""
        return self.consent.obtained is not False

    @property
    def has_unknown_fields(self) -> bool:
        """Return whether it holds, at any level, a field that is not of this version."""
        sections = (self, self.consent, self.turn_taking, self.models, self.discovered_signals, self.connection)
        lists = (self.transcript, self.interruptions, self.metrics, self.tool_calls, self.errors)
        return any(part.__pydantic_extra__ for part in chain(sections, (self.connection.device_info,), *lists))

    @property
    def bookings(self) -> tuple[MeetingBooking, ...]:
        return tuple(call for call in self.tool_calls if isinstance(call, MeetingBooking))

    @property
    def searches(self) -> tuple[KnowledgeSearch, ...]:
        return tuple(call for call in self.tool_calls if isinstance(call, KnowledgeSearch))

    def turns(self, role: Role) -> tuple[TranscriptItem, ...]:
        return tuple(item for item in self.transcript if item.role == role)
