"""Evaluate the watched rules: pending, firing, resolved for each rule and subject, once for each incident. Pure.

An episode begins with the first evaluation at which the condition is true, and ends when it resolves. An alert is known by rule,
subject and the beginning of its episode, so that evaluating twice at one moment gives the same alert.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from orchestration.alerts.business import Alert, alert_id
from orchestration.alerts.conditions import Observation, observe
from orchestration.alerts.rules import AlertRule, AlertRules
from orchestration.alerts.timeline import Timeline
from orchestration.rules.business_hours import BusinessHours

Phase = Literal["pending", "firing", "resolved"]
Key = tuple[str, str]
"""Name of the rule, and subject."""


@dataclass(frozen=True)
class Episode:
    """The state of one rule and subject. ``silenced_by`` names the rule that explains it; it does not fire until that is over."""

    rule: str
    subject: str
    phase: Phase
    first_window: datetime
    last_true_at: datetime
    fired_at: datetime | None = None
    resolved_at: datetime | None = None
    value: float | None = None
    n: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    silenced_by: str | None = None
    silenced_until: datetime | None = None

    @property
    def id(self) -> int:
        return alert_id(self.rule, self.subject, self.first_window.isoformat())

    @property
    def key(self) -> Key:
        return self.rule, self.subject


Episodes = Mapping[Key, Episode]


@dataclass(frozen=True)
class Transition:
    """One change of an episode that is recorded: it ``fired``, was ``silenced`` by a rule that explains it, or ``resolved``."""

    change: Literal["fired", "silenced", "resolved"]
    rule: AlertRule
    episode: Episode
    at: datetime


@dataclass(frozen=True)
class Evaluated:
    episodes: Episodes
    transitions: tuple[Transition, ...]


def evaluate(
    rules: AlertRules,
    business: BusinessHours,
    timeline: Timeline,
    episodes: Episodes,
    now: datetime,
    is_due: Callable[[AlertRule], bool] = lambda rule: True,
) -> Evaluated:
    """Return the episodes after this evaluation, and what changed. Rules that are not due stay as they are."""
    new = dict(episodes)
    transitions: list[Transition] = []
    for rule in filter(is_due, rules.watched):
        observed = observe(rule, rules, timeline, now)
        of_rule = {one.subject: one for one in observed or ()}
        missing = None if observed is None else False
        open_subjects = {subject for name, subject in new if name == rule.name}
        for subject in sorted(of_rule.keys() | open_subjects):
            found = of_rule.get(subject) or Observation(subject, missing)
            before = new.get((rule.name, subject))
            after, change = _step(rule, before, found, new, now, business.are_open(now, timeline.zone))
            if after is None:
                new.pop((rule.name, subject), None)
            else:
                new[after.key] = after
                if change:
                    transitions.append(Transition(change, rule, after, now))
    return Evaluated(new, tuple(transitions))


def alert_of(rule: AlertRule, episode: Episode, at: datetime) -> Alert:
    """Return the alert of an episode that fired, or was silenced, at this moment."""
    facts = dict(episode.facts)
    message = rule.template.format_map(
        {"value": "?", "window": "?", "normal": "?", "month": "?", **facts, "subject": episode.subject}
    )
    context = {"subject": episode.subject, "n": episode.n, **facts, "action": rule.action}
    return Alert(episode.id, rule.name, message, context, None, at, rule.alert_type, rule.severity)


_Step = tuple[Episode | None, Literal["fired", "silenced", "resolved"] | None]


def _step(
    rule: AlertRule, before: Episode | None, found: Observation, all_episodes: Episodes, now: datetime, is_open: bool
) -> _Step:
    is_true = found.is_true
    if is_true is None:
        if rule.no_data == "hold":
            return before, None
        is_true = rule.no_data == "fire"
    if before is None or before.phase == "resolved":
        return _at_rest(rule, before, found, all_episodes, now, is_true and (is_open or not rule.business_hours))
    if before.phase == "pending":
        return _pending(rule, before, found, all_episodes, now) if is_true else (None, None)
    if is_true:
        return replace(before, last_true_at=now), None
    if now - before.last_true_at < timedelta(minutes=rule.keep_firing_for):
        return before, None
    return replace(before, phase="resolved", resolved_at=now), "resolved"


def _at_rest(
    rule: AlertRule, before: Episode | None, found: Observation, episodes: Episodes, now: datetime, is_true: bool
) -> _Step:
    """Begin an episode, unless one resolved a short time ago; a resolved one is forgotten after its cool-down."""
    if before and before.resolved_at and now - before.resolved_at < timedelta(minutes=rule.cool_down):
        return before, None
    if not is_true:
        return None, None
    return _pending(rule, Episode(rule.name, found.subject, "pending", now, now), found, episodes, now)


def _pending(rule: AlertRule, before: Episode, found: Observation, episodes: Episodes, now: datetime) -> _Step:
    present = replace(before, last_true_at=now, value=found.value, n=found.n, facts=found.facts)
    explained_by = _inhibitor(rule, before.subject, episodes, "firing")
    if explained_by:
        silenced = replace(present, silenced_by=explained_by, silenced_until=now + rule.memory)
        return silenced, "silenced" if before.silenced_by is None else None
    if present.silenced_until and now < present.silenced_until:
        return present, None
    if _inhibitor(rule, before.subject, episodes, "pending"):
        return present, None  # it may be explained in a moment
    if now - present.first_window < timedelta(minutes=rule.sustained):
        return present, None
    return replace(present, phase="firing", fired_at=now, silenced_by=None, silenced_until=None), "fired"


def _inhibitor(rule: AlertRule, own_subject: str, episodes: Episodes, phase: Phase) -> str | None:
    """Return the name of what explains the rule and is in this phase now: a rule, or one subject of it."""
    for written in rule.inhibited_by:
        name = written.format(subject=own_subject)
        of_rule, _, subject = name.partition(": ")
        for (other, of_subject), episode in episodes.items():
            if other == of_rule and (not subject or of_subject == subject) and episode.phase == phase and not episode.silenced_by:
                return name
    return None
