"""Turn reports into texts of limited length (bullets, quotes, JSON), with a mark wherever something was cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import orjson

from contract.platform.control_characters import without_controls

LINE = 255  # characters: the vendor's limit of a Text field
LONG = 32_000  # characters: of the vendor's 32,768 of a long text area
RICH = 131_072  # characters: the vendor's limit of rich text
MARK = " […]"
_ITEM_QUOTE = 280  # characters of one quote in a list: two lines of the record page


def cut(text: str | None, limit: int) -> str | None:
    """Cut a text without its control characters to ``limit`` characters, with a mark if something is missing; None if empty."""
    if not text or not without_controls(text).strip():
        return None
    text = without_controls(text).strip()
    return text if len(text) <= limit else text[: limit - len(MARK)].rstrip() + MARK


def bullets(items: Iterable[str], limit: int = LONG) -> str | None:
    """Write one line per item, in order; items that do not fit are left out at the end, and their number is given."""
    lines = [f"• {' '.join(without_controls(item).split())}" for item in dict.fromkeys(items) if item.strip()]
    for shown in range(len(lines), 0, -1):
        missing = len(lines) - shown
        text = "\n".join([*lines[:shown], *([f"… and {missing} more"] if missing else [])])
        if len(text) <= limit:
            return text
    return cut(lines[0], limit) if lines else None


def quote_of(entry: Mapping[str, Any]) -> str | None:
    """Return the whole clause that an entry rests on, of an older report or a single fact the first quote."""
    if entry.get("clause"):
        return cut(str(entry["clause"]), _ITEM_QUOTE)
    evidence: Sequence[Mapping[str, Any]] = entry.get("evidence") or []
    return cut(str(evidence[0].get("quote") or ""), _ITEM_QUOTE) if evidence else None


def json_within(report: Any, limit: int = LONG) -> str | None:
    """Return the report as JSON within ``limit`` characters: without evidence if needed, then without the least certain entries."""
    if not report:
        return None
    text = _json(report)
    if len(text) > limit:
        report = _without_evidence(report)
        text = _json(report)
    while len(text) > limit and _drop_least(report):
        text = _json(report)
    return text if len(text) <= limit else None


def transcript_html(turns: Sequence[tuple[str, str, float | None]], limit: int = RICH) -> str | None:
    """Write turns (role, text, seconds since the start) as rich text; turns that do not fit are left out, with a mark."""
    lines: list[str] = []
    length = 0
    for role, text, seconds in turns:
        moment = "" if seconds is None else f" [{int(seconds) // 60:02d}:{int(seconds) % 60:02d}]"
        line = f"<p><b>{'Agent' if role == 'agent' else 'Caller'}</b>{moment}: {escape(without_controls(text))}</p>"
        if length + len(line) + 100 > limit:
            room = limit - length - 200
            if not lines and room > 0:
                lines.append(f"<p>{escape(text[: room // 6])}</p>")
            lines.append(f"<p>{MARK.strip()} The rest is behind the transcript link.</p>")
            break
        lines.append(line)
        length += len(line)
    return "".join(lines) or None


def _json(report: Any) -> str:
    return orjson.dumps(report, option=orjson.OPT_SORT_KEYS).decode()


def _without_evidence(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_evidence(part) for key, part in value.items() if key != "evidence"}
    return [_without_evidence(part) for part in value] if isinstance(value, list) else value


def _drop_least(report: Any) -> bool:
    """Remove the least certain entry from the longest list; return False when there is none left."""
    longest = max(_lists_in(report), key=len, default=None)
    if not longest:
        return False
    longest.remove(min(longest, key=lambda entry: entry.get("confidence", 1.0) if isinstance(entry, dict) else 1.0))
    return True


def _lists_in(value: Any) -> Iterable[list[Any]]:
    if isinstance(value, list):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists_in(part)
