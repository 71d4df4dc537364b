"""Redact a call whose caller refused to be transcribed: it stays known that it took place, never what was said.

An unknown field could repeat the words, so at every level only the fields of ``contract/document/session.py`` stay, and of
free text only what names the call, its caller, its software or its booking.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, get_args

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from contract.document.session import (
    BudgetAuthority,
    CallError,
    DecisionTimeline,
    DiscoveredSignals,
    KnowledgeSearch,
    MeetingBooking,
    OtherToolCall,
    SearchCategory,
    SessionDocument,
    Urgency,
)
from contract.document.tier import TIER_1_INTEGRATIONS, Tier

_TOTALS = ("cost_summary", "metrics_summary")
_TOTAL_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_TOOLS: dict[str, type[BaseModel]] = {"unleash_search_knowledge": KnowledgeSearch, "book_sales_meeting": MeetingBooking}
_FREE_TEXT: dict[type[BaseModel], tuple[str, ...]] = {KnowledgeSearch: ("query",), CallError: ("message",)}
_WITHHELD = "withheld"
_TOOL_MODELS = (KnowledgeSearch, MeetingBooking, OtherToolCall)
_LISTED_SIGNALS: dict[str, tuple[str, ...]] = {
    "decision_timeline": get_args(DecisionTimeline),
    "budget_authority": get_args(BudgetAuthority),
    "urgency": get_args(Urgency),
    "qualification_tier": get_args(Tier),
}
_LISTED = {"category": get_args(SearchCategory), **_LISTED_SIGNALS}
_SIGNALS = ("team_size", "monthly_volume", *_LISTED_SIGNALS)


def refused(document: dict[str, Any]) -> bool:
    """Return whether the caller refused. Only an explicit no counts, not a missing answer."""
    consent = document.get("consent")
    return isinstance(consent, dict) and consent.get("obtained") is False


def without_words(document: dict[str, Any]) -> dict[str, Any]:
    """Return a refused call without its words (contract: 'refused'). A wrong type stays wrong, without what it held."""
    totals = {name: _numbers(document[name]) for name in _TOTALS if isinstance(document.get(name), dict)}
    return _known(SessionDocument, {**document, "transcript": []}) | totals


def _known(model: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    kept = {name: _field(name, field, values[name]) for name, field in model.model_fields.items() if name in values}
    if model is DiscoveredSignals:
        return signals_without_words(kept)
    kept |= {name: None for name in _FREE_TEXT.get(model, ()) if name in kept}
    if "category" in kept:
        kept["category"] = _listed("category", kept["category"])
    if model in _TOOL_MODELS and isinstance(kept.get("error"), str):
        kept["error"] = _WITHHELD
    return kept


def _field(name: str, field: FieldInfo, value: Any) -> Any:
    """Redact a section, a list of entries, or one value."""
    if value is None:
        return None
    entry = _entry_model(field)
    if name == "tool_calls" or entry:
        return [_entry(entry or _tool_model(item), item) for item in value] if isinstance(value, list) else False
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
        return _entry(field.annotation, value)
    return _value(field, value)


def _entry(model: type[BaseModel] | None, value: Any) -> Any:
    return _known(model, value) if model and isinstance(value, dict) else None if value is None else False


def _entry_model(field: FieldInfo) -> type[BaseModel] | None:
    inner = next(iter(get_args(field.annotation)), None)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _tool_model(call: Any) -> type[BaseModel]:
    name = call.get("tool") if isinstance(call, dict) else None
    return _TOOLS.get(name, OtherToolCall) if isinstance(name, str) else OtherToolCall


def _value(field: FieldInfo, value: Any) -> Any:
    """Keep a number, and a value that is valid for its field; replace any other by an empty list, which is as invalid."""
    if isinstance(value, bool | int | float):
        return value
    annotated: Any = Annotated
    try:
        TypeAdapter[Any](annotated[field.annotation, field.title, *field.metadata]).validate_json(orjson.dumps(value), strict=True)
    except (ValidationError, TypeError):
        return []
    return value


def signals_without_words(signals: dict[str, Any]) -> dict[str, Any]:
    """Keep a refusing caller's numbers and enumerated values, and of the integrations those that decide the tier."""
    kept = {name: _listed(name, signals[name]) for name in _SIGNALS if name in signals}
    needs = signals.get("integration_needs")
    if isinstance(needs, list):
        kept["integration_needs"] = [name for name in needs if isinstance(name, str) and name.lower() in TIER_1_INTEGRATIONS]
    return kept


def _listed(name: str, value: Any) -> Any:
    return None if isinstance(value, str) and value not in _LISTED.get(name, ()) else value


def _numbers(totals: dict[str, Any]) -> dict[str, Any]:
    """Keep an older document's totals: an identifier and a number each, nothing else."""
    return {n: v for n, v in totals.items() if isinstance(v, int | float) and _TOTAL_NAME.fullmatch(n)}
