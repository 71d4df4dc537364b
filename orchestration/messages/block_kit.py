"""A message as Slack's Block Kit (docs.slack.dev/reference/block-kit/blocks).

Slack refuses a message with more than 50 blocks, a section with more than 3,000 characters or ten fields, and a header with more
than 150 characters. What does not fit is left out at the end, and the last block says that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contract.platform.batching import batches
from orchestration.messages.message import (
    Block,
    Facts,
    Figure,
    Footer,
    Header,
    Lines,
    Link,
    Message,
    Moment,
    Moments,
    Quote,
    Row,
    Table,
)

MOST_BLOCKS = 45
"""Of Slack's 50, so that a channel can add its own buttons."""
MOST_CHARACTERS = 12_000
"""In all blocks together: Slack refused messages of over about 13,200 characters when it was measured."""
_SECTION_CHARACTERS = 3000
"""Slack's limit for the text of one section."""
_HEADER_CHARACTERS = 150
"""Slack's limit for a header."""
_FIELD_CHARACTERS = 2000
"""Slack's limit for the text of one field."""
_FIELDS = 10
"""Slack's limit for the fields of one section."""
_CUT = "_The rest is left out: open the link to see all of it._"

SlackBlock = dict[str, Any]


def blocks_of(message: Message, first: Sequence[SlackBlock] = ()) -> list[SlackBlock]:
    """Return the blocks to post, after ``first``; ``message.subject`` is the notification's text beside them."""
    made = list(first)
    characters = sum(map(_length, first))
    for block in (written for one in message.blocks for written in _written(one)):
        characters += _length(block)
        if len(made) == MOST_BLOCKS - 1 or characters > MOST_CHARACTERS:
            return [*made, context_of(_CUT)]
        made.append(block)
    return made


def escaped(text: str) -> str:
    """Escape Slack's three control characters, so that no text can mention, link or format."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _written(block: Block) -> Iterator[SlackBlock]:
    writer = _WRITERS.get(block.kind)
    if writer:
        yield from writer(block)


def _header(block: Header) -> Iterator[SlackBlock]:
    title = _short(" ".join(block.title), _HEADER_CHARACTERS)
    yield {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": True}}
    if block.note:
        yield context_of(escaped(block.note))
    if block.headline:
        yield _section(escaped(block.headline))
    if block.caution:
        yield _section(f":warning: {escaped(block.caution)}")


def _facts(block: Facts) -> Iterator[SlackBlock]:
    yield _section(f"{block.symbol} *{escaped(block.title)}*".strip())
    for figures in batches(block.figures, _FIELDS):
        yield {"type": "section", "fields": [_mrkdwn(_figure(figure), _FIELD_CHARACTERS) for figure in figures]}


def _figure(figure: Figure) -> str:
    notes = "".join(f"\n{escaped(note.text)}" for note in figure.notes)
    return f"*{escaped(figure.label)}*\n{escaped(figure.figure + figure.unit)}{notes}"


def _table(block: Table) -> Iterator[SlackBlock]:
    rows = "\n".join(map(_row, block.rows)) or escaped(block.empty)
    yield _section(f"{block.symbol} *{escaped(block.title)}*\n{rows}".strip())


def _row(row: Row) -> str:
    name = f"<{row.link}|{escaped(row.name)}>" if row.link else escaped(row.name)
    return f"• {escaped(row.number)} {name} {escaped(' · '.join(row.details))}".rstrip()


def _lines(block: Lines) -> Iterator[SlackBlock]:
    marks = (f"{place}." if block.numbered else "•" for place in range(1, len(block.lines) + 1))
    title = f"{block.symbol} *{escaped(block.title)}*".strip() if block.title else ""
    lines = [
        f"{mark} {escaped(line.text)}" + (f" _({escaped(line.basis)})_" if line.basis else "")
        for mark, line in zip(marks, block.lines, strict=True)
    ]
    yield _section("\n".join(filter(None, [title, block.subtitle and f"{escaped(block.subtitle)}:", *lines])))


def _quote(block: Quote) -> Iterator[SlackBlock]:
    yield _section(f"> {escaped(' '.join(block.text.split()))}\n{escaped(block.speaker)}")


def _link(block: Link) -> Iterator[SlackBlock]:
    yield _section(f"<{block.url}|{escaped(block.text)}>")


def _moments(block: Moments) -> Iterator[SlackBlock]:
    yield context_of("\n".join(map(_moment, block.moments)))


def _moment(moment: Moment) -> str:
    """Write a time that each reader sees in their own zone (docs.slack.dev/messaging/formatting-message-text)."""
    when = f"<!date^{int(moment.at.timestamp())}^{{date_short_pretty}} {{time}}|{moment.utc}>"
    return f"*{escaped(moment.label)}* {when} {escaped(moment.detail)}".rstrip()


def _footer(block: Footer) -> Iterator[SlackBlock]:
    yield context_of(escaped(" ".join(block.sentences)))


def context_of(text: str) -> SlackBlock:
    """Return small print; ``text`` is mrkdwn."""
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _section(text: str) -> SlackBlock:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str, limit: int = _SECTION_CHARACTERS) -> dict[str, Any]:
    """Return a text object; ``verbatim`` keeps addresses and names of channels that a caller said from becoming links."""
    return {"type": "mrkdwn", "text": _short(text, limit), "verbatim": True}


def _short(text: str, limit: int = _SECTION_CHARACTERS) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _length(block: SlackBlock) -> int:
    texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    return sum(len(text["text"]) for text in texts if text)


_WRITERS: Mapping[str, Callable[[Any], Iterator[SlackBlock]]] = {
    Header.kind: _header,
    Facts.kind: _facts,
    Table.kind: _table,
    Lines.kind: _lines,
    Quote.kind: _quote,
    Link.kind: _link,
    Moments.kind: _moments,
    Footer.kind: _footer,
}
