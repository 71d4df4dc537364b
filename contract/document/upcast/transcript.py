"""Upcast the transcript from chat messages to utterances."""

from __future__ import annotations

import re
from typing import Any

from contract.document.upcast.fields import Fields, in_each, renamed

_ROLES = {
    "assistant": "agent",
    "agent": "agent",
    "bot": "agent",
    "ai": "agent",
    "user": "user",
    "human": "user",
    "customer": "user",
}
_NOT_SPOKEN = frozenset({"system", "developer", "tool", "function"})
_MOST_LINES = 20_000
"""Lines of a text transcript that is parsed: more than any call has, and an item each keeps below ``MAX_CONTAINERS``."""
_LINE = re.compile(r"(ASSISTANT|AGENT|USER):[ \t]*", re.ASCII)


def transcript_as_text(document: Fields) -> Fields:
    """Remove ``transcript_text``, a second copy of the words, or parse it into the transcript where it is the only one."""
    text, items = document.get("transcript_text", 0), document.get("transcript")
    if not isinstance(text, str | None):
        return document
    text = text or ""
    rest = {name: value for name, value in document.items() if name != "transcript_text"}
    if items or not isinstance(items, list | None):
        return rest
    spoken = _spoken_lines(text) if text.count("\n") < _MOST_LINES else []
    return {**rest, "transcript": spoken} if spoken or not text.strip() else document


def content_for_text(document: Fields) -> Fields:
    """Convert chat messages (``role: assistant``, ``content`` as a text or a list of texts) to utterances."""
    return in_each(document, "transcript", _as_utterance)


def wordless_items(document: Fields) -> Fields:
    """Remove the system prompt, tool steps and empty messages, which the chat history held beside what was said."""
    items = document.get("transcript")
    if not isinstance(items, list):
        return document
    return {**document, "transcript": [item for item in items if not _wordless(item)]}


def items_without_ids(document: Fields) -> Fields:
    """Give items without an id one by their position, ``item_000`` first."""
    items = document.get("transcript")
    if not isinstance(items, list):
        return document
    taken = {item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}
    return {**document, "transcript": [_with_id(item, index, taken) for index, item in enumerate(items)]}


def turns_not_counted(document: Fields) -> Fields:
    """Count the turns where turn taking was not measured."""
    items, measured = document.get("transcript"), document.get("turn_taking")
    if not isinstance(items, list) or not items or measured:
        return document
    return {**document, "turn_taking": {"turn_count": len(items)}}


def _spoken_lines(text: str) -> list[Fields]:
    """Parse lines of ``ROLE: words``; a line without a role continues the one before."""
    spoken: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        marked = _LINE.match(line)
        if marked:
            spoken.append((marked[1].lower(), [line[marked.end() :]]))
        elif spoken and line.strip():
            spoken[-1][1].append(line.strip())
    return [{"role": role, "content": " ".join(words)} for role, words in spoken]


def _as_utterance(item: Fields) -> Fields:
    item = renamed(renamed(item, "content", "text"), "timestamp", "started_at")
    role, words = item.get("role"), item.get("text")
    if isinstance(role, str):
        item = {**item, "role": _ROLES.get(role.lower(), role)}
    if isinstance(words, list) and all(isinstance(part, str) for part in words):
        item = {**item, "text": " ".join(words)}
    return item


def _wordless(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    spoken = item.get("role") not in _NOT_SPOKEN if isinstance(item.get("role"), str) else item.get("type") != "function_call"
    words = item.get("text")
    return not spoken or words is None or (isinstance(words, str) and not words.strip())


def _with_id(item: Any, index: int, taken: set[str]) -> Any:
    if not isinstance(item, dict) or item.get("id") is not None:
        return item
    name = f"item_{index:03d}"
    while name in taken:
        name += "_"
    return {**item, "id": name}
