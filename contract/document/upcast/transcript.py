"""Upcast the transcript from chat messages to utterances."""

from __future__ import annotations

import re
from typing import Any

from contract.document.session import TranscriptItem
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
_WORDS_ELSEWHERE = ("message", "utterance", "transcript", "words")
_HOLDS_NO_SPEECH = frozenset({*TranscriptItem.model_fields, "type", "name", "tool_calls", "function_call", "refusal", "error"})
_SENTENCE = re.compile(r"[^\W\d_]+\s+[^\W\d_]+")
_WITHOUT_WORDS = re.compile(r"(input_|output_)?(image|audio|video|file)", re.IGNORECASE)
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
    if "content" in item:
        text = item.get("text")
        item = renamed({**item, "text": None if _is_blank(text) else text}, "content", "text")
    item = renamed(item, "timestamp", "started_at")
    role = item.get("role")
    if isinstance(role, str):
        item = {**item, "role": _ROLES.get(role.lower(), role)}
    item = _with_words(item)
    words = item.get("text")
    return {**item, "text": _joined(words)} if isinstance(words, list) else item


def _with_words(item: Fields) -> Fields:
    """Take the words from the first other name that holds some, unless they are where they belong."""
    if not _is_blank(item.get("text")):
        return item
    held = next((name for name in _WORDS_ELSEWHERE if isinstance(item.get(name), str | list) and not _is_blank(item[name])), None)
    if held is None:
        return item
    return {**{name: value for name, value in item.items() if name != held}, "text": item[held]}


def _joined(parts: list[Any]) -> Any:
    """Join the texts of a message. LiveKit and OpenAI put images and sound between them, of which a transcript may be given.

    A part of any other kind leaves the list as it is, for validation to name.
    """
    if all(isinstance(part, str) for part in parts):
        return " ".join(parts)
    texts = [_text_of_part(part) for part in parts]
    known = [text.strip() for text in texts if text is not None]
    return " ".join(filter(None, known)) if len(known) == len(parts) else parts


def _text_of_part(part: Any) -> str | None:
    """Return the text of a part, "" for an image or sound without words; None when it is of no known kind."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        return None
    words = part.get("transcript") or part.get("text")
    if isinstance(words, str):
        return words
    return "" if words is None and _WITHOUT_WORDS.match(part["type"]) else None


def _wordless(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    spoken = item.get("role") not in _NOT_SPOKEN if isinstance(item.get("role"), str) else item.get("type") != "function_call"
    return not spoken or (_is_blank(item.get("text")) and ("text" in item or not _words_under_unknown_name(item)))


def _is_blank(words: Any) -> bool:
    return words is None or (isinstance(words, str) and not words.strip())


def _words_under_unknown_name(item: Fields) -> bool:
    """Return whether a field without a place in the contract holds words: the item then stays, for validation to name its text."""
    unknown = (value for name, value in item.items() if name not in _HOLDS_NO_SPEECH)
    return any(_SENTENCE.search(part) for value in unknown for part in _as_parts(value) if isinstance(part, str))


def _as_parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _with_id(item: Any, index: int, taken: set[str]) -> Any:
    if not isinstance(item, dict) or item.get("id") is not None:
        return item
    name = f"item_{index:03d}"
    while name in taken:
        name += "_"
    return {**item, "id": name}
