"""Validate the signals that the model notes during a call (spec 1.4), and merge them into what is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.room.participant import plain_text
from contract.document.session import BudgetAuthority, DecisionTimeline, DiscoveredSignals, Urgency
from contract.document.spoken_figure import least_said
from contract.document.tier import qualification_tier

MAX_ENTRIES = 20
"""Entries of a list that are kept, in one update and over the whole call: the model is untrusted, and a real call has a few."""
MAX_ENTRY = 80
"""Characters of one entry of a list: a name, or a few words."""
MAX_TEXT = 200
"""Characters of one text value that are read."""
_MAX_REFUSED = 20
"""Names of refused fields that are reported to the model: it may invent any number of them."""

_Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
_Entries = Annotated[list[Annotated[str, Field(min_length=1, max_length=MAX_ENTRY)]], Field(max_length=MAX_ENTRIES)]


class SignalUpdate(BaseModel):
    """Hold what one remark of the caller revealed; None, or an empty list, is not mentioned. The tier is computed, never taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    team_size: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None,
        description="People who would use it. Of a range ('10 to 15') the lower number; null for an upper bound ('fewer than 5').",
    )
    monthly_volume: Annotated[int, Field(ge=0, le=10_000_000)] | None = Field(
        default=None, description="Documents per month; null for an upper bound ('up to 100')."
    )
    integration_needs: _Entries = Field(
        default=[], description="Systems it must work with, e.g. salesforce, hubspot, zapier, api; only those they need."
    )
    industry: _Text | None = Field(default=None, description="Their line of business, e.g. healthcare, legal, real estate.")
    location: _Text | None = Field(default=None, description="Where they are: city, state, country, as far as they said.")
    use_case: _Text | None = Field(default=None, description="What they make, e.g. proposals, contracts, quotes, NDAs.")
    current_tool: _Text | None = Field(default=None, description="What they do it with today, e.g. manual, DocuSign, PandaDoc.")
    pain_points: _Entries = Field(default=[], description="What troubles them today, each in a few words.")
    decision_timeline: DecisionTimeline | None = Field(
        default=None, description="When they want to decide; evaluating when they only look around."
    )
    budget_authority: BudgetAuthority | None = Field(default=None, description="The caller's part in the purchase.")
    urgency: Urgency | None = Field(default=None, description="How pressing their problem is.")


def _schema() -> dict[str, Any]:
    """Build the tool's JSON schema without pydantic's titles and defaults, which cost tokens and tell the model nothing."""
    properties = SignalUpdate.model_json_schema()["properties"]
    kept = {
        name: {key: part for key, part in field.items() if key not in ("title", "default")} for name, field in properties.items()
    }
    return {"type": "object", "properties": kept, "required": [], "additionalProperties": False}


SIGNAL_SCHEMA: dict[str, Any] = _schema()


def read_update(arguments: Mapping[str, object]) -> tuple[SignalUpdate, tuple[str, ...]]:
    """Return what of the model's arguments is valid, and the names of the fields that are not. Never raises."""
    read: dict[str, Any] = {}
    refused: list[str] = []
    for name, value in arguments.items():
        if value is None:
            continue
        try:
            read[name] = _ADAPTERS[name].validate_python(_COERCE.get(name, _text)(value))
        except (KeyError, ValidationError, ValueError, OverflowError):
            refused.append(name if name in _ADAPTERS else "unknown field")
    return SignalUpdate(**read), tuple(dict.fromkeys(refused))[:_MAX_REFUSED]


def noted(signals: DiscoveredSignals, update: SignalUpdate) -> DiscoveredSignals:
    """Merge an update: later values replace earlier ones, lists grow in order, and the tier is recomputed (spec 1.4)."""
    said = {name: value for name, value in update.model_dump().items() if value is not None and not isinstance(value, list)}
    said["integration_needs"] = _union(signals.integration_needs, (name.lower() for name in update.integration_needs))
    said["pain_points"] = _union(signals.pain_points, update.pain_points)
    merged = signals.model_copy(update=said)
    tier = qualification_tier(merged.team_size, merged.monthly_volume, merged.integration_needs)
    return merged.model_copy(update={"qualification_tier": tier})


def _union(known: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for entry in (*known, *added):
        kept.setdefault(entry.lower(), entry)
    return tuple(kept.values())[:MAX_ENTRIES]


_PER_WEEK = re.compile(r"\b(?:a|per|each|every)\s+week\b|\bweekly\b|/\s*week\b", re.IGNORECASE)
_PER_YEAR = re.compile(r"\b(?:a|per|each|every)\s+year\b|\byearly\b|\bannual|/\s*year\b", re.IGNORECASE)
_PER_OTHER = re.compile(r"\b(?:a|per|each|every)\s+(?:day|hour|quarter)\b|\bdaily\b|\bhourly\b|\bquarterly\b", re.IGNORECASE)


def _number(value: object) -> int:
    """Parse a whole number from a number or a phrase; of a range take the lower end, since the middle would be a guess, and
    of an upper bound or a negation nothing.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no number")
    if isinstance(value, int | float):
        return round(value)
    amount = least_said(value[:MAX_TEXT])
    if amount is None:
        raise ValueError("no number")
    return round(amount)


def _per_month(value: object) -> int:
    """Convert to documents per month. Days and hours are refused: how many of them a month of work has is not known."""
    if not isinstance(value, str):
        return _number(value)
    if _PER_OTHER.search(value[:MAX_TEXT]):
        raise ValueError("another period")
    amount = _number(value)
    if _PER_WEEK.search(value):
        return round(amount * 52 / 12)
    return round(amount / 12) if _PER_YEAR.search(value) else amount


def _text(value: object) -> str:
    text = plain_text(value, MAX_TEXT)
    if text is None:
        raise ValueError("no text")
    return text


def _name_of_list(value: object) -> str:
    return re.sub(r"[\s-]+", "_", _text(value).lower())


def _entries(value: object) -> list[str]:
    """Parse a list, or one string with commas; what is too long is cut, what is not text is left out."""
    parts = re.split(r"[,;]", value[: MAX_ENTRIES * MAX_ENTRY]) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("no list")
    read = [text for part in parts[: 10 * MAX_ENTRIES] if (text := plain_text(part, MAX_ENTRY))]
    if parts and not read:
        raise ValueError("no text")
    return read[:MAX_ENTRIES]


_COERCE = {
    "team_size": _number,
    "monthly_volume": _per_month,
    "integration_needs": _entries,
    "pain_points": _entries,
    "decision_timeline": _name_of_list,
    "budget_authority": _name_of_list,
    "urgency": _name_of_list,
}
_annotated: Any = Annotated
_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter[Any](_annotated[field.annotation, field]) for name, field in SignalUpdate.model_fields.items()
}
