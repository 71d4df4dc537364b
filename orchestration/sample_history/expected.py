"""What alert rules must make of a sample history, and how it differs from what they made.

An expectation is written from the specification and the incidents alone (``data/alert_history/README.md``). What it does not name
must not fire. Names of rules and subjects compare without regard to case, ``_`` for a space and a bracketed addition, as in
``Hot Lead Detected (Score >80)``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from contract.platform.failures import ConfigurationFailure
from contract.platform.yaml_file import read_yaml

Severity = Literal["P1", "P2", "P3"]
DifferenceKind = Literal[
    "missing",
    "unexpected",
    "twice",
    "wrong severity",
    "fired early",
    "fired late",
    "resolved early",
    "resolved late",
    "never resolved",
    "wrong count",
]

_NEAR = timedelta(hours=2)
"""A line that fired by so much too early is still taken for the episode, and called early; an earlier one is unexpected."""
_ADDITION = re.compile(r"\s*\([^()]*\)\s*$")


class AlertLine(BaseModel):
    """One line of ``voice alerts replay --json``: an alert that fired, and when it resolved, if it did."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    rule: str
    subject: str | None = None
    severity: Severity
    fired_at: AwareDatetime
    resolved_at: AwareDatetime | None = None
    n: int | None = None
    value: float | None = None


def _span(value: object) -> object:
    return dict(zip(("earliest", "latest"), value, strict=True)) if isinstance(value, list) and len(value) == 2 else value


class EarliestAndLatest(BaseModel):
    """When something may happen, both ends included; written as a list of two times with their offsets."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    earliest: AwareDatetime
    latest: AwareDatetime

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.latest < self.earliest:
            raise ValueError("the latest time comes before the earliest")
        return self


Span = Annotated[EarliestAndLatest, BeforeValidator(_span)]


class ExpectedEpisode(BaseModel):
    """An alert that fires once and resolves. ``optional``: it may also not fire, since a graver one may come first."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    incident: str
    rule: str
    severity: Severity
    subject: str | None = None
    """None takes any subject: the rule has one."""
    fired: Span
    resolved: Span
    optional: bool = False


class ExpectedCounts(BaseModel):
    """Alerts of single calls and hourly digests, of which only the number is expected, by local day; other days have none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: str
    severity: Severity
    incidents: tuple[str, ...]
    days: Mapping[date, Annotated[int, Field(ge=1)]]


class ExpectedAlerts(BaseModel):
    """An expectation file. ``quiet`` are incidents that raise nothing; ``monthly_budget_usd`` is the budget the replay is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: Annotated[int, Field(ge=1)]
    per_day: Annotated[int, Field(ge=1)]
    seed: int
    zone: str
    monthly_budget_usd: Annotated[float, Field(gt=0)]
    episodes: tuple[ExpectedEpisode, ...] = ()
    counts: tuple[ExpectedCounts, ...] = ()
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One way in which what fired is not what was expected."""

    kind: DifferenceKind
    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.rule}: {self.detail}"


def read_expected(path: Path) -> ExpectedAlerts:
    """Read an expectation. Raises ``ConfigurationFailure`` when it is missing or malformed."""
    try:
        return ExpectedAlerts.model_validate(read_yaml(path))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationFailure(f"The expectation {path.name} cannot be read: {error}.", "Correct the named entries.") from error


def compare(fired: Iterable[AlertLine], expected: ExpectedAlerts) -> list[Difference]:
    """Return every difference, by rule; none when each expected alert came once, in time, and nothing else did."""
    by_rule: dict[str, list[AlertLine]] = defaultdict(list)
    for line in sorted(fired, key=lambda line: (line.fired_at, line.subject or "")):
        by_rule[same_name(line.rule)].append(line)
    differences: list[Difference] = []
    for counts in expected.counts:
        differences += _counted(by_rule.pop(same_name(counts.rule), []), counts, ZoneInfo(expected.zone))
    for episode in sorted(expected.episodes, key=lambda episode: episode.fired.earliest):
        differences += _matched(by_rule[same_name(episode.rule)], episode)
    for lines in by_rule.values():
        differences += (Difference("unexpected", line.rule, _described(line)) for line in lines)
    return sorted(differences, key=lambda difference: (difference.rule, difference.kind, difference.detail))


def same_name(name: str) -> str:
    """Return what equal names of rules or subjects have in common."""
    return " ".join(_ADDITION.sub("", name).casefold().replace("_", " ").split())


def _matched(lines: list[AlertLine], episode: ExpectedEpisode) -> Iterator[Difference]:
    """Take the episode's lines out of ``lines`` and yield how they differ: the one that fired in time, else the first."""
    near = [line for line in lines if _is_near(line, episode)]
    if not near:
        if not episode.optional:
            yield Difference("missing", episode.rule, f"{episode.incident}, from {_text(episode.fired.earliest)}")
        return
    match = next((line for line in near if episode.fired.earliest <= line.fired_at <= episode.fired.latest), near[0])
    for line in near:
        lines.remove(line)
        if line is not match:
            yield Difference("twice", line.rule, f"{episode.incident}: {_described(line)}")
    yield from _differences_of(match, episode)


def _is_near(line: AlertLine, episode: ExpectedEpisode) -> bool:
    if episode.subject is not None and same_name(line.subject or "") != same_name(episode.subject):
        return False
    return episode.fired.earliest - _NEAR <= line.fired_at <= episode.resolved.latest


def _differences_of(line: AlertLine, episode: ExpectedEpisode) -> Iterator[Difference]:
    detail = f"{episode.incident}: {_described(line)}"
    if line.severity != episode.severity:
        yield Difference("wrong severity", line.rule, f"{detail}, not {episode.severity}")
    if line.fired_at < episode.fired.earliest:
        yield Difference("fired early", line.rule, f"{detail}, before {_text(episode.fired.earliest)}")
    if line.fired_at > episode.fired.latest:
        yield Difference("fired late", line.rule, f"{detail}, after {_text(episode.fired.latest)}")
    if line.resolved_at is None:
        yield Difference("never resolved", line.rule, detail)
    elif line.resolved_at < max(episode.resolved.earliest, line.fired_at):
        yield Difference("resolved early", line.rule, f"{detail}, before {_text(episode.resolved.earliest)}")
    elif line.resolved_at > episode.resolved.latest:
        yield Difference("resolved late", line.rule, f"{detail}, after {_text(episode.resolved.latest)}")


def _counted(lines: Sequence[AlertLine], counts: ExpectedCounts, zone: ZoneInfo) -> Iterator[Difference]:
    found = Counter(line.fired_at.astimezone(zone).date() for line in lines)
    for day in sorted(found.keys() | counts.days.keys()):
        wanted = counts.days.get(day, 0)
        if found[day] != wanted:
            yield Difference("wrong count", counts.rule, f"{found[day]} on {day}, not {wanted}")
    wrong = [line for line in lines if line.severity != counts.severity]
    yield from (Difference("wrong severity", line.rule, f"{_described(line)}, not {counts.severity}") for line in wrong)


def _described(line: AlertLine) -> str:
    subject = f"{line.subject}, " if line.subject else ""
    resolved = f", resolved {_text(line.resolved_at)}" if line.resolved_at else ""
    return f"{subject}{line.severity}, fired {_text(line.fired_at)}{resolved}"


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
