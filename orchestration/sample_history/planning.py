"""Plan the calls of a day: when each starts, what is said, and the incidents it is in. Pure; equal seeds give equal plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from contract.platform.failures import ConfigurationFailure
from orchestration.sample_history.incidents import (
    CIRCUITS,
    TEXT_KINDS,
    AnyIncident,
    ApiFailure,
    CompetitorMentions,
    CountedIncident,
    DeadLetters,
    FeatureWave,
    IncidentsFile,
    Outage,
    SharedIncident,
)
from orchestration.sample_history.texts import TEXTS, SampleText, sample_text
from orchestration.sample_history.transcripts import Times, utterance_times
from orchestration.sample_history.volume import starts_on


@dataclass(frozen=True)
class HistoryPlan:
    """What a history is made from: equal plans give equal files, byte by byte."""

    first_day: date
    days: int
    per_day: int
    seed: int
    file: IncidentsFile


@dataclass(frozen=True)
class PlannedCall:
    """A call before its document is built; ``random`` seeds its figures, ``position`` is its place among those of an incident."""

    session_id: str
    start: datetime
    text: SampleText
    times: Times
    incidents: tuple[tuple[AnyIncident, int], ...] = ()

    @property
    def end(self) -> datetime:
        return self.start + self.times[-1][1]


def planned_calls(plan: HistoryPlan, day: date) -> list[PlannedCall]:
    """Return the calls that start on a local day, by start, each with the incidents it is in.

    Raises ``ConfigurationFailure`` when an incident wants more calls than end in its window.
    """
    calls = [call for call in _ordinary_calls(plan, day) if not _within_outage(plan.file, call)]
    by_end = sorted(calls, key=lambda call: (call.end, call.session_id))
    chosen = _incidents_by_call(plan, day, by_end)
    return [_in_incidents(plan.seed, call, chosen.get(call.session_id, ())) for call in calls]


def _ordinary_calls(plan: HistoryPlan, day: date) -> Iterator[PlannedCall]:
    random = Random(f"{plan.seed}:{day}")
    for index, start in enumerate(starts_on(day, plan.file.hours_zone, plan.per_day, random)):
        session_id = f"sample_{plan.seed}_{plan.per_day}_{day:%Y%m%d}_{index:05d}"
        text = sample_text(plan.seed, "ordinary", random.randrange(TEXTS["ordinary"]))
        yield PlannedCall(session_id, start, text, _times(plan.seed, session_id, text))


def _times(seed: int, session_id: str, text: SampleText) -> Times:
    return utterance_times(Random(f"{seed}:{session_id}:times"), text.lines)


def _within_outage(file: IncidentsFile, call: PlannedCall) -> bool:
    return any(isinstance(incident, Outage) and incident.contains(call.start) for incident in file.incidents)


def _incidents_by_call(
    plan: HistoryPlan, day: date, by_end: Sequence[PlannedCall]
) -> Mapping[str, Sequence[tuple[AnyIncident, int]]]:
    chosen: dict[str, list[tuple[AnyIncident, int]]] = defaultdict(list)
    for incident in plan.file.incidents:
        if isinstance(incident, Outage | DeadLetters) or (isinstance(incident, ApiFailure) and incident.api in CIRCUITS):
            continue
        calls = [call for call in by_end if incident.contains(call.end)]
        if type(incident) in TEXT_KINDS:
            calls = [call for call in calls if not any(type(other) in TEXT_KINDS for other, _ in chosen[call.session_id])]
        for position, call in enumerate(_selected(plan, day, incident, calls)):
            chosen[call.session_id].append((incident, position))
    return chosen


def _selected(plan: HistoryPlan, day: date, incident: AnyIncident, calls: Sequence[PlannedCall]) -> Sequence[PlannedCall]:
    """Choose evenly: a share so that any run of calls holds nearly that share, a count so that it covers the window."""
    if isinstance(incident, CountedIncident):
        if incident.start.astimezone(plan.file.hours_zone).date() != day:
            return ()
        if len(calls) < incident.count:
            problem = f"{incident.name} wants {incident.count} calls, and {len(calls)} end in its window."
            raise ConfigurationFailure(f"The incidents file is wrong: {problem}", "Lower its count or widen its window.")
        return [calls[int((index + 0.5) * len(calls) / incident.count)] for index in range(incident.count)]
    if isinstance(incident, SharedIncident):
        return [call for index, call in enumerate(calls) if int((index + 1) * incident.share) > int(index * incident.share)]
    return calls


def _in_incidents(seed: int, call: PlannedCall, incidents: Sequence[tuple[AnyIncident, int]]) -> PlannedCall:
    for incident, position in incidents:
        if kind := TEXT_KINDS.get(type(incident)):
            text = sample_text(seed, kind, position % TEXTS[kind], _subject(incident))
            call = replace(call, text=text, times=_times(seed, call.session_id, text))
    return replace(call, incidents=tuple(incidents))


def _subject(incident: AnyIncident) -> str:
    match incident:
        case CompetitorMentions(competitor=name) | FeatureWave(feature=name):
            return name
        case _:
            return ""
