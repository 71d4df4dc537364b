"""Draw a recording as waveforms, with the turns of its document beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

import numpy as np

from contract.document.session import SessionDocument, TranscriptItem
from tests.integration.full.hidden_recorder import RATE, Track

WIDTH, LANE = 1500, 190
"""Pixels of the picture's width, and of the height of one side's lane."""
_MARGIN = 40
"""Pixels left of a lane."""
_SCALE_SECONDS = 5
"""Seconds between two marks of the scale."""


def picture(tracks: Sequence[Track], document: SessionDocument) -> str:
    """Return a page: for each side its waveform, above it the turns that were heard, below it those of the document."""
    began = document.start_time.timestamp()
    seconds = max(track.began + track.seconds for track in tracks) - began
    lanes = [_lane(track, document, number, began, seconds) for number, track in enumerate(tracks)]
    height = LANE * len(tracks) + 40
    marks = [
        f'<text x="{_x(at, seconds)}" y="{height - 8}" fill="#555">{at} s</text>'
        f'<line x1="{_x(at, seconds)}" x2="{_x(at, seconds)}" y1="0" y2="{height - 24}" stroke="#ddd"/>'
        for at in range(0, int(seconds) + 1, _SCALE_SECONDS)
    ]
    drawn = "".join([*marks, *lanes])
    style = "<style>body{margin:0;background:#fff}text{font:12px sans-serif}</style>"
    return f'<!doctype html><meta charset="utf-8">{style}<svg width="{WIDTH}" height="{height}">{drawn}</svg>'


def height(tracks: Sequence[Track]) -> int:
    return LANE * len(tracks) + 40


def _lane(track: Track, document: SessionDocument, number: int, began: float, seconds: float) -> str:
    top, name = number * LANE, "caller" if track.caller else "agent"
    middle = top + LANE / 2
    turns = [item for item in document.transcript if (item.role == "user") == track.caller]
    return "".join(
        [
            f'<text x="4" y="{middle}">{name}</text>',
            *(_band(start, end, top + 22, began, seconds, "#d97706", "heard") for start, end in track.turns()),
            _wave(track, middle, began, seconds),
            *(_turn(item, top + LANE - 44, began, seconds) for item in turns),
        ]
    )


def _turn(item: TranscriptItem, y: float, began: float, seconds: float) -> str:
    if not item.started_at or not item.ended_at:
        return ""
    return _band(item.started_at, item.ended_at, y, began, seconds, "#2563eb", f"document: {item.text[:24]}")


def _band(start: datetime, end: datetime, y: float, began: float, seconds: float, colour: str, text: str) -> str:
    left, right = _x(start.timestamp() - began, seconds), _x(end.timestamp() - began, seconds)
    return (
        f'<rect x="{left}" y="{y}" width="{right - left:.1f}" height="7" fill="{colour}"/>'
        f'<text x="{left}" y="{y + 20}" fill="{colour}">{start.timestamp() - began:.2f} {escape(text)}</text>'
        f'<line x1="{left}" x2="{left}" y1="{y - 8}" y2="{y + 8}" stroke="{colour}"/>'
    )


def _wave(track: Track, middle: float, began: float, seconds: float) -> str:
    """Return the loudest sample of each pixel as a line."""
    sound, size = np.abs(track.sound.astype(np.int32)), max(1, round(seconds / (WIDTH - _MARGIN) * RATE))
    peaks = sound[: len(sound) // size * size].reshape(-1, size).max(axis=1) / 32768 * 45
    lines = [
        f"M{_x(track.known_at(number * size / RATE) - began, seconds)} {middle - peak:.1f}v{2 * peak:.1f}"
        for number, peak in enumerate(peaks.tolist())
    ]
    return f'<path d="{"".join(lines)}" stroke="#444" stroke-width="1"/>'


def _x(at: float, seconds: float) -> float:
    return round(_MARGIN + at / seconds * (WIDTH - _MARGIN), 1)
