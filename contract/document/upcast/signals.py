"""Upcast the live agent's signals: numbers, tier and lists in their older spellings."""

from __future__ import annotations

import re
from typing import Any, get_args

from contract.document.session import DecisionTimeline
from contract.document.spoken_figure import least_said
from contract.document.upcast.fields import Fields, in_section, renamed

_NUMBERS = ("team_size", "monthly_volume")
_LISTS = ("integration_needs", "pain_points")
_LONGEST_SAID = 100
"""Characters of a text that is searched for a number: a longer one is a sentence, whose number may count anything."""
_OTHER_UNIT = re.compile(r"\d\s*[km.]|/|\bper\b|\ba (day|week|year)\b|\b(daily|weekly|yearly)\b", re.IGNORECASE)
_PERIODS: tuple[str, ...] = get_args(DecisionTimeline)
_DENIED = re.compile(r"\b(not|no|never|after|beyond|past|done|until|if)\b|n't", re.IGNORECASE)
_TIERS = {
    "high_value": "Tier 1", "high": "Tier 1", "enterprise": "Tier 1", "sales_ready": "Tier 1", "tier_1": "Tier 1",
    "standard": "Tier 2", "low_value": "Tier 2", "low": "Tier 2", "self_serve": "Tier 2", "tier_2": "Tier 2",
}  # fmt: skip


def zero_for_unknown(document: Fields) -> Fields:
    """Replace 0 by null: the older agent started every number at 0, so 0 means that none was named."""

    def change(signals: Fields) -> Fields:
        unknown = {n: None for n in _NUMBERS if isinstance(signals.get(n), int | float) and signals[n] <= 0}
        return {**signals, **unknown}

    return in_section(document, "discovered_signals", change)


def numbers_in_words(document: Fields) -> Fields:
    """Parse numbers stored as texts such as "10-50" or "50+". A range guarantees its lower bound, which is taken: the upper one
    would qualify callers who never said so. The text stays beside as ``<name>_said``.
    """

    def change(signals: Fields) -> Fields:
        for name in _NUMBERS:
            said = signals.get(name)
            if isinstance(said, str):
                signals = {**signals, name: _at_least(said), f"{name}_said": said}
        return signals

    return in_section(document, "discovered_signals", change)


def tier_in_other_words(document: Fields) -> Fields:
    """Map the older tiers, such as ``high_value`` and ``standard``."""

    def change(signals: Fields) -> Fields:
        tier = signals.get("qualification_tier")
        if not isinstance(tier, str):
            return signals
        return {**signals, "qualification_tier": _TIERS.get(re.sub(r"[\s-]+", "_", tier.strip().lower()), tier)}

    return in_section(document, "discovered_signals", change)


def integration_interest(document: Fields) -> Fields:
    """Merge ``integration_interest``, an earlier name, into ``integration_needs``; some documents have both."""

    def change(signals: Fields) -> Fields:
        interest, needs = _as_list(signals.get("integration_interest")), _as_list(signals.get("integration_needs"))
        if "integration_interest" not in signals or not isinstance(interest, list) or not isinstance(needs, list):
            return signals
        if not all(isinstance(name, str) for name in (*needs, *interest)):
            return signals
        rest = {name: value for name, value in signals.items() if name != "integration_interest"}
        return {**rest, "integration_needs": list(dict.fromkeys((*needs, *interest)))}

    return in_section(document, "discovered_signals", change)


def timeline_under_another_name(document: Fields) -> Fields:
    """Rename ``timeline``, and map one in words ("evaluating now") that names one period of the contract; the words stay beside."""

    def change(signals: Fields) -> Fields:
        signals = renamed(signals, "timeline", "decision_timeline")
        said = signals.get("decision_timeline")
        if not isinstance(said, str) or (period := _period(said)) in (None, said):
            return signals
        return {**signals, "decision_timeline": period, "decision_timeline_said": said}

    return in_section(document, "discovered_signals", change)


def lists_as_text(document: Fields) -> Fields:
    """Turn texts into lists: the older agent wrote one entry as a text, several with commas, and null for none."""

    def change(signals: Fields) -> Fields:
        return {**signals, **{name: _as_list(signals[name]) for name in _LISTS if name in signals}}

    return in_section(document, "discovered_signals", change)


def _at_least(said: str) -> int | None:
    """Return the lower bound a text guarantees; None when it has none, or counts in another unit than the field's."""
    if len(said) > _LONGEST_SAID or _OTHER_UNIT.search(said):
        return None
    return round(least_said(said) or 0) or None


def _period(said: str) -> str | None:
    """Return the one period that a text names; None for none, several, or what may deny it ("not this week")."""
    if len(said) > _LONGEST_SAID or _DENIED.search(said):
        return None
    words = re.sub(r"[\s_-]+", "_", said.strip().lower())
    named = [period for period in _PERIODS if re.search(rf"(?<![a-z]){period}(?![a-z])", words)]
    return named[0] if len(named) == 1 else None


def _as_list(value: Any) -> Any:
    if value is None or value == "":
        return []
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
