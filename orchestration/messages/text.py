"""A message as plain text: the second part of every e-mail, and what a terminal shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orchestration.messages.message import Facts, Figure, Footer, Header, Lines, Link, Message, Moments, Quote, Table

_MARKS = {"good": "✅ ", "bad": "⚠️ ", "quiet": ""}


def text_of(message: Message) -> str:
    """Return every block but charts, separated by an empty line, with a line break at the end."""
    parts = ["\n".join(_WRITERS[block.kind](block)) for block in message.blocks if block.kind in _WRITERS]
    return "\n\n".join(parts) + "\n"


def _header(block: Header) -> Iterator[str]:
    yield block.eyebrow
    yield " ".join(block.title)
    if block.note:
        yield block.note
    if block.caution:
        yield ""
        yield block.caution


def _facts(block: Facts) -> Iterator[str]:
    yield f"{block.symbol} {block.title.upper()}".strip()
    yield from (f"• {_figure(figure)}" for figure in block.figures)


def _figure(figure: Figure) -> str:
    notes = ", ".join(f"{_MARKS[note.tone]}{note.text}" for note in figure.notes)
    return f"{figure.label}: {figure.figure}{figure.unit}" + (f" ({notes})" if notes else "")


def _table(block: Table) -> Iterator[str]:
    yield f"{block.symbol} {block.title.upper()}".strip()
    for place, row in enumerate(block.rows, start=1):
        contact = f" ({row.details[0]})" if len(row.details) > 1 else ""
        detail = f" - {row.details[-1]}" if row.details else ""
        yield f"{place}. {row.name}{contact} - {block.number_name} {row.number}{detail}"
        if row.link:
            yield f"   {row.link}"
    if not block.rows:
        yield block.empty


def _lines(block: Lines) -> Iterator[str]:
    if block.title:
        yield f"{block.symbol} {block.title.upper()}".strip()
    if block.subtitle:
        yield f"{block.subtitle}:"
    for place, line in enumerate(block.lines, start=1):
        yield f"{f'{place}.' if block.numbered else '•'} {line.text}" + (f" ({line.basis})" if line.basis else "")


def _quote(block: Quote) -> Iterator[str]:
    yield f"“{block.text}” ({block.speaker})"


def _link(block: Link) -> Iterator[str]:
    yield f"{block.text} → {block.url}"


def _moments(block: Moments) -> Iterator[str]:
    yield from (f"{moment.label}: {moment.utc}" + (f" ({moment.detail})" if moment.detail else "") for moment in block.moments)


def _footer(block: Footer) -> Iterator[str]:
    yield "--"
    yield from block.sentences
    if block.unsubscribe:
        yield f"Unsubscribe from this report: {block.unsubscribe}"


_WRITERS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    Header.kind: _header,
    Facts.kind: _facts,
    Table.kind: _table,
    Lines.kind: _lines,
    Quote.kind: _quote,
    Link.kind: _link,
    Moments.kind: _moments,
    Footer.kind: _footer,
}
