"""Read an incidents file: what goes wrong, or is wished for, in a sample history, from when to when, and how much.

A call is in an incident when it ends inside the window, which is when the platform can know of it; an outage has no calls that
start inside it. Times without an offset are in the file's zone. A wrong file raises ``ConfigurationFailure``, which names what to
correct.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from contract.platform.failures import ConfigurationFailure
from orchestration.sample_history.phrases import TextKind

Share = Annotated[float, Field(gt=0, le=1)]
CallCount = Annotated[int, Field(ge=1)]
Minutes = Annotated[int, Field(ge=0)]
CallApi = Literal["knowledge_base", "calendar", "llm", "stt", "tts"]
CircuitApi = Literal["salesforce", "amplitude", "slack", "openai"]
CIRCUITS: tuple[CircuitApi, ...] = ("salesforce", "amplitude", "slack", "openai")
"""Services outside calls, whose circuits are sampled."""


class Incident(BaseModel):
    """A window ``[start, end)`` in which calls, samples or deliveries are changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    start: datetime
    end: datetime

    def contains(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


class Outage(Incident):
    """No call starts. ``worker_health`` tells whether the worker's health address is gone too, or only its calls."""

    kind: Literal["outage"]
    worker_health: Literal["gone", "up"] = "gone"


class LatencyRamp(Incident):
    """Replies take longer, from nothing more at the start to ``peak_ms`` more at the end; ``component`` is what slows down."""

    kind: Literal["latency_ramp"]
    peak_ms: Annotated[int, Field(ge=1, le=60_000)]
    component: Literal["eou_delay", "llm_ttft", "tts_ttfb"] = "llm_ttft"


class SharedIncident(Incident):
    """An incident of a share of the calls, spread evenly over those that end in the window."""

    share: Share = 1.0


class ErrorBurst(SharedIncident):
    """Calls end with ``disconnect_reason: error``."""

    kind: Literal["error_burst"]


class BadConnections(SharedIncident):
    """Calls lose packets and jitter, so that their connection is Poor."""

    kind: Literal["bad_connections"]


class CostSpike(Incident):
    """The voice is billed for ``factor`` times the characters; tokens stay as they are."""

    kind: Literal["cost_spike"]
    factor: Annotated[float, Field(gt=1, le=1000)]


class TokenLoop(Incident):
    """Replies take ``factor`` times the tokens."""

    kind: Literal["token_loop"]
    factor: Annotated[float, Field(gt=1, le=1000)]


class QueueBacklog(Incident):
    """The queue holds ``depth`` messages more, and calls that end meanwhile are known ``delay_minutes`` later."""

    kind: Literal["queue_backlog"]
    depth: Annotated[int, Field(ge=1)]
    delay_minutes: Minutes = 0


class LateDelivery(Incident):
    """Documents stay with the agent: calls that end meanwhile are known ``delay_minutes`` later; the queue shows nothing."""

    kind: Literal["late_delivery"]
    delay_minutes: Minutes


class ApiFailure(SharedIncident):
    """A service fails: in a share of the calls, or, where calls do not use it, its circuit is open."""

    kind: Literal["api_failure"]
    api: CallApi | CircuitApi


class DeadLetters(Incident):
    """``count`` messages lie in the dead-letter queue until the end."""

    kind: Literal["dead_letters"]
    count: CallCount


class CountedIncident(Incident):
    """An incident of ``count`` calls, spread evenly over those that end in the window, which lies within one day."""

    count: CallCount


class HotLeads(CountedIncident):
    """Callers whose lead score is above 80."""

    kind: Literal["hot_lead"]


class BookedMeetings(CountedIncident):
    """Callers who book a meeting."""

    kind: Literal["booking"]


class CompetitorMentions(CountedIncident):
    """Callers who use ``competitor`` now."""

    kind: Literal["competitor"]
    competitor: str = "DocuSign"


class LowEngagementCalls(CountedIncident):
    """Callers who get no answer, are frustrated and hang up: an engagement score below 5."""

    kind: Literal["low_engagement"]


class FeatureWave(CountedIncident):
    """Callers who ask for ``feature``."""

    kind: Literal["feature_wave"]
    feature: str


class ContentGapWave(CountedIncident):
    """Calls whose search of the knowledge base finds nothing; the queries take turns."""

    kind: Literal["content_gap_wave"]
    queries: Annotated[tuple[str, ...], Field(min_length=1)]


TEXT_KINDS: dict[type[Incident], TextKind] = {
    HotLeads: "hot_lead",
    BookedMeetings: "booking",
    CompetitorMentions: "competitor",
    LowEngagementCalls: "low_engagement",
    FeatureWave: "feature",
}
"""Incidents that give a call another text; a call has one text, so a call of one of these is of no other."""

AnyIncident = Annotated[
    Outage
    | LatencyRamp
    | ErrorBurst
    | BadConnections
    | CostSpike
    | TokenLoop
    | QueueBacklog
    | LateDelivery
    | ApiFailure
    | DeadLetters
    | HotLeads
    | BookedMeetings
    | CompetitorMentions
    | LowEngagementCalls
    | FeatureWave
    | ContentGapWave,
    Field(discriminator="kind"),
]


class IncidentsFile(BaseModel):
    """An incidents file: the first day of the history, the zone of its hours, and the incidents."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    first_day: date | None = None
    """Without it a history ends with the last day that is over."""
    zone: str = "America/New_York"
    incidents: tuple[AnyIncident, ...] = ()

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError("is no time zone; write one such as America/New_York") from error
        return zone

    @field_validator("incidents")
    @classmethod
    def _with_offsets(cls, incidents: tuple[AnyIncident, ...], info: ValidationInfo) -> tuple[AnyIncident, ...]:
        zone = info.data.get("zone")  # absent when it is wrong, which is then the only complaint
        return tuple(_in_zone(incident, ZoneInfo(zone)) for incident in incidents) if zone else incidents

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for incident in self.incidents:
            if incident.end <= incident.start:
                raise ValueError(f"{incident.name} ends before it starts")
            if isinstance(incident, CountedIncident) and not self._is_one_day(incident):
                raise ValueError(f"{incident.name} has a count, so it must start and end on one day")
        doubled = [name for name, times in Counter(incident.name for incident in self.incidents).items() if times > 1]
        if doubled:
            raise ValueError(f"the name {doubled[0]} is there twice")
        return self

    @property
    def hours_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _is_one_day(self, incident: Incident) -> bool:
        last = incident.end - timedelta(microseconds=1)
        return incident.start.astimezone(self.hours_zone).date() == last.astimezone(self.hours_zone).date()


def read_incidents(path: Path) -> IncidentsFile:
    """Read the file. Raises ``ConfigurationFailure`` when it is missing, no YAML, or its entries are wrong."""
    try:
        return IncidentsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except OSError as error:
        raise ConfigurationFailure("The incidents file cannot be opened.", "Give the path of a YAML file.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationFailure(
            "The incidents file is no YAML.", "Correct it; docs/sample_history.md has an example."
        ) from error
    except ValidationError as error:
        named = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors(include_input=False)[:5])
        raise ConfigurationFailure(f"The incidents file is wrong: {named}.", "Correct the named entries.") from error


def _in_zone(incident: AnyIncident, zone: ZoneInfo) -> AnyIncident:
    start, end = (moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (incident.start, incident.end))
    return incident.model_copy(update={"start": start, "end": end})
