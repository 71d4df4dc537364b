"""Models to play: what the API on loopback answers to a request."""

from __future__ import annotations

import json
from typing import Any


def lines_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbered utterances as a model reads them: everything between the two boundary lines."""
    mark, *lines, closing = body["input"][1]["content"].split("\n")
    assert mark == closing
    assert mark in body["input"][0]["content"]
    return [json.loads(line) for line in lines]


def fact(n: int, quote: str, span_type: str, value: object, /, **more: object) -> dict[str, Any]:
    said = {"n": n, "quote": quote, "confidence": 0.9, "polarity": "affirmed", "modality": "asserted", "tense": "present"}
    return {**said, "type": span_type, "value": value, **more}


def whole_call(**judged: object) -> dict[str, Any]:
    """The call as a whole as a model judges one in which nothing is said; ``judged`` are the parts that differ."""
    said = ("no_prospect", "team_size", "monthly_volume", "current_tool", "use_case", "budget_authority", "decision_timeline")
    nothing = dict.fromkeys((*said, "urgency", "decider", "wish"))
    mood = {"label": "neutral", "trend": "stable", "confidence": 0.8, "lines": []}
    ends = {"natural_ending": True, "next_action": "nurture", "readiness": "none"}
    return {**nothing, "sentiment": mood, **ends, **judged}


def settled(n: int, quote: str, value: object) -> dict[str, Any]:
    return {"n": n, "quote": quote, "confidence": 0.9, "value": value}


def answer(
    facts: list[dict[str, Any]], utterances: list[dict[str, Any]] | None = None, language: str = "en", **judged: object
) -> dict[str, Any]:
    return {"language": language, "utterances": utterances or [], "facts": facts, "call": whole_call(**judged)}


def attentive(body: dict[str, Any]) -> dict[str, Any]:
    """Finds 'fifteen of us' and questions, and nothing else."""
    lines = lines_of(body)
    teams = [
        fact(line["n"], "fifteen of us", "team_size", 15, kind="users", approximate=False)
        for line in lines
        if "fifteen of us" in line["text"]
    ]
    asked = [
        {
            "n": line["n"],
            "label": "positive",
            "score": 0.4,
            "confidence": 0.8,
            "acts": [{"kind": "question", "quote": None, "confidence": 0.9, "topic": "price", "answered": True}],
        }
        for line in lines
        if line["text"].endswith("?")
    ]
    said = [settled(team["n"], team["quote"], team["value"]) for team in teams]
    return answer(teams, asked, team_size=said[-1] if said else None)
